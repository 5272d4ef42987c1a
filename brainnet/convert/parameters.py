"""The settings of a conversion, declared once for the converter, the protocols and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brian2 import Hz, ms

from brainnet.declare import Parameter
from brainnet.errors import ParameterError, UnknownNameError, nearest

__all__ = ["CODINGS", "PARAMETERS", "SEED", "check_settings"]

CODINGS = ("constant", "bernoulli", "poisson", "regular")

PARAMETERS: Mapping[str, Parameter] = {
    "steps": Parameter(100, "time steps for each sample", low=1, high=1_000_000),
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
        "if", "integrate and fire; leaky; soft LIF curve; adapting threshold; several spikes a step",
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
SEED = Parameter(0, "seed of the random codings", low=0, high=2**31 - 1)

# A setting that is given must act: these act only where another has one of these values.
_ONLY_WITH = {
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


def check_settings(owner: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Check settings and fill in the defaults.

    Raises
    ------
    UnknownNameError, ParameterError
        Unknown setting; wrong value; a setting that would be without effect.
    """
    for name in given:
        if name not in PARAMETERS:
            raise UnknownNameError(f"{owner} has no setting {name!r}; {nearest(name, PARAMETERS)}")
    settings = {}
    for name, declared in PARAMETERS.items():
        value = given.get(name, declared.value)
        settings[name] = (
            declared.parse(owner, name, value) if isinstance(value, str) else declared.check(owner, name, value)
        )
    for name, (other, wanted) in _ONLY_WITH.items():
        default = PARAMETERS[name].value
        if settings[other] not in wanted and settings[name] != default:
            which = " or ".join(wanted)
            raise ParameterError(
                f"{owner}: {name} acts only with {other}={which}; leave it out or set {other}={wanted[0]}"
            )
    return settings
