"""Measure a converted network on a test set: everything that a conversion protocol reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from brainnet.ann import LayerGraph
from brainnet.convert.convert import assemble
from brainnet.convert.fidelity import CAUSES, Checker
from brainnet.convert.links import spread
from brainnet.convert.network import Response, SpikingNetwork
from brainnet.convert.settings import with_channels
from brainnet.declare import Parameter, Result
from brainnet.errors import DataError
from brainnet.measure import EnergyTable, ann_operations, energy_ratio, mean_operations
from brainnet.measure import energy_table as table_of
from brainnet.targets import target

__all__ = ["ENERGY_TABLE", "RESULTS", "evaluate", "positions_of"]

ENERGY_TABLE = Parameter("fp32", "energy of one operation: the name of a table, or a file with one (.toml, .json)")

RESULTS: Mapping[str, Result] = {
    "ann_accuracy": Result("test accuracy of the trained network"),
    "snn_accuracy": Result("test accuracy of the spiking network after all steps"),
    "accuracy_drop": Result("ann_accuracy - snn_accuracy"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "latency": Result("steps after which test accuracy stays at 99 % of its final value or above"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "mac_operations": Result("multiply-accumulates of the trained network, per inference"),
    "memory_accesses": Result("of the spiking network, per inference: 3 an accumulate, 4 a MAC, 2 a neuron and step"),
    "energy_ratio": Result("energy of the synaptic operations of the spiking network over that of the trained one"),
    "layer_correlation": Result("Pearson correlation of spike counts and activations, by layer that has one"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}

# Points of the scatter plot of rates against activations, by layer.
_SCATTER = 400
# Samples that operations are counted for step by step, and the numbers that their spikes may take.
_TRACED, _WORK = 5, 2**25


def evaluate(network: SpikingNetwork, x: Any, y: Any, *, energy_table: str | EnergyTable = "fp32") -> xr.Dataset:
    """Run a converted network on samples and compare it with the network it came from.

    Parameters
    ----------
    network : SpikingNetwork
    x : array (n, ...)
    y : integer array (n,)
        Labels as the network was trained with: its `classes`, or 0, 1, 2... where it has none.
    energy_table : str or EnergyTable
        As `brainnet.measure.energy_table` takes it.

    Returns
    -------
    xarray.Dataset
        The variables of `RESULTS`, and what the picture needs. A correlation with a layer that does not vary is
        not defined: it is left out, and the attribute ``undefined`` names the layer.

    Raises
    ------
    DataError
        Samples and labels do not fit the network or each other.
    """
    table, labels = table_of(energy_table), positions_of(network.graph, x, y)
    ann_accuracy = network.graph.accuracy(x, labels)
    checker = Checker(network.graph, network.plan, network.steps, network.scales, network.layers)
    correct, seconds = np.zeros(network.steps), 0.0
    counted = []
    histograms: dict[str, np.ndarray] = {}
    bins = network.steps * max(layer.most for layer in network.layers) + 1
    for start in range(0, len(x), network.block):  # so many that memory does not grow with the samples
        part = slice(start, start + network.block)
        response = network.run(x[part], first_sample=start)
        seconds += response.run_seconds
        correct += (response.decisions == labels[part, None]).sum(axis=0)
        checker.add(x[part], response)
        counted.append((len(response.decisions), network.operations(response.counts)))
        for name, counts in response.counts.items():
            found = np.bincount(counts.ravel(), minlength=bins)[:bins]
            histograms[name] = histograms.get(name, 0) + found
        if start == 0:
            scatter = _scatter(network, x, response)
    by_step = correct / len(x)
    checks = checker.result()
    operations = mean_operations(counted)
    trained = ann_operations({layer.name: layer.macs for layer in network.graph.layers})
    ratio = energy_ratio(operations, trained, table)
    energy_attrs = {
        "table": table.name,
        "E_MAC": f"{table.mac:g} J",
        "E_AC": f"{table.ac:g} J",
        "table_source": table.source,
        "counted": "synaptic operations and the multiplications of analog input; no neuron updates, biases or currents",
    }
    if table.memory:
        energy_attrs["E_memory"] = f"{table.memory:g} J"
    names = list(checks)
    defined = [name for name in names if np.isfinite(checks[name].correlation)]
    undefined = {"undefined": ", ".join(name for name in names if name not in defined)} if defined != names else {}
    dataset = xr.Dataset(
        {
            "ann_accuracy": ann_accuracy,
            "snn_accuracy": float(by_step[-1]),
            "accuracy_drop": ann_accuracy - float(by_step[-1]),
            "accuracy_by_step": ("step", by_step),
            "undecided_samples": checker.undecided,
            "latency": _latency(by_step),
            "spikes_per_neuron": ("layer", [checks[name].mean_rate * network.steps for name in names]),
            "silent_fraction": ("layer", [checks[name].silent for name in names]),
            "layer_error": ("layer", [checks[name].error for name in names]),
            "error_causes": (("layer", "cause"), [[checks[name].causes[cause] for cause in CAUSES] for name in names]),
            "layer_correlation": ("varying_layer", [checks[name].correlation for name in defined], undefined),
            "synaptic_operations": operations.ac.sum(),
            "synaptic_operations_by_layer": ("ann_layer", operations.ac),
            "mac_operations": network.graph.macs,
            "mac_operations_by_layer": ("ann_layer", trained.mac),
            "analog_macs": operations.mac.sum(),
            "analog_macs_by_layer": ("ann_layer", operations.mac),
            "memory_accesses": operations.memory.sum(),
            "memory_accesses_by_layer": ("ann_layer", operations.memory),
            "energy_ratio": ((), ratio, energy_attrs),
            "energy_by_layer": ("ann_layer", operations.energy(table), {"units": "J", **energy_attrs}),
            "energy_ann": ((), trained.energy(table).sum(), {"units": "J", **energy_attrs}),
            "milliseconds_per_image": 1e3 * seconds / len(x),
            "compile_seconds": network.program.compile_seconds,
            "count_histogram": (("firing_layer", "count"), np.array([*histograms.values()], int).reshape(-1, bins)),
            "firing_layer": np.array([*histograms], dtype=str),
            **scatter,
            **_traced(network, x, table),
            **_layers(network, names),
        },
        coords={
            "step": np.arange(1, network.steps + 1),
            "layer": names,
            "varying_layer": np.array(defined, dtype=str),
            "ann_layer": list(trained.layers),
            "cause": list(CAUSES),
        },
        attrs={
            "samples": len(x),
            "layers_converted": network.n_converted,
            "scales": {name: np.asarray(scale).tolist() for name, scale in network.scales.items()},
            "channels": int(bool(with_channels(network.plan))),  # whether granularity=channel would act
            "changes": "; ".join(network.plan.changes),
            "folded": ", ".join(f"{number} {kind}" for kind, number in sorted(network.graph.folded.items())),
            **{name: str(value) for name, value in network.settings.items()},
        },
    )
    return dataset


def positions_of(graph: LayerGraph, x: Any, y: Any) -> np.ndarray:
    """Turn the labels of samples into the positions of the outputs that stand for them.

    Raises
    ------
    DataError
        Not one label a sample, or one that no output stands for.
    """
    labels, classes = np.asarray(y), graph.classes
    if labels.shape != (len(x),):
        raise DataError(f"{len(x)} samples and labels of the shape {labels.shape}; give one label a sample")
    if classes is None:
        graph.check_labels(labels, len(x))
        return labels
    position = {label: k for k, label in enumerate(classes)}
    unknown = [label for label in labels.tolist() if label not in position]
    if unknown:
        raise DataError(
            f"label {unknown[0]!r} is none of the network's classes {classes}; give labels that it was trained with"
        )
    return np.array([position[label] for label in labels.tolist()])


def _scatter(network: SpikingNetwork, x: Any, response: Response) -> dict[str, Any]:
    """Rates and scaled activations of the first samples."""
    activations = network.graph.activations(x[: max(1, min(len(x), 20))], of=network.plan.population)
    content, worth = {}, {layer.name: layer.worth for layer in network.layers}
    for each, values in zip(network.plan.populations, activations, strict=True):
        if each.name in response.counts:
            rates = each.decoded(response.counts[each.name][: len(values)]) * (worth[each.name] / network.steps)
            points = np.linspace(0, values.size - 1, min(_SCATTER, values.size)).astype(int)
            dim = f"{each.name}_point"
            scaled = values.reshape(rates.shape) / spread(network.scales[each.name], each.shape)
            content[f"{each.name}_activation"] = (dim, scaled.ravel()[points])
            content[f"{each.name}_rate"] = (dim, rates.ravel()[points])
    return content


def _latency(by_step: np.ndarray) -> int:
    """Count the steps after which accuracy stays at 99 % of the last one."""
    below = np.flatnonzero(by_step < 0.99 * by_step[-1])
    return int(below[-1]) + 2 if below.size else 1


def _layers(network: SpikingNetwork, names: list[str]) -> dict[str, Any]:
    """What the populations are, and the error that each adds to that of those it receives from."""
    population = network.plan.population
    group = {layer.name: layer.group for layer in network.layers}

    def of(names: list[str], field: str) -> list[Any]:
        return [getattr(population[name], field) if name in population else () for name in names]

    scales = [np.atleast_1d(network.scales[name]) for name in names]
    return {
        "neurons": ("layer", [group[name].N for name in names]),
        "threshold": ("layer", [_threshold(group[name].namespace) for name in names]),
        "scale_lowest": ("layer", [float(scale.min()) for scale in scales]),
        "scale_highest": ("layer", [float(scale.max()) for scale in scales]),
        "sources": ("layer", [_words(b.source for b in branches) for branches in of(names, "branches")]),
        "computes": ("layer", [_words(layers) for layers in of(names, "layers")]),
    }


def _threshold(constants: Mapping[str, Any]) -> float:
    """Threshold at rest; NaN of what has none."""
    return float(constants.get("v_th", constants.get("theta_0", np.nan)))


def _words(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _traced(network: SpikingNetwork, x: Any, table: EnergyTable) -> dict[str, Any]:
    """Every spike of the first sample, and operations by step: from a run of its own, since all targets fire alike."""
    neurons = sum(layer.group.N for layer in network.layers)
    n = max(1, min(_TRACED, len(x), _WORK // (neurons * network.steps)))
    with target("numpy", dtype=network.program.target.dtype):
        traced = assemble(
            network.graph, network.plan, network.settings, network.scales, record=True, seed=network.seed, dt=network.dt
        )
        response = traced.run(x[:n])
    content: dict[str, Any] = {"first_sample": (tuple(f"axis_{k}" for k in range(np.ndim(x[0]))), np.asarray(x[0]))}
    for name in response.rasters:
        sample, step, neuron = response.spikes(name)
        content[f"{name}_raster_step"] = (f"{name}_spike", step[sample == 0] + 1)
        content[f"{name}_raster_neuron"] = (f"{name}_spike", neuron[sample == 0])
    operations = network.operations(response.rasters)
    if operations.ac.ndim == 2:  # something fires
        of_part = {"samples": n}
        content["synaptic_operations_by_step"] = (("ann_layer", "step"), operations.ac, of_part)
        content["memory_accesses_by_step"] = (("ann_layer", "step"), operations.memory, of_part)
        content["energy_by_step"] = (("ann_layer", "step"), operations.energy(table), {"units": "J", **of_part})
    return content
