"""Target spike trains: read, checked, and held against what a neuron can fire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.errors import DataError
from brainnet.learn.resume.rule import Steps

__all__ = ["Targets", "check_reachable", "read_targets", "to_steps"]


@dataclass(frozen=True)
class Targets:
    """Time steps of target spikes, in order, by pattern and output; and the time step in seconds."""

    steps: list[list[Steps]]
    dt: float

    @property
    def outputs(self) -> int:
        """Number of output neurons."""
        return len(self.steps[0])


def to_steps(times: Any, dt: float) -> Steps:
    """Return time steps that times in seconds lie in, as Brian2 finds them."""
    return ((np.asarray(times, dtype=float) + 1e-3 * dt) / dt).astype(np.int64)


def read_targets(y: Sequence[Any], patterns: int, duration: float, dt: float) -> Targets:
    """Read target trains.

    Parameters
    ----------
    y : sequence
        As `ReSuMe.fit` takes it.
    patterns : int
    duration, dt : float
        Of a trial and of a time step, in seconds.

    Raises
    ------
    DataError
    """
    if isinstance(y, str | bytes | Quantity) or not isinstance(y, Sequence):
        what = "None" if y is None else f"a {type(y).__name__}"
        raise DataError(f"targets are {what}; give a list with the trains of every pattern, such as [[5, 18]*ms]")
    if len(y) != patterns:
        raise DataError(f"{patterns} patterns and {len(y)} targets; give the trains of every pattern")
    steps = []
    for k, asked in enumerate(y):
        if (
            isinstance(asked, str | bytes)
            or not isinstance(asked, Quantity | Sequence)
            or (isinstance(asked, Quantity) and not asked.ndim)
        ):
            raise DataError(f"the target of pattern {k} is {asked!r}, no train; write e.g. [5, 18]*ms, or [[5, 18]*ms]")
        trains = [asked] if isinstance(asked, Quantity) and asked.ndim == 1 else list(asked)
        steps.append([_train(train, f"target of output {j} in pattern {k}", duration, dt)
                      for j, train in enumerate(trains)])  # fmt: skip
        if not trains or len(trains) != len(steps[0]):
            raise DataError(f"pattern {k} has targets of {len(trains)} neurons, pattern 0 of {len(steps[0])}; "
                            "give one train for each output, [] for silence")  # fmt: skip
    return Targets(steps, dt)


def _train(times: Any, what: str, duration: float, dt: float) -> Steps:
    values = np.asarray(times, dtype=float)
    if values.size == 0:
        return np.zeros(0, dtype=np.int64)
    if values.ndim != 1 or not isinstance(times, Quantity) or times.dim is not second.dim:
        raise DataError(f"{what} is no list of times; write e.g. [5, 18]*ms")
    bad = ~((values >= 0) & (values < duration))
    if bad.any():
        raise DataError(
            f"{what} asks for a spike at {values[bad][0] * 1e3:g} ms; keep it within the trial of {duration * 1e3:g} ms"
        )
    return np.sort(to_steps(values, dt))


def check_reachable(targets: Targets, trials: list[list[tuple[Steps, Steps]]], refractory: int) -> None:
    """Refuse target spikes that no weights can bring about.

    Raises
    ------
    DataError
        A spike before the first input has an effect, or within the refractory time of another.
    """
    for k, (rows, arrivals) in enumerate(zip(targets.steps, trials, strict=True)):
        for j, (asked, (arrival, _)) in enumerate(zip(rows, arrivals, strict=True)):
            where, unit = f"target of output {j} in pattern {k}", targets.dt * 1e3
            if len(asked) and asked[0] <= arrival.min():
                raise DataError(
                    f"{where}: a spike at {asked[0] * unit:g} ms cannot be learned, as the first input spike arrives "
                    f"at {arrival.min() * unit:g} ms; ask for later spikes, or give earlier input"
                )
            near = np.flatnonzero(np.diff(asked) < refractory)
            if len(near):
                raise DataError(
                    f"{where}: spikes at {asked[near[0]] * unit:g} and {asked[near[0] + 1] * unit:g} ms follow each "
                    f"other sooner than t_ref = {refractory * unit:g} ms lets them; ask for fewer, or shorten t_ref"
                )
