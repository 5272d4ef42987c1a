"""Spikes to decisions, for every number of steps that one could have stopped at."""

from __future__ import annotations

import numpy as np

__all__ = ["decisions_from_potential", "decisions_from_spikes"]


def decisions_from_spikes(
    sample: np.ndarray, step: np.ndarray, neuron: np.ndarray, shape: tuple[int, int, int]
) -> np.ndarray:
    """Decide by the number of spikes so far.

    Parameters
    ----------
    sample, step, neuron : integer arrays of shape (spikes,)
    shape : (samples, steps, neurons)

    Returns
    -------
    ndarray of shape (samples, steps)
        Neuron with the most spikes up to and including that step; of equal ones the first.
    """
    flat = np.ravel_multi_index((sample, step, neuron), shape)
    counts = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
    return counts.cumsum(axis=1).argmax(axis=2)


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
