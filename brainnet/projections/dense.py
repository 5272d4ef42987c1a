"""All-to-all connections: one matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.projections.connectivity import Adder, check_numbers

__all__ = ["Dense", "pad_rows"]

_CHUNK = 1 << 18  # numbers gathered at a time, so that memory stays small however many neurons spike


class Dense:
    """Every neuron to every neuron.

    Parameters
    ----------
    matrix : array or Quantity, shape (n_pre, n_post)
        Weights in the unit of the driven variable.

    Examples
    --------
    >>> Dense([[1.0, 2.0, 3.0]]).shape
    (1, 3)
    """

    template = "dense"

    def __init__(self, matrix: Any) -> None:
        self.matrix, self.dim = check_numbers("Dense", "matrix", matrix, 2)
        self.shape = self.matrix.shape

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.full(self.shape[0], self.shape[1])

    def unroll(self) -> np.ndarray:
        """Return the matrix."""
        return self.matrix

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that adds the rows of a step's spikes one after the other."""
        matrix = self.matrix.astype(dtype)
        n_post = self.shape[1]
        most = max(1, _CHUNK // n_post)
        buffer = np.empty((most + 1, n_post), dtype)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            if n_post == 1:  # NumPy would sum a single column in pairs; the order of spikes is the definition
                for weight in matrix[spikes, 0]:
                    v += weight
                return
            for start in range(0, len(spikes), most):
                part = spikes[start : start + most]
                rows = buffer[: len(part) + 1]
                rows[0] = v
                np.take(matrix, part, axis=0, out=rows[1:], mode="clip")
                np.add.reduce(rows, axis=0, out=v)

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the rows, each filled up to whole cache lines."""
        rows = pad_rows(self.matrix.astype(dtype))
        return {"weights": rows}, {"stride": rows.shape[1]}


def pad_rows(matrix: np.ndarray, size: int = 64) -> np.ndarray:
    """Fill rows with zeros up to a multiple of `size` bytes."""
    lanes = size // matrix.itemsize
    return np.pad(matrix, ((0, 0), (0, -matrix.shape[1] % lanes)))
