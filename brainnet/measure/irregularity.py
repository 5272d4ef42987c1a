"""How irregular neurons of a network fire."""

from __future__ import annotations

import numpy as np

from brainnet.errors import DataError

__all__ = ["variability"]

_FEWEST = 5  # intervals of a neuron that is measured


def variability(neuron: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return the coefficient of variation of the intervals of each neuron that has five or more of them.

    Parameters
    ----------
    neuron, time : ndarray, shape (n_spikes,)
        Which neuron fired, and when, in any order and any unit of time.

    Returns
    -------
    ndarray, shape (n_measured,)
        Standard deviation of the intervals over their mean, in the order of the neurons: 1 for Poisson processes, 0 for
        regular spikes.

    Raises
    ------
    DataError
        All spikes of a neuron with five intervals or more are at the same time: their mean is 0, and has no ratio.

    Examples
    --------
    >>> variability(np.array([0, 0, 0, 1, 1, 1, 1, 1, 1]), np.arange(9.0))
    array([0.])
    """
    order = np.lexsort((time, neuron))
    neuron, gaps = neuron[order], np.diff(time[order])
    within = neuron[1:] == neuron[:-1]
    of, gaps = neuron[1:][within], gaps[within]
    count = np.bincount(of)
    chosen = count >= _FEWEST
    mean = np.bincount(of, gaps)[chosen] / count[chosen]
    if len(same := np.flatnonzero(chosen)[mean == 0]):
        raise DataError(
            f"variability: all {count[same[0]] + 1} spikes of neuron {same[0]} are at the same time; "
            "give each spike once, with its time not rounded"
        )
    square = np.bincount(of, gaps**2)[chosen] / count[chosen]
    return np.sqrt(np.maximum(square - mean**2, 0)) / mean
