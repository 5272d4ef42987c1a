"""From a trained network to Brian2 populations and synapses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Network, Quantity, SpikeMonitor, StateMonitor, TimedArray, defaultclock, ms

from brainnet import ann
from brainnet.catalogue.content import models
from brainnet.coding.sources import full_scale_rate, source_group
from brainnet.convert.counting import begin_afresh, counted, silenced
from brainnet.convert.network import SpikingLayer, SpikingNetwork
from brainnet.convert.normalise import normalise
from brainnet.convert.parameters import check_settings
from brainnet.errors import ConversionError, ParameterError
from brainnet.targets import build, use_common_schedule

__all__ = ["convert"]

# What is appended to the name of a layer to name its parts and, in generated code, their variables.
_PARTS = ("afresh", "count", "counts", "last", "spikes", "synapses")


def convert(
    source: Any,
    *,
    calibration: Any = None,
    samples_per_run: int = 500,
    record: bool = False,
    seed: int = 0,
    dt: Quantity = 1 * ms,
    scaled: tuple[ann.LayerGraph, Mapping[str, float]] | None = None,
    **settings: Any,
) -> SpikingNetwork:
    """Convert a trained ReLU network into a spiking network on the current target.

    Each layer becomes one population of integrate-and-fire neurons and one set of synapses. On a compiled
    target the program is built here, once.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        What `brainnet.ann.read` understands.
    calibration : array (n, ...), optional
        Training samples for data-based normalisation.
    samples_per_run : int
        Samples that one run of the program presents; memory grows with it.
    record : bool
        Keep every spike, for rasters.
    seed : int
        Of the random codings.
    dt : Quantity
        Time step; matters for rates in Hz only.
    scaled : (LayerGraph, dict), optional
        What `normalise` returned for this network, to use it again instead of `calibration`.
    **settings
        See `brainnet.convert.PARAMETERS`: steps, normalisation, percentile, biases, reset, v_init, coding,
        max_rate, readout.

    Returns
    -------
    SpikingNetwork

    Raises
    ------
    ModelFileError
        The network cannot be read or holds what cannot be converted.
    ConversionError, ParameterError, UnknownNameError
        The settings do not fit the network or each other.
    """
    s = check_settings("convert", settings)
    if not isinstance(samples_per_run, int | np.integer) or samples_per_run < 1:
        raise ParameterError(f"convert: samples_per_run = {samples_per_run!r} is out of range; give at least 1")
    graph = ann.read(source)
    _check_names(graph)
    defaultclock.dt = dt
    coding, steps = s["coding"], s["steps"]
    scaled_graph, scales = scaled or normalise(
        graph,
        s["normalisation"],
        calibration=calibration,
        percentile=s["percentile"],
        biases=s["biases"],
        # Poisson sources reach a rate of 1 - exp(-max_rate dt) only, which the first weights make up for.
        input_scale=1 / full_scale_rate(coding, s["max_rate"], dt),
    )
    analog = coding == "constant"
    n_in = scaled_graph.layers[0].n_out if analog else scaled_graph.layers[0].n_in
    values = TimedArray(np.zeros((int(samples_per_run), n_in)), dt=steps * dt, name="values")

    neuron = models.integrate_and_fire(reset=s["reset"], v_init=0.5 if s["v_init"] == "half" else 0.0)
    layers, synapses = [], []
    if not analog:
        group = source_group(
            counted(models[coding]), values, coding=coding, max_rate=s["max_rate"], steps=steps, seed=seed, name="input"
        )
        begin_afresh(group, steps=steps, depth=0, states={})
        layers.append(SpikingLayer("input", group, 0, None))
    for number, layer in enumerate(scaled_graph.layers):
        depth = number + (not analog)
        outputs_potential = layer is scaled_graph.layers[-1] and s["readout"] == "potential"
        model = silenced(neuron) if outputs_potential else counted(neuron)
        given = {"I": "values(t, i)", "namespace": {"values": values}} if analog and number == 0 else {"I": layer.bias}
        group = model.group(layer.n_out, name=layer.name, **given)
        begin_afresh(group, steps=steps, depth=depth, states={"v": "v_init"})
        if not (analog and number == 0):
            synapses.append(
                models.static_synapse.connect(
                    layers[-1].group, group, layer.weights, onto="v", name=f"{layer.name}_synapses"
                )
            )
        layers.append(SpikingLayer(layer.name, group, depth, layer))
    network = use_common_schedule(Network(*(layer.group for layer in layers), synapses))
    monitors = _monitors(layers, steps, dt, s["readout"], record)
    network.add(monitors.values())
    extra = -(-layers[-1].depth // steps)  # whole windows that let the last sample reach the last layer
    duration = ((int(samples_per_run) + extra) * steps + 1) * dt
    return SpikingNetwork(
        graph=graph,
        scaled=scaled_graph,
        scales=scales,
        settings=s,
        layers=tuple(layers),
        synapses=tuple(synapses),
        values=values,
        monitors=monitors,
        dt=dt,
        program=build(network, duration),
    )


def _check_names(graph: ann.LayerGraph) -> None:
    """Refuse names of layers that would meet those of other Brian2 objects, in Python or in generated code."""
    names = [layer.name for layer in graph.layers]
    made = {f"{name}_{part}": name for name in ["input", *names] for part in _PARTS}
    taken = {"input": "the input", "values": "the input", "potential": "the read-out", "defaultclock": "the clock"}
    for name in names:
        if name in taken or name in made:
            owner = taken.get(name) or f"layer {made[name]!r}"
            raise ConversionError(f"layer {name!r}: that name is needed for a part of {owner}; give it another one")


def _monitors(layers: list[SpikingLayer], steps: int, dt: Quantity, readout: str, record: bool) -> dict[str, Any]:
    """Spike counts of each layer once a sample; spikes or potential of the output at every step."""
    monitors: dict[str, Any] = {}
    for layer in layers:
        if "last_count" in layer.group.variables:
            monitors[f"{layer.name}_counts"] = StateMonitor(
                layer.group,
                "last_count",
                record=True,
                dt=steps * dt,
                when="start",
                order=1,
                name=f"{layer.name}_counts",
            )
    output = layers[-1].group
    if readout == "potential":
        monitors["potential"] = StateMonitor(output, "v", record=True, when="end", name="potential")
    for layer in layers if record else layers[-1:]:
        if layer.group.thresholder:
            monitors[f"{layer.name}_spikes"] = SpikeMonitor(layer.group, name=f"{layer.name}_spikes")
    return monitors
