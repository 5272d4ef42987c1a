"""Layers that join several inputs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape, whole_numbers

__all__ = ["Add", "Concatenate"]


@dataclass(frozen=True, eq=False)
class Add(Layer):
    """The sum of inputs of one shape, as in residual networks.

    Parameters
    ----------
    name, inputs, input_shapes, origin
        As in `Layer`; two inputs or more. One that is named twice counts twice.
    """

    joins: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        self.check_input_shapes()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Check that all shapes are the same."""
        if len(set(shapes)) != 1:
            self.refuse(f"adds the shapes {', '.join(map(str, shapes))}; make them the same")
        return shapes[0]

    def forward(self, *values: Array) -> Array:
        """Compute the shape of the inputs."""
        total = values[0] + values[1]
        for value in values[2:]:
            total = total + value
        return total


@dataclass(frozen=True, eq=False)
class Concatenate(Layer):
    """Inputs one after the other along an axis.

    Parameters
    ----------
    name : str
    axis : int
        Of one sample; 0 is the channels.
    inputs, input_shapes, origin
        As in `Layer`; two inputs or more.
    """

    axis: int = 0

    joins: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        object.__setattr__(self, "axis", whole_numbers(self.axis, f"layer {self.name!r}: axis", 1, 0)[0])
        self.check_input_shapes()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Add the lengths along the axis; all others are the same."""
        first, axis = shapes[0], self.axis
        rests = {(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}
        if axis >= len(first) or len({len(shape) for shape in shapes}) != 1 or len(rests) != 1:
            self.refuse(
                f"joins the shapes {', '.join(map(str, shapes))} along axis {axis}; make the other axes the same"
            )
        return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])

    def forward(self, *values: Array) -> Array:
        """Compute the inputs in a row."""
        return np.concatenate(values, axis=self.axis + 1)
