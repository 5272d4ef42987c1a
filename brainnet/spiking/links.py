"""Weights between layers, before they are scaled: moved values, a matrix, a kernel, a sparse matrix, or a gate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from brainnet import projections
from brainnet.ann.layers.base import Shape

__all__ = ["Gate", "Kernel", "Link", "Matrix", "OneToOne", "Rows", "spread"]


def spread(scale: Any, shape: Shape) -> Any:
    """Return a scale factor, one for all or one per channel, for every neuron of a layer of that shape."""
    if np.ndim(scale) == 0:
        return scale
    return np.repeat(scale, math.prod(shape) // len(scale))


@dataclass(frozen=True, eq=False)
class OneToOne:
    """Each neuron reaches one value of the layer, ``positions[j]`` of `n_post`, with ``weights[j]``."""

    positions: np.ndarray
    weights: np.ndarray
    n_post: int

    def connectivity(self, pre: Any, post: Any) -> projections.SparseRows:
        """Return the projection's connectivity; `pre` is a factor of the neurons, `post` a divisor of the values."""
        divisor = post if np.ndim(post) == 0 else post[self.positions]
        rows = np.arange(len(self.positions))
        matrix = sparse.csr_matrix(
            (self.weights * (pre / divisor), (rows, self.positions)), (len(self.positions), self.n_post)
        )
        return projections.SparseRows(matrix)


@dataclass(frozen=True, eq=False)
class Rows:
    """A sparse matrix (n_pre, n_post)."""

    matrix: Any

    @property
    def weights(self) -> np.ndarray:
        """The entries."""
        return np.asarray(self.matrix.data)

    def connectivity(self, pre: Any, post: Any) -> projections.SparseRows:
        """As in `OneToOne`."""
        n_pre, n_post = self.matrix.shape
        before, after = np.broadcast_to(pre, n_pre), np.broadcast_to(post, n_post)
        return projections.SparseRows(sparse.diags(before) @ self.matrix @ sparse.diags(1 / after))


@dataclass(frozen=True, eq=False)
class Matrix:
    """All to all, by weights (n_pre, n_post)."""

    weights: np.ndarray

    def connectivity(self, pre: Any, post: Any) -> projections.Dense:
        """As in `OneToOne`."""
        before = pre if np.ndim(pre) == 0 else pre[:, None]
        return projections.Dense(self.weights * (before / post))


@dataclass(frozen=True, eq=False)
class Kernel:
    """A convolution over two axes, with the fields of `brainnet.projections.Conv2d`."""

    weights: np.ndarray
    input_shape: Shape
    stride: Shape
    padding: tuple[Shape, ...]
    dilation: Shape
    groups: int

    def connectivity(self, pre: Any, post: Any) -> projections.Conv2d:
        """As in `OneToOne`; the factors are those of a channel, one neuron after the other."""
        c_out, per_group = self.weights.shape[:2]
        before = _of_channels(pre, self.input_shape[0]).reshape(self.groups, 1, per_group)
        after = _of_channels(post, c_out).reshape(self.groups, -1, 1)
        factors = (before / after).reshape(c_out, per_group, 1, 1)
        return projections.Conv2d(
            self.weights * factors, self.input_shape, stride=self.stride, padding=self.padding,
            dilation=self.dilation, groups=self.groups,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Gate:
    """Windows of which the first neuron passes its spikes on."""

    windows: projections.Windows

    @classmethod
    def of(cls, size: Shape, input_shape: Shape, **geometry: Any) -> Gate:
        """Make the windows; arguments as those of `brainnet.projections.Windows`."""
        return cls(projections.Windows(size, input_shape, **geometry))

    @property
    def weights(self) -> np.ndarray:
        """What a spike that passes adds."""
        return np.ones(1)

    def connectivity(self, pre: Any, post: Any) -> projections.Windows:
        """As in `OneToOne`; spikes pass as they are, so that both factors are the same."""
        return self.windows


Link = OneToOne | Rows | Matrix | Kernel | Gate


def _of_channels(factor: Any, channels: int) -> np.ndarray:
    if np.ndim(factor) == 0:
        return np.full(channels, float(factor))
    return np.asarray(factor).reshape(channels, -1)[:, 0]
