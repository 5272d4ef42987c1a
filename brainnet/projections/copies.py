"""Batches: copies of a pair of populations that share one connectivity."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder, Connectivity, check_sizes
from brainnet.projections.dense import Dense

__all__ = ["Copies"]

_PRODUCT_FROM = 4  # copies, from which one sparse product in NumPy beats one gathering of rows a copy: measured


class Copies:
    """`n` copies of source and target populations, each joined within itself by the same weights.

    Groups hold the copies one after the other: neuron i of copy c is number ``c * size + i``. Spikes and states are
    those of `n` networks run by themselves, to the last bit, and the weights are stored once.

    Dense connections in C++ let copies take turns at a block of columns. In a step in which more than `product_above`
    of all neurons spike they take turns at tiles of that block that fit into the first cache: a matrix product, in
    which a weight is fetched once for all copies. The order of additions stays, and with it every bit.

    Parameters
    ----------
    connectivity : Dense, Conv1d, Conv2d, AveragePool, SparseRows or QuantisedDense
        Of one copy.
    n : int
    product_above : float, optional
        Fraction of spiking neurons; 0 for always, 1 for never. Where it is not given, it follows from the number of
        copies and the size of the weights, by the measurements of benchmarks/scaling.py.

    Examples
    --------
    >>> from brainnet.projections import Copies, Dense
    >>> Copies(Dense([[1.0, 2.0, 3.0]]), 4).shape
    (4, 12)
    """

    def __init__(self, connectivity: Connectivity, n: int, *, product_above: float | None = None) -> None:
        if not hasattr(connectivity, "unroll") or isinstance(connectivity, Copies):
            raise ProjectionError(
                f"Copies: {type(connectivity).__name__} is no connectivity of one copy; give Dense(...), Conv2d(...) "
                "or another one of brainnet.projections"
            )
        (self.n,) = check_sizes("Copies", "n", n, 1, 1)
        if product_above is not None and not 0 <= product_above <= 1:
            raise ProjectionError(f"Copies: product_above = {product_above} is no fraction; give 0 to 1")
        self.connectivity, self.product_above = connectivity, product_above
        self.dim, self.template = connectivity.dim, connectivity.template
        n_pre, n_post = connectivity.shape
        self.shape = (self.n * n_pre, self.n * n_post)

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.tile(self.connectivity.fan_out, self.n)

    def unroll(self) -> Any:
        """Write out the block-diagonal matrix."""
        block = self.connectivity.unroll()
        if sparse.issparse(block):
            return sparse.block_diag([block] * self.n, format="csr")
        # A zero is a synapse, too, where all neurons of a copy are connected to all.
        n_pre, n_post = block.shape
        copies = np.repeat(np.arange(self.n), n_pre * n_post)
        columns = np.tile(np.tile(np.arange(n_post), n_pre), self.n) + copies * n_post
        return sparse.csr_matrix(
            (np.tile(block.ravel(), self.n), columns, np.arange(self.shape[0] + 1) * n_post), shape=self.shape
        )

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that gives each copy the sums of its own spikes."""
        n_pre, n_post = self.connectivity.shape
        bounds = np.arange(self.n + 1) * n_pre
        if isinstance(self.connectivity, Dense) and self.n >= _PRODUCT_FROM:
            return _product(self.connectivity.matrix.astype(dtype), bounds)
        add_one = self.connectivity.adder(dtype)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            spikes, ends = _by_copy(spikes, bounds)
            for copy in np.flatnonzero(np.diff(ends)):
                mine = spikes[ends[copy] : ends[copy + 1]] - bounds[copy]
                add_one(v[copy * n_post : (copy + 1) * n_post], mine)

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return what one copy needs, and the number of copies."""
        arrays, constants = self.connectivity.cpp(dtype)
        above = self.product_above
        if above is None:
            above = _crossover(self.n, sum(array.nbytes for array in arrays.values()))
        return arrays, {**constants, "copies": self.n, "product_above": float(above)}


def _crossover(copies: int, weight_bytes: int) -> float:
    """Fraction of spiking neurons above which the product wins in C++, as measured."""
    if copies < 8 or weight_bytes < 1 << 20:  # few to share a weight, or all weights are near anyway
        return 1.0
    return 0.08 if copies >= 32 and weight_bytes > 1 << 25 else 0.25  # weights in memory cost most


def _by_copy(spikes: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return spikes copy by copy, each in the order in which they came, and where each copy begins."""
    if (spikes[1:] < spikes[:-1]).any():  # thresholds give them in order, sources of a user's own need not
        spikes = spikes[np.argsort(spikes // bounds[1], kind="stable")]
    return spikes, np.searchsorted(spikes // bounds[1], np.arange(len(bounds)))


def _product(matrix: np.ndarray, bounds: np.ndarray) -> Adder:
    """Add the rows of all copies' spikes as the product of a sparse matrix of ones with the weights.

    SciPy adds row after row from the left, so with the driven variable itself as first term the order of additions
    is that of single synapses.
    """
    n, n_pre, n_post = len(bounds) - 1, *matrix.shape
    stacked = np.concatenate([np.empty((n, n_post), matrix.dtype), matrix])
    own = np.arange(n + 1)

    def add(v: np.ndarray, spikes: np.ndarray) -> None:
        copies = v.reshape(n, n_post)
        stacked[:n] = copies
        spikes, ends = _by_copy(spikes, bounds)
        columns = np.insert(spikes % n_pre + n, ends[:-1], own[:-1])
        ones = np.ones(len(columns), matrix.dtype)
        copies[:] = sparse.csr_matrix((ones, columns, ends + own), shape=(n, n + n_pre)) @ stacked

    return add
