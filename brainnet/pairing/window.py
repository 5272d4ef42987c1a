"""A measured window of STDP as a table that a synapse reads."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, TimedArray, have_same_dimensions, ms, second

from brainnet.errors import ParameterError

__all__ = ["measured_window"]


def measured_window(dt: Quantity, change: Any, *, step: Quantity = 0.1 * ms) -> dict[str, Any]:
    """Return what ``models.window_stdp.connect(..., **measured_window(dt, change))`` needs.

    Parameters
    ----------
    dt : Quantity, shape (n,)
        Times t_post - t_pre of the measurement, rising, from 0 or less to 0 or more.
    change : array (n,)
        Change of the weight at each of them, in units of w_max. Straight lines between; nothing beyond.
    step : Quantity
        Of the table, best the time step of the simulation: the window is exact at its multiples.

    Returns
    -------
    dict
        ``namespace``, ``dt_min`` and ``dt_max``.

    Raises
    ------
    ParameterError
        Shapes, units or the order of the times do not fit.

    Examples
    --------
    >>> from brian2 import ms
    >>> sorted(measured_window([-20, 0, 20] * ms, [-0.1, 0.0, 0.2]))
    ['dt_max', 'dt_min', 'namespace']
    """
    for name, value in (("dt", dt), ("step", step)):
        if not isinstance(value, Quantity) or not have_same_dimensions(value, second):
            raise ParameterError(f"measured_window: {name} = {value} is no time; write e.g. [-20, 0, 20]*ms")
    times, values = np.asarray(dt, dtype=float), np.asarray(change, dtype=float)
    if times.ndim != 1 or times.shape != values.shape or len(times) < 2:
        raise ParameterError(f"measured_window: {times.shape} times and {values.shape} changes; give a change for each")
    if not (np.isfinite(times).all() and np.isfinite(values).all() and (np.diff(times) > 0).all()):
        raise ParameterError("measured_window: times must rise, and no value be NaN; sort and correct them")
    if times[0] > 0 or times[-1] < 0:
        raise ParameterError("measured_window: the times do not hold dt = 0; add a change of 0 there")
    each = float(step)
    if not 0 < each <= times[-1] - times[0]:
        raise ParameterError(f"measured_window: step = {step} is no part of the window; give a shorter one above 0*ms")
    first, last = np.ceil(times[0] / each - 1e-6), np.floor(times[-1] / each + 1e-6)
    grid = np.arange(first, last + 1) * each
    table = TimedArray(np.interp(grid, times, values), dt=step)
    return {"namespace": {"window": table}, "dt_min": grid[0] * second, "dt_max": grid[-1] * second}
