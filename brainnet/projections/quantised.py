"""All-to-all connections with integer weights and one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder
from brainnet.projections.dense import pad_rows

__all__ = ["QuantisedDense"]

_INT32, _UINT16 = 2**31 - 1, 2**16 - 1


class QuantisedDense:
    """Every neuron to every neuron; a step brings ``scale * (sum of integer weights)``.

    Sums are exact, so their order does not matter, and ``v += scale * sum`` is rounded once.

    No sum can overflow. In a step each neuron spikes at most once, so a total is at most n_pre times the largest
    absolute weight in size: where that exceeds 2**31 - 1 the matrix is refused. C++ sums int8 weights, counted from the
    lowest one and hence from 0 to max - min, in 16 bits without sign, over at most (2**16 - 1) // (max - min) spikes
    (257 or more), then adds that partial sum to the total.

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
        if self.matrix.dtype == np.int16:
            rows = pad_rows(self.matrix)
            kind = {"weight_type": "int16_t", "longest": _INT32 // self.largest}
        else:
            lowest = int(self.matrix.min())
            spread = int(self.matrix.max()) - lowest
            rows = _interleave(pad_rows((self.matrix.astype(np.int16) - lowest).astype(np.uint8)))
            kind = {"weight_type": "uint8_t", "longest": _UINT16 // max(1, spread), "lowest": lowest}
        return {"weights": rows}, {**kind, "stride": rows.shape[1], "scale": repr(self.scale)}


def _interleave(rows: np.ndarray) -> np.ndarray:
    """Let 16 bits hold two columns: of each 64, one of the first half in the low byte, one of the second above."""
    halves = rows.reshape(len(rows), -1, 2, 32)
    words = halves[:, :, 0].astype("<u2") + (halves[:, :, 1].astype("<u2") << 8)
    return np.ascontiguousarray(words).view(np.uint8).reshape(rows.shape)
