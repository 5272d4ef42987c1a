"""A fully connected layer."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from brainnet.errors import ModelFileError

__all__ = ["ACTIVATIONS", "Dense", "check_name"]

ACTIVATIONS = ("relu", "identity", "softmax")


@dataclass(frozen=True, eq=False)
class Dense:
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

    Raises
    ------
    ModelFileError
        If the name, a shape, a value or the activation is not valid.
    """

    name: str
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]
    activation: str

    def __post_init__(self) -> None:
        """Check the layer and take copies that nobody else can change."""
        check_name(self.name, "layer")
        if self.activation not in ACTIVATIONS:
            raise ModelFileError(
                f"layer {self.name!r}: activation {self.activation!r} is not understood; "
                f"use one of {', '.join(ACTIVATIONS)}"
            )
        weights = _real(self.weights, f"layer {self.name!r}: weights", 2)
        bias = _real(self.bias, f"layer {self.name!r}: bias", 1)
        if len(bias) != weights.shape[1]:
            raise ModelFileError(
                f"layer {self.name!r}: {len(bias)} biases for weights of shape {weights.shape}; "
                f"give {weights.shape[1]} biases, or weights as (n_in, n_out)"
            )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "bias", bias)

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

    def forward(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Compute (n, n_out) values from (n, n_in); softmax gives the logits."""
        y = x @ self.weights + self.bias
        return np.maximum(y, 0.0) if self.activation == "relu" else y


def check_name(name: object, what: str) -> None:
    """Refuse a name that is no plain identifier.

    Raises
    ------
    ModelFileError
        If the name is not letters, digits and underscores, starting with no digit.
    """
    if not isinstance(name, str) or not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
        raise ModelFileError(
            f"{what} name {name!r} is no identifier; use letters, digits and underscores, starting with no digit"
        )


def _real(values: ArrayLike, what: str, ndim: int) -> NDArray[np.float64]:
    """Return a read-only float64 copy, or say what is wrong."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ModelFileError(f"{what} has rows of unequal length; give a rectangular array") from error
    if array.dtype.kind not in "fiu":
        raise ModelFileError(f"{what} has type {array.dtype}; give real numbers")
    if array.ndim != ndim or array.size == 0:
        wanted = "(n_in, n_out)" if ndim == 2 else "(n_out,)"
        raise ModelFileError(f"{what} has shape {array.shape}; give {wanted}, neither of them empty")
    with np.errstate(over="ignore"):
        array = np.array(array, dtype=np.float64, order="C")
    if not np.isfinite(array).all():
        raise ModelFileError(f"{what} holds NaN or infinite values; train the network again")
    array.flags.writeable = False
    return array
