"""Populations and branches as Brian2 objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup, Quantity

from brainnet.convert.links import Gate, spread
from brainnet.convert.neurons import NeuronType
from brainnet.convert.plan import Plan, Population
from brainnet.declare import NeuronModel
from brainnet.errors import ConversionError
from brainnet.projections import MaxGate, Projection, compact

__all__ = ["SpikingLayer", "bias_shift", "check_names", "connect", "neurons", "scaled_bias", "silenced"]


@dataclass(frozen=True, eq=False)
class SpikingLayer:
    """One population.

    Parameters
    ----------
    name : str
    group : brian2.NeuronGroup
    depth : int
        Number of layers of spikes before it, which is how many steps its windows are late.
    population : Population or None
        What it codes; None for the input.
    type : NeuronType or None
        None for the input.
    """

    name: str
    group: NeuronGroup
    depth: int
    population: Population | None
    type: NeuronType | None

    @property
    def worth(self) -> float:
        """Value that the rate of one spike a step stands for."""
        return self.type.worth if self.type else 1.0

    @property
    def most(self) -> int:
        """Most spikes in a step."""
        return self.type.most if self.type else 1


def bias_shift(settings: Mapping[str, Any]) -> float:
    """Return what each neuron receives at every step on top of its bias, in thresholds.

    Counts are rounded to the nearest instead of down (Deng & Gu 2021, ICLR, equation 14).
    """
    return 0.5 / int(settings["steps"]) if settings["shift"] == "half" else 0.0


def neurons(
    population: Population,
    scales: Mapping[str, Any],
    neuron: NeuronModel,
    clock: Clock,
    *,
    shift: float,
    by_potential: bool,
) -> NeuronGroup:
    """Make the neurons of a population, with its bias as their constant input.

    Parameters
    ----------
    population : Population
    scales : mapping
        What `normalise` returned.
    neuron : NeuronModel
        With a variable v and the input I for each step.
    clock : brian2.Clock
    shift : float
        What `bias_shift` returned.
    by_potential : bool
        Without threshold and reset: the membrane potential integrates without end.
    """
    model = silenced(neuron) if by_potential else neuron
    bias = scaled_bias(population, scales) + shift
    return model.group(population.neurons, I=bias, clock=clock, name=population.name)


def scaled_bias(population: Population, scales: Mapping[str, Any]) -> np.ndarray:
    """Return the bias of each neuron, (neurons,)."""
    bias = population.bias / spread(scales[population.name], population.shape)
    return np.concatenate([sign * bias for sign in population.halves])


def connect(
    population: Population,
    layers: Mapping[str, SpikingLayer],
    shapes: Mapping[str, tuple[int, ...]],
    scales: Mapping[str, Any],
    dt: Quantity,
    pace: int = 1,
) -> list[Projection | MaxGate]:
    """Make the projections onto a population: one a branch, and one for each half of pairs of neurons.

    Spikes take a step to the next population. Those of a branch that is shorter than others are delayed by the rest,
    so that all arrive as in one pass through all layers.

    Parameters
    ----------
    population : Population
    layers : mapping of str to SpikingLayer
        Those that it receives from, and itself.
    shapes : mapping of str to tuple of int
        Of the values of each.
    scales : mapping
        What `normalise` returned.
    dt : Quantity
    pace : int
        Steps by which the windows of a population are later than those of the one before.
    """
    made: list[Projection | MaxGate] = []
    own = layers[population.name]
    assert own.type is not None  # it receives
    after = spread(scales[population.name], population.shape)
    for branch in population.branches:
        source = layers[branch.source]
        before = spread(scales[branch.source], shapes[branch.source]) * (source.worth * own.type.gain)
        if np.ndim(before) and branch.off:
            before = np.tile(before, 2)
        if isinstance(branch.link, Gate):
            # Spikes pass as they are, whatever they are worth.
            made.append(MaxGate(source.group, own.group, branch.link.windows, name=_name(population.name, len(made))))
            continue
        for half, sign in enumerate(population.halves):
            connectivity = branch.connectivity(sign * before, after)
            if not (source.type and source.type.bursts):  # sums of integers have no place for bursts
                connectivity = compact(connectivity)
            post = branch.post.start + half * population.values, branch.post.stop + half * population.values
            made.append(
                Projection(
                    _part(source.group, branch.pre.start, branch.pre.stop), _part(own.group, *post), connectivity,
                    onto=own.type.onto, delay=(own.depth - 1 - source.depth) * pace * dt, order=len(made),
                    bursts=source.type.bursts if source.type else "", name=_name(population.name, len(made)),
                )
            )  # fmt: skip
    return made


def check_names(plan: Plan) -> None:
    """Refuse names of layers that would meet those of other Brian2 objects, in Python or in generated code.

    Raises
    ------
    ConversionError
    """
    # What is appended to the name of a layer to name its parts and, in generated code, their variables.
    parts = ("draw", "feed", "record", "restart")
    names = [population.name for population in plan.populations]
    made = {f"{name}_{part}": name for name in ["input", *names] for part in parts}
    for each in plan.populations:
        made |= {_name(each.name, k): each.name for k in range(max(1, len(each.branches) * len(each.halves)))}
    taken = {"input": "the input", "steps": "the clock", "defaultclock": "the clock"}
    for name in names:
        if name in taken or name in made:
            owner = taken.get(name) or f"layer {made[name]!r}"
            raise ConversionError(f"layer {name!r}: that name is needed for a part of {owner}; give it another one")


def _name(layer: str, number: int) -> str:
    return f"{layer}_synapses_{number}" if number else f"{layer}_synapses"


def _part(group: Any, start: int, stop: int) -> Any:
    return group if (start, stop) == (0, len(group)) else group[start:stop]


def silenced(model: NeuronModel) -> NeuronModel:
    """Take threshold and reset away."""
    flat = model.flattened()
    kept = {name: p for name, p in flat.parameters.items() if name != "v_th"}
    return replace(flat, threshold="", reset="", refractory="", parameters=kept)
