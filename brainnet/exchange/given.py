"""Spikes as they are given: a monitor, or what a `SpikeGeneratorGroup` is made from."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, SpikeMonitor, second
from numpy.typing import NDArray

from brainnet.coding.patterns import seconds
from brainnet.errors import DataError

__all__ = ["put_together", "split"]


def split(spikes: Any, duration: Any) -> tuple[list[NDArray[np.float64]], float]:
    """Return the times (s) of each neuron, ascending, and the duration (s).

    Raises
    ------
    DataError
        Times or the duration have no unit of time; a neuron that is not there; a spike outside 0 to `duration`; a
        monitor that records no spikes.
    """
    length = float(seconds(duration, "the duration"))
    if not 0 < length < np.inf:
        raise DataError(f"the spikes last {duration}; give a finite duration above 0, such as 2*second")
    n, neurons, times = _parts(spikes)
    if neurons.shape != times.shape or neurons.ndim != 1:
        raise DataError(f"{neurons.size} neurons and {times.size} times; give one of each for every spike")
    if neurons.size and neurons.dtype.kind not in "iu":
        raise DataError(f"neurons are of type {neurons.dtype}; give whole numbers")
    if (wrong := neurons[(neurons < 0) | (neurons >= n)]).size:
        raise DataError(f"a spike of neuron {wrong[0]}, and there are {n}; number them 0 to {n - 1}")
    if (wrong := times[~((times >= 0) & (times <= length))]).size:  # NaN too
        raise DataError(
            f"a spike at {wrong[0]:g} s lies outside 0 to {length:g} s; give another duration or leave it out"
        )
    order = np.lexsort((times, neurons))
    ends = np.searchsorted(neurons[order], np.arange(1, n))
    return np.split(times[order], ends), length


def _parts(spikes: Any) -> tuple[int, NDArray[Any], NDArray[np.float64]]:
    if isinstance(spikes, SpikeMonitor):
        if not spikes.record:
            raise DataError(f"{spikes.name} counts spikes and records none; make it with record=True")
        return len(spikes.source), np.asarray(spikes.i[:]), np.asarray(spikes.t[:], dtype=float)
    if not isinstance(spikes, tuple) or len(spikes) != 3:
        raise DataError(f"spikes of type {type(spikes).__name__}; give a SpikeMonitor or (n, neurons, times)")
    n, neurons, times = spikes
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise DataError(f"n = {n!r} neurons; give a whole number from 1 on")
    return int(n), np.asarray(neurons), np.atleast_1d(seconds(times, "times of spikes"))


def put_together(trains: list[NDArray[np.float64]]) -> tuple[int, NDArray[np.int64], Quantity]:
    """Return n, neurons and times of all spikes, in the order of time, of trains in seconds.

    Raises
    ------
    DataError
        There is no train, or a time is NaN, infinite or before 0.
    """
    if not trains:
        raise DataError("no spike train; give at least one")
    neurons = np.repeat(np.arange(len(trains)), [len(train) for train in trains])
    times = np.concatenate(trains).astype(float)
    if (wrong := np.flatnonzero(~((times >= 0) & (times < np.inf)))).size:
        raise DataError(
            f"train {neurons[wrong[0]]} has a spike at {times[wrong[0]]:g} s; leave it out, or shift the times"
        )
    order = np.lexsort((neurons, times))
    return len(trains), neurons[order], times[order] * second
