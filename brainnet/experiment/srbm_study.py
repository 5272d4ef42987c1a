"""Boltzmann machines of other neurons and clamps, side by side: trained in one program, and what they fire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from brian2 import Network, SpikeMonitor, amp, defaultclock, second
from numpy.typing import NDArray
from scipy.special import expit

from brainnet.catalogue.content import models
from brainnet.data import Dataset
from brainnet.declare import NeuronModel
from brainnet.experiment.srbm import read_machine
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.srbm.brian import Layers
from brainnet.learn.srbm.checks import check_pixels
from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.sampling import Sigmoid, clamped_rates, sigmoid_constants
from brainnet.learn.srbm.settings import Settings, make_settings
from brainnet.learn.srbm.training import clamps_of, free_row, learn_all
from brainnet.targets import fresh, target

__all__ = ["Condition", "clamp_at", "clamped_synchrony", "train_conditions"]

# The strongest clamp, in units of 1/beta: neurons fire as often as they can.
STRONGEST = 30.0
# Clamps among which the one for a rate is looked for.
_CLAMPS = np.linspace(-8.0, STRONGEST, 200)


@dataclass(frozen=True)
class Condition:
    """What a machine is trained with.

    Parameters
    ----------
    rate : float
        In Hz, that bright pixels and the label's neurons are clamped to. What neurons cannot reach is clamped as
        strongly as can be.
    brightness : float
    share : float
        Of the learning rate.
    values : mapping
        Of parameters of the neurons.
    b_0 : float, optional
        Bias of hidden neurons at first, another one than the machine's.
    calibrated : bool
        Whether clamps, weights and the place of the sigmoid are those of these neurons, or of the declared ones.
    """

    rate: float
    brightness: float = 0.5
    share: float = 1.0
    values: Mapping[str, Any] = field(default_factory=dict)
    b_0: float | None = None
    calibrated: bool = True


def clamp_at(cell: NeuronModel, sigmoid: Sigmoid, dt: float, rate: float) -> float:
    """Return the clamp, in units of 1/beta, at which a neuron that receives nothing else fires at a rate in Hz.

    Unlike `clamp_for`, the strongest one for a rate beyond what the neuron reaches, and with a sigmoid that may be
    another neuron's.
    """
    rates = clamped_rates(cell, sigmoid, dt, _CLAMPS)
    return float(_CLAMPS[min(int(np.searchsorted(rates, rate)), len(_CLAMPS) - 1)])


def train_conditions(
    part: Dataset,
    conditions: Iterable[Condition],
    settings: Mapping[str, Any],
    seed: int,
    *,
    cell: NeuronModel | None = None,
    counted: int = 60,
) -> list[dict[str, float]]:
    """Train a machine under each condition, with the same images in the same order, in one program.

    Parameters
    ----------
    part : Dataset
        Of images, all of which are learned from once.
    settings : mapping
        Values of the machine's parameters; `brightness` and `p_on` are those of the conditions.
    cell : NeuronModel, optional
        The neurons as they are declared; the model that `settings` names.
    counted : int
        Training images with which spikes are counted afterwards.

    Returns
    -------
    list of dict
        For each condition:
        accuracy, by free energy on all test images; clamp, in units of 1/beta; bright, the share of pixels that are;
        rate_data and rate_free, of bright pixels under data and in the free run after, in Hz; hidden_data and
        hidden_free, the same of hidden neurons; hidden_first, under data before anything is learned; full, the share
        of hidden neurons and images that fire at more than nine tenths of the largest rate under data; weight, the
        standard deviation of weights.
    """
    conditions = list(conditions)
    machine = make_settings("srbm", **settings)
    cell = models[machine.neuron] if cell is None else cell
    vary = sorted({name for each in conditions for name in each.values})
    n_visible = int(np.prod(part.sample_shape)) + machine.label_neurons
    found = []
    with fresh():
        layers = Layers(machine, n_visible, seed, cell, vary)
        declared = layers.sigmoid
        for each in conditions:
            own = cell(**each.values)
            sigmoid = sigmoid_constants(own, machine.dt) if each.calibrated else declared
            if vary:
                layers.become(sigmoid, **each.values)
            clamp = clamp_at(own if each.calibrated else cell, sigmoid, machine.dt, each.rate)
            changed = replace(
                machine, brightness=each.brightness, p_on=float(expit(clamp)), eta=machine.eta * each.share,
                b_0=machine.b_0 if each.b_0 is None else each.b_0,
            )  # fmt: skip
            found.append({"clamp": clamp, **_trained(layers, changed, part, seed, counted)})
    return found


def _trained(layers: Layers, settings: Settings, part: Dataset, seed: int, counted: int) -> dict[str, float]:
    """Train one machine, read it out, and count spikes before and after."""
    x, x_test = check_pixels(part.x_train), check_pixels(part.x_test)
    n_visible, bias = layers.shape[0] - settings.bias_neurons, settings.bias_neurons
    first = settings.first(n_visible, seed)
    weights, _ = learn_all(
        lambda: layers, settings, x, part.y_train, first, epochs=1, per_epoch=len(x), factors=None, seed=seed,
        n_classes=part.n_classes, kept=Checkpoint(None, ""),
    )  # fmt: skip
    machine = Machine.of(weights, bias, part.n_classes, settings.label_neurons)
    clamps = clamps_of(settings, x[:counted], part.y_train[:counted], part.n_classes)
    rows = np.stack([clamps, np.zeros_like(clamps)], axis=1).reshape(-1, clamps.shape[1])
    duration, bright = settings.half * settings.dt, x[:counted] > settings.brightness
    before, after = (layers.run(rows, each, first=free_row(layers.shown.steps))[1] for each in (first, weights))
    pixels, hidden = after["visible"][:, : x.shape[1]] / duration, after["hidden"] / duration
    return {
        "accuracy": read_machine(
            weights, {"bias_neurons": bias, "label_neurons": settings.label_neurons, "brightness": settings.brightness},
            x_test, part.y_test, part.n_classes,
        ),
        "bright": float((x > settings.brightness).mean()),
        "rate_data": float(pixels[::2][bright].mean()),
        "rate_free": float(pixels[1::2][bright].mean()),
        "hidden_first": float(before["hidden"][::2].mean() / duration),
        "hidden_data": float(hidden[::2].mean()),
        "hidden_free": float(hidden[1::2].mean()),
        "full": float((hidden[::2] > 0.9 / layers.sigmoid.t_ref).mean()),
        "weight": float(machine.W.std()),
    }  # fmt: skip


def clamped_synchrony(
    cell: NeuronModel, dt: float, half: float, rates: Iterable[float], seed: int, n: int = 200
) -> NDArray[np.float64]:
    """Return how far neurons that are clamped to each rate fire together, from 0 (each for itself) to 1 (all at once).

    The variance of their mean activity over that of single ones (Golomb & Rinzel 1994, Physica D 72:259), in the second
    half of a time `half` under the clamp, after as long a time without one. Neurons have no synapses.
    """
    sigmoid = sigmoid_constants(cell, dt)
    clamps = np.repeat([clamp_at(cell, sigmoid, dt, rate) / sigmoid.beta for rate in rates], n)
    steps = round(half / dt)
    with target("numpy"):
        defaultclock.dt = dt * second
        group = cell.group(len(clamps), I_ext=sigmoid.offset * amp, I_d=0 * clamps * amp, seed=seed, name="clamped")
        spikes = SpikeMonitor(group, name="spikes")
        network = Network(group, spikes)
        network.run(half * second, namespace={})
        group.I_d = clamps * amp
        network.run(half * second, namespace={})
        when, who = np.rint(np.asarray(spikes.t) / dt).astype(int), np.asarray(spikes.i)
    fired = np.zeros((2 * steps, len(clamps)))
    fired[when, who] = 1
    late = fired[steps + steps // 2 :].reshape(-1, len(clamps) // n, n)
    return np.asarray(late.mean(axis=2).var(axis=0) / late.var(axis=0).mean(axis=1))
