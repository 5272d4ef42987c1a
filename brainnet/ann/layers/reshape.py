"""A change of shape that moves no value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brainnet.ann.layers.base import Array, Layer, Shape

__all__ = ["Flatten"]


@dataclass(frozen=True, eq=False)
class Flatten(Layer):
    """One axis out of all, in C order: (channels, \\*lengths) to (n_out,).

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
        """Count the values."""
        return (math.prod(shapes[0]),)

    def forward(self, *values: Array) -> Array:
        """Compute (n, n_out) from (n, \\*input_shape)."""
        return values[0].reshape(len(values[0]), -1)
