"""Samples as constant currents: everything linear between the input and the first neurons, computed once a sample."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.convert.links import spread
from brainnet.convert.plan import Plan

__all__ = ["analog_macs", "currents"]

# Samples at a time, and numbers that a layer may hold for them.
_BLOCK, _WORK = 256, 2**25


def currents(plan: Plan, scales: Mapping[str, Any], x: np.ndarray, shift: float = 0.0) -> np.ndarray:
    """Compute what flows into the neurons in each step.

    Parameters
    ----------
    plan : Plan
    scales : mapping
        What `normalise` returned.
    x : array (n, inputs)
    shift : float
        What each neuron receives on top of it.

    Returns
    -------
    array (n, neurons)
        Biases included; the neurons of all populations that the input reaches as a current, one after the other.
    """
    fed = [each for each in plan.populations if each.analog]
    # Rows of a product depend on how many there are in the last bit: always blocks of one size.
    block = max(1, min(_BLOCK, _WORK // max(layer.work for layer in plan.graph.layers)))
    rows = np.empty((len(x), sum(each.neurons for each in fed)))
    for start in range(0, len(x), block):
        part = x[start : start + block]
        drives = plan.drives(np.pad(part, ((0, block - len(part)), (0, 0))))
        scaled = {each.name: drives[each.name] / spread(scales[each.name], each.shape) for each in fed}
        both = [sign * scaled[each.name] + shift for each in fed for sign in each.halves]
        rows[start : start + len(part)] = np.concatenate(both, axis=1)[: len(part)]
    return rows


def analog_macs(plan: Plan) -> dict[str, int]:
    """Count the multiply-accumulates of layers that the input passes as numbers, by layer, for one sample."""
    firing, reached, counts = plan.population, {"input"} if plan.analog else set(), {}
    for layer in plan.graph.layers:
        if reached.intersection(layer.inputs):
            counts[layer.name] = layer.macs
            reached |= {layer.name} - {*firing}
    return counts
