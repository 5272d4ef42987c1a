"""Rules driven by given spikes: many pairs of trains and many rules side by side in one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from brian2 import Clock, Network, SpikeGeneratorGroup, ms

from brainnet.catalogue.content import models
from brainnet.declare.synapse import SynapseModel
from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.targets import build
from brainnet.values.parameter import Parameter

__all__ = ["RULE", "Train", "chosen_rule", "final_weights"]

Train = tuple[Sequence[float], Sequence[float]]

RULE = {
    "rule": Parameter("triplet", "rule of plasticity: pair, triplet or the name of a synapse model"),
    "parameters": Parameter("default", "set of parameters of the rule, such as visual_cortex.nearest.minimal"),
    "pairing": Parameter("default", "pairing scheme; the default is that of the set of parameters"),
}


def chosen_rule(rule: str, parameters: str = "default", pairing: str = "default") -> SynapseModel:
    """Return the synapse model of that name with the set of parameters and the pairing chosen.

    Raises
    ------
    UnknownNameError
        No model of that name.
    ParameterError
        It is no rule driven by spikes alone, or has no such set or pairing.
    """
    name = f"{rule}_stdp" if f"{rule}_stdp" in models else rule
    known = [n for n in models if _by_spikes(models[n])] if name not in models or not _by_spikes(models[name]) else []
    if name not in models:
        short = [n.removesuffix("_stdp") for n in known]
        raise UnknownNameError(f"there is no rule {rule!r}; {nearest(rule, short)}")
    model = models[name]
    if known:
        raise ParameterError(f"{name} is no rule driven by pairs of spikes alone; known: {', '.join(known)}")
    for axis, choice in (("parameters", parameters), ("pairing", pairing)):
        if choice == "default":
            continue
        if axis not in model.variants:
            raise ParameterError(f"{name} has no choice of {axis}; leave {axis}={choice} out")
        model = model(**{axis: choice})
    return model


def _by_spikes(model: Any) -> bool:
    """Whether pairs of spikes are all that changes the weight."""
    if not isinstance(model, SynapseModel) or "pairing" not in model.variants:
        return False
    return not (model.resolved("on_reward") or model.resolved("on_target"))


def final_weights(
    rules: Mapping[str, SynapseModel], trains: Sequence[Train], w: float = 0.0, bound: float = np.inf
) -> dict[str, np.ndarray]:
    """Run every rule on every pair of trains: one network, one build.

    Rules driven by spikes have exact solutions between them, so the time step is the longest one that holds
    every spike.

    Parameters
    ----------
    rules : mapping of str to SynapseModel
    trains : sequence of (presynaptic, postsynaptic) times in ms, on a grid of 1 us
    w : float
        Weight at the start; the weights are pure numbers.
    bound : float
        Size that no weight may reach, where the rules are clipped.

    Returns
    -------
    dict of str to ndarray, shape (len(trains),)

    Raises
    ------
    ParameterError
        A rule that is integrated in time steps, or a weight that reached the bound.
    """
    pre, post = zip(*trains, strict=True)
    clock = Clock(_grid([*pre, *post]) * ms)
    sources = [_source(spikes, clock) for spikes in (pre, post)]
    synapses = {}
    for label, rule in rules.items():
        synapses[label] = rule.connect(*sources, onto=None, clock=clock)
        if synapses[label].state_updater is not None:
            raise ParameterError(f"{rule.name} is integrated in time steps; choose a rule driven by spikes")
        synapses[label].connect(j="i")
        synapses[label].w = w
    last = max(max([0.0, *spikes]) for spikes in (*pre, *post))
    build(Network(*sources, *synapses.values()), last * ms + clock.dt).run()
    found = {label: np.array(one.w[:]) for label, one in synapses.items()}
    for label, weights in found.items():
        if np.abs(weights).max(initial=0.0) >= bound:
            raise ParameterError(f"the weight of {rules[label].name} reached its bound {bound:g}; repeat less often")
    return found


def _grid(trains: Sequence[Sequence[float]]) -> float:
    """Longest time step in ms that holds every spike."""
    microseconds = np.concatenate([np.asarray(train, dtype=float) * 1000 for train in trains])
    whole = np.round(microseconds).astype(int)
    if np.abs(microseconds - whole).max(initial=0.0) > 1e-3 or whole.min(initial=0) < 0:
        raise ParameterError(
            "spike times are not whole microseconds from 0 on; round or shift them, or what they are made of"
        )
    return float(np.gcd.reduce(whole[whole > 0])) / 1000 if whole.any() else 1.0


def _source(spikes: Sequence[Sequence[float]], clock: Clock) -> Any:
    index = np.repeat(np.arange(len(spikes)), [len(train) for train in spikes])
    times = np.concatenate([np.asarray(train, dtype=float) for train in spikes])
    return SpikeGeneratorGroup(len(spikes), index, times * ms, clock=clock)
