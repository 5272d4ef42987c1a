"""The types of neuron that a network can be converted to: models, where spikes arrive, what a spike is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import Quantity, ms

from brainnet.catalogue.content import models
from brainnet.convert.plan import Plan
from brainnet.declare import NeuronModel
from brainnet.errors import ConversionError

__all__ = ["NeuronType", "check_neurons", "neuron_type"]


@dataclass(frozen=True)
class NeuronType:
    """Neurons of a population.

    Parameters
    ----------
    model : NeuronModel
        With the input I for each step.
    onto : str
        Variable that spikes are added to.
    worth : float
        Value that the rate of one spike a step stands for.
    gain : float
        Factor of what arrives.
    most : int
        Most spikes in a step.
    initial : mapping of str to float
        State at the start of each sample.
    bursts : str
        Variable that holds how many spikes a neuron fires in a step; empty where it is one.
    """

    model: NeuronModel
    onto: str = "v"
    worth: float = 1.0
    gain: float = 1.0
    most: int = 1
    initial: Mapping[str, float] = field(default_factory=dict)
    bursts: str = ""


def neuron_type(settings: Mapping[str, Any], v_init: float, dt: Quantity, population: str) -> NeuronType:
    """Return the type of neuron that the settings ask for in a population, beginning at `v_init` thresholds."""
    kind, start, leak = settings["neuron"], {"v": v_init}, settings["leaks"].get(population)
    if kind == "lif" and leak != 1:
        tau_m = settings["tau_m"] if leak is None else -dt / np.log(leak)
        model = models.leaky_if(reset=settings["reset"], v_init=v_init, tau_m=tau_m)
        return NeuronType(model, onto="g", initial=start)
    if kind == "soft_lif":
        model = models.soft_lif(input="rates", tau_m=settings["tau_m"], tau_s=settings["tau_s"], t_ref=0 * ms)
        return NeuronType(model, onto="g", initial={"phase": v_init, "x_syn": 0.0})
    if kind == "adaptive":
        model = models.adaptive_spiking(theta_0=settings["theta_0"], m_f=settings["theta_0"])
        parameters = model.resolved_parameters()
        kept = {name: float(np.exp(-dt / parameters[name].value)) for name in ("tau_beta", "tau_eta")}
        # A regular train of rate r makes the current r / (1 - kept), and S_hat theta times as much.
        return NeuronType(
            model,
            onto="g",
            worth=settings["theta_0"] / (1 - kept["tau_eta"]),
            gain=1 - kept["tau_beta"],
            initial=dict.fromkeys(("I_syn", "S_syn", "S_hat", "rise"), 0.0),
        )
    if kind == "burst":
        most = settings["spikes_per_step"]
        model = models.burst_if(n_max=most, v_init=v_init)
        return NeuronType(model, most=most, initial=start, bursts="n")
    return NeuronType(models.integrate_and_fire(reset=settings["reset"], v_init=v_init), initial=start)


def check_neurons(settings: Mapping[str, Any], plan: Plan) -> None:
    """Refuse what a type of neuron cannot do, before anything is built.

    Raises
    ------
    ConversionError
    """
    kind = settings["neuron"]
    if settings["shift"] == "half":
        rounded = next((each.name for each in plan.populations if each.half), "")
        if settings["v_init"] == "half" or rounded:
            where = "v_init=half" if settings["v_init"] == "half" else f"the quantised layer {rounded!r}"
            raise ConversionError(
                f"shift=half does not go with {where}, which rounds counts to the nearest already: both together round "
                "up; leave shift out"
            )
    refused = {  # setting, value: neurons, reason
        ("reset", "zero"): (("soft_lif", "adaptive", "burst"), "it keeps what is left by itself"),
        ("reset", "average"): (("soft_lif", "adaptive", "burst"), "it keeps what is left by itself"),
        ("normalisation", "threshold_balancing"): (
            ("lif", "soft_lif", "adaptive", "burst"),
            "thresholds are balanced on the spikes of neuron=if",
        ),
        ("v_init", "half"): (("adaptive",), "it has no membrane potential to begin at"),
        ("shift", "half"): (("lif", "soft_lif", "adaptive"), "it holds for counts without a leak"),
    }
    for (name, value), (kinds, why) in refused.items():
        if settings[name] == value and kind in kinds:
            raise ConversionError(f"neuron={kind} does not go with {name}={value}: {why}; leave it out, or neuron=if")
    for each in plan.populations:
        if each.half and kind != "if":
            raise ConversionError(
                f"layer {each.name!r} is quantised for integrate-and-fire neurons that begin at half their threshold; "
                f"use neuron=if and not neuron={kind}"
            )
        if each.limit and kind in ("burst", "adaptive"):
            raise ConversionError(
                f"layer {each.name!r} has a maximum, at which neurons that fire once a step saturate, and those of "
                f"neuron={kind} do not; use neuron=if, lif or soft_lif"
            )
        if each.gated and kind in ("burst", "adaptive"):
            raise ConversionError(
                f"layer {each.name!r} lets single spikes pass by their number so far, and neuron={kind} does not fire "
                "like that; use neuron=if, lif or soft_lif, or max_pooling=average"
            )
