"""Linear layers after each other: what a branch becomes when it passes one more."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from brainnet.ann import (
    AveragePool,
    BatchNorm,
    Concatenate,
    Conv1d,
    Conv2d,
    ConvTranspose,
    Dense,
    GlobalAveragePool,
    Layer,
    MaxPool,
)
from brainnet.ann.algebra import as_convolution
from brainnet.ann.layers.base import Shape
from brainnet.convert.branch import Branch
from brainnet.convert.unrolling import unrolled
from brainnet.spiking.links import Gate, Kernel, Matrix, OneToOne, Rows

__all__ = ["through"]


def through(layer: Layer, branch: Branch, place: int) -> list[Branch] | None:
    """Return the branches that bring to the output of `layer` what `branch` brings to its input number `place`.

    Only where that is one matrix or kernel again: None says that the two are not to be had as one.
    """
    if isinstance(layer, Concatenate):
        return _joined(layer, branch, place)
    if isinstance(layer, MaxPool):
        return _gated(layer, branch)
    if isinstance(layer, BatchNorm):
        return _multiplied(layer, branch)
    if not isinstance(layer, Dense | Conv1d | Conv2d | ConvTranspose | AveragePool | GlobalAveragePool):
        return [branch]  # moves no value, or sums
    if not isinstance(branch.link, OneToOne):
        return None
    if isinstance(layer, Dense):
        weights = layer.weights[branch.link.positions]
        if (branch.link.weights != 1).any():
            weights = weights * branch.link.weights[:, None]
        return [replace(branch, link=Matrix(weights), post=slice(0, layer.n_out), via=layer.name)]
    if isinstance(layer, ConvTranspose):
        rows = sparse.diags(branch.link.weights) @ unrolled(layer)[branch.link.positions]
        return [replace(branch, link=Rows(rows.tocsr()), post=slice(0, layer.n_out), via=layer.name)]
    return _windows(layer, branch, branch.link)


def _joined(layer: Concatenate, branch: Branch, place: int) -> list[Branch] | None:
    """Move a branch to where its input stands in the output."""
    lengths = [shape[layer.axis] for shape in layer.input_shapes]
    start = sum(lengths[:place])
    block = (*(slice(None),) * layer.axis, slice(start, start + lengths[place]))
    positions = np.arange(layer.n_out).reshape(layer.output_shape)[block].ravel()
    if isinstance(branch.link, OneToOne):
        link = replace(branch.link, positions=positions[branch.link.positions], n_post=layer.n_out)
        return [replace(branch, link=link, post=slice(0, layer.n_out))]
    taken = positions[branch.post]
    if taken[-1] - taken[0] != len(taken) - 1:
        return None
    return [replace(branch, post=slice(int(taken[0]), int(taken[-1]) + 1))]


def _gated(layer: MaxPool, branch: Branch) -> list[Branch]:
    """Make a gate; what it takes is one population as it is."""
    _, stride, padding, dilation, _ = _geometry(layer)
    kernel = (1, *layer.kernel) if len(layer.kernel) == 1 else layer.kernel
    shape = _image(layer.input_shapes[0])
    gate = Gate.of(kernel, shape, stride=stride, padding=padding, dilation=dilation)
    return [replace(branch, link=gate, post=slice(0, layer.n_out), via=layer.name)]


def _multiplied(layer: BatchNorm, branch: Branch) -> list[Branch] | None:
    """Multiply by the factor of each channel."""
    link, factors = branch.link, np.repeat(layer.scale, layer.n_out // len(layer.scale))[branch.post]
    if isinstance(link, OneToOne):
        return [replace(branch, link=replace(link, weights=link.weights * factors[link.positions]))]
    if isinstance(link, Matrix):
        return [replace(branch, link=Matrix(link.weights * factors))]
    if isinstance(link, Rows):
        return [replace(branch, link=Rows((link.matrix @ sparse.diags(factors)).tocsr()))]
    if not isinstance(link, Kernel):
        return None
    of_channels = factors.reshape(len(link.weights), -1)
    if (of_channels != of_channels[:, :1]).any():  # flattened before: a factor a value, and no kernel any more
        return None
    return [replace(branch, link=replace(link, weights=link.weights * of_channels[:, :1, None, None]))]


def _windows(layer: Any, branch: Branch, link: OneToOne) -> list[Branch]:
    """Make kernels: one, or up to three where the input is a part of the channels and these are in groups."""
    kernel, stride, padding, dilation, groups = _geometry(layer)
    shape, out = _image(layer.input_shapes[0]), _image(layer.output_shape)
    # Concatenation keeps blocks, and channels their factor: corners and one value per channel say all.
    low, high = (np.array(np.unravel_index(link.positions[end], shape)) for end in (0, -1))
    channels, *lengths = (high - low + 1).tolist()
    around = tuple(
        (before + int(low[1 + a]), after + shape[1 + a] - 1 - int(high[1 + a]))
        for a, (before, after) in enumerate(padding)
    )
    factors = link.weights.reshape(channels, -1)[:, 0]
    plane, image = math.prod(lengths), math.prod(out[1:])
    size, per_group = len(kernel) // groups, kernel.shape[1]
    made = []
    for first, last, start, stop in _segments(int(low[0]), int(low[0]) + channels, per_group):
        inside = slice(start - first * per_group, stop - first * per_group) if last == first + 1 else slice(None)
        weights = kernel[first * size : last * size, inside]
        mine = slice(start - int(low[0]), stop - int(low[0]))
        if (factors[mine] != 1).any():
            by_group = np.repeat(factors[mine].reshape(last - first, -1), size, axis=0)
            weights = weights * by_group[:, :, None, None]
        made.append(
            replace(
                branch,
                link=Kernel(weights, (stop - start, *lengths), stride, around, dilation, last - first),
                pre=slice(branch.pre.start + mine.start * plane, branch.pre.start + mine.stop * plane),
                post=slice(first * size * image, last * size * image),
                via=layer.name,
            )
        )
    if isinstance(layer, AveragePool) and not layer.count_padding:
        share = np.tile(layer.share(layer.input_shapes[0][1:]).ravel(), channels)
        return [_shared_out(each, share) for each in made]
    return made


def _shared_out(branch: Branch, share: np.ndarray) -> Branch:
    """Give each window its own factor, which is no kernel: padding is left out of the mean at borders."""
    matrix = branch.connectivity(1.0, 1.0).unroll()
    return replace(branch, link=Rows((matrix @ sparse.diags(share)).tocsr()))


def _segments(start: int, stop: int, per_group: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield first group, group after the last, first channel and channel after the last: groups whole, or one."""
    while start < stop:
        first = start // per_group
        last = stop // per_group if start % per_group == 0 and stop // per_group > first else first + 1
        end = min(stop, last * per_group)
        yield first, last, start, end
        start = end


