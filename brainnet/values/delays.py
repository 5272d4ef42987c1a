"""Delays that differ: one for each presynaptic neuron, or one for each synapse."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, have_same_dimensions, second
from scipy import sparse

from brainnet.errors import ParameterError
from brainnet.values.weights import is_delay, same_order

__all__ = ["MOST_STEPS", "check_steps", "delays_of_each"]

MOST_STEPS = 2**22  # of a queue, a list each: 100 MB where none holds a spike


def check_steps(owner: str, delays: Any, dt: Any) -> None:
    """Refuse delays that a queue cannot hold: below one step `dt`, where a spike would act at once, or too long.

    Parameters
    ----------
    owner : str
    delays : array or float
        In s, at least one.
    dt : Quantity

    Raises
    ------
    ParameterError
    """
    least, most = float(np.min(delays)), float(np.max(delays))
    if least < (1 - 1e-9) * float(dt):
        raise ParameterError(
            f"{owner}: delays from {least * second} are below one time step, {dt}; draw them from "
            "Clipped(..., low, high) with a low of one step, or take a shorter one"
        )
    if not most < MOST_STEPS * float(dt):
        raise ParameterError(
            f"{owner}: a delay of {most * second} is more than the {MOST_STEPS} time steps that a queue may hold; give "
            "shorter ones, or a longer step"
        )


def delays_of_each(owner: str, delay: Any, matrix: Any, dt: Any) -> tuple[Any, Any]:
    """Return one delay for all, or None and the delay of each synapse.

    Parameters
    ----------
    owner : str
        Name for messages.
    delay : Quantity of shape (), (n_pre,) or (n_pre, n_post), or a scipy.sparse matrix and its unit as a pair; None
        Of (n_pre, n_post) the entries with a synapse are read.
    matrix : array or scipy.sparse matrix, shape (n_pre, n_post)
        An array joins all to all; a sparse matrix where it has an entry, and its entries are row by row.
    dt : Quantity

    Returns
    -------
    delay : Quantity or None
    each : Quantity, shape (synapses,), or None
        In the order of the entries of `matrix`.

    Raises
    ------
    ParameterError
        No time, another shape, or delays that steps of `dt` cannot hold.
    """
    if delay is None or is_delay(delay):
        return delay, None
    n_pre, n_post = matrix.shape
    if sparse.issparse(matrix):
        entries = matrix.tocoo()
        rows, columns = entries.row, entries.col
    else:
        rows, columns = (index.ravel() for index in np.indices(matrix.shape))
    values, unit = delay if isinstance(delay, tuple) and len(delay) == 2 else (delay, 1.0)
    there = sparse.issparse(values) or isinstance(values, Quantity) or isinstance(delay, tuple)
    if not there or not is_delay(found := _unit(values, unit)) or np.shape(values) not in ((n_pre,), (n_pre, n_post)):
        shown = f"shape {np.shape(values)}" if np.ndim(values) else f"{delay}"
        raise ParameterError(
            f"{owner}: delay = {shown} is not one time of at least 0*ms, nor times of the shape ({n_pre},) or "
            f"({n_pre}, {n_post}); write e.g. 1*ms, or (sparse matrix, ms)"
        )
    numbers = np.asarray(values, float)[rows] if np.ndim(values) == 1 else same_order(owner, values, (rows, columns))
    each = np.asarray(numbers, float) * float(found)
    if not (np.isfinite(each) & (each >= 0)).all():
        raise ParameterError(f"{owner}: delay holds NaN, infinity, or times below 0*ms; give times")
    if len(each) and (each == each[0]).all():
        return Quantity(each[0], dim=second.dim), None
    check_steps(owner, each, dt)
    return None, Quantity(each, dim=second.dim)


def _unit(values: Any, unit: Any) -> Any:
    """Return what the numbers are multiples of: a time, if they are times."""
    if isinstance(values, Quantity) and not have_same_dimensions(values, 1):
        return Quantity(1.0, dim=values.dim) if not isinstance(unit, Quantity) else None
    return unit
