"""The numbers of the machine and its training, as the estimator and the protocols declare them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from brian2 import ms
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.learn.estimator import check_values
from brainnet.learn.srbm.cells import MemoryCells
from brainnet.learn.srbm.rule import first_weights
from brainnet.learn.srbm.sampling import NEURONS, Sigmoid, noisier, sigmoid_constants

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
    "t_overlap": Parameter(0 * ms, "length of the pulses of spikes whose overlap changes a weight; 0 for the window",
                           low=0 * ms, high=4 * ms),
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
    t_overlap: float
    b_0: float
    cells: MemoryCells | None = None
    noise: tuple[float, ...] | None = None

    @property
    def half(self) -> int:
        """Time steps of half a cycle."""
        return round(self.cycle / 2 / self.dt)

    @property
    def learning(self) -> float:
        """Time of half a cycle in which something is learned, in seconds."""
        return self.cycle / 2 - self.transition

    def sigmoid(self, noise: float = 1.0) -> Sigmoid:
        """Return the sigmoid of the neurons with some times their noise."""
        return _sigmoid(self.neuron, self.dt, noise)

    def noise_of(self, epoch: int) -> float:
        """Return what the noise is multiplied with in an epoch; -1 is the last one."""
        return 1.0 if self.noise is None else self.noise[epoch]

    def first(self, n_visible: int, seed: int) -> NDArray[np.float64]:
        """Draw the state before learning: weights, or the conductances of the cells that hold them."""
        if self.cells is not None:
            return self.cells.first(n_visible, self.hidden, self.bias_neurons, self.b_0, seed)
        deviation = self.w_0 if self.initial == "normal" else float(np.sqrt(2 / (n_visible + self.hidden)))
        return first_weights(n_visible, self.hidden, self.bias_neurons, deviation, self.b_0, seed)

    def weights_of(self, state: NDArray[np.float64], noise: float = 1.0) -> NDArray[np.float64]:
        """Return the weights of a state, in units of 1/beta of neurons with some times their noise."""
        weights = state if self.cells is None else self.cells.weights(state)
        return weights if noise == 1 else weights * (self.sigmoid(noise).beta / self.sigmoid().beta)

    def decayed(self, state: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
        """Return a state whose weights, but not biases, are a part of what they were; pairs are written anew."""
        if factor == 1:
            return state
        weights = self.weights_of(state).copy()
        weights[: -self.bias_neurons, : -self.bias_neurons] *= factor
        return weights if self.cells is None else self.cells.conductances(weights, self.cells.common(state))

    def check_way_back(self) -> None:
        """Refuse to ask visible neurons, where hidden ones do not reach them.

        Raises
        ------
        ParameterError
        """
        if self.cells is not None and not self.cells.refreshes:
            raise ParameterError(
                "SpikingRBM: cells of the 2T1R structure have no pathway from hidden to visible neurons, which do not "
                "answer; use readout='free_energy', or train with MemoryCells(structure='6T2R')"
            )


@cache
def _sigmoid(neuron: str, dt: float, noise: float) -> Sigmoid:
    return sigmoid_constants(noisier(models[neuron], noise)[0], dt)


def make_settings(
    owner: str = "srbm",
    cells: MemoryCells | None = None,
    noise: NDArray[np.float64] | None = None,
    **values: Any,
) -> Settings:
    """Check values of `PARAMETERS`, with units, and take the defaults of others.

    Parameters
    ----------
    owner : str
        Named in errors.
    cells : MemoryCells, optional
        What holds the weights.
    noise : array, optional
        What the noise of neurons is multiplied with in each epoch.

    Raises
    ------
    ParameterError
    """
    if cells is not None and not isinstance(cells, MemoryCells):
        raise ParameterError(f"{owner}: cells = {cells!r} are none; give MemoryCells('pcm'), or None for ideal weights")
    settings = Settings(
        **check_values(owner, PARAMETERS, values), cells=cells, noise=None if noise is None else tuple(noise.tolist())
    )
    for name in ("w_0", "initial", "optimiser") if cells is not None else ():
        if getattr(settings, name) != PARAMETERS[name].value:
            raise ParameterError(
                f"{owner}: {name} = {getattr(settings, name)!r} is of ideal weights; memory cells begin with their "
                "sigma_G, and keep what pulses have written: leave it out"
            )
    if 0 < settings.t_overlap < 1.5 * settings.dt:
        raise ParameterError(
            f"{owner}: t_overlap = {settings.t_overlap * 1e3:g} ms is no longer than a time step, in which no pulses "
            "of two spikes overlap; give two steps at least, or 0*ms for the exponential window"
        )
    lasting = settings.t_overlap / settings.dt
    if abs(lasting - round(lasting)) > 1e-6 * lasting:
        raise ParameterError(
            f"{owner}: t_overlap = {settings.t_overlap * 1e3:g} ms is no whole number of time steps of "
            f"{settings.dt * 1e3:g} ms, in which pulses are counted; give a multiple"
        )
    for name, time in (("cycle / 2", settings.cycle / 2), ("transition", settings.transition)):
        steps = time / settings.dt
        if steps < 0.5 or abs(steps - round(steps)) > 1e-6 * steps:
            why = " (a free run without transition would unlearn what data have left)" if name == "transition" else ""
            raise ParameterError(
                f"{owner}: {name} = {time * 1e3:g} ms is no whole number of time steps of {settings.dt * 1e3:g} ms, at "
                f"least one{why}; give a multiple"
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
