"""Sliding windows over the axes after the channels: what convolutions and pooling share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from brainnet.ann.layers.base import MOST_VALUES, Array, Layer, Shape, whole_numbers

__all__ = ["Padding", "pad", "padding_pairs", "window_shape", "windows"]

Padding = tuple[tuple[int, int], ...]


def padding_pairs(layer: Layer, padding: Any, n: int) -> Padding:
    """Return what is added before and after each of n axes: a number, a number per axis, or a pair per axis.

    Raises
    ------
    ModelFileError
        If the padding is something else.
    """
    if isinstance(padding, list | tuple) and len(padding) == n and all(isinstance(p, list | tuple) for p in padding):
        if any(len(pair) != 2 for pair in padding):
            layer.refuse(f": padding is {padding!r}; give one number or pair (before, after) an axis")
        numbers = whole_numbers([each for pair in padding for each in pair], f"layer {layer.name!r}: padding", 2 * n, 0)
        return tuple(zip(numbers[::2], numbers[1::2], strict=True))
    return tuple((each, each) for each in whole_numbers(padding, f"layer {layer.name!r}: padding", n, 0))


def window_shape(layer: Layer, shape: Shape, kernel: Shape, stride: Shape, padding: Padding, dilation: Shape) -> Shape:
    """Compute how many windows fit along each axis after the channels of an input of this shape.

    .. math:: \\lfloor (n + p_0 + p_1 - d (k - 1) - 1) / s \\rfloor + 1

    Raises
    ------
    ModelFileError
        If a window is larger than the padded input, or that has more values than a map may have.
    """
    padded = tuple(n + sum(pair) for n, pair in zip(shape[1:], padding, strict=True))
    if math.prod((shape[0], *padded)) > MOST_VALUES:
        layer.refuse(f"pads {shape} to {(shape[0], *padded)}; use less padding")
    positions = []
    for n, k, s, d in zip(padded, kernel, stride, dilation, strict=True):
        room = n - d * (k - 1) - 1
        if room < 0:
            layer.refuse(
                f"has a window of {d * (k - 1) + 1} over {n} padded values; use a smaller kernel or more padding"
            )
        positions.append(room // s + 1)
    return tuple(positions)


def pad(x: Array, padding: Padding, value: float = 0.0) -> Array:
    """Pad the axes after samples and channels of x, (n, c, \\*lengths)."""
    if not any(each for pair in padding for each in pair):
        return x
    return np.pad(x, ((0, 0), (0, 0), *padding), constant_values=value)


def windows(x: Array, kernel: Shape, stride: Shape, dilation: Sequence[int]) -> Array:
    """Return a view (n, c, \\*positions, \\*kernel) of padded values (n, c, \\*lengths)."""
    extent = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))
    axes = tuple(range(2, 2 + len(kernel)))
    view = sliding_window_view(x, extent, axes)  # type: ignore[call-overload]
    steps = (*stride, *dilation)
    return view[(slice(None), slice(None), *(slice(None, None, step) for step in steps))]
