"""Spike patterns and classes as the times that a spike response network takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from brainnet.coding.patterns import SpikePatterns
from brainnet.errors import DataError, ParameterError

__all__ = ["class_times", "input_times", "target_times"]

Array = NDArray[np.float64]


def input_times(patterns: SpikePatterns) -> Array:
    """Return the spike of each input in ms, of shape (patterns, inputs); infinite where there is none.

    Raises
    ------
    DataError
        An input spikes twice in a pattern.
    """
    owner = np.repeat(np.arange(len(patterns)), np.diff(patterns.offsets))
    cell = owner * patterns.n + patterns.neurons
    found, counts = np.unique(cell, return_counts=True)
    if (counts > 1).any():
        pattern, neuron = divmod(int(found[counts > 1][0]), patterns.n)
        raise DataError(
            f"input {neuron} spikes twice in pattern {pattern}; SpikeProp takes one spike an input: keep the first, or "
            "give each spike an input of its own"
        )
    times = np.full((len(patterns), patterns.n), np.inf)
    times.flat[cell] = patterns.times * 1e3
    return times


def class_times(classes: int, outputs: str, early: float, late: float) -> Array:
    """Return the times for each class, of shape (classes, output neurons).

    ``outputs = "class"``: a neuron for each class, early for its own and late for the others. ``"single"``: one
    neuron, the earlier the later the class stands in the order of labels.
    """
    if outputs == "single":
        return np.linspace(late, early, classes)[:, None]
    return np.where(np.eye(classes, dtype=bool), early, late)


def target_times(
    inputs: Array, times: Array, classes: NDArray[np.int64], shortest: Sequence[float], end: float
) -> Array:
    """Return the target of each output in each pattern, of shape (patterns, output neurons).

    Parameters
    ----------
    inputs : array of shape (patterns, inputs)
    times : array of shape (classes, output neurons)
    classes : integer array of shape (patterns,)
    shortest : sequence of float
        Shortest delay onto each layer, in ms.
    end : float
        Of the trial.

    Raises
    ------
    ParameterError
        A target before anything can arrive, or after the trial.
    """
    targets = times[classes]
    if times.max() > end:
        raise ParameterError(
            f"an output shall fire at {times.max():g} ms and the trial ends at {end:g} ms; give a longer duration, or "
            "earlier times"
        )
    arrives = inputs.min(axis=1) + sum(shortest)
    unreachable = targets.min(axis=1) <= arrives
    if unreachable.any():
        pattern = int(np.flatnonzero(unreachable)[0])
        raise ParameterError(
            f"pattern {pattern} shall make an output fire at {targets[pattern].min():g} ms, but nothing arrives there "
            f"before {arrives[pattern]:g} ms (its first spike and the shortest delay of each layer); give later times "
            "early and late, or shorter delays"
        )
    return targets
