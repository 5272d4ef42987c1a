"""From a trained network to Brian2 populations and projections."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from brian2 import Clock, Quantity, ms

from brainnet import ann
from brainnet.ann import LayerGraph
from brainnet.catalogue.content import models
from brainnet.coding.sources import full_scale_rate, source_group, value_range
from brainnet.convert.balance import balance_thresholds
from brainnet.convert.given import check_leaks, check_scales, check_scales_are_found
from brainnet.convert.network import SpikingNetwork
from brainnet.convert.neurons import neuron_type
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import Plan, plan
from brainnet.convert.populations import SpikingLayer, bias_shift, check_names, connect, neurons
from brainnet.convert.settings import SEED, check_network, check_settings
from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.projections import MaxGate, Presentation

__all__ = ["assemble", "convert"]

_OTHERS = ("calibration", "input_shape", "record", "seed", "dt", "scales", "leaks")


def convert(
    source: Any,
    *,
    calibration: Any = None,
    input_shape: Sequence[int] | None = None,
    record: bool = False,
    seed: int = 0,
    dt: Quantity = 1 * ms,
    scales: Mapping[str, Any] | None = None,
    leaks: Mapping[str, float] | None = None,
    **settings: Any,
) -> SpikingNetwork:
    """Convert a trained ReLU network into a spiking network on the current target.

    Each layer with an activation becomes one population of integrate-and-fire neurons, with one projection for each
    branch that it receives; see `plan`. On a compiled target the program is built here, once.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        What `brainnet.ann.read` understands.
    calibration : array (n, ...), optional
        Training samples for data-based normalisation and threshold balancing.
    input_shape : sequence of int, optional
        Shape of one sample, channels first, where a torch module or an ONNX file does not say it.
    record : bool
        Keep every spike, for rasters; memory grows with samples, steps and neurons.
    seed : int
        Of the random codings.
    dt : Quantity
        Time step; matters for rates in Hz only.
    scales : dict, optional
        What `normalise` returned for this network, to use it again instead of `calibration`; settings that only find
        scales are then refused.
    leaks : dict of str to float, optional
        Share of its potential that a neuron keeps in each step, above 0 up to 1, for every layer that fires: what
        `brainnet.learn.surrogate.finetune` learned. With ``neuron="lif"``, in place of `tau_m`.
    **settings
        See `brainnet.convert.PARAMETERS`: steps, normalisation, percentile, granularity, biases, reset, v_init, shift,
        neuron and what belongs to it, coding, signed_input, max_rate, max_pooling, readout, generator_rate. QCFS layers
        always begin at half their threshold, which is the one they learned.

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
    s = check_settings("convert", settings, _OTHERS)
    seed = SEED.check("convert", "seed", seed)
    dt = Parameter(1 * ms, "time step", above=0 * ms).check("convert", "dt", dt)
    if s["coding"] == "poisson" and s["max_rate"] * dt > 1:
        raise ParameterError(
            f"convert: max_rate = {s['max_rate']} is more than one spike per step; give at most {1 / dt}"
        )
    graph = ann.read(source, input_shape)
    planned = plan(graph, **{name: s[name] for name in ("coding", "biases", "signed_input", "max_pooling")})
    for change in planned.changes:
        warnings.warn(f"convert: {change}; the spiking network is not the twin of the trained one", stacklevel=2)
    check_network(s, graph, planned)
    s["leaks"] = check_leaks(planned, s, leaks)
    check_names(planned)
    coding, steps = s["coding"], s["steps"]
    # Poisson sources reach a rate of 1 - exp(-max_rate dt) only, which the first weights make up for.
    input_scale = 1 / full_scale_rate(coding, s["max_rate"], dt)
    if scales is not None:
        check_scales_are_found(calibration, s)
        scales = check_scales(planned, scales)
    elif s["normalisation"] == "threshold_balancing":
        scales = balance_thresholds(
            planned, calibration, steps=steps, coding=coding, max_rate=s["max_rate"], dt=dt, reset=s["reset"],
            v_init=0.5 if s["v_init"] == "half" else 0.0, shift=bias_shift(s), input_scale=input_scale, seed=seed,
        )  # fmt: skip
    else:
        scales = normalise(
            planned, s["normalisation"], calibration=calibration, percentile=s["percentile"],
            granularity=s["granularity"], signed_output=s["readout"] != "spikes", input_scale=input_scale,
        )  # fmt: skip
    return assemble(graph, planned, s, scales, record=record, seed=seed, dt=dt, calibrated=value_range(calibration))


def assemble(
    graph: LayerGraph, planned: Plan, s: Mapping[str, Any], scales: Mapping[str, Any], *, record: bool, seed: int,
    dt: Quantity, calibrated: tuple[float, float] | None = None,
) -> SpikingNetwork:  # fmt: skip
    """Build a network of what `convert` has checked: its plan, all its settings and its scales.

    `calibrated` is the range of the samples that the scales were found on, as far as it is known.
    """
    coding, steps = s["coding"], s["steps"]
    clock = Clock(dt=dt, name="steps")
    shown = Presentation(steps)
    layers: dict[str, SpikingLayer] = {}
    projections = []
    if not planned.analog:
        group = source_group(
            planned.inputs, coding=coding, regular=models.regular, steps=steps, seed=seed, clock=clock, name="input"
        )  # fmt: skip
        shown.feed(group, "p")
        shown.record(group, 0, "input", by_step=record)
        layers["input"] = SpikingLayer("input", group, 0, None, None)
    shift = bias_shift(s)
    shapes = {"input": graph.input_shape, **{each.name: each.shape for each in planned.populations}}
    for each in planned.populations:
        last = each is planned.populations[-1]
        by_potential = last and s["readout"] != "spikes"
        v_init = 0.5 if each.half or s["v_init"] == "half" else 0.0
        # A gate passes spikes one by one, and a potential that is read adds up without leak.
        kind = neuron_type({**s, "neuron": "if"} if by_potential or each.gated else s, v_init, dt, each.name)
        group = neurons(each, scales, kind.model, clock, shift=0.0 if each.gated else shift, by_potential=by_potential)
        layers[each.name] = SpikingLayer(each.name, group, each.depth, each, kind)
        shown.restart(group, each.depth, **kind.initial)
        if by_potential:
            shown.record(group, each.depth, each.name, variable="v")
        else:
            shown.record(group, each.depth, each.name, by_step=record or last, bursts=kind.bursts)
        if each.analog:
            shown.feed(group, "I", layer=each.depth)
        onto = connect(each, layers, shapes, scales, dt)
        for gate in (piece for piece in onto if isinstance(piece, MaxGate)):
            shown.restart(gate, each.depth, count=0)
        projections += onto
    shown.build(*(layer.group for layer in layers.values()), *projections)
    return SpikingNetwork(
        graph=graph,
        plan=planned,
        scales=scales,
        settings=s,
        layers=tuple(layers.values()),
        projections=tuple(projections),
        presentation=shown,
        dt=dt,
        seed=seed,
        calibrated=calibrated,
    )
