"""Measure a network of spiking neurons on a test set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes
from brainnet.coding.sources import without_unit
from brainnet.declare import Result
from brainnet.errors import DataError
from brainnet.spiking.between import FIRING
from brainnet.spiking.network import NirNetwork

__all__ = ["SPIKING_RESULTS", "evaluate_spiking"]

SPIKING_RESULTS: Mapping[str, Result] = {
    "snn_accuracy": Result("test accuracy after all steps"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer that fires"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}


def evaluate_spiking(network: NirNetwork, x: Any, y: Any) -> xr.Dataset:
    """Show samples as constant input and decide; see `SPIKING_RESULTS`.

    Raises
    ------
    DataError
        The samples or the labels do not fit the network.
    """
    shape, steps = network.graph.input_shape, network.steps
    x, y = without_unit(x), np.asarray(y)
    if x[0].size != int(np.prod(shape)):
        raise DataError(f"samples of the shape {x[0].shape} do not fit the input {shape}; give a network for them")
    n_out = network.graph.layers[-1].n_out
    if y.min() < 0 or y.max() >= n_out:
        raise DataError(f"labels go from {y.min()} to {y.max()}, and there are {n_out} outputs; give labels from 0 on")
    hits, seconds = np.zeros(steps), 0.0
    counts: dict[str, Any] = {}
    for sample, label in zip(x, y, strict=True):  # one by one: their input in all steps takes memory
        response = network.run(np.broadcast_to(sample.reshape(shape), (1, steps, *shape)))
        hits += _decisions(network, response.output)[0] == label
        seconds += response.run_seconds
        for name, fired in response.spikes.items():
            counts[name] = counts.get(name, 0) + fired[0].sum(axis=0, dtype=np.int64)
    operations = 0.0
    for projection in network.projections:
        name = next(each for each, group in network.groups.items() if group is projection.source)
        operations += float(counts[name].ravel() @ projection.connectivity.fan_out) / len(x)
    return xr.Dataset(
        {
            "snn_accuracy": hits[-1] / len(x),
            "accuracy_by_step": ("step", hits / len(x)),
            "spikes_per_neuron": ("layer", [float(each.mean()) / len(x) for each in counts.values()]),
            "synaptic_operations": operations,
            "milliseconds_per_image": 1e3 * seconds / len(x),
            "compile_seconds": network.program.compile_seconds,
        },
        coords={"step": np.arange(1, steps + 1), "layer": np.array(list(counts), dtype=str)},
        attrs={"samples": len(x), "network": network.graph.name, "dt": str(network.dt)},
    )


def _decisions(network: NirNetwork, output: Any) -> np.ndarray:
    """Decide for every number of steps, (n, steps)."""
    last = network.graph.layers[-1]
    flat = output.reshape(*output.shape[:2], -1)
    if isinstance(last, FIRING):
        return decisions_from_spikes(flat.astype(np.int32))
    return decisions_from_potential(flat if last in network.graph.neurons else flat.cumsum(axis=1))
