"""Measure a spiking network on a test set: everything that a protocol of a conversion reports."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from brainnet.ann import LayerGraph
from brainnet.errors import ConversionError, DataError
from brainnet.measure.counting import Operations, ann_operations, energy_ratio, mean_operations
from brainnet.measure.energy import EnergyTable
from brainnet.measure.energy import energy_table as table_of
from brainnet.measure.inference import check_network, operations
from brainnet.measure.rate_tally import RateTally
from brainnet.measure.spike_tally import SpikeTally
from brainnet.measure.tally import Content, Tally
from brainnet.measure.time_tally import TimeTally
from brainnet.spiking import SpikingNetwork

__all__ = ["evaluate", "positions_of"]


def evaluate(network: SpikingNetwork, x: Any, y: Any, *, energy_table: str | EnergyTable | None = None) -> xr.Dataset:
    """Run a network on samples, and compare it with the network that it was converted from.

    Parameters
    ----------
    network : SpikingNetwork
        Converted, or read from a NIR file: the latter is shown samples as constant input.
    x : array (n, ...)
    y : integer array (n,)
        Labels as the network was trained with: its `classes`, or 0, 1, 2... where it has none.
    energy_table : str or EnergyTable, optional
        As `brainnet.measure.energy_table` takes it; "fp32" if not given. Only for converted networks: energy is
        compared with that of the trained network.

    Returns
    -------
    xarray.Dataset
        The variables of `RESULTS`, of `TTFS_RESULTS` where neurons fire once, of `SPIKING_RESULTS` where the network
        was not converted; and what the picture needs. A correlation with a layer that does not vary is not defined: it
        is left out, and the attribute ``undefined`` names the layer.

    Raises
    ------
    DataError
        Samples and labels do not fit the network or each other.
    ConversionError
        An energy table for a network that was not converted.
    """
    check_network(network)
    if network.graph.origin is None and not network.graph.inputs.by_step:
        raise ConversionError(
            f"network {network.graph.name!r} says no trained network that it is compared with; keep the origin of its "
            "graph, or run it and count its decisions"
        )
    if energy_table is not None and network.graph.origin is None:
        raise ConversionError(
            f"network {network.graph.name!r} was not converted, and energy is compared with that of a trained network; "
            "leave energy_table out, and take brainnet.measure.operations of a response for counts"
        )
    if not len(x):
        raise DataError("there are no samples; give at least one")
    table, labels = table_of("fp32" if energy_table is None else energy_table), _labels(network, x, y)
    network = network.told_of_range(x)
    tally = _tally(network, table)
    correct: Any = 0
    seconds, counted = 0.0, []
    for start in range(0, len(x), tally.block):  # so many that memory does not grow with the samples
        part = slice(start, start + tally.block)
        response = network.run(tally.shown(x[part]), first_sample=start)
        seconds += response.run_seconds
        correct = correct + (response.decisions == labels[part, None]).sum(axis=0)
        tally.add(x[part], response)
        counted.append((len(response.decisions), operations(network, response.counts)))
    by_step: np.ndarray = correct / len(x)
    counts = mean_operations(counted)
    found = Content(
        {
            "snn_accuracy": float(by_step[-1]),
            "accuracy_by_step": ("step", by_step),
            "milliseconds_per_image": 1e3 * seconds / len(x),
            "compile_seconds": network.program.compile_seconds,
        },
        {"step": np.arange(1, len(by_step) + 1)},
        {"samples": len(x)},
    )
    if network.graph.origin is not None:
        found |= _beside_trained(network, x, labels, by_step, counts, table)
    found |= tally.content(x, by_step)
    return xr.Dataset(found.variables, found.coords, found.attrs)


def _tally(network: SpikingNetwork, table: EnergyTable) -> Tally:
    """Choose what is measured besides accuracy and operations."""
    if network.graph.origin is None:
        return SpikeTally(network)
    return TimeTally(network) if network.graph.fires_once else RateTally(network, table)


def _labels(network: SpikingNetwork, x: Any, y: Any) -> np.ndarray:
    if network.graph.origin is not None:
        return positions_of(network.trained, x, y)
    labels, n_out = np.asarray(y), network.graph.readout.n_out
    if labels.shape != (len(x),):
        raise DataError(f"{len(x)} samples and labels of the shape {labels.shape}; give one label per sample")
    if labels.min() < 0 or labels.max() >= n_out:
        raise DataError(
            f"labels go from {labels.min()} to {labels.max()}, and there are {n_out} outputs; give labels from 0 on"
        )
    return labels


def positions_of(graph: LayerGraph, x: Any, y: Any) -> np.ndarray:
    """Turn the labels of samples into the positions of the outputs that stand for them.

    Raises
    ------
    DataError
        Not one label per sample, or one that no output stands for.
    """
    labels, classes = np.asarray(y), graph.classes
    if labels.shape != (len(x),):
        raise DataError(f"{len(x)} samples and labels of the shape {labels.shape}; give one label per sample")
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


def _beside_trained(
    network: SpikingNetwork, x: Any, labels: np.ndarray, by_step: np.ndarray, counts: Operations, table: EnergyTable
) -> Content:
    """Accuracy, operations and energy beside those of the trained network."""
    ann_accuracy = network.trained.accuracy(x, labels)
    trained = ann_operations({layer.name: layer.macs for layer in network.trained.layers})
    attrs = {
        "table": table.name,
        "E_MAC": f"{table.mac:g} J",
        "E_AC": f"{table.ac:g} J",
        "table_source": table.source,
        "counted": "synaptic operations and the multiplications of analog input; no neuron updates, biases or currents",
    }
    if table.memory:
        attrs["E_memory"] = f"{table.memory:g} J"
    variables = {
        "ann_accuracy": ann_accuracy,
        "accuracy_drop": ann_accuracy - float(by_step[-1]),
        "synaptic_operations": counts.ac.sum(),
        "synaptic_operations_by_layer": ("ann_layer", counts.ac),
        "mac_operations": network.trained.macs,
        "mac_operations_by_layer": ("ann_layer", trained.mac),
        "analog_macs": counts.mac.sum(),
        "analog_macs_by_layer": ("ann_layer", counts.mac),
        "memory_accesses": counts.memory.sum(),
        "memory_accesses_by_layer": ("ann_layer", counts.memory),
        "energy_ratio": ((), energy_ratio(counts, trained, table), attrs),
        "energy_by_layer": ("ann_layer", counts.energy(table), {"units": "J", **attrs}),
        "energy_ann": ((), trained.energy(table).sum(), {"units": "J", **attrs}),
    }
    scales = {name: np.asarray(scale).tolist() for name, scale in network.scales.items()}
    return Content(variables, {"ann_layer": list(trained.layers)}, {"scales": scales})
