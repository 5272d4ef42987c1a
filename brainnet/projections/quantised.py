"""All-to-all connections with integer weights and one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder
from brainnet.projections.dense import pad_rows

__all__ = ["QuantisedDense"]

_INT32, _INT16 = 2**31 - 1, 2**15 - 1


class QuantisedDense:
    """Every neuron to every neuron; a step brings ``scale * (sum of integer weights)``.

    Sums are exact, so their order does not matter. They cannot overflow: more presynaptic neurons than 32 bits can
    hold at the largest weight are refused, and partial sums in 16 bits are as long as 16 bits can hold.

    Parameters
    ----------
    matrix : array of int8 or int16, shape (n_pre, n_post)
    scale : Quantity or float
        Worth of one, in the unit of the driven variable.
    """

    template = "quantised"

    def __init__(self, matrix: Any, scale: Any) -> None:
        matrix = np.asarray(matrix)
        if matrix.dtype not in (np.int8, np.int16):
            raise ProjectionError(
                f"QuantisedDense: matrix is of {matrix.dtype}; give int8 or int16, or use Dense for others"
            )
        if matrix.ndim != 2 or not matrix.size:
            raise ProjectionError(
                f"QuantisedDense: matrix has the shape {matrix.shape}; give one row per presynaptic neuron"
            )
        if np.ndim(scale) or not np.isfinite(float(scale)):
            raise ProjectionError(f"QuantisedDense: scale = {scale} is not valid; give one finite number")
        self.matrix = np.array(matrix, order="C")
        self.matrix.flags.writeable = False
        self.shape = self.matrix.shape
        self.scale, self.dim = (
            float(scale),
            get_dimensions(scale) if isinstance(scale, Quantity) else get_dimensions(1.0),
        )
        self.largest = max(1, int(self.matrix.max()), -int(self.matrix.min()))
        if self.shape[0] * self.largest > _INT32:
            raise ProjectionError(
                f"QuantisedDense: {self.shape[0]} spikes of weight {self.largest} overflow 32 bits; "
                f"split the projection into parts of at most {_INT32 // self.largest} presynaptic neurons"
            )

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.full(self.shape[0], self.shape[1])

    def unroll(self) -> np.ndarray:
        """Return the matrix times the scale."""
        return self.matrix * self.scale

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that sums the rows of a step's spikes in 32 bits, then scales."""
        matrix, scale = self.matrix, np.dtype(dtype).type(self.scale)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            v += scale * matrix[spikes].sum(axis=0, dtype=np.int32).astype(dtype)

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the rows, and how many spikes a partial sum can hold."""
        byte = self.matrix.dtype == np.int8
        rows = pad_rows(self.matrix, 32)  # half a cache line of them widens to a whole vector of sums
        constants = {
            "stride": rows.shape[1],
            "weight_type": "int8_t" if byte else "int16_t",
            "sum_type": "int16_t" if byte else "int32_t",
            "longest": (_INT16 if byte else _INT32) // self.largest,
            "scale": repr(self.scale),
        }
        return {"weights": rows}, constants
