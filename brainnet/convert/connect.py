"""Branches of a plan as connections, their weights scaled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.convert.plan import Plan, PlannedPopulation
from brainnet.spiking.graph import Code, Connection, check_names
from brainnet.spiking.links import Gate, spread

__all__ = ["check_plan_names", "code_of", "connections", "input_code", "scaled_bias"]


def input_code(plan: Plan, scales: Mapping[str, Any]) -> Code:
    """Return what spikes of the input stand for."""
    return Code(plan.graph.input_shape, scales["input"], signed=plan.signed_input)


def code_of(population: PlannedPopulation, scales: Mapping[str, Any], worth: float = 1.0, most: int = 1) -> Code:
    """Return what spikes of a population stand for."""
    each = population
    return Code(each.shape, scales[each.name], each.signed, each.folded, worth, most, each.layers)


def scaled_bias(population: PlannedPopulation, scales: Mapping[str, Any]) -> np.ndarray:
    """Return the bias of each neuron, (neurons,)."""
    bias = population.bias / spread(scales[population.name], population.shape)
    return np.concatenate([sign * bias for sign in population.halves])


def connections(
    population: PlannedPopulation, codes: Mapping[str, Code], delays: Mapping[str, int], gain: float = 1.0
) -> list[Connection]:
    """Make the connections onto a population: one a branch, and one for each half of pairs of neurons.

    Parameters
    ----------
    population : PlannedPopulation
    codes : mapping of str to Code
        Of those that it receives from, and itself.
    delays : mapping of str to int
        Steps that spikes of a source wait, so that all arrive as in one pass through all layers.
    gain : float
        Factor of what arrives.
    """
    made: list[Connection] = []
    after = spread(codes[population.name].scale, population.shape)
    for branch in population.branches:
        source, link = codes[branch.source], branch.link
        if isinstance(link, Gate):  # spikes pass as they are, whatever they are worth
            made.append(Connection(branch.source, population.name, link.windows))
            continue
        before = spread(source.scale, source.shape) * (source.worth * gain)
        if np.ndim(before) and branch.off:
            before = np.tile(before, 2)
        for half, sign in enumerate(population.halves):
            post = slice(branch.post.start + half * population.values, branch.post.stop + half * population.values)
            made.append(
                Connection(
                    branch.source, population.name, branch.connectivity(sign * before, after), branch.pre, post,
                    delays[branch.source],
                )
            )  # fmt: skip
    return made


def check_plan_names(plan: Plan) -> None:
    """Refuse names of layers that would meet those of other Brian2 objects, before scales are found.

    Raises
    ------
    ConversionError
    """
    onto = {each.name: len(each.branches) * len(each.halves) for each in plan.populations}
    check_names({name: name for name in onto}, onto)
