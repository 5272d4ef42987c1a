"""Values to single spikes: the larger, the earlier."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, ms

from brainnet.coding.patterns import SpikePatterns, seconds
from brainnet.declare import Parameter
from brainnet.errors import DataError, ParameterError

__all__ = ["gaussian_population_code", "latency_code"]


def latency_code(
    values: Any, *, last: Quantity = 100 * ms, duration: Quantity | None = None, least: float = 0.0
) -> SpikePatterns:
    """Give each value one spike: 1 at the start, 0 at `last`, linearly between.

    Parameters
    ----------
    values : array of shape (n, ...)
        Samples in [0, 1]; the axes after the first become inputs.
    last : Quantity
        Time of the spike of the value 0.
    duration : Quantity, optional
        Of a trial; `last` if not given.
    least : float
        Smaller values stay silent; above 0, values of 0 do.

    Returns
    -------
    SpikePatterns

    Raises
    ------
    DataError
        Values outside of [0, 1], or a sample whose values are all too small for a spike.
    ParameterError
        A parameter out of range.
    """
    activation = _rows(values)
    if activation.min() < 0 or activation.max() > 1:
        raise DataError(f"values run from {activation.min():.4g} to {activation.max():.4g}; scale them to [0, 1]")
    return _spikes(activation, last, duration, least)


def gaussian_population_code(
    values: Any,
    *,
    fields: int = 12,
    low: Any = None,
    high: Any = None,
    gamma: float = 1.5,
    last: Quantity = 10 * ms,
    duration: Quantity | None = None,
    least: float = 0.1,
) -> SpikePatterns:
    r"""Code each value by the spikes of neurons with overlapping Gaussian receptive fields.

    Field i = 1...m of a value in :math:`[I_{min}, I_{max}]` has the centre
    :math:`I_{min} + \frac{2i - 3}{2} \frac{I_{max} - I_{min}}{m - 2}` and the width
    :math:`\sigma = \frac{1}{\gamma} \frac{I_{max} - I_{min}}{m - 2}`. Its neuron fires the earlier the higher the
    field is at the value: 1 at the start, 0 at `last`.

    Parameters
    ----------
    values : array of shape (n, ...)
    fields : int
        m, receptive fields a value.
    low, high : float or array of shape (values,), optional
        I_min and I_max. From the data if not given: give those of the training part for the test part.
    gamma : float
        Overlap of the fields.
    last : Quantity
    duration : Quantity, optional
        Of a trial; `last` if not given.
    least : float
        A neuron whose field is lower than this does not fire.

    Returns
    -------
    SpikePatterns
        Of ``fields`` inputs a value; the neurons of one value are neighbours.

    Raises
    ------
    DataError
        NaN, a value that is the same everywhere, or a sample so far out of range that no neuron fires.
    ParameterError
        A parameter out of range.

    References
    ----------
    Bohte, Kok & La Poutré 2002, Neurocomputing 48:17, section 4.1.
    """
    rows = _rows(values)
    m = Parameter(12, "fields a value", low=3).check("gaussian_population_code", "fields", fields)
    gamma = Parameter(1.5, "overlap", above=0.0).check("gaussian_population_code", "gamma", gamma)
    low = np.broadcast_to(rows.min(axis=0) if low is None else np.asarray(low, float), rows.shape[1:])
    high = np.broadcast_to(rows.max(axis=0) if high is None else np.asarray(high, float), rows.shape[1:])
    if not (low < high).all():
        flat = int(np.flatnonzero(~(low < high))[0])
        raise DataError(f"value {flat} runs from {low[flat]:g} to {high[flat]:g}; leave it out, or give low < high")
    step = (high - low) / (m - 2)
    centres = low[:, None] + (2 * np.arange(1, m + 1) - 3) / 2 * step[:, None]
    activation = np.exp(-0.5 * ((rows[:, :, None] - centres) / (step / gamma)[:, None]) ** 2)
    return _spikes(activation.reshape(len(rows), -1), last, duration, least)


def _rows(values: Any) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.ndim < 2 or array.size == 0:
        raise DataError(f"values of shape {array.shape}; give samples in rows: (n, features...)")
    if not np.isfinite(array).all():
        raise DataError("values hold NaN or infinity; remove or replace them")
    return array.reshape(len(array), -1)


def _spikes(activation: np.ndarray, last: Quantity, duration: Quantity | None, least: float) -> SpikePatterns:
    """Turn activations in [0, 1] into patterns of at most one spike an input."""
    end = float(seconds(last, "last"))
    if not 0 < end < np.inf:
        raise ParameterError(f"last = {last}; give a finite time above 0*ms")
    least = Parameter(0.1, "least activation", low=0.0, high=1.0).check("coding", "least", least)
    fires = activation >= least
    _, neurons = np.nonzero(fires)
    offsets = np.concatenate([[0], np.cumsum(fires.sum(axis=1))])
    times = end * (1 - activation[fires])
    return SpikePatterns(neurons, times, offsets, activation.shape[1], last if duration is None else duration)
