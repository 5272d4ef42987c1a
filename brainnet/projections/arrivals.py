"""Spikes of a group or subgroup as they arrive after a delay: a queue of neurons, not of synapses (NumPy form)."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.errors import ProjectionError
from brainnet.values.weights import is_delay

__all__ = ["Arrivals", "check_delay"]


def check_delay(delay: Any) -> Quantity:
    """Return `delay` as one time, 0*ms for None, or raise `ProjectionError`."""
    if delay is None:
        return Quantity(0.0, dim=second.dim)
    if not is_delay(delay):
        raise ProjectionError(
            f"projection: delay = {delay} is not one time of at least 0*ms; give one, or use path='synapses' "
            "for a delay per synapse"
        )
    return Quantity(delay, dim=second.dim)


class Arrivals:
    """What arrives in each step.

    Parameters
    ----------
    source : brian2 group or subgroup
        Its spikes.
    delay : Quantity
        Rounded to steps as Brian2 rounds delays.
    bursts : str
        Variable of the source that says how many spikes one stands for; one if empty.
    """

    def __init__(self, source: Any, delay: Quantity, bursts: str = "") -> None:
        self.start, self.n, self.delay, self.clock = source.start, len(source), delay, source.clock
        self.space = source.variables["_spikespace"]
        self.bursts = source.variables[bursts] if bursts else None
        self.ring: deque[np.ndarray] = deque()

    @property
    def steps(self) -> int:
        """Delay in steps of the clock."""
        return int(float(self.delay) / float(self.clock.dt) + 0.5)

    def prepare(self) -> None:
        """Fill the queue before a run."""
        while len(self.ring) < self.steps:
            self.ring.appendleft(np.empty(0, dtype=np.int32))

    def take(self) -> np.ndarray:
        """Return the neurons whose spikes arrive in this step, counted from the first of the subgroup, in order."""
        space = self.space.get_value()
        spikes: np.ndarray = space[: space[-1]]
        if self.n != len(space) - 1:
            spikes = spikes[(spikes >= self.start) & (spikes < self.start + self.n)] - self.start
        if self.bursts is not None:
            spikes = np.repeat(spikes, self.bursts.get_value()[spikes + self.start].astype(int))
        if self.steps:
            self.ring.append(spikes.copy())
            spikes = self.ring.popleft()
        return spikes

    def template_values(self) -> dict[str, Any]:
        """Return what ``spikes.cpp`` is written with."""
        return {
            "n_source": self.n,
            "source_start": self.start,
            "part": self.n != self.space.size - 1,
            "delay": self.steps,
            "bursts": self.bursts is not None,
        }

    def state(self) -> list[np.ndarray]:
        """Return what is on its way."""
        return [spikes.copy() for spikes in self.ring]

    def restore(self, state: list[np.ndarray] | None) -> None:
        """Put back what was on its way."""
        self.ring = deque(spikes.copy() for spikes in state or ())
