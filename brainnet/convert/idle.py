"""Settings that would be without effect on a network, refused before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.ann import BatchNorm, Conv1d, Conv2d, Dense, LayerGraph, MaxPool
from brainnet.convert.parameters import PARAMETERS
from brainnet.convert.plan import Plan
from brainnet.errors import ConversionError, ParameterError

__all__ = ["check_idle", "check_scales_are_found", "with_channels"]


def with_channels(plan: Plan) -> set[str]:
    """Return the populations that may have one scale for each channel: images, of which no maximum is known."""
    return {each.name for each in plan.populations[:-1] if len(each.shape) > 1 and not each.limit}


def check_idle(settings: Mapping[str, Any], graph: LayerGraph, plan: Plan) -> None:
    """Refuse what a network has nothing for.

    Raises
    ------
    ConversionError
    """
    there = {
        ("granularity", "channel"): (
            [each for each in plan.populations[:-1] if len(each.shape) > 1],
            "hidden layer with channels",
        ),
        ("max_pooling", "gate"): (_pooled(graph), "max pooling"),
        ("max_pooling", "average"): (_pooled(graph), "max pooling"),
        ("biases", "drop"): ([layer for layer in graph.layers if _biased(layer)], "bias"),
    }
    for (name, value), (found, what) in there.items():
        if settings[name] == value and not found:
            raise ConversionError(f"{name}={value} does nothing: network {graph.name!r} has no {what}; leave it out")


def check_scales_are_found(calibration: Any, settings: Mapping[str, Any]) -> None:
    """Refuse what only finds scales where scales are given.

    Raises
    ------
    ParameterError
    """
    finding = ("normalisation", "percentile", "granularity")
    chosen = ["calibration"] if calibration is not None else []
    chosen += [name for name in finding if settings.get(name, PARAMETERS[name].value) != PARAMETERS[name].value]
    if chosen:
        raise ParameterError(f"convert: {chosen[0]} finds scales, and scales= gives them; leave one of the two out")


def _pooled(graph: LayerGraph) -> list[str]:
    return [layer.name for layer in graph.layers if isinstance(layer, MaxPool)]


def _biased(layer: Any) -> bool:
    if isinstance(layer, BatchNorm):
        return not np.array_equal(layer.beta, layer.mean * layer.scale)
    return isinstance(layer, Dense | Conv1d | Conv2d) and bool(np.any(layer.bias))
