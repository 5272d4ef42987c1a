"""How alike two spike trains are: distances of elephant (extra `learn`), and Schreiber's correlation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from brian2 import Quantity, ms, second

from brainnet.declare import Parameter
from brainnet.errors import DataError, MissingExtraError

__all__ = ["schreiber_correlation", "van_rossum_distance", "victor_purpura_distance"]

_TIME = Parameter(10 * ms, "a time constant", above=0 * ms)


def schreiber_correlation(a: Any, b: Any, *, sigma: Quantity = 2 * ms) -> float:
    r"""Correlation of two spike trains that are filtered by a Gaussian.

    .. math:: C = \frac{v_a \cdot v_b}{|v_a| |v_b|}, \qquad
        v_a \cdot v_b \propto \sum_{i, j} e^{-(t_i - t_j)^2 / 4 \sigma^2}

    which is exact: no grid. The filtered trains are not mean-subtracted, as in the paper.

    Parameters
    ----------
    a, b : Quantity of shape (spikes,)
        Spike times.
    sigma : Quantity
        Width of the Gaussian.

    Returns
    -------
    float
        1 for equal trains (two empty ones too), towards 0 for trains without common spikes.

    Raises
    ------
    DataError, ParameterError
        Times without units or NaN; a width that is none.

    References
    ----------
    Schreiber, Fellous, Whitmer, Tiesinga & Sejnowski 2003, Neurocomputing 52-54:925.
    """
    a, b = _train(a), _train(b)
    width = float(_TIME.check("schreiber_correlation", "sigma", sigma))
    if not len(a) or not len(b):
        return float(len(a) == len(b))

    def product(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.exp(-(((one[:, None] - other) / (2 * width)) ** 2)).sum())

    return product(a, b) / float(np.sqrt(product(a, a) * product(b, b)))


def van_rossum_distance(a: Any, b: Any, *, tau: Quantity = 10 * ms) -> float:
    """Distance of two spike trains that are filtered by a decaying exponential; 1 for one spike too many.

    Computed by elephant, with its normalisation: sqrt(2) times the paper's.

    Parameters
    ----------
    a, b : Quantity of shape (spikes,)
    tau : Quantity
        Time constant of the filter.

    Returns
    -------
    float

    Raises
    ------
    MissingExtraError
        elephant is not installed.
    DataError, ParameterError
        As for `schreiber_correlation`.

    References
    ----------
    van Rossum 2001, Neural Comput. 13:751.
    """
    tau = _TIME.check("van_rossum_distance", "tau", tau)
    elephant, quantities, trains = _elephant(a, b)
    distances = elephant.van_rossum_distance(trains, time_constant=float(tau) * quantities.s)
    return float(distances[0, 1])


def victor_purpura_distance(a: Any, b: Any, *, q: Quantity = 1 / (10 * ms)) -> float:
    """Least cost to turn one spike train into the other: 1 to insert or delete a spike, q dt to shift it by dt.

    Computed by elephant.

    Parameters
    ----------
    a, b : Quantity of shape (spikes,)
    q : Quantity
        Cost of a shift, a rate.

    Returns
    -------
    float

    Raises
    ------
    MissingExtraError
        elephant is not installed.
    DataError, ParameterError
        As for `schreiber_correlation`.

    References
    ----------
    Victor & Purpura 1996, J. Neurophysiol. 76:1310.
    """
    q = Parameter(1 / (10 * ms), "cost of a shift", low=0 / ms).check("victor_purpura_distance", "q", q)
    elephant, quantities, trains = _elephant(a, b)
    distances = elephant.victor_purpura_distance(trains, cost_factor=float(q) * quantities.Hz)
    return float(distances[0, 1])


def _train(times: Any) -> np.ndarray:
    """Return spike times as sorted numbers, in seconds."""
    array = np.asarray(times, dtype=float)
    if array.size == 0:
        return np.zeros(0)
    if array.ndim != 1 or not isinstance(times, Quantity) or times.dim is not second.dim:
        raise DataError(f"spike times {times!r} are no list of times; write e.g. [5, 8]*ms")
    if not np.isfinite(array).all():
        raise DataError("spike times hold NaN or infinity; remove them")
    return np.sort(array)


def _elephant(*trains: Any) -> tuple[Any, Any, list[Any]]:
    """Return elephant's module, its units, and trains in its form."""
    sorted_trains = [_train(each) for each in trains]
    try:
        with warnings.catch_warnings():  # what they import lets every DeprecationWarning through, of everybody
            import neo
            import quantities
            from elephant import spike_train_dissimilarity
    except ImportError as error:
        raise MissingExtraError("distances of spike trains need elephant; pip install 'brainnet[learn]'") from error
    ends = [t[0] for t in sorted_trains if len(t)] + [0.0], [t[-1] for t in sorted_trains if len(t)] + [0.0]
    span = {"t_start": min(ends[0]), "t_stop": max(ends[1]) + 1.0}
    return spike_train_dissimilarity, quantities, [neo.SpikeTrain(t, units="s", **span) for t in sorted_trains]
