"""How the entries of a sparse connection are stored: numbers, one of few levels, or signs of one size."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["stored"]

CODES = 256  # levels that a byte tells apart


def _form(values: np.ndarray) -> str:
    """Return "signs" if all entries have one size, "codes" if they take at most 256 values, else "numbers"."""
    if not values.size:
        return "signs"
    if (np.abs(values) == abs(values.flat[0])).all():
        return "signs"
    few = len(np.unique(values[: 4 * CODES])) <= CODES and len(np.unique(values)) <= CODES
    return "codes" if few and values.size > 4 * CODES else "numbers"


def stored(
    segments: np.ndarray, n_segments: int, offsets: np.ndarray, values: np.ndarray, places: int
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return arrays and constants of the C++ template `entries.cpp`.

    Parameters
    ----------
    segments : integer array (entries,)
        What a spike adds together, ascending: its entries go to different places, so their order has no effect.
    n_segments : int
    offsets : integer array (entries,)
        Place of each, below `places`.
    values : array (entries,)
        In the type of the driven variable.
    places : int
    """
    form = _form(values)
    if form == "signs" and values.min(initial=0) < 0 < values.max(initial=0):  # what is added before what is taken away
        order = np.lexsort((offsets, values < 0, segments))
        segments, offsets, values = segments[order], offsets[order], values[order]
    starts = np.concatenate([[0], np.cumsum(np.bincount(segments, minlength=n_segments))])
    arrays = {
        "starts": starts.astype(np.int32 if len(values) < 2**31 else np.int64),
        "offsets": offsets.astype(np.uint16 if places <= 2**16 else np.int32),
    }
    constants: dict[str, Any] = {"form": form}
    if form == "signs":
        added = np.bincount(segments[values > 0], minlength=n_segments)
        arrays["turns"] = (starts[:-1] + added).astype(arrays["starts"].dtype)
        # float32 widens exactly, and the template narrows it again
        constants["entry_size"] = repr(float(abs(values[0]))) if len(values) else "0"
    elif form == "codes":
        table = np.unique(values)
        arrays["codes"] = np.searchsorted(table, values).astype(np.uint8)
        arrays["table"] = np.concatenate([table, np.zeros(CODES - len(table), table.dtype)])
    else:
        arrays["values"] = values
    return arrays, constants
