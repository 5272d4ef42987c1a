"""Scales and leaks that a user gives, one per population, checked before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np

from brainnet.ann import AveragePool
from brainnet.convert.plan import Plan
from brainnet.convert.settings import PARAMETERS
from brainnet.errors import ConversionError, ParameterError, UnknownNameError, nearest
from brainnet.spiking.inputs import without_unit

__all__ = ["check_calibration", "check_leaks", "check_scales", "check_scales_are_found"]


def check_calibration(calibration: Any, what: str) -> None:
    """Refuse calibration samples that no scale can be found on.

    Raises
    ------
    ConversionError
        There are none, or nothing but zeros.
    DataError
        They carry a unit.
    """
    if calibration is None:
        raise ConversionError(f"{what} needs samples; give calibration=..., or normalisation='model'")
    if not without_unit(calibration, "calibration samples").size:
        raise ConversionError(f"{what} needs samples, and calibration is empty; give some of the training samples")
    if not np.any(calibration):
        raise ConversionError(f"{what} needs samples, and calibration is nothing but zeros; give training samples")


def check_scales(plan: Plan, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scales of a plan, "input" first.

    Parameters
    ----------
    plan : Plan
    given : mapping of str to float, or to array (channels,)
        As `normalise` returns it; "input" may be missing where the input is a current.

    Raises
    ------
    ParameterError
        No mapping, or a value that is no positive number, or not one per channel.
    UnknownNameError
        A name that is no population.
    ConversionError
        A population without scale, or one that cannot have the scale given.
    """
    if not isinstance(given, Mapping):
        raise ParameterError(f"convert: scales is a {type(given).__name__}; give the dict that normalise returned")
    shapes = {"input": plan.graph.input_shape, **{each.name: each.shape for each in plan.populations}}
    for name in given:
        if name not in shapes:
            raise UnknownNameError(f"convert: scales names {name!r}, which is no population; {nearest(name, shapes)}")
    known = {"input": 1.0, **given} if plan.analog else given
    output, scales = plan.populations[-1].name, dict[str, Any]()
    for name, shape in shapes.items():
        if name not in known:
            raise ConversionError(
                f"convert: scales has none for {name!r}; give one number for each of {', '.join(shapes)}"
            )
        channels = shape[0] if len(shape) > 1 and name not in ("input", output) else 0
        scales[name] = _positive(name, known[name], channels)
    for each in plan.populations:
        source = each.branches[0].source if each.gated else each.name
        if not np.array_equal(scales[each.name], scales[source]):
            raise ConversionError(
                f"convert: layer {each.name!r} passes the spikes of {source!r} as they are; give both the same scale"
            )
    return scales


def check_scales_are_found(calibration: Any, settings: Mapping[str, Any]) -> None:
    """Refuse what only finds scales where scales are given.

    Raises
    ------
    ParameterError
    """
    finding = ("normalisation", "percentile", "granularity")
    chosen = ["calibration"] if calibration is not None else []
    chosen += [name for name in finding if settings.get(name, PARAMETERS[name].value) != PARAMETERS[name].value]
    if chosen:
        raise ParameterError(f"convert: {chosen[0]} finds scales, and scales= gives them; leave one of the two out")


def check_leaks(plan: Plan, settings: Mapping[str, Any], given: Mapping[str, float] | None) -> dict[str, float]:
    """Return the share of the membrane potential that each leaky population keeps in a step; empty where none is given.

    Parameters
    ----------
    plan : Plan
    settings : mapping
        Of the conversion, checked.
    given : mapping of str to float, or None
        As `brainnet.learn.surrogate.finetune` returns it, above 0 up to 1.

    Raises
    ------
    ParameterError
        No mapping, a value out of range, or `tau_m` besides.
    UnknownNameError
        A name that is no leaky population.
    ConversionError
        Neurons that do not leak, or a leaky population without a value.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ParameterError(f"convert: leaks is a {type(given).__name__}; give a dict of one number per layer")
    if settings["neuron"] != "lif":
        raise ConversionError(
            f"convert: leaks act on leaky neurons, not on neuron={settings['neuron']}; use neuron=lif"
        )
    if settings["tau_m"] != PARAMETERS["tau_m"].value:
        raise ParameterError("convert: leaks and tau_m say the same; give one of them")
    by_potential = [plan.populations[-1].name] if settings["readout"] != "spikes" else []
    leaky = [each.name for each in plan.populations if not each.gated and each.name not in by_potential]
    pools = {layer.name for layer in plan.graph.layers if isinstance(layer, AveragePool)}
    for name in given:
        if name not in leaky:
            raise UnknownNameError(f"convert: leaks names {name!r}, which is no leaky layer; {nearest(name, leaky)}")
    for name in leaky:
        if name not in given:
            remedy = f"give one for each of {', '.join(leaky)}"
            if name in pools:
                remedy += ", or call brainnet.ann.merge_pooling first, which makes pooling a part of the weights"
            raise ConversionError(f"convert: leaks has none for {name!r}; {remedy}")
        leak = given[name]
        if not isinstance(leak, Real) or isinstance(leak, bool) or not 0 < leak <= 1:
            raise ParameterError(f"convert: the leak of {name!r} is {leak!r}; give a number above 0, up to 1")
    return {name: float(leak) for name, leak in given.items()}


def _positive(name: str, given: Any, channels: int) -> Any:
    """Return a number, or an array of one number per channel."""
    try:
        scale = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        scale = np.asarray(np.nan)
    wanted = f"a positive number{f', or {channels} of them' if channels else ''}"
    if scale.shape not in ((), (channels,)) or not (np.isfinite(scale).all() and (scale > 0).all()):
        raise ParameterError(f"convert: the scale of {name!r} is {given!r}; give {wanted}")
    return scale if scale.ndim else float(scale)
