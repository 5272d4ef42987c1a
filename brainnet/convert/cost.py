"""What a converted network does for one inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from brainnet.convert.analog import analog_macs
from brainnet.convert.plan import Plan
from brainnet.measure import Operations, snn_operations

__all__ = ["count_operations"]


def count_operations(
    plan: Plan, projections: Sequence[Any], spikes: Mapping[str, np.ndarray], steps: int
) -> Operations:
    """Count operations per inference, by layer of the trained network.

    Parameters
    ----------
    plan : Plan
    projections : sequence
        As `connect` made them, population by population.
    spikes : dict of str to array (n, neurons) or (n, steps, neurons)
        Of each layer that fires.
    steps : int
        Steps a sample.
    """
    arriving, made = {}, iter(projections)
    for each in plan.populations:
        parts = [spikes[branch.source][..., branch.pre] for branch in each.branches]
        fans = [sum(next(made).connectivity.fan_out for _ in each.halves) for _ in parts]
        if parts:
            arriving[each.name] = np.concatenate(parts, axis=-1), np.concatenate(fans)
    neurons = {name: each.neurons for name, each in plan.population.items()}
    layers = [layer.name for layer in plan.graph.layers]
    return snn_operations(
        layers,
        arriving,
        spikes,
        neurons={name: neurons.get(name, 0) for name in layers},
        steps=steps,
        analog=analog_macs(plan),
    )
