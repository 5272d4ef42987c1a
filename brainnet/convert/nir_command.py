"""What `brainnet convert MODEL.nir --data DIR` does: read a spiking network, run it, measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from brian2 import Quantity, ms, second

from brainnet import data
from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes
from brainnet.declare import Parameter, Protocol, Result, protocol
from brainnet.errors import ConversionError, DataError
from brainnet.plot.nir import draw_nir
from brainnet.spiking import read_nir
from brainnet.spiking.network import NIR_PARAMETERS, NirNetwork, from_nir
from brainnet.spiking.paths import FIRING

__all__ = ["nir_and_report"]

RESULTS = {
    "snn_accuracy": Result("test accuracy after all steps"),
    "accuracy_by_step": Result("test accuracy if stopped after that many steps"),
    "spikes_per_neuron": Result("mean over neurons and samples, by layer that fires"),
    "synaptic_operations": Result("spikes times fan-out, per inference"),
    "milliseconds_per_image": Result("run time of the simulation per image", unit="ms"),
    "compile_seconds": Result("time to generate and compile the program", unit="s"),
}


def nir_and_report(
    model: Path, where: str, *, steps: int, settings: Mapping[str, str], seed: int
) -> tuple[Protocol, dict[str, Any], xr.Dataset]:
    """Run a spiking network in a NIR file on the test samples of a data set.

    The values of a sample flow into the network in every step. The decision is the output with the most spikes, the
    highest potential, or the largest sum of weights so far.

    Parameters
    ----------
    model : Path
        A NIR file.
    where : str
        Data set as `brainnet.data.load` takes it.
    steps : int
    settings : mapping of str to str
        As text: ``step``, ``dt`` (needed where the file has none) and ``images``.
    seed : int
        Of nothing here; kept in the summary.

    Returns
    -------
    protocol, parameters, dataset
        As `brainnet.results.write_run` takes them.

    Raises
    ------
    BrainnetError
        Network, data or settings do not fit.
    """
    graph = read_nir(model)
    if graph.dt is None and "dt" not in settings:
        raise ConversionError(f"{model} says no time step; write --set dt=..., the one that it was trained with")
    own = 1 * ms if graph.dt is None else graph.dt * second
    parameters = {
        **NIR_PARAMETERS,
        "steps": Parameter(100, "time steps for each sample", low=1, high=1_000_000),
        "dt": Parameter(own, "time step", above=0 * ms),
        "images": Parameter(0, "test samples, from the first on; 0 for all", low=0),
    }

    @protocol(parameters=parameters, results=RESULTS, draw=draw_nir)
    def run_nir(steps: int, dt: Quantity, step: str, images: int, seed: int, data: Any = None) -> xr.Dataset:
        """Run a spiking network on test samples."""
        samples = load(data)
        network = from_nir(graph, steps=steps, dt=dt, step=step)
        count = len(samples.x_test) if images == 0 else images
        if count > len(samples.x_test):
            raise DataError(f"images = {count}, and there are {len(samples.x_test)} in {samples.source}; write fewer")
        return measure(network, samples.x_test[:count], samples.y_test[:count])

    load = data.load
    values: dict[str, Any] = {**settings, "steps": steps}
    command = replace(run_nir, name="convert")
    return command, command.bind(values), command(seed=seed, data=where, **values)


def measure(network: NirNetwork, x: Any, y: Any) -> xr.Dataset:
    """Show samples as constant input and decide; see `RESULTS`.

    Raises
    ------
    DataError
        The samples or the labels do not fit the network.
    """
    shape, steps = network.graph.input_shape, network.steps
    x, y = np.asarray(x), np.asarray(y)
    if x[0].size != int(np.prod(shape)):
        raise DataError(f"samples of the shape {x[0].shape} do not fit the input {shape}; give a network for them")
    n_out = network.graph.layers[-1].n_out
    if y.min() < 0 or y.max() >= n_out:
        raise DataError(f"labels go from {y.min()} to {y.max()}, and there are {n_out} outputs; give labels from 0 on")
    hits, seconds = np.zeros(steps), 0.0
    counts: dict[str, Any] = {}
    for sample, label in zip(x, y, strict=True):  # one by one: their input in all steps takes memory
        response = network.run(np.broadcast_to(sample.reshape(shape), (1, steps, *shape)))
        hits += decisions(network, response.output)[0] == label
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


def decisions(network: NirNetwork, output: Any) -> np.ndarray:
    """Decide for every number of steps, (n, steps)."""
    last = network.graph.layers[-1]
    flat = output.reshape(*output.shape[:2], -1)
    if isinstance(last, FIRING):
        return decisions_from_spikes(flat.astype(np.int32))
    return decisions_from_potential(flat if last in network.graph.neurons else flat.cumsum(axis=1))
