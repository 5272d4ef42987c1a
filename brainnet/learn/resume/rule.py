"""One trial of a LIF neuron with exponential currents, and what ReSuMe makes of it, without a loop over time steps.

Between its spikes the neuron is linear: its potential without any spike is filtered once, and each spike adds one
decaying term to it. All times are numbers of time steps; the arithmetic is that of `brainnet.models.lif` with
``synapse="current"`` and `brainnet.models.resume` in the order synapses, groups, thresholds, resets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

__all__ = ["Neuron", "Rule", "learn", "respond"]

Steps = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Neuron:
    """Constants of the neuron for one time step.

    Parameters
    ----------
    tau_m, tau_s : float
        Time constants of membrane and current, in time steps; they differ.
    R_m, E_L, v_th, v_reset : float
        In SI units.
    refractory : int
        Time steps from a spike to the first one in which the potential moves again; at least 1.
    """

    tau_m: float
    tau_s: float
    R_m: float
    E_L: float
    v_th: float
    v_reset: float
    refractory: int

    def free(self, drive: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what charges that arrive after each step add to the potential at the end of each step."""
        decay_m, decay_s = np.exp(-1 / self.tau_m), np.exp(-1 / self.tau_s)
        gain = self.tau_s / (self.tau_m - self.tau_s) * (decay_m - decay_s)
        current = lfilter([0.0, 1.0], [1.0, -decay_s], drive)
        return np.asarray(lfilter([self.R_m * gain], [1.0, -decay_m], current))

    def next_spike(self, free: NDArray[np.float64], last: int | None) -> int | None:
        """Return the step of the spike after the one at step `last` (None: of the first)."""
        if last is None:
            above = free >= self.v_th - self.E_L
            start = 0
        else:
            held = last + self.refractory - 1
            start = held + 1
            if start >= len(free):
                return None
            since = np.exp(-np.arange(1, len(free) - held) / self.tau_m)
            above = free[start:] + (self.v_reset - self.E_L - free[held]) * since >= self.v_th - self.E_L
        first = int(above.argmax())
        return start + first if above[first] else None


@dataclass(frozen=True)
class Rule:
    """Constants of the rule: window A exp(-s/tau), a by itself, bounds; tau in time steps, the others in one unit."""

    tau: float
    A: float
    a: float
    w_min: float
    w_max: float

    def change(self, event: int, step: Steps, source: Steps, n_inputs: int) -> Weights:
        """Return what one target spike at step `event` adds to each weight; an output spike takes it away."""
        before = step < event
        window = np.exp((step[before] - event) / self.tau)
        return np.asarray(self.a + self.A * np.bincount(source[before], weights=window, minlength=n_inputs), float)


def respond(neuron: Neuron, step: Steps, source: Steps, w: Weights, n_steps: int) -> Steps:
    """Return the steps in which one neuron fires.

    Parameters
    ----------
    neuron : Neuron
    step, source : array (spikes,)
        Input spikes: when they reach the synapse, and from which input.
    w : array (n_inputs,)
        Weights in ampere.
    n_steps : int
        Length of the trial.
    """
    free = neuron.free(_drive(step, source, w, n_steps))
    fired: list[int] = []
    while (spike := neuron.next_spike(free, fired[-1] if fired else None)) is not None:
        fired.append(spike)
    return np.array(fired, dtype=np.int64)


def learn(
    neuron: Neuron, rule: Rule, step: Steps, source: Steps, w: Weights, target: Steps, n_steps: int, *, at_once: bool
) -> tuple[Weights, Steps]:
    """Return the weights after one trial, and the steps in which the neuron fired.

    Parameters
    ----------
    neuron, step, source, w, n_steps
        As in `respond`.
    rule : Rule
    target : array (target spikes,)
        Steps of the target, in order.
    at_once : bool
        Change weights with every spike, or all after the trial.
    """
    if not at_once:
        fired = respond(neuron, step, source, w, n_steps)
        asked, got = np.bincount(target, minlength=n_steps), np.bincount(fired, minlength=n_steps)
        change = np.zeros_like(w)
        for event in np.flatnonzero(asked != got):  # both at once: exactly nothing
            change += (asked[event] - got[event]) * rule.change(event, step, source, len(w))
        return np.clip(w + change, rule.w_min, rule.w_max), fired
    w, spikes, due = w.copy(), [], list(target)
    free = neuron.free(_drive(step, source, w, n_steps))
    spike = neuron.next_spike(free, None)
    while due or spike is not None:
        event = min(each for each in (due[0] if due else None, spike) if each is not None)
        old, change = w.copy(), rule.change(event, step, source, len(w))
        if due and due[0] == event:
            w = np.clip(w + change, rule.w_min, rule.w_max)
            due.pop(0)
        if spike == event:
            w = np.clip(w - change, rule.w_min, rule.w_max)
            spikes.append(event)
        # Input of this step is delivered after the change.
        later = step >= event
        free = free + neuron.free(_drive(step[later], source[later], w - old, n_steps))
        spike = neuron.next_spike(free, spikes[-1] if spikes else None)
    return w, np.array(spikes, dtype=np.int64)


def _drive(step: Steps, source: Steps, w: Weights, n_steps: int) -> NDArray[np.float64]:
    return np.asarray(np.bincount(step, weights=w[source], minlength=n_steps)[:n_steps], dtype=float)
