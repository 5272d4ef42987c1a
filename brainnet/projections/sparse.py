"""Sparse connections: the rows of a matrix that is mostly empty, such as a pruned layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions
from scipy import sparse

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder
from brainnet.projections.entries import stored

__all__ = ["SparseRows"]


class SparseRows:
    """Neurons connected where a sparse matrix holds an entry, zero or not.

    Parameters
    ----------
    matrix : scipy.sparse matrix, shape (n_pre, n_post)
        Several entries for one pair of neurons are added up.
    unit : Quantity, optional
        Unit of the entries, such as ``mV``; pure numbers without it.

    Raises
    ------
    ProjectionError
        The matrix is not sparse or not finite, or the unit is none.

    Examples
    --------
    >>> from brian2 import nS
    >>> SparseRows(sparse.csr_matrix([[0.0, 2.0]]), nS).fan_out
    array([1], dtype=int32)
    """

    template = "sparse"

    def __init__(self, matrix: Any, unit: Any = 1.0) -> None:
        if not sparse.issparse(matrix):
            raise ProjectionError("SparseRows: matrix is not sparse; give a scipy.sparse matrix, or use Dense")
        if isinstance(unit, str) or np.ndim(unit) or not np.isfinite(float(unit)) or not float(unit) > 0:
            raise ProjectionError(f"SparseRows: unit = {unit!r} is none; write e.g. SparseRows(matrix, mV)")
        if matrix.dtype.kind not in "fiub":
            raise ProjectionError(f"SparseRows: matrix has the type {matrix.dtype}; give real numbers")
        # In float64 before entries are added up, which small integers could not hold.
        rows = sparse.csr_matrix(matrix.astype(np.float64, copy=False), copy=True)
        rows.sum_duplicates()
        rows.data *= float(unit)
        if not np.isfinite(rows.data).all():
            raise ProjectionError("SparseRows: matrix holds NaN or infinity; correct it before connecting")
        self.rows, self.shape = rows, rows.shape
        self.dim = get_dimensions(unit) if isinstance(unit, Quantity) else get_dimensions(1.0)

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.diff(self.rows.indptr)

    def unroll(self) -> Any:
        """Return the matrix."""
        return self.rows

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that adds the entries of a step's spikes one after the other, each times a factor a row."""
        starts, columns, entries = self.rows.indptr, self.rows.indices, self.rows.data.astype(dtype)
        counts = np.diff(starts)

        def add(v: np.ndarray, spikes: np.ndarray, factors: np.ndarray | None = None) -> None:
            lengths = counts[spikes]
            total = int(lengths.sum())
            # Positions of all entries of all spikes, spike by spike.
            where = np.arange(total) + np.repeat(starts[spikes] - (np.cumsum(lengths) - lengths), lengths)
            added = entries[where]
            if factors is not None:
                added *= np.repeat(factors[spikes], lengths)
            np.add.at(v, columns[where], added)

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the entries row by row."""
        rows = np.repeat(np.arange(self.shape[0]), self.fan_out)
        return stored(rows, self.shape[0], self.rows.indices, self.rows.data.astype(dtype), self.shape[1])
