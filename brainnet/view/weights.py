"""The weights of a projection, and the numbers and pictures that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, isqrt, sqrt
from typing import Any

import numpy as np
from scipy import sparse

__all__ = ["Binned", "Tiles", "Weights", "binned", "sampled_tiles"]

FEW_LEVELS = 32  # distinct values that are worth telling


@dataclass(frozen=True, eq=False)
class Tiles:
    """Weights as small images: receptive fields, or kernels.

    Parameters
    ----------
    images : array, shape (n, height, width)
        NaN where nothing is connected.
    labels : array of int, shape (n,)
        Number of the neuron or kernel of each.
    total : int
        How many there are; `images` may be some of them.
    what : str
        What an image is, for the title.
    """

    images: np.ndarray
    labels: np.ndarray
    total: int
    what: str


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights between two populations.

    Parameters
    ----------
    matrix : array or scipy.sparse matrix, shape (n_pre, n_post)
        A sparse matrix connects where it holds an entry, zero or not. Of a convolution: the kernel as a matrix, one
        row an element of the kernel and one column per channel.
    unit : str
        Empty for pure numbers.
    called : str
        Name of the variable.
    zero_is_none : bool
        An entry of an array that is 0 is no connection: a layer graph has no other word for a pruned one.
    kernel : array, optional
        Of a convolution, shape (c_out, c_in / groups, height, width).
    synapses : int, optional
        How many connections these weights stand for, where several share one.
    """

    matrix: Any
    unit: str = ""
    called: str = "w"
    zero_is_none: bool = False
    kernel: np.ndarray | None = None
    synapses: int | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.matrix.shape[0]), int(self.matrix.shape[1])

    @cached_property
    def entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row, column and weight of each connection."""
        if sparse.issparse(self.matrix):
            coo = self.matrix.tocoo()
            return coo.row, coo.col, np.asarray(coo.data, dtype=float)
        dense = np.asarray(self.matrix, dtype=float)
        if self.zero_is_none:
            rows, columns = np.nonzero(dense)
            return rows, columns, dense[rows, columns]
        rows, columns = np.indices(dense.shape, dtype=np.int32)
        return rows.ravel(), columns.ravel(), dense.ravel()

    @cached_property
    def values(self) -> np.ndarray:
        """Weight of each connection."""
        return self.entries[2]

    @cached_property
    def degrees(self) -> tuple[np.ndarray, np.ndarray]:
        """Connections of each row, and of each column."""
        rows, columns, _ = self.entries
        n_rows, n_columns = self.shape
        return np.bincount(rows, minlength=n_rows), np.bincount(columns, minlength=n_columns)

    @property
    def number(self) -> int:
        """Number of weights that are connections."""
        return len(self.values)

    @property
    def connectivity(self) -> float:
        """Share of the possible connections that there are."""
        return self.number / (self.shape[0] * self.shape[1])

    @cached_property
    def levels(self) -> int:
        """Number of distinct weights."""
        return len(np.unique(self.values))


@dataclass(frozen=True, eq=False)
class Binned:
    """A matrix small enough to be drawn.

    Parameters
    ----------
    mean : array of float32
        Mean of the weights in each cell; NaN where there is none.
    share : array of float32 or None
        Share of the pairs in each cell that are connected; None where all are.
    block : tuple of int
        Rows and columns of a cell; the last one may have fewer.
    """

    mean: np.ndarray
    share: np.ndarray | None
    block: tuple[int, int]


def binned(weights: Weights, most: int) -> Binned:
    """Average blocks of a matrix, so that at most about `most` cells are left.

    Examples
    --------
    >>> binned(Weights(np.arange(16.0).reshape(4, 4)), 4).mean
    array([[ 2.5,  4.5],
           [10.5, 12.5]], dtype=float32)
    """
    n_rows, n_columns = weights.shape
    side = min(n_columns, max(1.0, sqrt(n_rows * n_columns / most)))  # cells are square where the matrix is not thin
    high = min(n_rows, ceil(n_rows * n_columns / (most * side)))
    wide = max(1, ceil(ceil(n_rows / high) * n_columns / most))
    shape = ceil(n_rows / high), ceil(n_columns / wide)
    rows, columns, values = weights.entries
    cell = (rows // high).astype(np.int64) * shape[1] + columns // wide
    count = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cell, weights=values, minlength=shape[0] * shape[1]).reshape(shape)
    mean = np.full(shape, np.nan, dtype=np.float32)
    np.divide(total, count, out=mean, where=count > 0, casting="same_kind")
    of_rows, of_columns = (np.diff(np.minimum(np.arange(k + 1) * size, n)) for k, size, n in
                           ((shape[0], high, n_rows), (shape[1], wide, n_columns)))  # fmt: skip
    possible = np.outer(of_rows, of_columns)
    full = bool((count == possible).all())
    return Binned(mean, None if full else (count / possible).astype(np.float32), (high, wide))


def sampled_tiles(weights: Weights, shape: tuple[int, ...] | None, most: int) -> Tiles | None:
    """Return weights as images where they are some: kernels, or columns over an image; None where they are not.

    Parameters
    ----------
    weights : Weights
    shape : tuple of int or None
        Of the source: (height, width), or with up to 4 channels before, over which is averaged.
    most : int
        Pixels that all images may have together.
    """
    if weights.kernel is not None:
        kernel = weights.kernel
        images = kernel.reshape(-1, *kernel.shape[2:])
        if images[0].size == 1:
            return None
        labels = _evenly(len(images), most // images[0].size)
        chosen = images[labels].astype(np.float32)
        if weights.zero_is_none:
            chosen = np.where(chosen == 0, np.float32(np.nan), chosen)
        return Tiles(chosen, labels, len(images), "kernels" if kernel.shape[1] == 1 else "kernels, by input channel")
    if shape is None or len(shape) not in (2, 3) or min(shape[-2:]) < 2 or (len(shape) == 3 and shape[0] > 4):
        return None
    if int(np.prod(shape)) != weights.shape[0]:
        return None
    labels = _evenly(weights.shape[1], most // (shape[-2] * shape[-1]))
    columns = _columns(weights, labels).reshape(-1, *shape)
    if len(shape) == 3:
        known = np.isfinite(columns).sum(axis=1)
        sums = np.nansum(columns, axis=1)
        columns = np.divide(sums, known, out=np.full_like(sums, np.nan), where=known > 0)
    what = "receptive fields" if len(shape) == 2 or shape[0] == 1 else "receptive fields, mean over channels"
    return Tiles(columns.astype(np.float32), labels, weights.shape[1], what)


def _evenly(n: int, most: int) -> np.ndarray:
    """Return all of n numbers, or a square number of at most 100 of them, evenly spaced."""
    kept = n if n <= min(100, most) else isqrt(max(1, min(100, most))) ** 2
    return np.linspace(0, n - 1, kept).round().astype(int)


def _columns(weights: Weights, labels: np.ndarray) -> np.ndarray:
    """Return some columns as rows, NaN where nothing is connected; several synapses of a pair add up."""
    if not sparse.issparse(weights.matrix):
        columns = np.array(weights.matrix[:, labels].T, dtype=float)
        return np.where(columns == 0, np.nan, columns) if weights.zero_is_none else columns
    rows, columns, values = weights.entries
    place = np.full(weights.shape[1], -1)
    place[labels] = np.arange(len(labels))
    at = place[columns]
    wanted = at >= 0
    flat = at[wanted] * weights.shape[0] + rows[wanted]
    size = len(labels) * weights.shape[0]
    total = np.bincount(flat, weights=values[wanted], minlength=size)
    total[np.bincount(flat, minlength=size) == 0] = np.nan
    return total.reshape(len(labels), weights.shape[0])
