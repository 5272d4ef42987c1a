"""Neurons of the program of Izhikevich 2006 (doi:10.1162/089976606775093882) that are at rest until currents come."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["at_rest", "move", "respond"]

REST = -70.0  # mV, where the equations rest


def move(v: np.ndarray, u: np.ndarray, current: Any, a: np.ndarray) -> np.ndarray:
    """Advance by 1 ms, the potential in two halves; return who fires."""
    drive = current + 140.0
    for _ in range(2):
        change = 0.04 * v
        change += 5.0
        change *= v
        change += drive
        change -= u
        change *= 0.5
        v += change
    change = 0.2 * v
    change -= u
    change *= a
    u += change
    if v.max(initial=REST) < 30:
        return np.empty(0, int)
    fired = np.flatnonzero(v >= 30)
    v[fired] = -65.0
    u[fired] += np.where(a[fired] > 0.05, 2.0, 8.0)
    return fired


def at_rest(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return potential and recovery of n neurons."""
    return np.full(n, REST), np.full(n, 0.2 * REST)


def respond(inputs: np.ndarray, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Let neurons that are at rest receive currents.

    Parameters
    ----------
    inputs : array, shape (steps, n)
        In mV/ms, each for one ms.
    a : array, shape (n,)
        Rate of recovery (1/ms): 0.02 of excitatory neurons, 0.1 of inhibitory ones.

    Returns
    -------
    neurons, times : int array
    """
    v, u = at_rest(len(a))
    fired = [move(v, u, current, a) for current in inputs]
    return np.concatenate(fired), np.repeat(np.arange(len(fired)), [len(each) for each in fired])
