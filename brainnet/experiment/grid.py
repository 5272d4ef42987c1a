"""The time step that holds given spike times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from brian2 import Quantity, have_same_dimensions, second

from brainnet.errors import ParameterError

__all__ = ["SHIFT", "spike_times", "time_step"]

SHIFT = 0.5e-6  # s: the most that a spike is moved
_EXACT = 1e-10  # s: two times this close are one
_DENOMINATOR = 10**6


def spike_times(owner: str, train: Any) -> np.ndarray:
    """Return a train as rising seconds.

    Raises
    ------
    ParameterError
        No times: no unit, no list, NaN, or before 0.
    """
    example = "write e.g. [10, 20]*ms"
    if np.size(train) == 0:
        return np.zeros(0)
    if not isinstance(train, Quantity) or not have_same_dimensions(train, second):
        raise ParameterError(f"{owner}: spike times {_short(train)} carry no unit of time; {example}")
    times = np.asarray(train, dtype=float)
    if times.ndim != 1:
        raise ParameterError(f"{owner}: spike times have the shape {times.shape}; give a list of times, {example}")
    if not np.isfinite(times).all() or times.min() < 0:
        raise ParameterError(f"{owner}: spike times hold NaN, infinity or a time before 0; remove or shift them")
    return np.sort(times)


def time_step(trains: Sequence[np.ndarray]) -> float:
    """Return the longest time step (s) of which every spike time is a multiple.

    Times that are fractions with a small common denominator, such as those of 30 Hz, keep their place to rounding.
    Where there is no such step above 1 us, spikes are put on whole microseconds, so that none moves by more than SHIFT.
    """
    times = np.unique(np.concatenate([*trains, np.zeros(1)]))
    microseconds = np.round(times * 1e6).astype(np.int64)
    if np.abs(times * 1e6 - microseconds).max() <= 1e-3:
        return _common(microseconds)
    fractions = [Fraction(time).limit_denominator(_DENOMINATOR) for time in times]
    if max(abs(float(part) - time) for part, time in zip(fractions, times, strict=True)) <= _EXACT:
        denominator = math.lcm(*(part.denominator for part in fractions))
        if denominator <= _DENOMINATOR:
            return math.gcd(*(int(part * denominator) for part in fractions)) / denominator
    return _common(microseconds)


def _common(microseconds: np.ndarray) -> float:
    whole = microseconds[microseconds > 0]
    return float(np.gcd.reduce(whole)) / 1000 * 1e-3 if len(whole) else 1e-3


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else f"{text[:57]}..."
