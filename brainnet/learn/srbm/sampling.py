"""How often a neuron that noise drives fires: exactly, and as the sigmoid that a Boltzmann machine asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr

from brainnet.declare import NeuronModel
from brainnet.errors import ParameterError

__all__ = ["NEURONS", "Sigmoid", "clamp_for", "clamped_rates", "firing_rates", "noisier", "sigmoid_constants"]

# Models of neurons that sample, and the parameter that scales the noise of each.
_NOISE = {"noisy_lif": "sigma", "random_walk": "step"}
NEURONS = tuple(_NOISE)
# Cells that potentials below the threshold fall into, and how many standard deviations below the mean they reach.
_CELLS, _REACH = 240, 6.0
_WIDEST = 12.0  # input that clamps are looked for in, in units of 1/beta
_NEVER = 1e12  # steps: what the equation gives for neurons that do not fire is no number


@dataclass(frozen=True)
class Sigmoid:
    """The sigmoid that the rates of a neuron are nearest to: nu(I) = 1/(t_ref + exp(-beta I)/gamma).

    Neftci et al. 2014, Front. Neurosci. 7:272, eq. 8.

    Parameters
    ----------
    beta : float
        In 1/A.
    gamma : float
        In Hz.
    t_ref : float
        In seconds, a whole number of time steps.
    error : float
        Largest difference of t_ref nu from the sigmoid, over all currents.
    """

    beta: float
    gamma: float
    t_ref: float
    error: float

    @property
    def offset(self) -> float:
        """Current at which the neuron fires half as often as it can, in amperes: I_ext of a unit without bias."""
        return float(-np.log(self.gamma * self.t_ref) / self.beta)

    def rates(self, currents: Any) -> NDArray[np.float64]:
        """Return rates in Hz for currents in amperes."""
        return np.asarray(expit(self.beta * (np.asarray(currents) - self.offset)) / self.t_ref)


def firing_rates(model: NeuronModel, dt: float, currents: Any) -> NDArray[np.float64]:
    """Compute the rate of a neuron under constant currents from the distribution of its potential.

    The mean number of steps from one spike to the next solves a linear equation: of the steps that the neuron can
    make, one is made, and those from where it leads to are to come. Potentials are taken in cells; noise is taken as
    normal (`noisy_lif`) or as the steps that there are (`random_walk`).

    Parameters
    ----------
    model : NeuronModel
        `noisy_lif` or `random_walk`, with the values that it has.
    dt : float
        Time step, in seconds.
    currents : array, shape (n,)
        In amperes.

    Returns
    -------
    array, shape (n,)
        In Hz.

    Raises
    ------
    ParameterError
        Another model, or noise that is no noise.
    """
    values = {name: float(np.asarray(each.value)) for name, each in model.resolved_parameters().items()}
    if model.name not in NEURONS:
        raise ParameterError(f"firing_rates: {model.name} is no neuron that samples; use noisy_lif or random_walk")
    tau_m = values["tau_m"] if model.name == "random_walk" else values["C"] / values["g_L"]
    keeps = 1 - dt / tau_m
    if not 0 <= keeps < 1:
        raise ParameterError(
            f"firing_rates: dt = {dt * 1e3:g} ms is longer than tau_m = {tau_m * 1e3:g} ms; shorten it"
        )
    below = _normal_steps(values, dt) if model.name == "noisy_lif" else _walking_steps(values)
    mean_step, deviation, probability = below
    if not deviation > 0:
        raise ParameterError(f"firing_rates: {model.name} has no noise; give it some, as by its defaults")
    held = round(values["t_ref"] / dt)
    spread = _REACH * deviation / np.sqrt(1 - keeps**2)
    rates = [
        _rate(current * dt / values["C"], mean_step, spread, keeps, values, probability, held)
        for current in np.asarray(currents, dtype=float)
    ]
    return np.array(rates) / dt


def _normal_steps(values: dict[str, float], dt: float) -> tuple[float, float, Any]:
    deviation = values["sigma"] * np.sqrt(dt) / values["C"]
    return 0.0, deviation, lambda step: ndtr(step / deviation)


def _walking_steps(values: dict[str, float]) -> tuple[float, float, Any]:
    size, up, down = values["step"], values["p_up"], values["p_down"]
    if up + down > 1:
        raise ParameterError(f"random_walk: p_up = {up:g} and p_down = {down:g} are more than 1 together; lower one")
    mean = size * (up - down)

    def below(step: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(step >= size, 1.0, np.where(step >= 0, 1 - up, np.where(step >= -size, down, 0.0)))

    return mean, size * np.sqrt(up + down - (up - down) ** 2), below


def _rate(
    drift: float, mean_step: float, spread: float, keeps: float, values: dict[str, float], probability: Any, held: int
) -> float:
    """Return spikes by step."""
    middle, threshold, reset = (drift + mean_step) / (1 - keeps), values["v_th"], values["v_reset"]
    lowest = min(middle, reset, threshold) - spread
    edges = np.linspace(lowest, threshold, _CELLS + 1)
    centres = (edges[1:] + edges[:-1]) / 2
    # From each cell, and from the reset: the probability to come to each cell below the threshold.
    start = np.append(centres, reset)
    reached = np.diff(probability(edges[None, :] - (keeps * start + drift)[:, None]), axis=1)
    try:
        steps = np.linalg.solve(np.eye(_CELLS) - reached[:-1], np.ones(_CELLS))
    except np.linalg.LinAlgError:  # steps of a walk that never lead to the threshold
        return 0.0
    first = 1 + reached[-1] @ steps
    if not 0 < first < _NEVER:
        return 0.0
    return float(1 / (max(held, 1) - 1 + first))


def sigmoid_constants(model: NeuronModel, dt: float) -> Sigmoid:
    """Find beta and gamma of the sigmoid that a neuron's rates are nearest to, for one time step.

    The logarithm of 1/(1/nu - t_ref), a straight line for a sigmoid, is fitted by least squares; currents count by how
    much the rate changes there.

    Parameters
    ----------
    model : NeuronModel
        `noisy_lif` or `random_walk`.
    dt : float
        Time step, in seconds.

    Returns
    -------
    Sigmoid

    Raises
    ------
    ParameterError
        As of `firing_rates`, or no refractory time of one step at least.
    """
    values = {name: float(np.asarray(each.value)) for name, each in model.resolved_parameters().items()}
    t_ref = round(values["t_ref"] / dt) * dt
    if not t_ref > 0:
        raise ParameterError(f"sigmoid_constants: t_ref = {values['t_ref']:g} s is no time step; a sigmoid needs one")
    scale = values["C"] * (1 / values["tau_m"] if model.name == "random_walk" else values["g_L"] / values["C"])
    currents = np.linspace(-6, 4, 81) * scale  # of some potentials around the threshold, in volts
    p = firing_rates(model, dt, currents) * t_ref
    used = (p > 0.02) & (p < 0.98)
    if used.sum() < 3:
        raise ParameterError(
            f"sigmoid_constants: the rates of {model.name} are no sigmoid of -6 V to 4 V; mend the noise"
        )
    slope, height = np.polyfit(currents[used], np.log(p[used] / (1 - p[used])), 1, w=(p * (1 - p))[used])
    found = Sigmoid(float(slope), float(np.exp(height) / t_ref), t_ref, 0.0)
    return Sigmoid(found.beta, found.gamma, t_ref, float(np.abs(found.rates(currents) * t_ref - p).max()))


def noisier(model: NeuronModel, factor: float) -> tuple[NeuronModel, str]:
    """Return a neuron with `factor` times the noise, and the parameter that scales it: a standard deviation or step."""
    name = _NOISE[model.name]
    return model(**{name: factor * model.parameters[name].value}), name


def clamped_rates(model: NeuronModel, sigmoid: Sigmoid, dt: float, clamps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rates in Hz of a neuron that receives nothing but clamps, in units of 1/beta and ascending.

    Computed rates of a walk fall by rounding here and there; they are taken as the largest so far.

    Parameters
    ----------
    model : NeuronModel
        `noisy_lif` or `random_walk`.
    sigmoid : Sigmoid
        Of that neuron, as of `sigmoid_constants`.
    dt : float
        Time step, in seconds.
    clamps : array of shape (n,)
        Inputs in units of 1/beta, ascending.

    Returns
    -------
    array of shape (n,)
        In Hz, nowhere falling.
    """
    return np.maximum.accumulate(firing_rates(model, dt, sigmoid.offset + clamps / sigmoid.beta))


def clamp_for(model: NeuronModel, dt: float, rate: float) -> float:
    """Find what a neuron is clamped to for a mean rate: a probability, as the nearest sigmoid takes it.

    Neurons that are no exact sigmoid do not fire with the probability that they are clamped to, which this undoes.

    Parameters
    ----------
    model : NeuronModel
        `noisy_lif` or `random_walk`.
    dt : float
        Time step, in seconds.
    rate : float
        In Hz.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        As of `sigmoid_constants`, or a rate that it does not fire with.
    """
    z = np.linspace(-_WIDEST, _WIDEST, 241)
    rates = clamped_rates(model, sigmoid_constants(model, dt), dt, z)
    if not rates[0] < rate < rates[-1]:
        raise ParameterError(
            f"clamp_for: {model.name} fires at rates between {rates[0]:.0f} Hz and {rates[-1]:.0f} Hz in steps of "
            f"{dt * 1e3:g} ms, and not at {rate:g} Hz; give one between them"
        )
    return float(expit(np.interp(rate, rates, z)))
