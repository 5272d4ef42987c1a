"""What is measured of a network whose spikes code rates: rates against activations, and one sample spike by spike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from brainnet.measure.energy import EnergyTable
from brainnet.measure.fidelity import CAUSES, Checker
from brainnet.measure.inference import operations
from brainnet.measure.tally import Content
from brainnet.spiking import Response, SpikingNetwork, traced

__all__ = ["RateTally", "latency"]

# Points of the scatter plot of rates against activations, by layer.
_SCATTER = 400
# Samples that operations are counted for step by step, and the numbers that their spikes may take.
_TRACED, _WORK = 5, 2**25


class RateTally:
    """Rates against activations, counts, and operations by step.

    Parameters
    ----------
    network : SpikingNetwork
        Converted to rates.
    table : EnergyTable
    """

    def __init__(self, network: SpikingNetwork, table: EnergyTable) -> None:
        self.network, self.table, self.block = network, table, network.block
        self.checker = Checker(network)
        self.bins = network.steps * max(code.most for code in self.checker.codes.values()) + 1
        self.histograms: dict[str, np.ndarray] = {}
        self.scatter: dict[str, Any] = {}

    def shown(self, x: Any) -> Any:
        """Return samples as they are."""
        return x

    def add(self, x: Any, response: Response) -> None:
        """Take in samples and the response to them."""
        if not self.checker.samples:
            self.scatter = self._scatter(x, response)
        self.checker.add(x, response)
        for name, counts in response.counts.items():
            found = np.bincount(counts.ravel(), minlength=self.bins)[: self.bins]
            self.histograms[name] = self.histograms.get(name, 0) + found

    def content(self, x: Any, by_step: np.ndarray) -> Content:
        """Return checks of all layers, histograms of counts, and the first samples step by step."""
        network = self.network
        checks = self.checker.result()
        names = list(checks)
        defined = [name for name in names if np.isfinite(checks[name].correlation)]
        undefined = {"undefined": ", ".join(name for name in names if name not in defined)} if defined != names else {}
        variables = {
            "undecided_samples": self.checker.undecided,
            "latency": latency(by_step),
            "spikes_per_neuron": ("layer", [checks[name].mean_rate * network.steps for name in names]),
            "silent_fraction": ("layer", [checks[name].silent for name in names]),
            "layer_error": ("layer", [checks[name].error for name in names]),
            "error_causes": (("layer", "cause"), [[checks[name].causes[cause] for cause in CAUSES] for name in names]),
            "layer_correlation": ("varying_layer", [checks[name].correlation for name in defined], undefined),
            "count_histogram": (
                ("firing_layer", "count"), np.array([*self.histograms.values()], int).reshape(-1, self.bins)
            ),
            "firing_layer": np.array([*self.histograms], dtype=str),
            **self.scatter,
            **self._traced(x),
            **self._layers(names),
        }  # fmt: skip
        coords = {"layer": names, "varying_layer": np.array(defined, dtype=str), "cause": list(CAUSES)}
        attrs = {
            "layers_converted": network.n_converted,
            "channels": int(network.origin.channels),  # whether granularity=channel would act
            "changes": "; ".join(network.origin.changes),
            "folded": ", ".join(f"{number} {kind}" for kind, number in sorted(network.trained.folded.items())),
            **{name: str(value) for name, value in network.settings.items()},
            "steps": str(network.steps),  # of the graph, which may have been changed since
        }
        return Content(variables, coords, attrs)

    def _scatter(self, x: Any, response: Response) -> dict[str, Any]:
        """Rates and scaled activations of the first samples."""
        codes = {name: code for name, code in self.checker.codes.items() if name != "input"}
        activations = self.network.trained.activations(x[: max(1, min(len(x), 20))], of=list(codes))
        content = {}
        for (name, code), values in zip(codes.items(), activations, strict=True):
            if name in response.counts:
                rates = code.decoded(response.counts[name][: len(values)]) * (code.worth / self.network.steps)
                points = np.linspace(0, values.size - 1, min(_SCATTER, values.size)).astype(int)
                dim = f"{name}_point"
                content[f"{name}_activation"] = (dim, code.scaled(values.reshape(rates.shape)).ravel()[points])
                content[f"{name}_rate"] = (dim, rates.ravel()[points])
        return content

    def _layers(self, names: list[str]) -> dict[str, Any]:
        """What the populations are, and those that they receive from."""
        graph, groups, codes = self.network.graph, self.network.groups, self.checker.codes
        scales = [np.atleast_1d(self.network.scales[name]) for name in names]
        return {
            "neurons": ("layer", [groups[name].N for name in names]),
            "threshold": ("layer", [_threshold(groups[name].namespace) for name in names]),
            "scale_lowest": ("layer", [float(scale.min()) for scale in scales]),
            "scale_highest": ("layer", [float(scale.max()) for scale in scales]),
            "sources": ("layer", [_words(each.source for each in graph.onto(name)) for name in names]),
            "computes": ("layer", [_words(codes[name].layers) for name in names]),
        }

    def _traced(self, x: Any) -> dict[str, Any]:
        """Every spike of the first sample, and operations by step: from a run of its own."""
        neurons = sum(each.n for each in self.network.graph.populations)
        n = max(1, min(_TRACED, len(x), _WORK // (neurons * self.network.steps)))
        response = traced(self.network, x[:n])
        axes = tuple(f"axis_{k}" for k in range(np.ndim(x[0])))
        content: dict[str, Any] = {"first_sample": (axes, np.asarray(x[0]))}
        for name in response.rasters:
            sample, step, neuron = response.spikes(name)
            content[f"{name}_raster_step"] = (f"{name}_spike", step[sample == 0] + 1)
            content[f"{name}_raster_neuron"] = (f"{name}_spike", neuron[sample == 0])
        counts = operations(self.network, response.rasters)
        if counts.ac.ndim == 2:  # something fires
            of_part, dims = {"samples": n}, ("ann_layer", "step")
            content["synaptic_operations_by_step"] = (dims, counts.ac, of_part)
            content["memory_accesses_by_step"] = (dims, counts.memory, of_part)
            content["energy_by_step"] = (dims, counts.energy(self.table), {"units": "J", **of_part})
        return content


def latency(by_step: np.ndarray) -> int:
    """Count the steps after which accuracy stays at 99 % of the last one."""
    below = np.flatnonzero(by_step < 0.99 * by_step[-1])
    return int(below[-1]) + 2 if below.size else 1


def _threshold(constants: Mapping[str, Any]) -> float:
    """Threshold at rest; NaN of what has none."""
    return float(constants.get("v_th", constants.get("theta_0", np.nan)))


def _words(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
