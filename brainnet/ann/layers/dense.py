"""A fully connected layer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape

__all__ = ["Dense", "check_activation", "check_bias"]


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """A fully connected layer, y = activation(x @ weights + bias).

    Parameters
    ----------
    name : str
        An identifier, since it ends up in generated code.
    weights : array of shape (n_in, n_out)
        Kept as float64, read-only.
    bias : array of shape (n_out,)
        Kept as float64, read-only.
    activation : {"relu", "identity", "softmax"}
        Softmax is for last layers only, which `LayerGraph` checks.
    inputs, input_shapes, origin
        As in `Layer`. An input of several axes is flattened in C order.

    Raises
    ------
    ModelFileError
        If the name, a shape, a value or the activation is not valid.
    """

    weights: Array
    bias: Array
    activation: str

    arrays: ClassVar[tuple[str, ...]] = ("weights", "bias")

    def __post_init__(self) -> None:
        """Check the layer and take copies that nobody else can change."""
        super().__post_init__()
        check_activation(self, self.activation, ("relu", "identity", "softmax"))
        self.set_array("weights", self.weights, ("n_in", "n_out"))
        check_bias(self, self.bias, self.weights.shape[1], self.weights.shape, "weights as (n_in, n_out)")
        self.check_input_shapes()

    @property
    def n_in(self) -> int:
        """Number of inputs."""
        return int(self.weights.shape[0])

    @property
    def n_out(self) -> int:
        """Number of outputs."""
        return int(self.weights.shape[1])

    @property
    def macs(self) -> int:
        """Multiply-accumulate operations of one inference."""
        return self.n_in * self.n_out

    def shape_for(self, *shapes: Shape) -> Shape:
        """Check the number of inputs."""
        n_in = math.prod(shapes[0])
        if n_in != self.n_in:
            source = self.inputs[0] if self.inputs else "input"
            before = "the input" if source == "input" else f"layer {source!r}"
            self.refuse(f"takes {self.n_in} values and {before} gives {n_in}; make them the same")
        return (self.n_out,)

    def forward(self, *values: Array) -> Array:
        """Compute (n, n_out) values from (n, n_in); softmax gives the logits."""
        y = values[0].reshape(len(values[0]), -1) @ self.weights + self.bias
        return np.maximum(y, 0.0) if self.activation == "relu" else y


def check_activation(layer: Layer, activation: str, known: tuple[str, ...]) -> None:
    """Refuse an activation that the layer does not have."""
    if activation not in known:
        layer.refuse(f": activation {activation!r} is not understood; use one of {', '.join(known)}")


def check_bias(layer: Layer, bias: Array, n_out: int, shape: Shape, other: str) -> None:
    """Check that there is one bias per output (dense) or channel (convolution), and keep it."""
    layer.set_array("bias", bias, ("n_out",))
    n_biases = len(layer.bias)  # type: ignore[attr-defined]
    if n_biases != n_out:
        layer.refuse(f": {n_biases} biases for weights of shape {shape}; give {n_out} biases, or {other}")
