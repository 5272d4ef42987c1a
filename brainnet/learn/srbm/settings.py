"""The numbers of the machine and its training, as the estimator and the protocols declare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import ms

from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.learn.estimator import check_values
from brainnet.learn.srbm.sampling import NEURONS

__all__ = ["PARAMETERS", "Settings", "make_settings"]

PARAMETERS = {
    "hidden": Parameter(500, "hidden neurons", low=1, high=100_000),
    "label_neurons": Parameter(40, "visible neurons for the labels, as many for each class", low=1, high=100_000),
    "bias_neurons": Parameter(1, "neurons beside each layer that always fire; their weights are its biases", low=1,
                              high=1000),
    "neuron": Parameter("noisy_lif", "model of the neurons", choices=NEURONS),
    "dt": Parameter(0.5 * ms, "time step", above=0 * ms),
    "cycle": Parameter(140 * ms, "time of an image: half of it data, half of it the free run", above=0 * ms),
    "transition": Parameter(14 * ms, "time at the begin of each half in which nothing is learned", low=0 * ms),
    "brightness": Parameter(0.5, "pixels above it are bright", low=0.0, high=1.0),
    "p_on": Parameter(0.98, "probability that a bright pixel or a label is clamped to", above=0.0, below=1.0),
    "p_off": Parameter(1e-5, "probability that a dark one is clamped to", above=0.0, below=1.0),
    "eta": Parameter(0.064, "learning rate at first", above=0.0),
    "eta_end": Parameter(0.02, "what is left of it in the end; it falls linearly", low=0.0, high=1.0),
    "weight_decay": Parameter(0.002, "share of weights lost per image, in units of eta", low=0.0, high=1.0),
    "optimiser": Parameter("events", "what becomes of a change of weights", choices=("events", "momentum", "adam")),
    "batch": Parameter(20, "images per step of momentum or Adam", low=1, high=1000),
    "momentum": Parameter(0.5, "share of the step before in the next, beta_1 of Adam", low=0.0, below=1.0),
    "adam_step": Parameter(0.01, "step of Adam at first, in units of 1/beta", above=0.0),
    "initial": Parameter("normal", "deviation of the first weights: w_0, or by the numbers of neurons",
                         choices=("normal", "xavier")),
    "w_0": Parameter(0.1, "standard deviation of the first weights", low=0.0),
    "b_0": Parameter(-4.0, "bias of hidden neurons at first"),
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """Values of `PARAMETERS`, in SI units. Made by `make_settings`."""

    hidden: int
    label_neurons: int
    bias_neurons: int
    neuron: str
    dt: float
    cycle: float
    transition: float
    brightness: float
    p_on: float
    p_off: float
    eta: float
    eta_end: float
    weight_decay: float
    optimiser: str
    batch: int
    momentum: float
    adam_step: float
    initial: str
    w_0: float
    b_0: float

    @property
    def half(self) -> int:
        """Time steps of half a cycle."""
        return round(self.cycle / 2 / self.dt)

    @property
    def learning(self) -> float:
        """Time of half a cycle in which something is learned, in seconds."""
        return self.cycle / 2 - self.transition

    def deviation(self, n_visible: int) -> float:
        """Return the standard deviation of the first weights between so many visible neurons and the hidden ones."""
        if self.initial == "normal":
            return self.w_0
        return float(np.sqrt(2 / (n_visible + self.hidden)))


def make_settings(owner: str = "srbm", **values: Any) -> Settings:
    """Check values of `PARAMETERS`, with units, and take the defaults of others.

    Raises
    ------
    ParameterError
    """
    settings = Settings(**check_values(owner, PARAMETERS, values))
    for name, time in (("cycle / 2", settings.cycle / 2), ("transition", settings.transition)):
        steps = time / settings.dt
        if steps < 0.5 or abs(steps - round(steps)) > 1e-6 * steps:
            raise ParameterError(
                f"{owner}: {name} = {time * 1e3:g} ms is no whole number of time steps of {settings.dt * 1e3:g} ms, at "
                "least one: a free run without transition would unlearn what data have left; give a multiple"
            )
    if not settings.learning > 0.5 * settings.dt:
        raise ParameterError(
            f"{owner}: transition = {settings.transition * 1e3:g} ms leaves nothing of half a cycle of "
            f"{settings.cycle * 500:g} ms to learn in; shorten it"
        )
    if settings.weight_decay * settings.eta >= 1:
        raise ParameterError(
            f"{owner}: weight_decay = {settings.weight_decay:g} times eta = {settings.eta:g} leaves nothing of weights "
            "after one image; lower one of them"
        )
    unused = {"events": ["adam_step", "batch", "momentum"], "momentum": ["adam_step"], "adam": []}[settings.optimiser]
    for name in [*unused, *(["w_0"] if settings.initial == "xavier" else [])]:
        if getattr(settings, name) == PARAMETERS[name].value:
            continue
        other = "initial" if name == "w_0" else "optimiser"
        raise ParameterError(
            f"{owner}: {name} has no effect with {other} = {getattr(settings, other)!r}; leave it out, or give another "
            f"{other}"
        )
    if not settings.p_off < settings.p_on:
        raise ParameterError(
            f"{owner}: p_off = {settings.p_off:g} is not below p_on = {settings.p_on:g}; dark pixels fire less often"
        )
    return settings
