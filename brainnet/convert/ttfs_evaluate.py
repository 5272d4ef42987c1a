"""Measure a network of first spikes on a test set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from brainnet.convert.links import spread
from brainnet.convert.ttfs import TtfsNetwork
from brainnet.declare import Result
from brainnet.measure import (
    EnergyTable,
    RunningCorrelation,
    ann_operations,
    energy_ratio,
    energy_table,
    mean_operations,
)

__all__ = ["TTFS_RESULTS", "evaluate_ttfs"]

TTFS_RESULTS: Mapping[str, Result] = {
    "ann_accuracy": Result("test accuracy of the trained network"),
    "snn_accuracy": Result("test accuracy of the spiking network when all spikes have arrived"),
    "accuracy_drop": Result("ann_accuracy - snn_accuracy"),
    "accuracy_by_step": Result("test accuracy if stopped in a step of the window in which the outputs receive"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer; the outputs do not fire"),
    "mean_spikes_per_neuron": Result("of all neurons, input and outputs included"),
    "layer_correlation": Result("Pearson correlation of what times stand for and activations, by layer"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "mac_operations": Result("multiply-accumulates of the trained network, per inference"),
    "energy_ratio": Result("energy of the synaptic operations of the spiking network over that of the trained one"),
    "latency": Result("steps from the first one of the input to the decision"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}

_BLOCK, _SCATTER = 500, 2000


def evaluate_ttfs(network: TtfsNetwork, x: Any, y: Any, *, energy: str | EnergyTable = "fp32") -> xr.Dataset:
    """Run a network of first spikes on samples and compare it with the network it came from.

    Parameters
    ----------
    network : TtfsNetwork
    x : array (n, ...)
    y : integer array (n,)
        Positions of the outputs.
    energy : str or EnergyTable
        As `brainnet.measure.energy_table` takes it.

    Returns
    -------
    xarray.Dataset
        The variables of `TTFS_RESULTS`, and what the picture needs.

    Raises
    ------
    DataError
        Samples and labels do not fit the network or each other.
    """
    table, labels = energy_table(energy), np.asarray(y)
    ann_accuracy = network.graph.accuracy(x, labels)
    firing = [layer for layer in network.layers[:-1] if layer.population is not None]
    correct, seconds, counted = np.zeros(network.window), 0.0, []
    spikes = {layer.name: 0 for layer in network.layers}
    histograms = {layer.name: np.zeros(network.window, int) for layer in network.layers[:-1]}
    running = {layer.name: RunningCorrelation() for layer in network.layers[1:]}
    content: dict[str, Any] = {}
    for start in range(0, len(x), _BLOCK):
        part = slice(start, start + _BLOCK)
        response = network.run(x[part])
        seconds += response.run_seconds
        correct += (response.decisions == labels[part, None]).sum(axis=0)
        counted.append((len(response.decisions), network.operations(response.times)))
        for name, times in response.times.items():
            spikes[name] += int((times >= 0).sum())
            histograms[name] += np.bincount(times[times >= 0], minlength=network.window)
            if start == 0:
                neuron = np.flatnonzero(times[0] >= 0)
                content[f"{name}_raster_neuron"] = (f"{name}_spike", neuron)
                content[f"{name}_raster_step"] = (f"{name}_spike", times[0][neuron])
        activations = dict(zip(network.plan.population, network.graph.activations(x[part], of=network.plan.population),
                               strict=True))  # fmt: skip
        for layer in firing:
            each = layer.population
            assert each is not None  # so they were chosen
            wanted = activations[layer.name].reshape(len(response.decisions), each.values)
            wanted = wanted / spread(network.scales[layer.name], each.shape)
            found = each.decoded(response.values[layer.name])
            running[layer.name].add(found, wanted if each.signed else np.maximum(wanted, 0))
            if start == 0:
                points = np.linspace(0, wanted.size - 1, min(_SCATTER, wanted.size)).astype(int)
                content[f"{layer.name}_activation"] = (f"{layer.name}_point", wanted.ravel()[points])
                content[f"{layer.name}_value"] = (f"{layer.name}_point", found.ravel()[points])
        output = network.layers[-1].name
        running[output].add(response.potential, activations[output].reshape(response.potential.shape))
    neurons = {layer.name: layer.group.N for layer in network.layers}
    operations = mean_operations(counted)
    trained = ann_operations({layer.name: layer.macs for layer in network.graph.layers})
    by_step = correct / len(x)
    varying = [name for name in running if np.isfinite(running[name].value)]
    ratio = energy_ratio(operations, trained, table)
    attrs = {"table": table.name, "E_MAC": f"{table.mac:g} J", "E_AC": f"{table.ac:g} J", "table_source": table.source}
    assert network.presentation.program is not None  # `convert_ttfs` has built it
    return xr.Dataset(
        {
            "ann_accuracy": ann_accuracy,
            "snn_accuracy": float(by_step[-1]),
            "accuracy_drop": ann_accuracy - float(by_step[-1]),
            "accuracy_by_step": ("step", by_step),
            "spikes_per_neuron": ("layer", [spikes[name] / (neurons[name] * len(x)) for name in neurons]),
            "mean_spikes_per_neuron": sum(spikes.values()) / (sum(neurons.values()) * len(x)),
            "layer_correlation": ("varying_layer", [running[name].value for name in varying]),
            "time_histogram": (("firing_layer", "time"), np.array([*histograms.values()])),
            "synaptic_operations": operations.ac.sum(),
            "synaptic_operations_by_layer": ("ann_layer", operations.ac),
            "mac_operations": network.graph.macs,
            "mac_operations_by_layer": ("ann_layer", trained.mac),
            "energy_ratio": ((), ratio, attrs),
            "latency": network.steps,
            "milliseconds_per_image": 1e3 * seconds / len(x),
            "compile_seconds": network.presentation.program.compile_seconds,
            **content,
        },
        coords={
            "step": np.arange(1, network.window + 1),
            "time": np.arange(network.window),
            "layer": list(neurons),
            "firing_layer": list(histograms),
            "varying_layer": np.array(varying, dtype=str),
            "ann_layer": list(trained.layers),
        },
        attrs={
            "samples": len(x),
            "window": network.window,
            "mapping": network.mapping,
            "begins": [layer.depth * network.pace for layer in network.layers],
            "scales": {name: np.asarray(scale).tolist() for name, scale in network.scales.items()},
        },
    )
