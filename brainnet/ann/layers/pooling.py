"""Pooling over one or two axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape
from brainnet.ann.layers.window import pad, padding_pairs, window_shape, windows

__all__ = ["AveragePool", "GlobalAveragePool", "MaxPool", "Pool"]


@dataclass(frozen=True, eq=False)
class Pool(Layer):
    """A window that slides over every channel by itself."""

    kernel: Any
    stride: Any = None
    padding: Any = 0
    dilation: Any = 1

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        rank = len(self.kernel) if isinstance(self.kernel, list | tuple) else 1
        if rank not in (1, 2):
            self.refuse(f": kernel is {self.kernel!r}; give one length or two")
        self.set_whole("kernel", rank, 1)
        object.__setattr__(self, "stride", self.kernel if self.stride is None else self.stride)
        self.set_whole("stride", rank, 1)
        self.set_whole("dilation", rank, 1)
        object.__setattr__(self, "padding", padding_pairs(self, self.padding, rank))
        for length, step, pair in zip(self.kernel, self.dilation, self.padding, strict=True):
            if max(pair) > step * (length - 1):
                self.refuse(f": padding {max(pair)} makes windows without input for kernel {length}; use less padding")
        self.check_input_shapes()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Compute (channels, \\*positions)."""
        (shape,) = shapes
        if len(shape) != 1 + len(self.kernel):
            self.refuse(f"pools {len(self.kernel)} axes and gets {shape}; give (channels, {len(self.kernel)} axes)")
        # a dilated window that begins in the padding may step over fewer values than its dilation
        if any(step > n and max(pair) for n, step, pair in zip(shape[1:], self.dilation, self.padding, strict=True)):
            self.refuse(f"has the dilation {self.dilation} over {shape}; use less dilation, or no padding")
        return (shape[0], *window_shape(self, shape, self.kernel, self.stride, self.padding, self.dilation))

    @property
    def work(self) -> int:
        """Most numbers that `forward` holds at once for one sample."""
        return self.n_out * math.prod(self.kernel)

    def _views(self, x: Array, value: float) -> tuple[Array, tuple[int, ...]]:
        """Return the windows and the axes that run within a window."""
        view = windows(pad(x, self.padding, value), self.kernel, self.stride, self.dilation)
        return view, tuple(range(-len(self.kernel), 0))


@dataclass(frozen=True, eq=False)
class MaxPool(Pool):
    """The largest value of every window; padding never wins.

    Parameters
    ----------
    name : str
    kernel : int or one int an axis
        A single one in a tuple of length 1, or an int, for one axis; two for images.
    stride : int or one int an axis, optional
        The kernel where left out.
    padding : int, one int an axis, or one pair (before, after) an axis
        Less than the kernel, so that every window sees input.
    dilation : int or one int an axis
    inputs, input_shapes, origin
        As in `Layer`; the input is (channels, \\*lengths).

    Raises
    ------
    ModelFileError
        If a name, shape or value is not valid.
    """

    def forward(self, *values: Array) -> Array:
        """Compute (n, channels, \\*positions) from (n, channels, \\*lengths)."""
        view, axes = self._views(values[0], -np.inf)
        return np.asarray(view.max(axis=axes))


@dataclass(frozen=True, eq=False)
class AveragePool(Pool):
    """The mean of every window.

    Parameters
    ----------
    name, kernel, stride, padding, dilation
        As in `MaxPool`.
    count_padding : bool
        Padding counts as zeros (as in `torch.nn.AvgPool2d`) instead of being left out of the mean (as in ONNX).
    inputs, input_shapes, origin
        As in `Layer`; the input is (channels, \\*lengths).

    Raises
    ------
    ModelFileError
        If a name, shape or value is not valid.
    """

    count_padding: bool = True

    def forward(self, *values: Array) -> Array:
        """Compute (n, channels, \\*positions) from (n, channels, \\*lengths)."""
        view, axes = self._views(values[0], 0.0)
        return np.asarray(view.sum(axis=axes)) * self.share(values[0].shape[2:])

    def share(self, lengths: Shape) -> Array:
        """What one value of each window contributes to its mean: an array (\\*positions)."""
        if self.count_padding:
            positions = window_shape(self, (1, *lengths), self.kernel, self.stride, self.padding, self.dilation)
            return np.full(positions, 1.0 / math.prod(self.kernel))
        view, axes = self._views(np.ones((1, 1, *lengths)), 0.0)
        return np.asarray(1.0 / view.sum(axis=axes))[0, 0]


@dataclass(frozen=True, eq=False)
class GlobalAveragePool(Layer):
    """The mean of every channel, (channels, \\*lengths) to (channels, 1, ...).

    Parameters
    ----------
    name, inputs, input_shapes, origin
        As in `Layer`.
    """

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        self.check_input_shapes()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Compute (channels, 1, ...)."""
        (shape,) = shapes
        if len(shape) < 2:
            self.refuse(f"averages over the axes after the channels and gets {shape}; give (channels, lengths)")
        return (shape[0], *(1,) * (len(shape) - 1))

    def forward(self, *values: Array) -> Array:
        """Compute (n, channels, 1, ...) from (n, channels, \\*lengths)."""
        (x,) = values
        return np.asarray(x.mean(axis=tuple(range(2, x.ndim)), keepdims=True))
