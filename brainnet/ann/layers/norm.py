"""Batch normalisation as it computes at inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from brainnet.ann.layers.base import Array, Layer, Shape

__all__ = ["BatchNorm"]


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    r"""Scale and shift of every channel by the statistics of training.

    .. math:: y_c = \gamma_c (x_c - \mu_c) / \sqrt{\sigma^2_c + \epsilon} + \beta_c

    Parameters
    ----------
    name : str
    mean, variance, gamma, beta : array of shape (channels,)
        Kept as float64, read-only.
    epsilon : float
    inputs, input_shapes, origin
        As in `Layer`; the input is (channels, \*lengths).

    Raises
    ------
    ModelFileError
        If a name, shape or value is not valid.

    References
    ----------
    Ioffe & Szegedy 2015, ICML, algorithm 2.
    """

    mean: Array
    variance: Array
    gamma: Array
    beta: Array
    epsilon: float = 1e-5

    arrays: ClassVar[tuple[str, ...]] = ("mean", "variance", "gamma", "beta")

    def __post_init__(self) -> None:
        """Check the layer and take copies that nobody else can change."""
        super().__post_init__()
        for field in self.arrays:
            self.set_array(field, getattr(self, field), ("channels",))
            if len(getattr(self, field)) != len(self.mean):
                self.refuse(
                    f": {len(self.mean)} means and {len(getattr(self, field))} of {field}; give one per channel"
                )
        epsilon = self.epsilon
        if not isinstance(epsilon, int | float | np.floating) or not 0 <= epsilon < np.inf:
            self.refuse(f": epsilon is {epsilon!r}; give a number of at least 0")
        if (self.variance + epsilon).min() <= 0:
            self.refuse(": a variance is not positive; train the network again")
        self.check_input_shapes()

    @property
    def scale(self) -> Array:
        """Factor of each channel, (channels,)."""
        return np.asarray(self.gamma / np.sqrt(self.variance + self.epsilon))

    @property
    def shift(self) -> Array:
        """What is added to each channel after scaling, (channels,)."""
        return np.asarray(self.beta - self.mean * self.scale)

    def shape_for(self, *shapes: Shape) -> Shape:
        """Check the number of channels."""
        (shape,) = shapes
        if shape[0] != len(self.mean):
            self.refuse(f"normalises {len(self.mean)} channels and gets {shape}; give channels first, and as many")
        return shape

    def forward(self, *values: Array) -> Array:
        """Compute (n, channels, \\*lengths) from the same."""
        (x,) = values
        axes = (-1, *(1,) * (x.ndim - 2))
        return np.asarray(x * self.scale.reshape(axes) + self.shift.reshape(axes))
