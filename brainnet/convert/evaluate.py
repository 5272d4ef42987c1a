"""Measure a converted network on a test set: everything that a conversion protocol reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from brainnet.analysis import energy_ratio
from brainnet.analysis import energy_table as table_of
from brainnet.convert.convert import convert
from brainnet.convert.network import Response, SpikingNetwork
from brainnet.errors import DataError
from brainnet.spec import Parameter, Result
from brainnet.targets import target

__all__ = ["ENERGY_TABLE", "RESULTS", "evaluate"]

ENERGY_TABLE = Parameter("fp32", "energy of one operation: the name of a table, or a file with one (.toml, .json)")

RESULTS: Mapping[str, Result] = {
    "ann_accuracy": Result("test accuracy of the trained network"),
    "snn_accuracy": Result("test accuracy of the spiking network after all steps"),
    "accuracy_drop": Result("ann_accuracy - snn_accuracy"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "mac_operations": Result("multiply-accumulates of the trained network, per inference"),
    "energy_ratio": Result("energy of the synaptic operations of the spiking network over that of the trained one"),
    "layer_correlation": Result("Pearson correlation of spike counts and activations, by layer that has one"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}

# Points of the scatter plot of rates against activations, by layer.
_SCATTER = 400


def evaluate(network: SpikingNetwork, x: Any, y: Any, *, energy_table: str = "fp32", seed: int = 0) -> xr.Dataset:
    """Run a converted network on samples and compare it with the network it came from.

    Parameters
    ----------
    network : SpikingNetwork
    x : array (n, ...)
    y : integer array (n,)
        Labels as the network was trained with: its `classes`, or 0, 1, 2... where it has none.
    energy_table : str
        As `brainnet.analysis.energy_table` takes it.
    seed : int
        The one that `network` was converted with, for the raster of the first sample.

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
    table, labels = table_of(energy_table), np.asarray(y)
    if labels.shape != (len(x),):
        raise DataError(f"{len(x)} samples and labels of the shape {labels.shape}; give one label a sample")
    if network.graph.classes is not None:
        labels = _positions(labels, network.graph.classes)
    ann_accuracy = network.graph.accuracy(x, labels)
    response = network.run(x)
    by_step = (response.decisions == labels[:, None]).mean(axis=0)
    checks = network.verify(x, response)
    operations = _operations(network, response)
    macs = {layer.name: layer.macs for layer in network.graph.layers}
    analog = macs[network.graph.layers[0].name] if network.settings["coding"] == "constant" else 0
    ratio = energy_ratio(sum(operations.values()), analog, network.graph.macs, table)
    first = network.graph.layers[0].name
    energies = [operations.get(name, 0.0) * table.ac + (name == first) * analog * table.mac for name in macs]
    energy_attrs = {
        "table": table.name,
        "E_MAC": f"{table.mac:g} J",
        "E_AC": f"{table.ac:g} J",
        "table_source": table.source,
        "counted": "synaptic operations and the multiplications of analog input; no neuron updates, biases or currents",
    }
    names = list(checks)
    defined = [name for name in names if np.isfinite(checks[name].correlation)]
    undefined = {"undefined": ", ".join(name for name in names if name not in defined)} if defined != names else {}
    dataset = xr.Dataset(
        {
            "ann_accuracy": ann_accuracy,
            "snn_accuracy": float(by_step[-1]),
            "accuracy_drop": ann_accuracy - float(by_step[-1]),
            "accuracy_by_step": ("step", by_step),
            "spikes_per_neuron": ("layer", [checks[name].mean_rate * network.steps for name in names]),
            "silent_fraction": ("layer", [checks[name].silent for name in names]),
            "layer_correlation": ("varying_layer", [checks[name].correlation for name in defined], undefined),
            "synaptic_operations": sum(operations.values()),
            "synaptic_operations_by_layer": ("ann_layer", [operations.get(name, 0.0) for name in macs]),
            "mac_operations": network.graph.macs,
            "mac_operations_by_layer": ("ann_layer", list(macs.values())),
            "analog_macs": analog,
            "energy_ratio": ((), ratio, energy_attrs),
            "energy_by_layer": ("ann_layer", energies, {"units": "J", **energy_attrs}),
            "energy_ann": ((), network.graph.macs * table.mac, {"units": "J", **energy_attrs}),
            "milliseconds_per_image": 1e3 * response.run_seconds / len(x),
            "compile_seconds": network.program.compile_seconds,
            **_histograms(response, network.steps),
            **_scatter(network, x, response),
            **_raster(network, x, seed),
        },
        coords={
            "step": np.arange(1, network.steps + 1),
            "layer": names,
            "varying_layer": np.array(defined, dtype=str),
            "ann_layer": list(macs),
        },
        attrs={
            "samples": len(x),
            "layers_converted": network.n_converted,
            "scales": {name: float(scale) for name, scale in network.scales.items()},
            **{name: str(value) for name, value in network.settings.items()},
        },
    )
    return dataset


