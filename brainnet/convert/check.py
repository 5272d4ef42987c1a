"""How well rates follow activations, layer by layer, from samples that come in parts."""

from __future__ import annotations

import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.analysis import RunningCorrelation
from brainnet.ann import LayerGraph
from brainnet.convert.plan import Plan

__all__ = ["Checker", "LayerCheck"]

# A layer with fewer spikes than one in a thousand neuron-steps passes on next to nothing.
SILENT_RATE = 1e-3
# Samples whose activations are held at a time.
_BLOCK = 256


@dataclass(frozen=True)
class LayerCheck:
    """How well the rates of a layer follow the activations.

    Attributes
    ----------
    correlation : float
        Pearson correlation over values and samples; NaN where one side is constant. Of neurons in pairs it is that of
        the value that they code together.
    mean_rate : float
        Spikes per neuron and step.
    silent : float
        Fraction of neurons and samples without a spike.
    """

    correlation: float
    mean_rate: float
    silent: float


class Checker:
    """Compares counts with activations.

    Parameters
    ----------
    graph : LayerGraph
        The trained network, which may have biases that the plan has not.
    plan : Plan
    steps : int
        Steps a sample.
    """

    def __init__(self, graph: LayerGraph, plan: Plan, steps: int) -> None:
        self.graph, self.plan, self.steps = graph, plan, steps
        self._running: dict[str, RunningCorrelation] = defaultdict(RunningCorrelation)
        self._spikes: dict[str, int] = defaultdict(int)
        self._silent: dict[str, int] = defaultdict(int)
        self._neurons: dict[str, int] = defaultdict(int)

    def add(self, x: Any, response: Any) -> None:
        """Take in samples (n, ...) and the `Response` to them."""
        for name, counts in response.counts.items():
            self._spikes[name] += int(counts.sum())
            self._silent[name] += int((counts == 0).sum())
            self._neurons[name] += counts.size
        samples, population = np.asarray(x), self.plan.population
        for start in range(0, len(samples), _BLOCK):
            part = slice(start, start + _BLOCK)
            values = self.graph.activations(samples[part], of=population)
            wanted = dict(zip(population, values, strict=True))
            if "input" in response.counts:
                found = response.counts["input"][part]
                if self.plan.signed_input:
                    found = np.subtract(*np.split(found, 2, axis=1))
                self._running["input"].add(found, samples[part])
            for name, each in population.items():
                if each is self.plan.populations[-1] and response.output_potential is not None:
                    self._running[name].add(response.output_potential[part], wanted[name])
                elif name in response.counts:
                    found = each.decoded(response.counts[name][part])
                    # Rates cannot be negative: logits are compared by their positive part.
                    self._running[name].add(found, wanted[name] if each.signed else np.maximum(wanted[name], 0))

    def result(self) -> dict[str, LayerCheck]:
        """Return what was found, by population from the input on; warns of each that is nearly silent."""
        checks = {}
        for name, running in self._running.items():
            neurons = self._neurons[name]
            rate = self._spikes[name] / (neurons * self.steps) if neurons else 0.0
            checks[name] = LayerCheck(running.value, rate, self._silent[name] / neurons if neurons else 1.0)
            if neurons and rate < SILENT_RATE:
                warnings.warn(
                    f"layer {name!r} is nearly silent ({rate:.2g} spikes per neuron and step); "
                    "use normalisation='data' with a lower percentile, or more steps",
                    stacklevel=3,
                )
        return checks
