"""Random spike patterns: the benchmarks of rules that learn spike times."""

from __future__ import annotations

import numpy as np
from brian2 import Hz, Quantity, ms, second

from brainnet.coding.patterns import SpikePatterns
from brainnet.declare import Parameter
from brainnet.errors import ParameterError

__all__ = ["jittered", "poisson_patterns", "random_latency_patterns", "random_train", "thinned"]

_COUNT = Parameter(1, "a number of things", low=1)
_DURATION = Parameter(500 * ms, "of a trial", above=0 * ms)
_START = Parameter(0 * ms, "a time", low=0 * ms)
_RATE = Parameter(5 * Hz, "of each input", above=0 * Hz)


def random_latency_patterns(
    patterns: int, n: int, *, duration: Quantity = 500 * ms, rng: np.random.Generator
) -> SpikePatterns:
    """Draw patterns in which every input fires once, at a time uniform in [0, T).

    Parameters
    ----------
    patterns, n : int
        Numbers of patterns and inputs.
    duration : Quantity
        T, of a trial.
    rng : numpy.random.Generator

    Returns
    -------
    SpikePatterns
    """
    patterns, n, end = _checked("random_latency_patterns", patterns, n, duration)
    offsets = n * np.arange(patterns + 1)
    return SpikePatterns(np.tile(np.arange(n), patterns), rng.uniform(0, end, patterns * n), offsets, n, end * second)


def poisson_patterns(
    patterns: int, n: int, *, rate: Quantity, duration: Quantity = 500 * ms, rng: np.random.Generator
) -> SpikePatterns:
    """Draw patterns in which every input is a Poisson process; one without any spike is drawn anew.

    Parameters
    ----------
    patterns, n : int
        Numbers of patterns and inputs.
    rate : Quantity
        Of each input.
    duration : Quantity
        Of a trial.
    rng : numpy.random.Generator

    Returns
    -------
    SpikePatterns
    """
    patterns, n, end = _checked("poisson_patterns", patterns, n, duration)
    mean = n * end * float(_RATE.check("poisson_patterns", "rate", rate))
    counts = rng.poisson(mean, patterns)
    while (silent := counts == 0).any():
        counts[silent] = rng.poisson(mean, silent.sum())
    offsets = np.concatenate([[0], np.cumsum(counts)])
    spikes = offsets[-1]
    return SpikePatterns(rng.integers(0, n, spikes), rng.uniform(0, end, spikes), offsets, n, end * second)


def jittered(patterns: SpikePatterns, sigma: Quantity, *, rng: np.random.Generator) -> SpikePatterns:
    """Shift every spike by a normal deviate; where it would leave the trial, it is reflected at its end.

    Parameters
    ----------
    patterns : SpikePatterns
    sigma : Quantity
        Standard deviation of the shifts.
    rng : numpy.random.Generator

    Returns
    -------
    SpikePatterns
    """
    size, end = float(_START.check("jittered", "sigma", sigma)), float(patterns.duration)
    moved = patterns.times + rng.normal(0, size, len(patterns.times)) if size else patterns.times
    moved = end - np.abs(end - np.mod(np.abs(moved), 2 * end))
    return SpikePatterns(patterns.neurons, moved, patterns.offsets, patterns.n, patterns.duration)


def random_train(
    rate: Quantity, duration: Quantity, *, first: Quantity, interval: Quantity, rng: np.random.Generator
) -> Quantity:
    """Draw one spike train: intervals of a dead time and an exponential rest.

    Parameters
    ----------
    rate : Quantity
        Mean rate from `first` on.
    duration : Quantity
        Of the trial.
    first : Quantity
        No spike is earlier.
    interval : Quantity
        Shortest interval; below ``1/rate``.
    rng : numpy.random.Generator

    Returns
    -------
    Quantity of shape (spikes,)

    Raises
    ------
    ParameterError
        The rate is too high for the shortest interval, or a value has a wrong unit or range.
    """
    checked = {"rate": _RATE, "duration": _DURATION, "first": _START, "interval": _START}
    given = {"rate": rate, "duration": duration, "first": first, "interval": interval}
    values = {name: float(each.check("random_train", name, given[name])) for name, each in checked.items()}
    rest = 1 / values["rate"] - values["interval"]
    if rest <= 0:
        raise ParameterError(f"random_train: {rate} leaves no room for intervals of {interval}; give a lower rate")
    span = values["duration"] - values["first"]
    most = int(span / values["interval"]) + 1 if values["interval"] else int(span / rest * 4) + 100
    times = (
        values["first"] + rest * rng.exponential() + np.cumsum(values["interval"] + rest * rng.exponential(size=most))
    )
    times -= values["interval"]
    return times[times < values["duration"]] * second


def thinned(patterns: SpikePatterns, dt: Quantity) -> SpikePatterns:
    """Keep one spike of an input in each time step, the first.

    Parameters
    ----------
    patterns : SpikePatterns
    dt : Quantity
        Time step.

    Returns
    -------
    SpikePatterns
    """
    width = float(_DURATION.check("thinned", "dt", dt))
    owner = np.repeat(np.arange(len(patterns)), np.diff(patterns.offsets))
    step = ((patterns.times + 1e-3 * width) / width).astype(np.int64)
    _, first = np.unique(np.stack([owner, patterns.neurons, step]), axis=1, return_index=True)
    kept = np.sort(first)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner[kept], minlength=len(patterns)))])
    return SpikePatterns(patterns.neurons[kept], patterns.times[kept], offsets, patterns.n, patterns.duration)


def _checked(owner: str, patterns: int, n: int, duration: Quantity) -> tuple[int, int, float]:
    counts = (_COUNT.check(owner, name, each) for name, each in (("patterns", patterns), ("n", n)))
    return *counts, float(_DURATION.check(owner, "duration", duration))
