"""Functions of each value by itself, and softmax."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape, whole_numbers

__all__ = ["QCFS", "Abs", "ClippedReLU", "ReLU", "Softmax"]


@dataclass(frozen=True, eq=False)
class _Pointwise(Layer):
    """A layer whose output has the shape of its input."""

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        self.check_input_shapes()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Return the shape of the input."""
        return shapes[0]

    def set_positive(self, field: str) -> None:
        """Check a field that holds one positive number."""
        value = getattr(self, field)
        if not isinstance(value, int | float | np.floating) or not 0 < value < np.inf:
            self.refuse(f": {field} is {value!r}; give a positive number")
        object.__setattr__(self, field, float(value))


@dataclass(frozen=True, eq=False)
class ReLU(_Pointwise):
    """max(x, 0). Next to weights it is better their ``activation``; `fuse_activations` makes it so."""

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        return np.asarray(np.maximum(values[0], 0.0))


@dataclass(frozen=True, eq=False)
class Abs(_Pointwise):
    """The size of x without its sign."""

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        return np.asarray(np.abs(values[0]))


@dataclass(frozen=True, eq=False)
class ClippedReLU(_Pointwise):
    """min(max(x, 0), maximum), such as ReLU6.

    Parameters
    ----------
    name : str
    maximum : float
        Positive.
    inputs, input_shapes, origin
        As in `Layer`.

    Raises
    ------
    ModelFileError
        If the maximum is no positive number.
    """

    maximum: float = 6.0

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        self.set_positive("maximum")

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        return np.asarray(np.clip(values[0], 0.0, self.maximum))


@dataclass(frozen=True, eq=False)
class QCFS(_Pointwise):
    r"""Quantisation-clip-floor-shift activation (Bu et al. 2022, ICLR, equation 15).

    .. math:: a = \lambda \, \mathrm{clip}(\lfloor z L / \lambda + 1/2 \rfloor / L, 0, 1)

    It counts the spikes of an integrate-and-fire neuron in L steps of the constant input z, with threshold lambda,
    reset by subtraction and half the threshold at the start.

    Parameters
    ----------
    name : str
    threshold : float
        Lambda, positive: the largest value.
    levels : int
        L, at least 1.
    inputs, input_shapes, origin
        As in `Layer`.

    Raises
    ------
    ModelFileError
        If the threshold is no positive number, or the levels are no whole one.
    """

    threshold: float = 1.0
    levels: int = 8

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        self.set_positive("threshold")
        object.__setattr__(self, "levels", whole_numbers(self.levels, f"layer {self.name!r}: levels", 1, 1)[0])

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        steps = np.floor(values[0] * (self.levels / self.threshold) + 0.5)
        return np.asarray(np.clip(steps, 0, self.levels) * (self.threshold / self.levels))


@dataclass(frozen=True, eq=False)
class Softmax(_Pointwise):
    """Probabilities from logits over the channels; last layers only.

    Next to a dense layer it is better its ``activation``, and the logits are kept; `fuse_activations` makes it so.

    Parameters
    ----------
    name : str
    log : bool
        The logarithm of the probabilities.
    inputs, input_shapes, origin
        As in `Layer`.
    """

    log: bool = False

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        shifted = values[0] - values[0].max(axis=1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return np.asarray(logs if self.log else np.exp(logs))
