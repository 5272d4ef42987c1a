"""A pair of spike trains from a file: npz or csv, the unit of time in it."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.errors import DataError, ModelFileError, ParameterError
from brainnet.experiment.grid import spike_times
from brainnet.experiment.trains import Train
from brainnet.guarded.archive import read_archive

__all__ = ["chosen_trains"]

MAX_BYTES = 2**28
_UNITS = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
_HEADER = re.compile(r"\s*(pre|post)\s*[\[(](s|ms|us)[\])]\s*")
_HOW = "write the columns 'pre (ms)' and 'post (ms)' (csv), or the arrays pre, post and unit='ms' (npz)"


def chosen_trains(owner: str, given: str | tuple[Any, Any] | list[Any]) -> Train:
    """Return the pair of trains (pre, post) that a user gives, as rising times.

    Parameters
    ----------
    owner : str
        For messages.
    given : str or pair of Quantity
        Path of a file, or ``([1, 5]*ms, [2.1, 3.1]*ms)``. A csv file has the columns ``pre (ms)`` and ``post (ms)``,
        the shorter one empty at its end; an npz file has the arrays ``pre``, ``post`` and ``unit``. A unit is s, ms or
        us.

    Raises
    ------
    DataError
        The file is missing or damaged, or lacks a train or its unit.
    ParameterError
        No pair of trains, or times without a unit.
    """
    if not isinstance(given, str):
        if len(given) != 2:
            raise ParameterError(
                f"{owner}: trains are {len(given)} and not two; give (pre, post), each times with a unit"
            )
        pair = given
    else:
        path = Path(given).expanduser()
        if path.suffix not in (".csv", ".npz"):
            raise DataError(f"{path} is no csv or npz file of spike trains; {_HOW}")
        pair = _from_csv(path) if path.suffix == ".csv" else _from_npz(path)
    pre, post = (spike_times(owner, train) * second for train in pair)
    if not (len(pre) or len(post)):
        raise ParameterError(f"{owner}: both trains are empty; give times of at least one spike")
    return pre, post


def _from_npz(path: Path) -> tuple[Quantity, ...]:
    def check(name: str, dtype: np.dtype[Any]) -> None:
        if dtype.kind not in ("U" if name == "unit" else "fiu"):
            raise ModelFileError(f"array {name!r} has the type {dtype}; {_HOW}")

    try:
        arrays = read_archive(path, check, MAX_BYTES)
    except ModelFileError as error:
        raise DataError(str(error)) from None
    missing = [name for name in ("pre", "post", "unit") if name not in arrays]
    unit = "" if missing else str(arrays["unit"].item()) if arrays["unit"].size == 1 else ""
    if missing or unit not in _UNITS:
        raise DataError(f"{path}: {', '.join(missing) or f'the unit {unit[:20]!r}'} is missing or not known; {_HOW}")
    return tuple(arrays[side].astype(float) * _UNITS[unit] * second for side in ("pre", "post"))


def _from_csv(path: Path) -> tuple[Quantity, ...]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"{path} has more than {MAX_BYTES} bytes; write the trains as npz, or fewer spikes")
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; give a csv file of spike trains") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} is no csv file ({error}); {_HOW}") from None
    heads = [_HEADER.fullmatch(cell) for cell in rows[0]] if rows else []
    columns = {head[1]: (place, _UNITS[head[2]]) for place, head in enumerate(heads) if head}
    if set(columns) != {"pre", "post"}:
        raise DataError(f"{path} has not the columns pre and post with their unit; {_HOW}")
    trains = []
    for place, unit in (columns[side] for side in ("pre", "post")):
        cells = [row[place].strip() if place < len(row) else "" for row in rows[1:]]
        try:
            trains.append(np.array([float(cell) for cell in cells if cell]) * unit * second)
        except ValueError:
            bad = next(number for number, cell in enumerate(cells, 2) if cell and not _is_number(cell))
            raise DataError(f"{path}, line {bad}: a cell is no number; {_HOW}") from None
    return tuple(trains)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
