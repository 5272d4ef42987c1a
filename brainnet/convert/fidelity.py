"""How well rates follow activations, layer by layer, from samples that come in parts."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.ann import LayerGraph
from brainnet.convert.links import spread
from brainnet.convert.plan import Plan
from brainnet.convert.populations import SpikingLayer
from brainnet.measure import RunningCorrelation

__all__ = ["CAUSES", "Checker", "LayerCheck"]

# Why a rate is not the activation over the scale; see `LayerCheck`.
CAUSES = ("saturated", "silent", "spurious", "rounded")

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
    error : float
        Sum of the sizes of rate minus scaled activation over that of the scaled activations.
    causes : dict of str to float
        Shares of `error`: by neurons that fire in every step and should do so more often (saturated), that should fire
        and do not (silent), that should not and do (spurious), and all others (rounded).
    """

    correlation: float
    mean_rate: float
    silent: float
    error: float
    causes: Mapping[str, float]


class Checker:
    """Compares counts with activations.

    Parameters
    ----------
    graph : LayerGraph
        The trained network, which may have biases that the plan has not.
    plan : Plan
    steps : int
        Steps a sample.
    scales : mapping
        What `normalise` returned.
    layers : sequence of SpikingLayer

    Attributes
    ----------
    samples, undecided : int
        Samples so far, and those without any spike of an output that is read by its spikes.
    """

    def __init__(
        self, graph: LayerGraph, plan: Plan, steps: int, scales: Mapping[str, Any], layers: Sequence[SpikingLayer]
    ) -> None:
        self.graph, self.plan, self.steps, self.scales = graph, plan, steps, scales
        self.layers = {layer.name: layer for layer in layers}
        self._apart: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(CAUSES)))
        self._size: dict[str, float] = defaultdict(float)
        self._running: dict[str, RunningCorrelation] = defaultdict(RunningCorrelation)
        self._spikes: dict[str, int] = defaultdict(int)
        self._silent: dict[str, int] = defaultdict(int)
        self._neurons: dict[str, int] = defaultdict(int)
        self.samples, self.undecided = 0, 0

    def add(self, x: Any, response: Any) -> None:
        """Take in samples (n, ...) and the `Response` to them."""
        for name, counts in response.counts.items():
            self._spikes[name] += int(counts.sum())
            self._silent[name] += int((counts == 0).sum())
            self._neurons[name] += counts.size
        samples, population = np.asarray(x), self.plan.population
        self.samples += len(samples)
        output = response.counts.get(self.plan.populations[-1].name)
        if output is not None:
            self.undecided += int((output.sum(axis=1) == 0).sum())
        for start in range(0, len(samples), _BLOCK):
            part = slice(start, start + _BLOCK)
            values = self.graph.activations(samples[part], of=population)
            wanted = dict(zip(population, values, strict=True))
            if "input" in response.counts:
                found = response.counts["input"][part]
                if self.plan.signed_input:
                    found = np.subtract(*np.split(found, 2, axis=1))
                self._compare("input", found, samples[part].reshape(found.shape))
            for name, each in population.items():
                if each is self.plan.populations[-1] and response.output_potential is not None:
                    self._compare(name, response.output_potential[part], wanted[name], fires=False)
                elif name in response.counts:
                    found = each.decoded(response.counts[name][part])
                    # Rates cannot be negative: logits are compared by their positive part.
                    self._compare(name, found, wanted[name] if each.signed else np.maximum(wanted[name], 0))

    def _compare(self, name: str, found: np.ndarray, wanted: np.ndarray, fires: bool = True) -> None:
        """Take in counts, or potentials after all steps, and the activations that they stand for."""
        shape = self.graph.input_shape if name == "input" else self.plan.population[name].shape
        layer = self.layers[name]
        most, worth = self.steps * layer.most, layer.worth
        rates, goals = found * (worth / self.steps), wanted.reshape(found.shape) / spread(self.scales[name], shape)
        # Scaled, since scales may differ from channel to channel.
        self._running[name].add(rates, goals)
        apart = np.abs(rates - goals)
        cause = np.full(found.shape, CAUSES.index("rounded"))
        if fires:
            cause[(np.abs(found) >= most) & (np.abs(goals) > worth * layer.most)] = CAUSES.index("saturated")
            cause[found == 0] = CAUSES.index("silent")
            cause[(found != 0) & (goals == 0)] = CAUSES.index("spurious")
        self._apart[name] += np.bincount(cause.ravel(), apart.ravel(), len(CAUSES))
        self._size[name] += float(np.abs(goals).sum())

    def result(self) -> dict[str, LayerCheck]:
        """Return what was found, by population from the input on; warns of what is nearly silent or undecided."""
        checks = {}
        for name, running in self._running.items():
            neurons = self._neurons[name]
            rate = self._spikes[name] / (neurons * self.steps) if neurons else 0.0
            silent = self._silent[name] / neurons if neurons else 1.0
            apart = float(self._apart[name].sum())
            # Where nothing should fire, whatever does is all wrong.
            error = apart / self._size[name] if self._size[name] else float(apart > 0)
            causes = dict(zip(CAUSES, (self._apart[name] / (apart or 1.0)).tolist(), strict=True))
            checks[name] = LayerCheck(running.value, rate, silent, error, causes)
            if neurons and rate < SILENT_RATE:
                warnings.warn(
                    f"layer {name!r} is nearly silent ({rate:.2g} spikes per neuron and step); "
                    "use normalisation='data' with a lower percentile, or more steps",
                    stacklevel=3,
                )
        if self.undecided:
            warnings.warn(
                f"{self.undecided} of {self.samples} samples end without a spike of the output and count as the first "
                "class; use readout='potential', or more steps",
                stacklevel=3,
            )
        return checks
