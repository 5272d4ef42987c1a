"""Delays that differ: what is on its way is a bundle, the synapses of a neuron that share a delay."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.errors import ProjectionError

__all__ = ["Bundles"]


class Bundles:
    """The synapses of each neuron that share a delay, in steps: the row of a matrix, cut into shorter rows.

    A spike puts each bundle of its neuron into the queue once, as far ahead as its delay: one number for each neuron
    where delays are those of neurons, and never more than one for each synapse. What arrives in a step is in the order
    of `brian2.Synapses`: what was fired first, then by neuron, then by synapse.

    Parameters
    ----------
    neurons : integer array, shape (n,)
        Neuron of each synapse.
    delays : array, shape (n,)
        In s.
    n_neurons : int
    clock : brian2.Clock
        Delays are rounded to its steps, as Brian2 rounds them.

    Attributes
    ----------
    of : int array, shape (n,)
        Bundle of each synapse.
    order : int array, shape (n,)
        Synapses bundle by bundle, ascending within each.
    start : int array, shape (n_bundles + 1,)
        Where each begins in `order`.
    neuron, steps : int array, shape (n_bundles,)
        Neuron and delay of each.
    first : int array, shape (n_neurons + 1,)
        Where those of each neuron begin.

    Examples
    --------
    >>> from brian2 import Clock, ms
    >>> found = Bundles(np.array([0, 0, 0, 1]), np.array([2e-3, 1e-3, 2e-3, 1e-3]), 2, Clock(1 * ms))
    >>> found.of, found.steps
    (array([1, 0, 1, 2], dtype=int32), array([1, 2, 1], dtype=int32))
    """

    def __init__(self, neurons: np.ndarray, delays: np.ndarray, n_neurons: int, clock: Any) -> None:
        self.clock, self.dt = clock, float(clock.dt)
        steps = (delays / self.dt + 0.5).astype(np.int32)
        self.order = np.lexsort((steps, neurons)).astype(np.int32)
        neurons, steps = neurons[self.order].astype(np.int32), steps[self.order]
        begins = np.concatenate([[True], (np.diff(neurons) != 0) | (np.diff(steps) != 0)])
        self.of = np.empty(len(neurons), np.int32)
        self.of[self.order] = np.cumsum(begins) - 1
        self.start = np.append(np.flatnonzero(begins), len(neurons)).astype(np.int32)
        self.neuron, self.steps = neurons[begins], steps[begins]
        self.first = np.searchsorted(self.neuron, np.arange(n_neurons + 1)).astype(np.int32)

    def __len__(self) -> int:
        return len(self.neuron)

    def of_spikes(self, neurons: np.ndarray) -> np.ndarray:
        """Return the bundles of neurons, one after the other."""
        counts = np.diff(self.first)[neurons]
        before = np.cumsum(counts) - counts
        return np.asarray(np.arange(counts.sum()) + np.repeat(self.first[neurons] - before, counts), np.int32)

    def check_clock(self, owner: str) -> None:
        """Refuse steps that have changed since delays were counted in them.

        Raises
        ------
        ProjectionError
        """
        if float(self.clock.dt) != self.dt:
            raise ProjectionError(
                f"{owner}: dt is {self.clock.dt}, and was {self.dt * 1e3:g} ms when its delays were counted in steps; "
                "set dt first, then connect"
            )
