"""Equivalent graphs of fewer layers: batch norm and activations become part of the weights before them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import BatchNorm, ClippedReLU, Conv1d, Conv2d, Dense, Flatten, Layer, ReLU, Softmax
from brainnet.ann.topology import consumers

__all__ = ["drop_flatten", "fold_batch_norm", "fuse_activations", "simplify"]

Merge = Callable[[Layer, Layer], Layer | None]


def simplify(graph: LayerGraph) -> LayerGraph:
    """Fold batch norms, fuse activations and drop what dense layers do anyway; the output stays the same.

    A softmax that becomes the activation of a dense layer leaves its logits as the output.

    Parameters
    ----------
    graph : LayerGraph

    Returns
    -------
    LayerGraph
    """
    return drop_flatten(fuse_activations(_merged(fold_batch_norm(graph), _chained)))


def fold_batch_norm(graph: LayerGraph) -> LayerGraph:
    r"""Fold batch norms into the dense layers and convolutions before them.

    .. math:: W_c \leftarrow \gamma_c W_c / \sqrt{\sigma_c^2 + \epsilon}, \qquad
              b_c \leftarrow \beta_c + \gamma_c (b_c - \mu_c) / \sqrt{\sigma_c^2 + \epsilon}

    One that follows something else, or weights that others take too or that have an activation, stays as it is.

    Parameters
    ----------
    graph : LayerGraph

    Returns
    -------
    LayerGraph
        The same function.
    """
    return _merged(graph, _with_norm)


def fuse_activations(graph: LayerGraph) -> LayerGraph:
    """Make ReLUs, and a softmax, the activation of the weights before them where nobody else takes these.

    Parameters
    ----------
    graph : LayerGraph

    Returns
    -------
    LayerGraph
        The same function, but for the softmax of a dense layer, whose output is the logits.
    """
    return _merged(graph, _with_activation)


def drop_flatten(graph: LayerGraph) -> LayerGraph:
    """Drop flattening before dense layers, which flatten by themselves.

    Parameters
    ----------
    graph : LayerGraph

    Returns
    -------
    LayerGraph
        The same function.
    """
    taken = consumers(graph.layers)
    gone: dict[str, str] = {}
    needless: set[str] = set()
    for layer in reversed(graph.layers):
        after = taken[layer.name]
        dense = all(isinstance(each, Dense) or each.name in needless for each in after)
        if isinstance(layer, Flatten) and after and dense:
            needless.add(layer.name)
    for layer in graph.layers:
        if layer.name in needless:
            gone[layer.name] = gone.get(layer.inputs[0], layer.inputs[0])
    return _without(graph, gone, {})


def _chained(first: Layer, second: Layer) -> Layer | None:
    """Make one affine map of two, and one clipping of two."""
    if isinstance(first, BatchNorm) and isinstance(second, BatchNorm):
        factor, shift = first.scale * second.scale, first.shift * second.scale + second.shift
        zeros = np.zeros(len(factor))
        return replace(first, mean=zeros, variance=zeros + 1, gamma=factor, beta=shift, epsilon=0.0)
    if isinstance(first, ReLU) and isinstance(second, ClippedReLU):
        return replace(second, name=first.name, inputs=first.inputs)
    if isinstance(first, ClippedReLU) and isinstance(second, ReLU):
        return first
    return None


def _with_norm(weights: Layer, norm: Layer) -> Layer | None:
    if not isinstance(norm, BatchNorm) or not isinstance(weights, Dense | Conv1d | Conv2d):
        return None
    if weights.activation != "identity":
        return None
    bias = weights.bias * norm.scale + norm.shift
    if isinstance(weights, Dense):
        return replace(weights, weights=weights.weights * norm.scale, bias=bias)
    return replace(weights, weights=weights.weights * norm.scale.reshape(-1, *(1,) * (1 + weights.rank)), bias=bias)


def _with_activation(weights: Layer, activation: Layer) -> Layer | None:
    if isinstance(activation, ReLU):
        if isinstance(weights, Dense | Conv1d | Conv2d) and weights.activation in ("identity", "relu"):
            return replace(weights, activation="relu")
        return weights if isinstance(weights, ReLU) else None
    if isinstance(activation, Softmax) and isinstance(weights, Dense) and weights.activation == "identity":
        return replace(weights, activation="softmax")
    return None


def _merged(graph: LayerGraph, merge: Merge) -> LayerGraph:
    """Replace pairs of layers by what `merge` makes of them, where the second is the only one to take the first."""
    taken, layers = consumers(graph.layers), graph.layer
    new: dict[str, Layer] = {}
    gone: dict[str, str] = {}
    for layer in graph.layers:
        source = gone.get(layer.inputs[0], layer.inputs[0])
        before = new.get(source, layers.get(source))
        alone = len(taken[layer.inputs[0]]) == 1 and len(layer.inputs) == 1
        merged = merge(before, layer) if before is not None and alone else None
        if merged is not None:
            new[source], gone[layer.name] = merged, source
    return _without(graph, gone, new)


def _without(graph: LayerGraph, gone: dict[str, str], new: dict[str, Layer]) -> LayerGraph:
    """Drop layers whose place others take, and put in new ones of the same names."""
    if not gone:
        return graph
    layers = [
        replace(layer, inputs=tuple(gone.get(source, source) for source in layer.inputs), input_shapes=())
        for layer in (new.get(layer.name, layer) for layer in graph.layers)
        if layer.name not in gone
    ]
    return replace(graph, layers=tuple(layers))
