"""From a trained network to a spiking graph, and to its run on Brian2."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np
from brian2 import Quantity, ms

from brainnet import ann
from brainnet.convert.balance import balance_thresholds
from brainnet.convert.connect import check_plan_names
from brainnet.convert.given import check_leaks, check_scales, check_scales_are_found
from brainnet.convert.lowering import bias_shift, lower
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import plan
from brainnet.convert.settings import check_network, check_settings
from brainnet.errors import ParameterError
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.spiking import SpikingGraph, SpikingNetwork, build
from brainnet.spiking.inputs import Rates
from brainnet.values.clock import DT

__all__ = ["convert", "spiking_graph"]

_OTHERS = ("calibration", "input_shape", "record", "seed", "dt", "scales", "leaks")


_P = ParamSpec("_P")
_R = TypeVar("_R")
_OURS = os.path.dirname(__file__)


def _takes_arguments_of(other: Callable[_P, Any]) -> Callable[[Callable[..., _R]], Callable[_P, _R]]:
    """Let a function have the signature of another one that it hands its arguments to, for readers and editors."""

    def with_signature(function: Callable[..., _R]) -> Callable[_P, _R]:
        returned = inspect.signature(function).return_annotation
        signature = inspect.signature(other).replace(return_annotation=returned)
        function.__signature__ = signature  # type: ignore[attr-defined]
        return function

    return with_signature


def _frames_of_ours() -> int:
    """Return how far up the user's call is, from a warning in the function that asks."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame, level = frame.f_back, level + 1
    return level


def spiking_graph(
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
) -> SpikingGraph:
    """Convert a trained ReLU network into a spiking graph, without building anything.

    Each layer with an activation becomes one population of integrate-and-fire neurons, with one connection for each
    branch that it receives; see `plan`. `brainnet.spiking.build` builds the graph on a target, `convert` does both;
    `brainnet.spiking.write_nir` writes it.

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
    SpikingGraph

    Raises
    ------
    ModelFileError
        The network cannot be read or holds what cannot be converted.
    ConversionError, ParameterError, UnknownNameError
        The settings do not fit the network or each other.
    """
    s = check_settings("convert", settings, _OTHERS)
    seed, dt = check_seed("convert", seed, MOST_INTEGER), DT.check("convert", "dt", dt)
    if s["coding"] == "poisson" and s["max_rate"] * dt > 1:
        raise ParameterError(
            f"convert: max_rate = {s['max_rate']} is more than one spike per step; give at most {1 / dt}"
        )
    graph = ann.read(source, input_shape)
    planned = plan(graph, **{name: s[name] for name in ("coding", "biases", "signed_input", "max_pooling")})
    for change in planned.changes:
        text = f"convert: {change}; the spiking network is not the twin of the trained one"
        warnings.warn(text, stacklevel=_frames_of_ours())
    check_network(s, graph, planned)
    s["leaks"] = check_leaks(planned, s, leaks)
    check_plan_names(planned)
    coding, steps = s["coding"], s["steps"]
    # Poisson sources reach a rate of 1 - exp(-max_rate dt) only, which the first weights make up for.
    input_scale = 1 / Rates(graph.input_shape, coding, s["max_rate"], dt).full_scale
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
    seen = None if calibration is None else (float(np.min(calibration)), float(np.max(calibration)))
    return lower(graph, planned, scales, s, dt=dt, seed=seed, record=record, calibrated=seen)


@_takes_arguments_of(spiking_graph)
def convert(source: Any, **settings: Any) -> SpikingNetwork:
    """Convert a trained ReLU network into a spiking network on the current target.

    Makes what `spiking_graph` does and builds it: on a compiled target the program is built here, once.

    Parameters
    ----------
    source, **settings
        All as of `spiking_graph`.

    Returns
    -------
    SpikingNetwork

    Raises
    ------
    ModelFileError, ConversionError, ParameterError, UnknownNameError
        As from `spiking_graph`.
    """
    return build(spiking_graph(source, **settings))
