"""Random spike patterns: the benchmarks of rules that learn spike times."""

from __future__ import annotations

import numpy as np
from brian2 import Hz, Quantity, ms, second

from brainnet.learn.patterns import SpikePatterns
from brainnet.spec import Parameter

__all__ = ["poisson_patterns", "random_latency_patterns"]

_COUNT = Parameter(1, "a number of things", low=1)
_DURATION = Parameter(500 * ms, "of a trial", above=0 * ms)
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


def _checked(owner: str, patterns: int, n: int, duration: Quantity) -> tuple[int, int, float]:
    counts = (_COUNT.check(owner, name, each) for name, each in (("patterns", patterns), ("n", n)))
    return *counts, float(_DURATION.check(owner, "duration", duration))
