"""What every layer has: a name, the names of its inputs, shapes, and values in the shape of one sample."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainnet.errors import ModelFileError

__all__ = ["LONGEST_NAME", "MOST_VALUES", "Array", "Layer", "Shape", "check_name", "real_array", "whole_numbers"]

LONGEST_NAME = 100  # names become names of files, with something added
_LARGEST = 1e100  # of parameters: far above any that was trained, and sums of products are still finite
# Values of one map for one sample; what is larger is an error in the file rather than a network.
MOST_VALUES = 2**31

Array = NDArray[np.float64]
Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Layer:
    """A node of a layer graph.

    Parameters
    ----------
    name : str
        An identifier, since it ends up in generated code.
    inputs : tuple of str, optional
        Names of the layers it takes, ``"input"`` for the samples; the layer before it where left out.
    input_shapes : tuple of shapes, optional
        Shape of one sample of each input, channels first. `LayerGraph` fills it in and checks it.
    origin : str, optional
        What the layer was called where it was read from: any text, for messages only.

    Raises
    ------
    ModelFileError
        If a name is no identifier, or the inputs do not fit.
    """

    name: str
    inputs: tuple[str, ...] = field(default=(), kw_only=True)
    input_shapes: tuple[Shape, ...] = field(default=(), kw_only=True)
    origin: str = field(default="", kw_only=True)

    arrays: ClassVar[tuple[str, ...]] = ()  # the fields that hold arrays
    joins: ClassVar[bool] = False  # takes two inputs or more instead of one

    def __post_init__(self) -> None:
        """Check names and the number of inputs."""
        check_name(self.name, "layer")
        if isinstance(self.inputs, str):
            object.__setattr__(self, "inputs", (self.inputs,))
        object.__setattr__(self, "inputs", tuple(self.inputs))
        for source in self.inputs:
            check_name(source, f"layer {self.name!r}: input")
        if self.inputs and (len(self.inputs) > 1) != self.joins:
            wanted = "two inputs or more" if self.joins else "one input"
            self.refuse(f"has the inputs {', '.join(self.inputs)}; give it {wanted}")

    def check_input_shapes(self) -> None:
        """Check the input shapes where they are known; the last thing that a layer does when it is made."""
        if self.input_shapes:
            self.shape_for(*self.input_shapes)

    @property
    def kind(self) -> str:
        """Name of the class."""
        return type(self).__name__

    @property
    def read_from(self) -> str:
        """Where the layer comes from, for the end of a message; empty where that is not known."""
        return f" (read from {self.origin})" if self.origin else ""

    @property
    def output_shape(self) -> Shape:
        """Shape of the output for one sample, channels first."""
        if not self.input_shapes:
            self.refuse("knows no input shape yet; put it into a LayerGraph")
        return self.shape_for(*self.input_shapes)

    @property
    def n_out(self) -> int:
        """Number of output values of one sample."""
        return math.prod(self.output_shape)

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference."""
        return 0

    @property
    def work(self) -> int:
        """Most numbers that `forward` holds at once for one sample."""
        return self.n_out

    def bound(self, inputs: Sequence[str], shapes: Sequence[Shape]) -> Self:
        """Return the layer with its inputs and their shapes filled in, which checks them."""
        return replace(self, inputs=tuple(inputs), input_shapes=tuple(shapes))

    def renamed(self, names: Mapping[str, str]) -> Self:
        """Return the layer with other names for itself and its inputs."""
        return replace(self, name=names[self.name], inputs=tuple(names[source] for source in self.inputs))

    def shape_for(self, *shapes: Shape) -> Shape:
        """Compute the shape of the output from those of the inputs.

        Raises
        ------
        ModelFileError
            If the layer cannot take such inputs.
        """
        raise NotImplementedError

    def forward(self, *values: Array) -> Array:
        """Compute (n, \\*output_shape) from one array (n, \\*input_shape) an input."""
        raise NotImplementedError

    def set_array(self, field: str, values: ArrayLike, axes: Sequence[str]) -> None:
        """Check an array of the layer and keep a copy that nobody else can change."""
        what = f"layer {self.name!r}: {field}"
        object.__setattr__(self, field, real_array(values, what, axes))

    def set_whole(self, field: str, n: int, low: int) -> None:
        """Check a field of n whole numbers of at least `low`; a single number stands for n of them."""
        what = f"layer {self.name!r}: {field}"
        object.__setattr__(self, field, whole_numbers(getattr(self, field), what, n, low))

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that names this layer."""
        gap = "" if reason.startswith(":") else " "
        raise ModelFileError(f"layer {self.name!r}{gap}{reason}{self.read_from}")


def check_name(name: object, what: str) -> None:
    """Refuse a name that is no plain identifier.

    Raises
    ------
    ModelFileError
        If the name is not letters, digits and underscores, starting with no digit.
    """
    if isinstance(name, str) and len(name) > LONGEST_NAME:
        raise ModelFileError(
            f"{what} name {name[:20]!r}... has {len(name)} characters; give it one of {LONGEST_NAME} at most"
        )
    if not isinstance(name, str) or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        raise ModelFileError(
            f"{what} name {name!r} is no identifier; use letters, digits and underscores, starting with no digit"
        )


def real_array(values: ArrayLike, what: str, axes: Sequence[str]) -> Array:
    """Return a read-only float64 copy with the given axes, or say what is wrong."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ModelFileError(f"{what} has rows of unequal length; give a rectangular array") from error
    if array.dtype.kind not in "fiu":
        raise ModelFileError(f"{what} has type {array.dtype}; give real numbers")
    if array.ndim != len(axes) or array.size == 0:
        wanted = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
        raise ModelFileError(f"{what} has shape {array.shape}; give {wanted}, none of them empty")
    if array.dtype == np.float64 and array.base is None and not array.flags.writeable and array.flags.c_contiguous:
        return array  # one of ours: checked when it was made
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=np.float64, order="C")
    if not np.isfinite(array).all():
        raise ModelFileError(f"{what} holds NaN or infinite values; train the network again")
    if (largest := np.abs(array).max()) > _LARGEST:
        raise ModelFileError(f"{what} reaches {largest:g}, sums of which overflow; give at most {_LARGEST:g} in size")
    array.flags.writeable = False
    return array


def whole_numbers(values: Any, what: str, n: int, low: int) -> Shape:
    """Return n integers, each at least `low`; a single one is taken n times.

    Raises
    ------
    ModelFileError
        If they are no integers, too few, too many or too small.
    """
    try:
        numbers = np.asarray(values)
    except ValueError:
        numbers = np.array("ragged")
    if numbers.ndim == 0 or numbers.shape == (1,):
        numbers = np.repeat(numbers, n)
    if numbers.shape != (n,) or numbers.dtype.kind not in "iu" or numbers.min() < low or numbers.max() >= 2**31:
        raise ModelFileError(f"{what} is {values!r}; give {n} whole number(s) of at least {low}")
    return tuple(int(number) for number in numbers)
