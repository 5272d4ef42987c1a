"""From a trained network to Brian2 populations and projections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brian2 import Clock, Quantity, ms

from brainnet import ann
from brainnet.catalogue.content import models
from brainnet.coding.sources import full_scale_rate, source_group
from brainnet.convert.convertible import check_convertible
from brainnet.convert.network import SpikingLayer, SpikingNetwork
from brainnet.convert.normalise import normalise
from brainnet.convert.parameters import SEED, check_settings
from brainnet.errors import ConversionError, ParameterError
from brainnet.projections import Presentation
from brainnet.spec import NeuronModel, Parameter

__all__ = ["convert"]

# What is appended to the name of a layer to name its parts and, in generated code, their variables.
_PARTS = ("draw", "feed", "record", "restart", "synapses")


def convert(
    source: Any,
    *,
    calibration: Any = None,
    record: bool = False,
    seed: int = 0,
    dt: Quantity = 1 * ms,
    scaled: tuple[ann.LayerGraph, Mapping[str, float]] | None = None,
    **settings: Any,
) -> SpikingNetwork:
    """Convert a trained ReLU network into a spiking network on the current target.

    Each layer becomes one population of integrate-and-fire neurons and one projection. On a compiled target the
    program is built here, once.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        What `brainnet.ann.read` understands.
    calibration : array (n, ...), optional
        Training samples for data-based normalisation.
    record : bool
        Keep every spike, for rasters; memory grows with samples, steps and neurons.
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
    seed = SEED.check("convert", "seed", seed)
    dt = Parameter(1 * ms, "time step", above=0 * ms).check("convert", "dt", dt)
    if s["coding"] == "poisson" and s["max_rate"] * dt > 1:
        raise ParameterError(
            f"convert: max_rate = {s['max_rate']} is more than one spike per step; give at most {1 / dt}"
        )
    graph = ann.read(source)
    check_convertible(graph)
    _check_names(graph)
    coding, steps = s["coding"], s["steps"]
    scaled_graph, scales = scaled or normalise(
        graph,
        s["normalisation"],
        calibration=calibration,
        percentile=s["percentile"],
        biases=s["biases"],
        signed_output=s["readout"] == "potential",
        # Poisson sources reach a rate of 1 - exp(-max_rate dt) only, which the first weights make up for.
        input_scale=1 / full_scale_rate(coding, s["max_rate"], dt),
    )
    clock = Clock(dt=dt, name="steps")
    shown = Presentation(steps)
    layers, projections = [], []
    if coding != "constant":
        n_in = scaled_graph.layers[0].n_in
        group = source_group(
            n_in, coding=coding, regular=models.regular, steps=steps, seed=seed, clock=clock, name="input"
        )
        shown.feed(group, "p")
        shown.record(group, 0, "input", by_step=record)
        layers.append(SpikingLayer("input", group, 0, None))
    v_init = 0.5 if s["v_init"] == "half" else 0.0
    neuron = models.integrate_and_fire(reset=s["reset"], v_init=v_init)
    for layer in scaled_graph.layers:
        depth = len(layers)
        by_potential = layer is scaled_graph.layers[-1] and s["readout"] == "potential"
        group = (_silenced(neuron) if by_potential else neuron).group(
            layer.n_out, I=layer.bias, clock=clock, name=layer.name
        )
        shown.restart(group, depth, v=v_init)
        if by_potential:
            shown.record(group, depth, layer.name, variable="v")
        else:
            shown.record(group, depth, layer.name, by_step=record or layer is scaled_graph.layers[-1])
        if not layers:
            shown.feed(group, "I")
        else:
            projections.append(
                models.static_synapse.connect(
                    layers[-1].group, group, layer.weights, onto="v", path="projection", name=f"{layer.name}_synapses"
                )
            )
        layers.append(SpikingLayer(layer.name, group, depth, layer))
    shown.build(*(layer.group for layer in layers), *projections)
    return SpikingNetwork(
        graph=graph,
        scaled=scaled_graph,
        scales=scales,
        settings=s,
        layers=tuple(layers),
        projections=tuple(projections),
        presentation=shown,
        dt=dt,
    )


def _silenced(model: NeuronModel) -> NeuronModel:
    """Take threshold and reset away: the membrane potential integrates without end."""
    flat = model.flattened()
    kept = {name: p for name, p in flat.parameters.items() if name != "v_th"}
    return replace(flat, threshold="", reset="", refractory="", parameters=kept)


def _check_names(graph: ann.LayerGraph) -> None:
    """Refuse names of layers that would meet those of other Brian2 objects, in Python or in generated code."""
    names = [layer.name for layer in graph.layers]
    made = {f"{name}_{part}": name for name in ["input", *names] for part in _PARTS}
    taken = {"input": "the input", "steps": "the clock", "defaultclock": "the clock"}
    for name in names:
        if name in taken or name in made:
            owner = taken.get(name) or f"layer {made[name]!r}"
            raise ConversionError(f"layer {name!r}: that name is needed for a part of {owner}; give it another one")
