"""Spikes of a group or subgroup as they arrive after a delay: a queue of neurons or bundles (NumPy form)."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.errors import ProjectionError
from brainnet.projections.bundles import Bundles
from brainnet.values.delays import check_steps
from brainnet.values.weights import is_delay

__all__ = ["Arrivals", "check_delay"]


def check_delay(delay: Any) -> Quantity:
    """Return `delay` as one time, 0*ms for None, or raise `ProjectionError`."""
    if delay is None:
        return Quantity(0.0, dim=second.dim)
    if not is_delay(delay):
        raise ProjectionError(
            f"projection: delay = {delay} is not one time of at least 0*ms; give one, or one for each synapse"
        )
    return Quantity(delay, dim=second.dim)


class Arrivals:
    """What arrives in each step.

    Parameters
    ----------
    source : brian2 group or subgroup
        Its spikes.
    delay : Quantity or None
        Rounded to steps as Brian2 rounds delays. None: that of each bundle.
    bursts : str
        Variable of the source that says how many spikes one stands for; one if empty.
    bundles : Bundles, optional
        What arrives instead of neurons: all bundles of those that spiked.

    Raises
    ------
    ParameterError
        The delay has more steps than a queue may hold.
    """

    def __init__(self, source: Any, delay: Quantity | None, bursts: str = "", bundles: Bundles | None = None) -> None:
        if delay is not None and float(delay):
            check_steps(source.name, max(float(delay), float(source.clock.dt)), source.clock.dt)
        self.bundles = bundles
        self.start, self.n, self.delay, self.clock = source.start, len(source), delay, source.clock
        self.space = source.variables["_spikespace"]
        self.bursts = source.variables[bursts] if bursts else None
        self.ring: deque[np.ndarray] = deque()

    @property
    def steps(self) -> int:
        """Delay in steps of the clock, the longest one."""
        if self.delay is None:
            return int(self.bundles.steps.max())  # type: ignore[union-attr]
        return int(float(self.delay) / float(self.clock.dt) + 0.5)

    def prepare(self) -> None:
        """Fill the queue before a run."""
        self._check()
        while len(self.ring) < self.steps:
            self.ring.appendleft(np.empty(0, dtype=np.int32))

    def take(self) -> np.ndarray:
        """Return what arrives in this step: neurons, counted from the first of the subgroup, or bundles; in order."""
        space = self.space.get_value()
        spikes: np.ndarray = space[: space[-1]]
        if self.n != len(space) - 1:
            spikes = spikes[(spikes >= self.start) & (spikes < self.start + self.n)] - self.start
        if self.bursts is not None:
            spikes = np.repeat(spikes, self.bursts.get_value()[spikes + self.start].astype(int))
        if self.bundles is not None:
            found = self.bundles.of_spikes(spikes)
            late = self.bundles.steps[found] if self.delay is None else np.full(len(found), self.steps)
            self.ring.append(np.empty(0, dtype=np.int32))
            for step in np.unique(late):
                self.ring[step] = np.concatenate([self.ring[step], found[late == step]])
            spikes = self.ring.popleft()
        elif self.steps:
            self.ring.append(spikes.copy())
            spikes = self.ring.popleft()
        return spikes

    def template_values(self) -> dict[str, Any]:
        """Return what ``spikes.cpp`` is written with."""
        self._check()
        return {
            "bundled": self.bundles is not None,
            "differs": self.delay is None,
            "n_source": self.n,
            "source_start": self.start,
            "part": self.n != self.space.size - 1,
            "delay": self.steps,
            "bursts": self.bursts is not None,
        }

    def _check(self) -> None:
        if self.bundles is not None:
            self.bundles.check_clock(f"synapses of {self.space.owner.name}")

    @property
    def most(self) -> int:
        """Number that all that arrives is below."""
        return self.n if self.bundles is None else len(self.bundles)

    def state(self) -> list[np.ndarray]:
        """Return what is on its way."""
        return [spikes.copy() for spikes in self.ring]

    def restore(self, state: list[np.ndarray] | None) -> None:
        """Put back what was on its way."""
        self.ring = deque(spikes.copy() for spikes in state or ())
