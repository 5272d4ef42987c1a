"""Small Boltzmann machines, whose every state can be written down."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["exact_distribution", "exact_gradient", "gibbs_states", "kullback_leibler", "states_of_spikes"]


def _states(n: int) -> NDArray[np.float64]:
    """Return all states of n units, shape (2**n, n); unit k is bit k of the state's number."""
    return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float)


def exact_distribution(
    W: NDArray[np.float64], b: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the Boltzmann distribution of a restricted machine, and that of independent units of the same means.

    Parameters
    ----------
    W : array, shape (n_visible, n_hidden)
    b : array, shape (n_visible + n_hidden,)

    Returns
    -------
    two arrays, shape (2**(n_visible + n_hidden),)
        Visible units are the lower bits of a state's number.
    """
    states, n = _states(sum(W.shape)), W.shape[0]
    weight = states @ b + np.einsum("si,ij,sj->s", states[:, :n], W, states[:, n:])
    p = np.exp(weight - weight.max())
    p /= p.sum()
    means = p @ states
    return p, np.where(states > 0, means, 1 - means).prod(axis=1)


def exact_gradient(W: NDArray[np.float64], b: NDArray[np.float64], clamps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what contrastive divergence with endless free runs learns: means in the data less means in the model.

    Parameters
    ----------
    W : array, shape (n_visible, n_hidden)
    b : array, shape (n_visible + n_hidden,)
    clamps : array, shape (n_rows, n_visible)
        What is added to the biases of visible units by each row of data: the logarithm of the odds of its values.

    Returns
    -------
    array, shape (n_visible + 1, n_hidden + 1)
        Of the weights; of the biases of visible units in the last column, of hidden ones in the last row, with 0 in
        the corner.
    """
    states, n = _states(sum(W.shape)), W.shape[0]
    rows = np.hstack([clamps, np.zeros((len(clamps), W.shape[1]))])
    p = np.mean([exact_distribution(W, b + row)[0] for row in rows], axis=0) - exact_distribution(W, b)[0]
    found = np.zeros((n + 1, W.shape[1] + 1))
    found[:n, :-1] = np.einsum("s,si,sj->ij", p, states[:, :n], states[:, n:])
    found[:n, -1], found[n, :-1] = p @ states[:, :n], p @ states[:, n:]
    return found


def gibbs_states(
    W: NDArray[np.float64], b: NDArray[np.float64], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return how often each state is met in block Gibbs sampling of one chain."""
    n = W.shape[0]
    visible, counts = np.zeros(n), np.zeros(2 ** sum(W.shape))
    power = 2 ** np.arange(sum(W.shape))
    chance = rng.random((draws, sum(W.shape)))
    for row in chance:
        hidden = row[n:] < expit(visible @ W + b[n:])
        visible = (row[:n] < expit(W @ hidden + b[:n])).astype(float)
        counts[int(power[:n] @ visible + power[n:] @ hidden)] += 1
    return counts / draws


def states_of_spikes(
    trains: Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]], n: int, steps: int, held: int
) -> NDArray[np.float64]:
    """Return how often each state is met where neurons are on for `held` steps from each spike on.

    Parameters
    ----------
    trains : iterable of (steps, neurons)
        Spikes of each layer of n neurons, the visible ones first.
    """
    number = np.zeros(steps, np.int64)
    for layer, (at, neuron) in enumerate(trains):
        for k in range(n):
            change = np.zeros(steps + held + 1, np.int64)
            np.add.at(change, at[neuron == k], 1)
            np.add.at(change, at[neuron == k] + held, -1)
            number += (np.cumsum(change)[:steps] > 0) * 2 ** (layer * n + k)
    return np.bincount(number, minlength=2 ** (n * (layer + 1))) / steps


def kullback_leibler(p: NDArray[np.float64], exact: NDArray[np.float64]) -> float:
    """Return the divergence of `p` from `exact`, sum p ln(p/exact), in nats; states never met add nothing."""
    met = p > 0
    return float((p[met] * np.log(p[met] / exact[met])).sum())
