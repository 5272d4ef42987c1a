"""What connects one population with another: weights that only move, a matrix, a kernel or a sparse matrix."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from brainnet import projections
from brainnet.ann.layers.base import Shape

__all__ = ["Branch", "Gate", "Kernel", "Link", "Matrix", "OneToOne", "Rows", "spread"]


def spread(scale: Any, shape: Shape) -> Any:
    """Return a scale factor, one for all or one a channel, for every neuron of a layer of that shape."""
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


@dataclass(frozen=True, eq=False)
class Branch:
    """A connection from neurons of a population to values of a layer.

    Parameters
    ----------
    source : str
        Population, or "input".
    link : Link
    pre, post : slice
        Of the source's neurons, and of the layer's values, in C order.
    off : bool
        From the neurons that stand for negative values.
    via : str
        Layer that the weights are those of; empty where values are only moved.
    """

    source: str
    link: Link
    pre: slice
    post: slice
    off: bool = False
    via: str = ""

    def is_whole(self, shape: Shape) -> bool:
        """Whether it brings to a layer of that shape the values of its source and nothing else."""
        link, n = self.link, math.prod(shape)
        return (
            isinstance(link, OneToOne)
            and not self.off
            and self.pre == slice(0, n)
            and np.array_equal(link.positions, np.arange(n))
            and bool((link.weights == 1).all())
        )

    def connectivity(self, pre: Any, post: Any) -> Any:
        """Return the connectivity with weights times `pre` of the source over `post` of the layer."""
        before = pre if np.ndim(pre) == 0 else pre[self.pre]
        after = post if np.ndim(post) == 0 else post[self.post]
        return self.link.connectivity(before, after)
