"""The numbers of the procedure, as the estimator and the protocols declare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brian2 import Hz, ms, mV

from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.learn.estimator import check_values

__all__ = ["PARAMETERS", "RULES", "Settings", "make_settings"]

RULES = ("triplet", "pair", "power_law")
# Diehl & Cook 2015: a pixel of 255 fires with 63.75 Hz at intensity 2.
RATE = 255 / 8 * Hz
# Sum of the weights of a neuron: 78 of 784 inputs.
MEAN_WEIGHT = 78 / 784

PARAMETERS = {
    "neurons": Parameter(400, "excitatory neurons, and as many inhibitory ones", low=2, high=100_000),
    "rule": Parameter("triplet", "learning rule", choices=RULES),
    "shown": Parameter(350 * ms, "time that an image is shown", above=0 * ms),
    "rest": Parameter(150 * ms, "time without input after it", low=0 * ms),
    "dt": Parameter(0.5 * ms, "time step", above=0 * ms),
    "intensity": Parameter(2.0, "a pixel of 1 fires with intensity times 31.875 Hz", above=0.0),
    "least_spikes": Parameter(5, "spikes that are an answer; with fewer an image is shown again, brighter", low=0),
    "attempts": Parameter(20, "how often an image is shown at most", low=1, high=1000),
    "mean_weight": Parameter(MEAN_WEIGHT, "mean of a neuron's weights after normalisation", above=0.0, high=1.0),
    "theta_plus": Parameter(0.05 * mV, "rise of a threshold with a spike, with 400 neurons", low=0 * mV),
    "tau_theta": Parameter(1e7 * ms, "decay of thresholds", above=0 * ms),
    "w_exc_inh": Parameter(10.4, "weight of an excitatory neuron to its inhibitory one", low=0.0),
    "w_inh_exc": Parameter(17.0, "weight of an inhibitory neuron to the other excitatory ones", low=0.0),
}


@dataclass(frozen=True)
class Settings:
    """Values of `PARAMETERS`, in SI units. Made by `make_settings`."""

    neurons: int
    rule: str
    shown: float
    rest: float
    dt: float
    intensity: float
    least_spikes: int
    attempts: int
    mean_weight: float
    theta_plus: float
    tau_theta: float
    w_exc_inh: float
    w_inh_exc: float


def make_settings(owner: str = "stdp", **values: Any) -> Settings:
    """Check values of `PARAMETERS`, with units, and take the defaults of others.

    Raises
    ------
    ParameterError
    """
    plain = check_values(owner, PARAMETERS, values)
    for name in ("shown", "rest"):
        steps = plain[name] / plain["dt"]
        if abs(steps - round(steps)) > 1e-6 * steps or (name == "shown" and steps < 0.5):
            raise ParameterError(
                f"{owner}: {name} = {values.get(name, PARAMETERS[name].value)} is no whole number of time steps of "
                f"{plain['dt'] * 1e3:g} ms; give a multiple"
            )
    brightest = 1 / (float(RATE) * plain["dt"])
    if plain["intensity"] > brightest:
        raise ParameterError(
            f"{owner}: intensity = {plain['intensity']:g} lets a pixel of 1 fire more than once in a time step of "
            f"{plain['dt'] * 1e3:g} ms; give at most {brightest:.4g}, or a shorter dt"
        )
    return Settings(**plain)
