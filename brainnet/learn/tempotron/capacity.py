"""How many random patterns a Tempotron separates; and a perceptron, which sees the same inputs without their times."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, second
from numpy.typing import NDArray
from scipy.optimize import linprog

from brainnet.coding import random_latency_patterns
from brainnet.coding.patterns import SpikePatterns
from brainnet.learn.tempotron.kernel import time_to_peak

__all__ = ["is_separable", "latency_task", "timeless_task"]


def latency_task(
    patterns: int, n: int, *, duration: Quantity, rng: np.random.Generator
) -> tuple[SpikePatterns, NDArray[np.int64]]:
    """Draw patterns in which each input fires once, uniformly in [0, T), and labels 0 or 1 of equal probability.

    References
    ----------
    Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, fig. 3.
    """
    made = random_latency_patterns(patterns, n, duration=duration, rng=rng)
    return made, _labels(patterns, rng)


def timeless_task(
    patterns: int, n: int, *, tau: float, tau_s: float, rng: np.random.Generator
) -> tuple[SpikePatterns, NDArray[np.int64]]:
    """Draw patterns in which half of the inputs, drawn at random, fire together, and labels 0 or 1.

    The trial ends where the potential is highest, so that V_max is the sum of the weights of those inputs: the
    Tempotron is a perceptron.
    """
    half = max(n // 2, 1)
    neurons = np.concatenate([rng.permutation(n)[:half] for _ in range(patterns)])
    end = time_to_peak(tau, tau_s)
    offsets = half * np.arange(patterns + 1)
    return SpikePatterns(neurons, np.zeros(len(neurons)), offsets, n, end * second), _labels(patterns, rng)


def is_separable(patterns: SpikePatterns, y: NDArray[np.int64]) -> bool:
    """Whether weights exist with which the sum over the inputs of a pattern tells its label by a threshold above 0.

    Decided by linear programming: the limit of what any rule could learn from inputs without times.
    """
    x = np.zeros(patterns.shape)
    x[np.repeat(np.arange(len(patterns)), np.diff(patterns.offsets)), patterns.neurons] = 1
    sign = np.where(y == 1, 1.0, -1.0)
    # sign (w x - threshold) >= 1; the threshold is scaled to 1 afterwards, and must be positive.
    columns = np.column_stack([-sign[:, None] * x, sign])
    bounds = [(None, None)] * patterns.n + [(1e-3, None)]
    found = linprog(np.zeros(patterns.n + 1), A_ub=columns, b_ub=-np.ones(len(y)), bounds=bounds, method="highs")
    return bool(found.status == 0)


def _labels(patterns: int, rng: np.random.Generator) -> Any:
    labels = rng.integers(0, 2, patterns)
    while patterns > 1 and labels.min() == labels.max():  # nothing to tell apart
        labels = rng.integers(0, 2, patterns)
    return labels
