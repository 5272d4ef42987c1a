"""What flows into the first neurons as numbers: linear layers of a trained network, computed once a sample."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from brainnet.ann import QCFS, Abs, ClippedReLU, Conv1d, Conv2d, Dense, Layer, LayerGraph, ReLU, Softmax

__all__ = ["ACTIVATIONS", "Stem", "before_activation", "drives"]

# What a neuron makes of its input by itself; before it everything is linear.
ACTIVATIONS = (ReLU, ClippedReLU, QCFS, Abs)


@dataclass(frozen=True, eq=False)
class Stem:
    """The layers of a trained network that the input passes as numbers.

    Parameters
    ----------
    graph : LayerGraph
    firing : tuple of str
        Layers that pass on spikes: the stem ends there.
    fixed : mapping of str to array (values,)
        What each layer receives where neither the input nor a population is active.
    """

    graph: LayerGraph
    firing: tuple[str, ...]
    fixed: Mapping[str, np.ndarray]

    def __call__(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Compute what layers that the input reaches receive of samples (n, inputs), bias included: (n, values)."""
        return drives(self.graph, self.firing, x, self.fixed)

    @property
    def macs(self) -> dict[str, int]:
        """Multiply-accumulates for one sample, by layer."""
        reached, counts = {"input"}, {}
        for layer in self.graph.layers:
            if reached.intersection(layer.inputs):
                counts[layer.name] = layer.macs
                reached |= {layer.name} - {*self.firing}
        return counts


def drives(
    graph: LayerGraph, firing: Collection[str], x: np.ndarray, fixed: Mapping[str, np.ndarray] | None = None
) -> dict[str, np.ndarray]:
    """Compute what layers receive from the input if no layer in `firing` passes anything on.

    Parameters
    ----------
    graph : LayerGraph
    firing : names
    x : array (n, inputs)
    fixed : mapping of str to array (values,), optional
        What a layer receives that the input does not reach. Where it is given, these layers are not computed.

    Returns
    -------
    dict of str to array (n, values)
        Of the layers that are computed.
    """
    known = {"input": x.reshape(len(x), *graph.input_shape)}
    received, reached = {}, {"input"}
    for layer in graph.layers:
        if fixed is not None and not reached.intersection(layer.inputs):
            values = np.broadcast_to(fixed[layer.name].reshape(layer.output_shape), (len(x), *layer.output_shape))
        else:
            values = before_activation(layer, [known[source] for source in layer.inputs])
            received[layer.name] = values.reshape(len(x), -1)
            reached |= {layer.name} - {*firing}
        known[layer.name] = np.broadcast_to(0.0, values.shape) if layer.name in firing else values
    return received


def before_activation(layer: Layer, values: list[np.ndarray]) -> np.ndarray:
    """Compute a layer without its activation."""
    if isinstance(layer, Dense | Conv1d | Conv2d):
        return replace(layer, activation="identity").forward(*values)
    return values[0] if isinstance(layer, (*ACTIVATIONS, Softmax)) else layer.forward(*values)
