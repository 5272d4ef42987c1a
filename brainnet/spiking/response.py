"""What a spiking network did on samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from brainnet.errors import ConversionError, UnknownNameError, nearest

__all__ = ["Response"]


@dataclass(frozen=True, eq=False)
class Response:
    """What a network did on n samples.

    Attributes
    ----------
    decisions : integer array (n, steps)
        The decision if one had stopped after that step; of first spikes, in each step in which spikes arrive at the
        outputs.
    counts : dict of str to integer array (n, neurons)
        Spikes of each neuron, by population; an output that does not fire is missing.
    output_potential : array (n, neurons) or None
        Membrane potential of outputs that do not fire, after all steps; of first spikes with their biases.
    rasters : dict of str to array (n, steps, neurons)
        Spikes in each step: of an output that fires, and of all populations of a network made with ``record=True``.
    times : dict of str to integer array (n, neurons)
        Of neurons that fire once: step of their window in which they fire, from 0 on; -1 where they do not.
    values : dict of str to array (n, neurons)
        What these times stand for, 0 without a spike.
    output : array (n, steps, \\*shape) or None
        What the last node of a NIR graph gives: 1 for a spike, a potential, or a sum of weights.
    run_seconds : float
        Time that the simulation took.
    """

    decisions: np.ndarray
    counts: Mapping[str, np.ndarray]
    output_potential: np.ndarray | None = None
    rasters: Mapping[str, np.ndarray] = field(default_factory=dict)
    times: Mapping[str, np.ndarray] = field(default_factory=dict)
    values: Mapping[str, np.ndarray] = field(default_factory=dict)
    output: np.ndarray | None = None
    run_seconds: float = 0.0

    def spikes(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return sample, step, and neuron of each spike of a layer, of several in a step one.

        Steps are those of the sample, of neurons that fire once those of their window.

        Raises
        ------
        UnknownNameError
            No layer of that name has spikes.
        ConversionError
            Its spikes were counted and not recorded.
        """
        if name not in self.counts:
            raise UnknownNameError(f"the network has no layer {name!r} that fires; {nearest(name, self.counts)}")
        if name in self.times:
            sample, neuron = np.nonzero(self.times[name] >= 0)
            return sample, self.times[name][sample, neuron], neuron
        if name not in self.rasters:
            raise ConversionError(f"spikes of layer {name!r} are not recorded; convert with record=True")
        sample, step, neuron = np.nonzero(self.rasters[name])
        return sample, step, neuron

    @classmethod
    def joined(cls, parts: Sequence[Response], run_seconds: float) -> Response:
        """Join the responses to samples that were presented one part after the other."""
        content = {each.name: _joined([getattr(part, each.name) for part in parts]) for each in fields(cls)[:-1]}
        return cls(**content, run_seconds=run_seconds)


def _joined(parts: Sequence[Any]) -> Any:
    first = parts[0]
    if first is None or len(parts) == 1:
        return first
    if isinstance(first, Mapping):
        return {name: np.concatenate([part[name] for part in parts]) for name in first}
    return np.concatenate(parts)
