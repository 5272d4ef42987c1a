"""Average pooling as a part of the weights after it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np

from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.ann.wiring import consumers

__all__ = ["merge_pooling"]


def merge_pooling(graph: LayerGraph) -> LayerGraph:
    r"""Make average pooling a part of the convolution or dense layer that takes it.

    A kernel on means of q values is one on the values, q times as long and as wide and q times the stride:

    .. math:: W'_{o,c,i} = W_{o,c,\lfloor i/q \rfloor} / q

    along each axis. As spikes, the mean is then exact and comes at once; neurons in between round it and delay it. The
    number of connections of a neuron stays the same.

    Merged is pooling that is taken by one layer with weights, of windows that lie side by side, without padding or
    dilation; before a convolution without dilation, where they fill the input. Other pooling stays.

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
    new: dict[str, Layer] = {}
    for pool in graph.layers:
        if not isinstance(pool, AveragePool) or not _side_by_side(pool):
            continue
        passed, after = [], taken[pool.name]
        while len(after) == 1 and isinstance(after[0], Flatten):
            passed.append(after[0].name)
            after = taken[after[0].name]
        merged = _merged(pool, after[0]) if len(after) == 1 else None
        if merged is None or (passed and not isinstance(merged, Dense)):
            continue
        new[merged.name] = merged
        for name in (pool.name, *passed):
            gone[name] = pool.inputs[0]
    if not gone:
        return graph
    kept = [new.get(layer.name, layer) for layer in graph.layers if layer.name not in gone]
    layers = graph.layer
    kinds = Counter(type(layers[name]).__name__ for name in gone)
    return replace(
        graph,
        folded=Counter(graph.folded) + kinds,
        layers=tuple(
            replace(layer, inputs=tuple(gone.get(source, source) for source in layer.inputs), input_shapes=())
            for layer in kept
        ),
    )


def _side_by_side(pool: AveragePool) -> bool:
    return pool.stride == pool.kernel and max(max(pair) for pair in pool.padding) == 0 and max(pool.dilation) == 1


def _merged(pool: AveragePool, after: Layer) -> Layer | None:
    """Return the layer that takes what the pooling takes, or None."""
    lengths, window = pool.input_shapes[0][1:], pool.kernel
    if isinstance(after, Dense):
        places = np.arange(pool.n_out).reshape(pool.output_shape)
        inside = tuple(slice(0, n // q * q) for n, q in zip(lengths, window, strict=True))
        for axis, q in enumerate(window):
            places = places.repeat(q, axis=1 + axis)
        weights = np.zeros((*pool.input_shapes[0], after.n_out))
        weights[(slice(None), *inside)] = after.weights[places] / math.prod(window)
        return replace(after, weights=weights.reshape(-1, after.n_out), input_shapes=())
    if not isinstance(after, Conv1d | Conv2d) or max(after.dilation) > 1:
        return None
    if any(n % q for n, q in zip(lengths, window, strict=True)):
        return None  # what the pooling leaves out would be seen at the border
    weights = after.weights
    for axis, q in enumerate(window):
        weights = weights.repeat(q, axis=2 + axis)
    stride = tuple(s * q for s, q in zip(after.stride, window, strict=True))
    padding = tuple((a * q, b * q) for (a, b), q in zip(after.padding, window, strict=True))
    return replace(after, weights=weights / math.prod(window), stride=stride, padding=padding, input_shapes=())
