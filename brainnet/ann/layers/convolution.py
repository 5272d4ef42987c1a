"""Convolutions over one or two axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape, whole_numbers
from brainnet.ann.layers.dense import check_activation, check_bias
from brainnet.ann.layers.window import pad, padding_pairs, window_shape, windows

__all__ = ["Conv1d", "Conv2d", "Convolution"]


@dataclass(frozen=True, eq=False)
class Convolution(Layer):
    r"""Cross-correlation with kernels that all positions share, as `torch.nn.Conv1d` and `Conv2d` define it.

    .. math:: y_{o,i} = b_o + \sum_{c,k} W_{o,c,k} \, x_{c, s i + d k - p}

    Parameters
    ----------
    name : str
    weights : array of shape (c_out, c_in / groups, \*kernel)
        Kept as float64, read-only.
    bias : array of shape (c_out,)
    activation : {"relu", "identity"}
    stride, dilation : int or one int an axis
    padding : int, one int an axis, or one pair (before, after) an axis
        Zeros around the input.
    groups : int
        The channels are split into that many blocks that do not see each other.
    inputs, input_shapes, origin
        As in `Layer`; the input is (c_in, \*lengths).

    Raises
    ------
    ModelFileError
        If a name, shape or value is not valid, or a kernel is larger than the padded input.
    """

    weights: Array
    bias: Array
    activation: str = "identity"
    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: int = 1

    arrays: ClassVar[tuple[str, ...]] = ("weights", "bias")
    rank: ClassVar[int]

    def __post_init__(self) -> None:
        """Check the layer and take copies that nobody else can change."""
        super().__post_init__()
        check_activation(self, self.activation, ("relu", "identity"))
        axes = ("c_out", "c_in / groups", "height", "width") if self.rank == 2 else ("c_out", "c_in / groups", "length")
        self.set_array("weights", self.weights, axes)
        check_bias(self, self.bias, self.weights.shape[0], self.weights.shape, f"weights as ({', '.join(axes)})")
        self.set_whole("stride", self.rank, 1)
        self.set_whole("dilation", self.rank, 1)
        object.__setattr__(self, "padding", padding_pairs(self, self.padding, self.rank))
        object.__setattr__(self, "groups", whole_numbers(self.groups, f"layer {self.name!r}: groups", 1, 1)[0])
        if self.weights.shape[0] % self.groups:
            self.refuse(f": {self.weights.shape[0]} channels cannot be split into {self.groups} groups; change groups")
        self.check_input_shapes()

    @property
    def kernel(self) -> Shape:
        """Lengths of the kernel."""
        return self.weights.shape[2:]

    @property
    def c_in(self) -> int:
        """Number of input channels."""
        return int(self.weights.shape[1]) * self.groups

    @property
    def c_out(self) -> int:
        """Number of output channels."""
        return int(self.weights.shape[0])

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference, those with padding included."""
        return math.prod(self.output_shape[1:]) * self.weights.size

    @property
    def work(self) -> int:
        """Most numbers that `forward` holds at once for one sample."""
        return math.prod(self.output_shape[1:]) * (self.c_in * math.prod(self.kernel) + self.c_out)

    def shape_for(self, *shapes: Shape) -> Shape:
        """Compute (c_out, \\*positions)."""
        (shape,) = shapes
        if len(shape) != 1 + self.rank or shape[0] != self.c_in:
            lengths = "height, width" if self.rank == 2 else "length"
            self.refuse(f"takes ({self.c_in}, {lengths}) and gets {shape}; give channels first, and as many")
        return (self.c_out, *window_shape(self, shape, self.kernel, self.stride, self.padding, self.dilation))

    def forward(self, *values: Array) -> Array:
        """Compute (n, c_out, \\*positions) from (n, c_in, \\*lengths)."""
        view = windows(pad(values[0], self.padding), self.kernel, self.stride, self.dilation)
        n_in, n_out = self.c_in // self.groups, self.c_out // self.groups
        summed = (1, *range(2 + self.rank, 2 + 2 * self.rank))
        parts = []
        for group in range(self.groups):
            part = view[:, group * n_in : (group + 1) * n_in]
            kernels = self.weights[group * n_out : (group + 1) * n_out]
            product = np.tensordot(part, kernels, (summed, tuple(range(1, 2 + self.rank))))
            parts.append(np.moveaxis(product, -1, 1))
        y = np.concatenate(parts, axis=1) + self.bias.reshape(-1, *(1,) * self.rank)
        return np.maximum(y, 0.0) if self.activation == "relu" else y


class Conv1d(Convolution):
    """A convolution over (c_in, length); see `Convolution`."""

    rank = 1


class Conv2d(Convolution):
    """A convolution over (c_in, height, width); see `Convolution`."""

    rank = 2
