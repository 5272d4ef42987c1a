"""Leaks that a user gives, one a population, checked before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from brainnet.ann import AveragePool
from brainnet.convert.parameters import PARAMETERS
from brainnet.convert.plan import Plan
from brainnet.errors import ConversionError, ParameterError, UnknownNameError, nearest

__all__ = ["check_leaks"]


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
        raise ParameterError(f"convert: leaks is a {type(given).__name__}; give a dict of one number a layer")
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
