"""How the weights of a layer are cut into blocks that fit a tile."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import Conv1d, Conv2d, Dense
from brainnet.errors import ParameterError

__all__ = [
    "CONVOLUTIONS",
    "SCHEMES",
    "Block",
    "Weighted",
    "blocks",
    "connected",
    "elements",
    "outputs_per_tile",
    "tile_of",
    "weights",
]

SCHEMES = ("pairs", "reference column")
CONVOLUTIONS = ("unrolled", "kernel-stationary")
Weighted = Dense | Conv1d | Conv2d
Ranges = tuple[tuple[int, int], ...]
_MOST, _MOST_UNROLLED = 2**14, 2**27  # rows or columns; weights, 2 GiB of conductances


@dataclass(frozen=True)
class Block:
    """A part of the weights of a layer.

    Parameters
    ----------
    layer : str
    inputs : tuple of (first, end)
        Of a dense layer: inputs, flattened. Of a convolution: input channels, and where it is unrolled the box of
        places, axis by axis.
    outputs : tuple of (first, end)
        Outputs; or output channels, and the box of positions.
    """

    layer: str
    inputs: Ranges
    outputs: Ranges


def tile_of(tile: Any) -> tuple[int, int]:
    """Return rows and columns of a tile.

    Raises
    ------
    ParameterError
        They are no two whole numbers, or there are less than 2 columns.
    """
    given = tuple(tile) if isinstance(tile, tuple | list) else ()
    whole = all(isinstance(each, int | np.integer) and not isinstance(each, bool) for each in given)
    if len(given) != 2 or not whole or not (1 <= given[0] <= _MOST and 2 <= given[1] <= _MOST):
        raise ParameterError(
            f"tile = {tile!r}; give (rows, columns), such as (256, 256): rows from 1, columns from 2, {_MOST} at most"
        )
    return int(given[0]), int(given[1])


def outputs_per_tile(columns: int, scheme: str) -> int:
    """Return how many outputs the columns of a tile hold: two columns each, or one beside the reference."""
    return columns // 2 if scheme == "pairs" else columns - 1


def blocks(layer: Weighted, rows: int, outputs: int, convolution: str) -> list[Block]:
    """Cut a layer into blocks of at most so many rows and outputs, as few and as equal as can be.

    Dense: rows times outputs. Convolution, kernel-stationary: whole kernels of some input channels, for some output
    channels; all positions use them one after the other. Unrolled: a box of positions and what it sees, so that all
    positions have devices of their own.

    Raises
    ------
    ParameterError
        A kernel of one channel takes more rows than there are.
    """
    if isinstance(layer, Dense):
        return [Block(layer.name, (i,), (o,)) for i in cut(0, layer.n_in, rows) for o in cut(0, layer.n_out, outputs)]
    stationary = convolution == "kernel-stationary"
    window = layer.kernel if stationary else tuple(_extent(layer, axis, 1) for axis in range(layer.rank))
    if math.prod(window) > rows:
        size = " x ".join(map(str, window))
        raise ParameterError(
            f"layer {layer.name!r}: a kernel that covers {size} takes {math.prod(window)} rows, and a tile has {rows}; "
            f"give tiles of at least {math.prod(window)} rows"
        )
    if stationary:
        boxes: list[tuple[Ranges, Ranges]] = [((), ())]
        channels = rows // math.prod(window), outputs
    elif layer.macs > _MOST_UNROLLED:
        raise ParameterError(
            f"layer {layer.name!r} unrolled takes {layer.macs:,} weights; more than {_MOST_UNROLLED:,} are not laid "
            "out, use convolution='kernel-stationary'"
        )
    else:
        patch = _patch(layer, rows, outputs)
        boxes = list(_boxes(layer, patch))
        seen = math.prod(_extent(layer, axis, length) for axis, length in enumerate(patch))
        channels = rows // seen, outputs // math.prod(patch)
    n_in, n_out = layer.c_in // layer.groups, layer.c_out // layer.groups
    return [
        Block(layer.name, (i, *places), (o, *positions))
        for places, positions in boxes
        for group in range(layer.groups)
        for i in cut(group * n_in, n_in, channels[0])
        for o in cut(group * n_out, n_out, channels[1])
    ]


def weights(layer: Weighted, block: Block) -> NDArray[np.float64]:
    """Return the weights of a block, (rows, outputs); zero where an unrolled convolution has no connection."""
    if isinstance(layer, Dense):
        return layer.weights[slice(*block.inputs[0]), slice(*block.outputs[0])]
    kernels = _kernels(layer, block)  # (outputs, inputs, *kernel)
    if len(block.inputs) == 1:
        return kernels.reshape(len(kernels), -1).T
    index, inside = elements(layer, block)
    place: tuple[Any, ...] = (slice(None), slice(None), *index)
    picked = kernels[place] * inside  # (outputs, inputs, *lengths, *positions)
    rank = layer.rank
    order = (1, *range(2, 2 + rank), 0, *range(2 + rank, 2 + 2 * rank))
    return np.ascontiguousarray(picked.transpose(order)).reshape(_size(block.inputs), _size(block.outputs))


def connected(layer: Weighted, block: Block) -> int:
    """Count the weights of a block, zeros of the layer included, places without a connection not."""
    if isinstance(layer, Dense):
        return _size(block.inputs) * _size(block.outputs)
    channels = _size(block.inputs[:1]) * _size(block.outputs[:1])
    if len(block.inputs) == 1:
        return channels * math.prod(layer.kernel)
    return channels * int(np.count_nonzero(elements(layer, block)[1]))


def cut(first: int, n: int, most: int) -> Iterator[tuple[int, int]]:
    """Yield the fewest ranges of at most so many, as equal as can be."""
    edges = first + np.linspace(0, n, -(-n // most) + 1).round().astype(int)
    yield from zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)


def _size(ranges: Ranges) -> int:
    return math.prod(end - first for first, end in ranges)


def _extent(layer: Any, axis: int, positions: int) -> int:
    """Places that so many neighbouring positions see."""
    return int(layer.stride[axis] * (positions - 1) + layer.dilation[axis] * (layer.kernel[axis] - 1) + 1)


def _patch(layer: Any, rows: int, outputs: int) -> tuple[int, ...]:
    """Return the box of positions with which an unrolled convolution takes fewest tiles."""
    positions = layer.output_shape[1:]
    n_in, n_out = layer.c_in // layer.groups, layer.c_out // layer.groups

    def tiles(patch: tuple[int, ...]) -> tuple[int, int]:
        seen = math.prod(_extent(layer, axis, length) for axis, length in enumerate(patch))
        count = math.prod(-(-n // p) for n, p in zip(positions, patch, strict=True))
        return count * -(-n_in // (rows // seen)) * -(-n_out // (outputs // math.prod(patch))), seen

    fitting: list[tuple[int, ...]] = [()]
    for n in positions:
        fitting = [(*some, k) for some in fitting for k in range(1, min(n, outputs // math.prod(some)) + 1)]
    seen = (math.prod(_extent(layer, axis, length) for axis, length in enumerate(patch)) for patch in fitting)
    return min((patch for patch, n in zip(fitting, seen, strict=True) if n <= rows), key=tiles)


def _boxes(layer: Any, patch: tuple[int, ...]) -> Iterator[tuple[Ranges, Ranges]]:
    """Yield the places that a box of positions sees, and the box; none where all of it is padding."""
    lengths, positions = layer.input_shapes[0][1:], layer.output_shape[1:]
    for box in product(*(cut(0, n, most) for n, most in zip(positions, patch, strict=True))):
        seen = []
        for axis, (first, end) in enumerate(box):
            begin = layer.stride[axis] * first - layer.padding[axis][0]
            seen.append((max(0, begin), min(lengths[axis], begin + _extent(layer, axis, end - first))))
        if all(begin < end for begin, end in seen):
            yield tuple(seen), box


def _kernels(layer: Any, block: Block) -> NDArray[np.float64]:
    n_in = layer.c_in // layer.groups
    first = block.inputs[0][0]
    own = slice(first % n_in, first % n_in + block.inputs[0][1] - first)
    return np.asarray(layer.weights[slice(*block.outputs[0]), own])


def elements(layer: Any, block: Block) -> tuple[list[NDArray[np.int64]], NDArray[np.bool_]]:
    """Return which element of the kernel joins each place of a block of an unrolled convolution to each position.

    Returns
    -------
    index : list of arrays
        Along each axis of the kernel; together they broadcast to (\\*lengths, \\*positions).
    inside : array (\\*lengths, \\*positions)
        Whether there is one.
    """
    index, inside = [], np.ones(1, dtype=bool)
    for axis in range(layer.rank):
        place, position = np.arange(*block.inputs[1 + axis]), np.arange(*block.outputs[1 + axis])
        steps = place[:, None] + layer.padding[axis][0] - layer.stride[axis] * position
        element, rest = np.divmod(steps, layer.dilation[axis])
        shape = [1] * (2 * layer.rank)
        shape[axis], shape[layer.rank + axis] = element.shape
        there = (rest == 0) & (element >= 0) & (element < layer.kernel[axis])
        index.append(np.where(there, element, 0).reshape(shape))
        inside = inside & there.reshape(shape)
    return index, inside
