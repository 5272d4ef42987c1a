"""Spikes to decisions, for every number of steps that one could have stopped at."""

from __future__ import annotations

import numpy as np
from brian2 import Quantity

from brainnet.random import uniform
from brainnet.seeds import check_seed
from brainnet.values.cautions import warn_of_rates

__all__ = ["decisions_from_potential", "decisions_from_spikes", "winners"]

# Of the generator of `winners`: that of random input is 0.
_STREAM = 1


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


def winners(potential: np.ndarray, *, rate: Quantity, dt: Quantity, seed: int = 0, first_sample: int = 0) -> np.ndarray:
    r"""Hand the spikes of a Poisson generator to output neurons that do not fire by themselves.

    In each step the generator fires with probability :math:`1 - \exp(-rate\,dt)`, and its spike becomes that of
    neuron k with probability :math:`\exp(v_k) / \sum_j \exp(v_j)`: a stochastic winner-take-all, the spiking softmax.

    Parameters
    ----------
    potential : ndarray of shape (samples, steps, neurons)
    rate : Quantity
        Of the generator.
    dt : Quantity
        Time step.
    seed : int
    first_sample : int
        Position of the first sample in its data set: a draw depends on seed, position and step alone.

    Returns
    -------
    ndarray of shape (samples, steps, neurons)
        1 where a neuron has a spike.

    References
    ----------
    Nessler, Pfeiffer & Maass 2009, NIPS; Rueckauer et al. 2017, Front. Neurosci. 11:682 (softmax).
    """
    seed = check_seed("winners", seed)
    warn_of_rates("winners: rate", rate, dt)
    n, steps, _ = potential.shape
    shares = np.exp(potential - potential.max(axis=2, keepdims=True))
    bounds = shares.cumsum(axis=2)
    step = (first_sample + np.arange(n))[:, None] * steps + np.arange(steps)
    fires, chosen = (uniform.pyfunc(seed, _STREAM, step, np.full_like(step, which)) for which in (0, 1))
    winner = (bounds <= chosen[:, :, None] * bounds[:, :, -1:]).sum(axis=2)
    raster = np.zeros(potential.shape, np.uint8)
    sample, when = np.nonzero(fires < -np.expm1(-float(rate * dt)))
    raster[sample, when, winner[sample, when]] = 1
    return raster
