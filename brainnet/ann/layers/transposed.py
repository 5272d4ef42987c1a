"""Transposed convolution, which makes maps larger; nearest-neighbour upsampling is one of ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape, whole_numbers
from brainnet.ann.layers.dense import check_bias
from brainnet.ann.layers.window import padding_pairs

__all__ = ["ConvTranspose"]


@dataclass(frozen=True, eq=False)
class ConvTranspose(Layer):
    r"""The transpose of a convolution over one axis or two, as `torch.nn.ConvTranspose1d` and `ConvTranspose2d` do it.

    .. math:: y_{o, s i + d k - p} \mathrel{+}= W_{c,o,k} \, x_{c,i}, \qquad y_o \text{ begins at } b_o

    Parameters
    ----------
    name : str
    weights : array of shape (c_in, c_out / groups, \*kernel)
        Kept as float64, read-only; one axis of the kernel or two.
    bias : array of shape (c_out,)
    stride, dilation : int or one int an axis
    padding : int, one int an axis, or one pair (before, after) an axis
        What is cut off the output.
    output_padding : int or one int an axis
        What is added behind the output, less than the stride or the dilation.
    groups : int
        The channels are split into that many blocks that do not see each other.
    inputs, input_shapes, origin
        As in `Layer`; the input is (c_in, \*lengths).

    Raises
    ------
    ModelFileError
        If a name, shape or value is not valid, or nothing is left of the output.
    """

    weights: Array
    bias: Array
    stride: Any = 1
    padding: Any = 0
    output_padding: Any = 0
    dilation: Any = 1
    groups: int = 1

    arrays: ClassVar[tuple[str, ...]] = ("weights", "bias")

    def __post_init__(self) -> None:
        """Check the layer and take copies that nobody else can change."""
        super().__post_init__()
        rank = 1 if getattr(self.weights, "ndim", 4) == 3 else 2
        axes = ("c_in", "c_out / groups", *(("height", "width") if rank == 2 else ("length",)))
        self.set_array("weights", self.weights, axes)
        object.__setattr__(self, "groups", whole_numbers(self.groups, f"layer {self.name!r}: groups", 1, 1)[0])
        check_bias(self, self.bias, self.c_out, self.weights.shape, f"weights as ({', '.join(axes)})")
        for field, low in (("stride", 1), ("dilation", 1), ("output_padding", 0)):
            self.set_whole(field, rank, low)
        object.__setattr__(self, "padding", padding_pairs(self, self.padding, rank))
        if self.c_in % self.groups:
            self.refuse(f": {self.c_in} channels cannot be split into {self.groups} groups; change groups")
        most = [max(pair) for pair in zip(self.stride, self.dilation, strict=True)]
        if any(more >= high for more, high in zip(self.output_padding, most, strict=True)):
            self.refuse(f": output_padding is {self.output_padding}; give less than the stride or the dilation")
        self.check_input_shapes()

    @property
    def rank(self) -> int:
        """Number of axes that the kernel slides over."""
        return self.weights.ndim - 2

    @property
    def kernel(self) -> Shape:
        """Lengths of the kernel."""
        return self.weights.shape[2:]

    @property
    def c_in(self) -> int:
        """Number of input channels."""
        return int(self.weights.shape[0])

    @property
    def c_out(self) -> int:
        """Number of output channels."""
        return int(self.weights.shape[1]) * self.groups

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference, those that are cut off included."""
        return math.prod(self.input_shapes[0][1:]) * self.weights.size if self.input_shapes else 0

    @property
    def work(self) -> int:
        """Most numbers that `forward` holds at once for one sample."""
        lengths = self.input_shapes[0][1:]
        return self.n_out + 2 * self.c_out * math.prod(lengths)

    def shape_for(self, *shapes: Shape) -> Shape:
        """Compute (c_out, \\*positions)."""
        (shape,) = shapes
        if len(shape) != 1 + self.rank or shape[0] != self.c_in:
            lengths = "height, width" if self.rank == 2 else "length"
            self.refuse(f"takes ({self.c_in}, {lengths}) and gets {shape}; give channels first, and as many")
        positions = [
            (n - 1) * s + d * (k - 1) + 1 + more - before - after
            for n, k, s, d, more, (before, after) in zip(
                shape[1:], self.kernel, self.stride, self.dilation, self.output_padding, self.padding, strict=True
            )
        ]
        if min(positions) < 1:
            self.refuse(f"cuts {self.padding} off and leaves {tuple(positions)} of {shape}; use less padding")
        return (self.c_out, *positions)

    def places(self, lengths: Shape, positions: Shape) -> Iterator[tuple[tuple[int, ...], Any, Any]]:
        """Yield each place of the kernel, the inputs that reach an output by it, and these outputs: slices by axis.

        Parameters
        ----------
        lengths, positions : tuple of int
            Of the axes after the channels, of input and output.
        """
        for place in np.ndindex(*self.kernel):
            taken, given = [], []
            for k, n, m, s, d, (before, _) in zip(
                place, lengths, positions, self.stride, self.dilation, self.padding, strict=True
            ):
                shift = d * k - before
                first = max(0, -(shift // s))  # the first i with s i + shift >= 0
                count = min(n, -(-(m - shift) // s)) - first
                taken.append(slice(first, first + max(count, 0)))
                start = s * first + shift
                given.append(slice(start, start + s * (count - 1) + 1, s) if count > 0 else slice(0, 0))
            yield place, tuple(taken), tuple(given)

    def forward(self, *values: Array) -> Array:
        """Compute (n, c_out, \\*positions) from (n, c_in, \\*lengths)."""
        (x,) = values
        _, *positions = self.shape_for(x.shape[1:])
        y = np.empty((len(x), self.c_out, *positions))
        y[:] = self.bias.reshape(-1, *(1,) * self.rank)
        n_in, n_out = self.c_in // self.groups, self.c_out // self.groups
        for place, taken, given in self.places(x.shape[2:], tuple(positions)):
            for group in range(self.groups):
                mine = slice(group * n_in, (group + 1) * n_in)
                index: Any = (mine, slice(None), *place)
                product = np.tensordot(x[(slice(None), mine, *taken)], self.weights[index], ((1,), (0,)))
                y[(slice(None), slice(group * n_out, (group + 1) * n_out), *given)] += np.moveaxis(product, -1, 1)
        return y
