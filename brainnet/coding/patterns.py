"""Spike patterns: what spiking neurons are trained on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions, ms, second
from numpy.typing import NDArray

from brainnet.errors import DataError

__all__ = ["SpikePatterns", "seconds"]


@dataclass(frozen=True, eq=False)
class SpikePatterns:
    """Trials of equal length, each a set of spikes of the same n inputs.

    Made by `from_lists`, or from values by the codes in `brainnet.coding`. Indexing works as for arrays, so that
    scikit-learn splits patterns as it splits samples.

    Parameters
    ----------
    neurons : integer array of shape (spikes,)
        Input of each spike, 0 to n - 1; all patterns one after the other.
    times : array of shape (spikes,)
        Time of each spike from the start of its trial, in seconds; sorted here within each pattern.
    offsets : integer array of shape (patterns + 1,)
        Pattern k holds spikes ``offsets[k]:offsets[k + 1]``.
    n : int
        Number of inputs.
    duration : Quantity
        T, of a trial. Spikes lie in [0, T].

    Raises
    ------
    DataError
        No pattern, a pattern without spikes, a spike outside the trial, a time that is NaN, an input that is not there.

    Examples
    --------
    >>> from brian2 import ms
    >>> patterns = SpikePatterns.from_lists([([0, 1], [5, 3] * ms), ([1], [9] * ms)], n=2, duration=10 * ms)
    >>> len(patterns), patterns.shape
    (2, (2, 2))
    >>> patterns[0]  # inputs and times in seconds, in the order of time
    (array([1, 0]), array([0.003, 0.005]))
    """

    neurons: NDArray[np.int64]
    times: NDArray[np.float64]
    offsets: NDArray[np.int64]
    n: int
    duration: Quantity

    def __post_init__(self) -> None:
        """Check everything, sort the spikes, and lock the arrays."""
        neurons, offsets = _whole(self.neurons, "inputs"), _whole(self.offsets, "offsets")
        times = np.array(self.times, dtype=float)
        duration = float(seconds(self.duration, "the duration of a trial"))
        if isinstance(self.n, bool) or not isinstance(self.n, int | np.integer) or self.n < 1:
            raise DataError(f"n = {self.n!r} inputs; give a whole number from 1 on")
        if not 0 < duration < np.inf:
            raise DataError(f"a trial lasts {self.duration}; give a finite time above 0")
        if times.shape != neurons.shape or times.ndim != 1:
            raise DataError(f"{neurons.shape} inputs and {times.shape} times; give one of each for every spike")
        if offsets.ndim != 1 or len(offsets) < 2:
            raise DataError("no pattern; give at least one")
        if offsets[0] != 0 or offsets[-1] != len(times) or (np.diff(offsets) < 0).any():
            raise DataError(f"offsets do not divide {len(times)} spikes; start at 0, end at {len(times)}, do not fall")
        owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        _refuse(np.flatnonzero(np.diff(offsets) == 0), "has no spikes", "leave it out, or code its value by a spike")
        bad = (neurons < 0) | (neurons >= self.n)
        _refuse(owner[bad], f"has a spike of input {neurons[bad][:1]}", f"number the inputs 0 to {self.n - 1}")
        _refuse(owner[~np.isfinite(times)], "has a spike at NaN or infinity", "remove it")
        bad = (times < 0) | (times > duration)
        _refuse(
            owner[bad],
            f"has a spike at {times[bad][:1] * 1e3} ms",
            f"keep spikes within the trial, 0 to {self.duration}",
        )
        order = np.lexsort((neurons, times, owner))
        kept = {"neurons": neurons[order], "times": times[order], "offsets": offsets}
        for name, array in kept.items():
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "n", int(self.n))
        object.__setattr__(self, "duration", duration * second)

    @classmethod
    def from_lists(cls, samples: Sequence[tuple[Any, Any]], n: int, *, duration: Quantity) -> SpikePatterns:
        """Put patterns together.

        Parameters
        ----------
        samples : sequence of (inputs, times)
            One pair per pattern: integers, and as many times with units.
        n : int
            Number of inputs.
        duration : Quantity
            Of a trial.

        Raises
        ------
        DataError
            As for the class, or times without a unit of time.
        """
        pairs = []
        if not isinstance(samples, Iterable):
            raise DataError(f"samples = {repr(samples)[:40]} are no patterns; give one pair (inputs, times) for each")
        for number, sample in enumerate(samples):
            if not isinstance(sample, tuple | list) or len(sample) != 2:
                raise DataError(f"pattern {number} is no pair; give (inputs, times)")
            which, when = _whole(sample[0], f"inputs of pattern {number}"), sample[1]
            when = np.asarray(seconds(when, f"times of pattern {number}")) if np.size(when) else np.zeros(0)
            if which.ndim != 1 or which.shape != when.shape:
                raise DataError(
                    f"pattern {number} has {which.size} inputs and {when.size} times; give one for each spike"
                )
            pairs.append((which, when))
        if not pairs:
            raise DataError("no pattern; give at least one")
        offsets = np.cumsum([0] + [len(which) for which, _ in pairs])
        return cls(np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs]), offsets, n, duration)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of patterns and inputs."""
        return len(self), self.n

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        for k in range(len(self)):
            yield self[k]

    def __getitem__(self, which: Any) -> Any:
        """Return one pattern as (inputs, times in seconds), or several as `SpikePatterns`."""
        if isinstance(which, int | np.integer):
            if not -len(self) <= which < len(self):
                raise IndexError(f"pattern {which} of {len(self)}")
            part = slice(self.offsets[which % len(self)], self.offsets[which % len(self) + 1])
            return self.neurons[part], self.times[part]
        rows = np.arange(len(self))[which]
        starts, counts = self.offsets[rows], np.diff(self.offsets)[rows]
        offsets = np.concatenate([[0], np.cumsum(counts)])
        spikes = np.repeat(starts - offsets[:-1], counts) + np.arange(offsets[-1])
        return SpikePatterns(self.neurons[spikes], self.times[spikes], offsets, self.n, self.duration)

    def __repr__(self) -> str:
        trial = f"{float(self.duration / ms):g} ms"
        return f"<SpikePatterns: {len(self)} of {trial}, {self.n} inputs, {len(self.times)} spikes>"


def seconds(value: Any, what: str) -> Any:
    """Return times as plain numbers, in seconds.

    Raises
    ------
    DataError
        If they have no unit of time.
    """
    try:
        known = get_dimensions(value) is second.dim
    except TypeError:  # of no number
        known = False
    if not known:
        raise DataError(f"{what} come without a unit of time; write e.g. 5*ms")
    return np.asarray(value, dtype=float)


def _whole(values: Any, what: str) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise DataError(f"{what} are of type {array.dtype}; give whole numbers")
    return array.astype(np.int64)


def _refuse(patterns: NDArray[np.int64], cause: str, remedy: str) -> None:
    if len(patterns):
        more = f" (and {len(patterns) - 1} more)" if len(patterns) > 1 else ""
        raise DataError(f"pattern {patterns[0]} {cause}{more}; {remedy}")
