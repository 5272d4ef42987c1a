"""A chain whose weights hold the scales: what is trained on as spikes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann import Conv1d, Conv2d, Dense, Layer, LayerGraph
from brainnet.errors import ConversionError

__all__ = ["scaled"]


def scaled(graph: LayerGraph, scales: Mapping[str, Any]) -> LayerGraph:
    r"""Return the network for thresholds of 1: the weights of layer l times :math:`\lambda_{l-1} / \lambda_l`.

    `convert` makes the same spikes of it with ``normalisation="none"`` as of `graph` with these scales.

    Parameters
    ----------
    graph : LayerGraph
        A chain.
    scales : mapping of str to float
        As `normalise` and `balance_thresholds` return them, one per layer.

    Raises
    ------
    ConversionError
        The network is no chain, a layer with weights has no scale, or has one for each channel, or something else has
        a scale.
    """
    if not graph.is_chain:
        raise ConversionError(
            f"network {graph.name!r} is no chain; convert takes the scales of any network as they are"
        )
    weighted = [layer.name for layer in graph.layers if isinstance(layer, Dense | Conv1d | Conv2d)]
    left = [name for name in scales if name not in ("input", *weighted)]
    if left:
        raise ConversionError(
            f"{left[0]!r} has a scale and no weights to hold it; call brainnet.ann.merge_pooling on the network first, "
            "which makes pooling and weights one layer"
        )
    before, layers = scales.get("input", 1.0), list[Layer]()
    for layer in graph.layers:
        if isinstance(layer, Dense | Conv1d | Conv2d):
            after = scales.get(layer.name)
            if after is None or np.ndim(after) or np.ndim(before):
                raise ConversionError(
                    f"layer {layer.name!r} has no scale for all its neurons; give one number per layer"
                )
            layer = replace(layer, weights=layer.weights * (before / after), bias=layer.bias / after)
            before = after
        layers.append(layer)
    return replace(graph, layers=tuple(layers))
