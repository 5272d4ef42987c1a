"""Weights as whole multiples of an interval, and the weight maps of a neuron: which inputs take which level."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import Conv1d, Conv2d, Dense, LayerGraph
from brainnet.errors import ConversionError

__all__ = ["MOST_LEVELS", "Levels", "as_matrix", "layers_of", "levels_of", "with_matrices"]

MOST_LEVELS = 1023  # more are no levels that pulses could tell apart
_EXACT = 1e-9  # how far a weight may be from a multiple of the interval


@dataclass(frozen=True, eq=False)
class Levels:
    r"""The weights of one layer on levels :math:`\alpha \{-n, ..., n\}`.

    Parameters
    ----------
    name : str
        Of the layer.
    interval : float
        alpha.
    steps : integer array (inputs, neurons)
        Weights in units of the interval. Of a convolution a neuron is an output channel, and its inputs are the
        elements of its kernels.
    """

    name: str
    interval: float
    steps: NDArray[np.int64]

    @property
    def half(self) -> int:
        """Largest level, n."""
        return int(np.abs(self.steps).max())

    @property
    def shape(self) -> tuple[int, int]:
        """Inputs and neurons."""
        return self.steps.shape[0], self.steps.shape[1]

    def maps(self, neuron: int) -> Iterator[tuple[int, NDArray[np.bool_]]]:
        """Yield each level but zero that a weight of the neuron takes, and which inputs do, (inputs,).

        Potentiation comes first, the largest level of either sign first.
        """
        column = self.steps[:, neuron]
        there = np.unique(column)
        for level in sorted(there[there != 0].tolist(), key=lambda level: (level < 0, -abs(level))):
            yield level, column == level

    def pulse_pairs(self, pulses: int = 1) -> int:
        """Compute how many pulse pairs write the layer, map by map: `pulses` for each level that a neuron has."""
        return pulses * sum(len(np.unique(column[column != 0])) for column in self.steps.T)

    def pulse_pairs_one_by_one(self, pulses: int = 1) -> int:
        """Compute how many write it synapse by synapse: `pulses` for each weight that is not zero."""
        return pulses * int(np.count_nonzero(self.steps))


def levels_of(graph: LayerGraph) -> list[Levels]:
    """Read the levels of each layer with weights.

    Raises
    ------
    ConversionError
        A layer has other weights than whole multiples of one interval, nothing but zeros, or there are no layers with
        weights.

    Examples
    --------
    >>> network = LayerGraph((Dense("out", [[0.2, -0.4], [0.0, 0.2]], [0, 0], "identity"),), (2,), "net", "by hand")
    >>> levels_of(network)[0].steps
    array([[ 1, -2],
           [ 0,  1]])
    """
    found = []
    for layer in layers_of(graph):
        matrix = as_matrix(layer)
        sizes = np.unique(np.abs(matrix[matrix != 0]))
        if not sizes.size:
            raise ConversionError(f"layer {layer.name!r} has no weight but zero, and nothing to write; prune less")
        half = _half(sizes)
        if half is None:
            raise ConversionError(
                f"layer {layer.name!r} has {sizes.size} sizes of weights that are no multiples of one interval; "
                f"quantise it first, as by brainnet.compress.quantise_linear(network, 15), to {MOST_LEVELS} levels at "
                "most"
            )
        # by the smallest size, since 1 alpha is alpha to the last bit, and n alpha / n need not be
        interval = float(sizes[0]) / round(sizes[0] / sizes[-1] * half)
        found.append(Levels(layer.name, interval, np.rint(matrix / interval).astype(np.int64)))
    return found


def _half(sizes: NDArray[Any]) -> int | None:
    """Return the smallest whole number that the largest size is, in units in which all of them are whole."""
    if sizes.size > MOST_LEVELS // 2:
        return None
    for half in range(sizes.size, MOST_LEVELS // 2 + 1):
        steps = sizes / sizes[-1] * half
        if np.abs(steps - np.rint(steps)).max() <= _EXACT * half:
            return half
    return None


def layers_of(graph: LayerGraph) -> list[Any]:
    """Return the layers with weights.

    Raises
    ------
    ConversionError
        There is none, or it is no layer graph.
    """
    if not isinstance(graph, LayerGraph):
        raise ConversionError(f"a {type(graph).__name__} is no layer graph; read it with brainnet.ann.read first")
    layers = [layer for layer in graph.layers if isinstance(layer, Dense | Conv1d | Conv2d)]
    if not layers:
        raise ConversionError(f"network {graph.name!r} has no weights, and nothing to write")
    return layers


def as_matrix(layer: Any) -> NDArray[np.float64]:
    """Return the weights of a layer as (inputs, neurons)."""
    weights = np.asarray(layer.weights, dtype=np.float64)
    return weights if isinstance(layer, Dense) else weights.reshape(len(weights), -1).T


def with_matrices(graph: LayerGraph, matrices: dict[str, NDArray[np.float64]]) -> LayerGraph:
    """Return the graph with other weights, (inputs, neurons), in the layers that are named; biases as they are."""
    layers = []
    for layer in graph.layers:
        if layer.name in matrices:
            matrix = matrices[layer.name]
            layer = replace(
                layer, weights=matrix if isinstance(layer, Dense) else matrix.T.reshape(layer.weights.shape)
            )
        layers.append(layer)
    return replace(graph, layers=tuple(layers))
