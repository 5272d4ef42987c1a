"""Spikes to decisions, for every number of steps that one could have stopped at."""

from __future__ import annotations

import numpy as np

__all__ = ["decisions_from_potential", "decisions_from_spikes"]


def decisions_from_spikes(raster: np.ndarray) -> np.ndarray:
    """Decide by the number of spikes so far.

    Parameters
    ----------
    raster : integer array of shape (samples, steps, neurons)
        Spikes of each neuron in each step.

    Returns
    -------
    ndarray of shape (samples, steps)
        Neuron with the most spikes up to and including that step; of equal ones the first.
    """
    return raster.cumsum(axis=1, dtype=np.int32).argmax(axis=2)


def decisions_from_potential(potential: np.ndarray) -> np.ndarray:
    """Decide by the membrane potential of output neurons that do not fire.

    Parameters
    ----------
    potential : ndarray of shape (samples, steps, neurons)

    Returns
    -------
    ndarray of shape (samples, steps)
    """
    return potential.argmax(axis=2)