def _positions(labels: np.ndarray, classes: tuple[Any, ...]) -> np.ndarray:
    """Turn labels into the positions of the outputs that stand for them."""
    position = {label: k for k, label in enumerate(classes)}
    unknown = [label for label in labels.tolist() if label not in position]
    if unknown:
        raise DataError(
            f"label {unknown[0]!r} is none of the network's classes {classes}; give labels that it was trained with"
        )
    return np.array([position[label] for label in labels.tolist()])


def _operations(network: SpikingNetwork, response: Response) -> dict[str, float]:
    """Accumulations per inference, by the layer that they arrive in."""
    operations = {}
    for before, layer in zip(network.layers[:-1], network.layers[1:], strict=True):
        operations[layer.name] = float(response.counts[before.name].sum(axis=1).mean()) * layer.group.N
    return operations


def _histograms(response: Response, steps: int) -> dict[str, Any]:
    """How many neurons (of all samples together) fired how often."""
    values = [np.bincount(counts.ravel(), minlength=steps + 1)[: steps + 1] for counts in response.counts.values()]
    histogram = np.array(values, dtype=int).reshape(-1, steps + 1)
    return {
        "count_histogram": (("firing_layer", "count"), histogram),
        "firing_layer": np.array([*response.counts], dtype=str),
    }


def _scatter(network: SpikingNetwork, x: Any, response: Response) -> dict[str, Any]:
    """Rates and scaled activations of the first samples."""
    activations = network.graph.activations(x[: max(1, min(len(x), 20))])
    content = {}
    for layer, values in zip(network.graph.layers, activations, strict=True):
        if layer.name in response.counts:
            rates = response.counts[layer.name][: len(values)] / network.steps
            points = np.linspace(0, values.size - 1, min(_SCATTER, values.size)).astype(int)
            dim = f"{layer.name}_point"
            content[f"{layer.name}_activation"] = (dim, values.ravel()[points] / network.scales[layer.name])
            content[f"{layer.name}_rate"] = (dim, rates.ravel()[points])
    return content


def _raster(network: SpikingNetwork, x: Any, seed: int) -> dict[str, Any]:
    """Every spike of the first sample, from a run of its own: all targets fire alike."""
    with target("numpy", dtype=network.program.target.dtype):
        scaled = network.scaled, network.scales
        traced = convert(network.graph, scaled=scaled, record=True, seed=seed, dt=network.dt, **network.settings)
        response = traced.run(x[:1])
    content: dict[str, Any] = {"first_sample": (tuple(f"axis_{k}" for k in range(np.ndim(x[0]))), np.asarray(x[0]))}
    for name in response.rasters:
        _, step, neuron = response.spikes(name)
        content[f"{name}_raster_step"] = (f"{name}_spike", step + 1)
        content[f"{name}_raster_neuron"] = (f"{name}_spike", neuron)
    return content
