"""What is measured of a network whose neurons fire once: times, and what they stand for."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.measure.rates import RunningCorrelation
from brainnet.measure.tally import Content
from brainnet.spiking import Response, SpikingNetwork

__all__ = ["TimeTally"]

_SCATTER = 2000


class TimeTally:
    """Spikes, their times, and values against activations.

    Parameters
    ----------
    network : SpikingNetwork
        Converted to first spikes.
    """

    block = 500

    def __init__(self, network: SpikingNetwork) -> None:
        graph = network.graph
        self.network, self.window, self.output = network, graph.readout.window, graph.output.name
        self.codes = {each.name: each.code for each in graph.populations if each.code is not None}
        self.spikes = dict.fromkeys(self.codes, 0)
        self.histograms = {each.name: np.zeros(self.window, int) for each in graph.populations[:-1]}
        self.running = {name: RunningCorrelation() for name in self.codes if name != "input"}
        self.first: dict[str, Any] = {}

    def shown(self, x: Any) -> Any:
        """Return samples as they are."""
        return x

    def add(self, x: Any, response: Response) -> None:
        """Take in samples and the response to them."""
        begins = not self.first
        for name, times in response.times.items():
            self.spikes[name] += int((times >= 0).sum())
            self.histograms[name] += np.bincount(times[times >= 0], minlength=self.window)
            if begins:
                neuron = np.flatnonzero(times[0] >= 0)
                self.first[f"{name}_raster_neuron"] = (f"{name}_spike", neuron)
                self.first[f"{name}_raster_step"] = (f"{name}_spike", times[0][neuron])
        activations = self.network.trained.activations(x, of=list(self.running))
        for (name, running), values in zip(self.running.items(), activations, strict=True):
            if name == self.output:
                assert response.output_potential is not None
                running.add(response.output_potential, values.reshape(response.output_potential.shape))
                continue
            code = self.codes[name]
            wanted = code.scaled(values.reshape(len(response.decisions), code.values))
            found = code.decoded(response.values[name])
            running.add(found, wanted if code.signed else np.maximum(wanted, 0))
            if begins:
                points = np.linspace(0, wanted.size - 1, min(_SCATTER, wanted.size)).astype(int)
                self.first[f"{name}_activation"] = (f"{name}_point", wanted.ravel()[points])
                self.first[f"{name}_value"] = (f"{name}_point", found.ravel()[points])

    def content(self, x: Any, by_step: np.ndarray) -> Content:
        """Return means, correlations and histograms, and the first sample."""
        graph, settings = self.network.graph, self.network.settings
        neurons = {each.name: each.n for each in graph.populations}
        varying = [name for name, running in self.running.items() if np.isfinite(running.value)]
        variables = {
            "spikes_per_neuron": ("layer", [self.spikes[name] / (neurons[name] * len(x)) for name in neurons]),
            "mean_spikes_per_neuron": sum(self.spikes.values()) / (sum(neurons.values()) * len(x)),
            "layer_correlation": ("varying_layer", [self.running[name].value for name in varying]),
            "time_histogram": (("firing_layer", "time"), np.array([*self.histograms.values()])),
            "latency": graph.latency,
            **self.first,
        }
        coords = {
            "time": np.arange(self.window),
            "layer": list(neurons),
            "firing_layer": list(self.histograms),
            "varying_layer": np.array(varying, dtype=str),
        }
        attrs = {
            "window": self.window,
            "mapping": settings["mapping"],
            "begins": [each.lag for each in graph.populations],
        }
        return Content(variables, coords, attrs)