def _image(shape: Shape) -> Shape:
    """Return a shape with channels and two axes."""
    return (shape[0], 1, shape[1]) if len(shape) == 2 else (shape[0], shape[1], math.prod(shape[2:]))


def _geometry(layer: Any) -> tuple[np.ndarray, Shape, tuple[Shape, ...], Shape, int]:
    """Return kernel, stride, padding, dilation and groups, over two axes."""
    shape = _image(layer.input_shapes[0])
    if isinstance(layer, GlobalAveragePool):
        kernel = np.full((shape[0], 1, *shape[1:]), 1 / math.prod(shape[1:]))
        return kernel, (1, 1), ((0, 0), (0, 0)), (1, 1), shape[0]
    one = len(layer.kernel) == 1
    stride, padding, dilation = (
        ((1, *layer.stride), ((0, 0), *layer.padding), (1, *layer.dilation)) if one
        else (layer.stride, layer.padding, layer.dilation)
    )  # fmt: skip
    if isinstance(layer, MaxPool):
        return np.empty((0, 0)), stride, padding, dilation, shape[0]
    kernels = as_convolution(layer) if isinstance(layer, AveragePool) else layer
    weights = kernels.weights[:, :, None, :] if one else kernels.weights
    return weights, stride, padding, dilation, kernels.groups
