"""Average pooling as a part of the weights after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from brainnet.ann.algebra import joined
from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import AveragePool, Dense, Flatten, Layer
from brainnet.ann.topology import consumers

__all__ = ["merge_pooling"]


def merge_pooling(graph: LayerGraph) -> LayerGraph:
    r"""Make average pooling a part of the convolution or dense layer that takes it.

    As spikes, the mean is then exact and comes at once; neurons in between round it and delay it. The number of
    connections of a neuron stays the same. See `brainnet.ann.algebra.joined`.

    Merged is pooling that is taken by one layer with weights, of windows that lie side by side, without padding or
    dilation; before a convolution without dilation, where they fill the input or it has no padding. Other pooling
    stays.

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
        if not isinstance(pool, AveragePool):
            continue
        passed, after = [], taken[pool.name]
        while len(after) == 1 and isinstance(after[0], Flatten):
            passed.append(after[0].name)
            after = taken[after[0].name]
        merged = joined(pool, after[0]) if len(after) == 1 else None
        if merged is None or (passed and not isinstance(merged, Dense)):
            continue
        new[merged.name] = replace(merged, inputs=after[0].inputs, input_shapes=())
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
