"""From weights on tiles back to layers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import Concatenate, Dense, Flatten, LayerGraph, ReLU
from brainnet.ann.layers import Add
from brainnet.errors import ConversionError
from brainnet.hardware.layout import Block, Weighted, elements

__all__ = ["effective_layers"]

_MOST = 2**27  # weights of a layer: 1 GiB
Parts = Sequence[tuple[Block, NDArray[np.float64]]]


def effective_layers(graph: LayerGraph, parts: Parts) -> Iterator[Any]:
    """Yield the layers of a graph with the weights of blocks.

    Raises
    ------
    ConversionError
        A convolution has to become a dense layer, and what follows needs its shape; or it would take too much memory.
    """
    by_layer: dict[str, list[tuple[Block, NDArray[np.float64]]]] = {}
    for block, values in parts:
        by_layer.setdefault(block.layer, []).append((block, values))
    convolutions = [each for each in graph.layers if isinstance(each, Weighted) and not isinstance(each, Dense)]
    kernels = {each.name: _kernels(each, by_layer[each.name]) for each in convolutions}
    flat = [name for name, found in kernels.items() if found is None]
    for layer in graph.layers:
        if isinstance(layer, Dense):
            yield replace(layer, weights=_matrix(layer.weights.shape, by_layer[layer.name]))
        elif layer.name in kernels and not flat:
            yield replace(layer, weights=kernels[layer.name])
        elif layer.name in kernels:
            yield _dense(layer, by_layer[layer.name])
        elif flat and not (
            isinstance(layer, ReLU | Flatten | Add) or (isinstance(layer, Concatenate) and not layer.axis)
        ):
            raise ConversionError(
                f"the weights of the unrolled convolution {flat[0]!r} differ from position to position, which makes it "
                f"a dense layer, and {layer.kind} {layer.name!r} needs its shape; merge pooling into weights "
                "(brainnet.ann.merge_pooling), or map with convolution='kernel-stationary'"
            )
        else:
            yield replace(layer, input_shapes=()) if flat else layer


def _matrix(shape: tuple[int, ...], parts: Parts) -> NDArray[np.float64]:
    made = np.zeros(shape)
    for block, values in parts:
        made[slice(*block.inputs[0]), slice(*block.outputs[0])] = values
    return made


def _kernels(layer: Any, parts: Parts) -> NDArray[np.float64] | None:
    """Return the kernels where all positions have the same, else None."""
    n_in = layer.c_in // layer.groups
    made = np.full(layer.weights.shape, np.nan)
    for block, values in parts:
        first = block.inputs[0][0] % n_in
        own = made[slice(*block.outputs[0]), first : first + block.inputs[0][1] - block.inputs[0][0]]
        if len(block.inputs) == 1:
            own[...] = values.T.reshape(own.shape)
            continue
        index, inside = elements(layer, block)
        given = values.reshape(*(end - begin for begin, end in (*block.inputs, *block.outputs)))
        rank = layer.rank
        given = given.transpose(1 + rank, 0, *range(1, 1 + rank), *range(2 + rank, 2 + 2 * rank))
        if given[..., ~inside].any():
            return None
        found = (np.broadcast_to(each, inside.shape)[inside] for each in index)
        place: tuple[Any, ...] = (slice(None), slice(None), *found)
        seen, here = own[place], given[..., inside]
        own[place] = here
        again = own[place]  # of several positions in this block, the last
        if (here != again).any() or (~np.isnan(seen) & (seen != here)).any():
            return None
    return np.where(np.isnan(made), layer.weights, made)  # elements that meet nothing but padding


def _dense(layer: Any, parts: Parts) -> Dense:
    """Return an unrolled convolution as a dense layer."""
    shape, positions = layer.input_shapes[0], layer.output_shape
    if math.prod(shape) * math.prod(positions) > _MOST:
        raise ConversionError(
            f"layer {layer.name!r} unrolled has {math.prod(shape)} x {math.prod(positions)} weights, more than 1 GiB; "
            "map with convolution='kernel-stationary'"
        )
    made = np.zeros((*shape, *positions))
    for block, values in parts:
        if len(block.inputs) == 1:
            raise ConversionError(f"layer {layer.name!r} is not unrolled, and others are; map all in one way")
        place = tuple(slice(*each) for each in (*block.inputs, *block.outputs))
        made[place] = values.reshape(made[place].shape)
    bias = np.repeat(layer.bias, math.prod(positions[1:]))
    weights = made.reshape(math.prod(shape), -1)
    return Dense(layer.name, weights, bias, layer.activation, inputs=layer.inputs, origin=layer.origin)
