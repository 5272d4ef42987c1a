"""The settings of a conversion: declared once, with one table of what acts where and what goes with what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Hz, ms

from brainnet.ann import BatchNorm, Conv1d, Conv2d, ConvTranspose, Dense, LayerGraph, MaxPool
from brainnet.declare import Parameter
from brainnet.errors import ConversionError, ParameterError, UnknownNameError, nearest
from brainnet.spiking.graph import STEPS

if TYPE_CHECKING:
    from brainnet.convert.plan import Plan, PlannedPopulation

__all__ = ["CODINGS", "PARAMETERS", "check_network", "check_settings", "with_channels"]

CODINGS = ("constant", "bernoulli", "poisson", "regular")

PARAMETERS: Mapping[str, Parameter] = {
    "steps": STEPS,
    "normalisation": Parameter(
        "data", "how weights are scaled to rates", choices=("data", "model", "threshold_balancing", "none")
    ),
    "percentile": Parameter(
        99.9, "percentile of a hidden layer's activations that becomes the rate 1 (data only; 100: the maximum)",
        above=0.0, high=100.0,
    ),
    "granularity": Parameter(
        "layer", "one scale for a layer, or for each channel of its images (the output has one)",
        choices=("layer", "channel"),
    ),
    "biases": Parameter("scale", "scaled with the weights, or dropped", choices=("scale", "drop")),
    "reset": Parameter(
        "subtract", "what a spike does to the membrane potential (average: the mean of what the two others leave)",
        choices=("subtract", "zero", "average"),
    ),
    "neuron": Parameter(
        "if", "integrate and fire; leaky; soft LIF curve; adapting threshold; several spikes per step",
        choices=("if", "lif", "soft_lif", "adaptive", "burst"),
    ),
    "tau_m": Parameter(100 * ms, "membrane time constant (neuron lif and soft_lif only)", above=0 * ms),
    "tau_s": Parameter(5 * ms, "smoothing of spikes that arrive (neuron soft_lif only)", above=0 * ms),
    "theta_0": Parameter(
        0.1, "threshold at rest, and the share of it that a spike adds (neuron adaptive only)", above=0.0, high=1.0
    ),
    "spikes_per_step": Parameter(5, "most spikes in a step (neuron burst only)", low=1, high=255),
    "v_init": Parameter("zero", "initial membrane potential: zero or half the threshold", choices=("zero", "half")),
    "shift": Parameter(
        "none", "half: every neuron receives theta/(2 steps) more at each step (Deng & Gu 2021)",
        choices=("none", "half"),
    ),
    "coding": Parameter("constant", "how values become input", choices=CODINGS),
    "signed_input": Parameter(
        "refuse", "input values below 0: refused, or on a second neuron each (constant currents have any sign)",
        choices=("refuse", "pairs"),
    ),
    "max_rate": Parameter(500 * Hz, "Poisson rate of the value 1 (coding poisson only)", above=0 * Hz),
    "max_pooling": Parameter(
        "refuse", "what becomes of it: a gate that only the first of a window passes; its average, another network",
        choices=("refuse", "gate", "average"),
    ),
    "readout": Parameter(
        "spikes", "what the decision is read from; winner_take_all: spikes that a generator hands out by softmax",
        choices=("spikes", "potential", "winner_take_all"),
    ),
    "generator_rate": Parameter(
        1000 * Hz, "rate of the Poisson generator (readout winner_take_all only)", above=0 * Hz
    ),
}  # fmt: skip

# Words of a random stream's key; as many as Brian2's integers hold.

# What acts only where another setting has one of these values: a setting that is given must act.
_ACTS_WITH = {
    "percentile": ("normalisation", ("data",)),
    "granularity": ("normalisation", ("data", "model")),
    "max_rate": ("coding", ("poisson",)),
    "signed_input": ("coding", CODINGS[1:]),
    "tau_m": ("neuron", ("lif", "soft_lif")),
    "tau_s": ("neuron", ("soft_lif",)),
    "theta_0": ("neuron", ("adaptive",)),
    "spikes_per_step": ("neuron", ("burst",)),
    "generator_rate": ("readout", ("winner_take_all",)),
}


@dataclass(frozen=True)
class _Apart:
    """Neurons that do not go with the value of another setting."""

    setting: str
    value: str
    neurons: tuple[str, ...]
    why: str


_APART = (
    _Apart("reset", "zero", ("soft_lif", "adaptive", "burst"), "it keeps what is left by itself"),
    _Apart("reset", "average", ("soft_lif", "adaptive", "burst"), "it keeps what is left by itself"),
    _Apart(
        "normalisation", "threshold_balancing", ("lif", "soft_lif", "adaptive", "burst"),
        "thresholds are balanced on the spikes of neuron=if",
    ),
    _Apart("v_init", "half", ("adaptive",), "it has no membrane potential to begin at"),
    _Apart("shift", "half", ("lif", "soft_lif", "adaptive"), "it holds for counts without a leak"),
)  # fmt: skip


@dataclass(frozen=True)
class _Layer:
    """Neurons that do not go with a kind of layer."""

    has: Callable[[PlannedPopulation], Any]
    neurons: tuple[str, ...]
    why: str


_LAYERS = (
    _Layer(
        lambda each: each.half, ("lif", "soft_lif", "adaptive", "burst"),
        "is quantised for integrate-and-fire neurons that begin at half their threshold; use neuron=if and not "
        "neuron={neuron}",
    ),
    _Layer(
        lambda each: each.limit, ("burst", "adaptive"),
        "has a maximum, at which neurons that fire once a step saturate, and those of neuron={neuron} do not; use "
        "neuron=if, lif or soft_lif",
    ),
    _Layer(
        lambda each: each.gated, ("burst", "adaptive"),
        "lets single spikes pass by their number so far, and neuron={neuron} does not fire like that; use neuron=if, "
        "lif or soft_lif, or max_pooling=average",
    ),
)  # fmt: skip

# What a network must have for a value to act, in words and as a question.
_ACTS_ON: Mapping[tuple[str, str], tuple[str, Callable[[LayerGraph, Plan], bool]]] = {
    ("granularity", "channel"): (
        "hidden layer with channels", lambda graph, plan: any(len(each.shape) > 1 for each in plan.populations[:-1])
    ),
    ("max_pooling", "gate"): ("max pooling", lambda graph, plan: _pools(graph)),
    ("max_pooling", "average"): ("max pooling", lambda graph, plan: _pools(graph)),
    ("biases", "drop"): ("bias", lambda graph, plan: any(map(_biased, graph.layers))),
}  # fmt: skip


def check_settings(owner: str, given: Mapping[str, Any], also: Iterable[str] = ()) -> dict[str, Any]:
    """Check settings and fill in the defaults.

    `also` are other arguments that an unknown name may have been meant for.

    Raises
    ------
    UnknownNameError, ParameterError
        Unknown setting; wrong value; a setting that would be without effect.
    """
    for name in given:
        if name not in PARAMETERS:
            raise UnknownNameError(f"{owner} has no setting {name!r}; {nearest(name, [*PARAMETERS, *also])}")
    settings = {}
    for name, declared in PARAMETERS.items():
        value = given.get(name, declared.value)
        settings[name] = (
            declared.parse(owner, name, value) if isinstance(value, str) else declared.check(owner, name, value)
        )
    for name, (other, wanted) in _ACTS_WITH.items():
        if settings[other] not in wanted and settings[name] != PARAMETERS[name].value:
            which = " or ".join(wanted)
            raise ParameterError(
                f"{owner}: {name} acts only with {other}={which}; leave it out or set {other}={wanted[0]}"
            )
    return settings


def check_network(settings: Mapping[str, Any], graph: LayerGraph, plan: Plan) -> None:
    """Refuse settings that do not act on a network, or do not go with it or with each other.

    Raises
    ------
    ConversionError
    """
    for (name, value), (what, there) in _ACTS_ON.items():
        if settings[name] == value and not there(graph, plan):
            raise ConversionError(f"{name}={value} does nothing: network {graph.name!r} has no {what}; leave it out")
    rounded = next((each.name for each in plan.populations if each.half), "")
    if settings["shift"] == "half" and (settings["v_init"] == "half" or rounded):
        where = "v_init=half" if settings["v_init"] == "half" else f"the quantised layer {rounded!r}"
        raise ConversionError(
            f"shift=half does not go with {where}, which rounds counts to the nearest already: both together round "
            "up; leave shift out"
        )
    neuron = settings["neuron"]
    for apart in _APART:
        if settings[apart.setting] == apart.value and neuron in apart.neurons:
            raise ConversionError(
                f"neuron={neuron} does not go with {apart.setting}={apart.value}: {apart.why}; leave it out, or "
                "neuron=if"
            )
    for each in plan.populations:
        for layer in _LAYERS:
            if neuron in layer.neurons and layer.has(each):
                raise ConversionError(f"layer {each.name!r} {layer.why.format(neuron=neuron)}")


def with_channels(plan: Plan) -> set[str]:
    """Return the populations that may have one scale for each channel: images, of which no maximum is known."""
    return {each.name for each in plan.populations[:-1] if len(each.shape) > 1 and not each.limit}


def _pools(graph: LayerGraph) -> bool:
    return any(isinstance(layer, MaxPool) for layer in graph.layers)


def _biased(layer: Any) -> bool:
    if isinstance(layer, BatchNorm):
        return not np.array_equal(layer.beta, layer.mean * layer.scale)
    return isinstance(layer, Dense | Conv1d | Conv2d | ConvTranspose) and bool(np.any(layer.bias))
