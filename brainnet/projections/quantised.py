"""All-to-all connections with integer weights and one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder
from brainnet.projections.dense import pad_rows

__all__ = ["QuantisedDense"]

_INT32, _UINT8 = 2**31 - 1, 2**8 - 1
_TERNARY_ABOVE = 128  # columns: rows of 2 bits are filled up to 256 of them


class QuantisedDense:
    """Every neuron to every neuron; a step brings ``scale * (sum of integer weights)``.

    Sums are exact, so their order does not matter, and ``v += scale * sum`` is rounded once.

    No sum can overflow. In a step each neuron spikes at most once, so a total is at most n_pre times the largest
    absolute weight in size: where that exceeds 2**31 - 1 the matrix is refused. C++ sums int8 weights, counted from the
    lowest one and hence from 0 to max - min, in 16 bits without sign, over at most (2**16 - 1) // (max - min) spikes
    (257 or more), then adds that partial sum to the total; int16 weights in 32 bits alike. More than 128 columns of
    weights -1, 0 and 1 take 2 bits each, summed in bytes over at most 127 spikes.

    Parameters
    ----------
    matrix : array of int8 or int16, shape (n_pre, n_post)
    scale : Quantity or float
        Worth of one, in the unit of the driven variable.
    """

    template = "quantised"

    def __init__(self, matrix: Any, scale: Any) -> None:
        self.matrix = check_integers("QuantisedDense", "matrix", matrix, 2)
        self.shape = self.matrix.shape
        self.scale = check_scale("QuantisedDense", scale)
        self.dim = get_dimensions(scale) if isinstance(scale, Quantity) else get_dimensions(1.0)
        self.largest = check_sums("QuantisedDense", self.shape[0], self.matrix)

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
        if self.largest == 1 and self.shape[1] > _TERNARY_ABOVE:
            rows = _fields(self.matrix)
            kind = {"weight_type": "ternary", "longest": _UINT8 // 2, "lowest": -1}
        else:
            lowest = int(self.matrix.min())
            spread = int(self.matrix.max()) - lowest
            unsigned = {1: np.uint8, 2: np.uint16}[self.matrix.itemsize]
            bits = 16 * self.matrix.itemsize
            rows = _interleave(pad_rows((self.matrix.astype(np.int32) - lowest).astype(unsigned)))
            kind = {"weight_type": f"uint{bits // 2}_t", "word_type": f"uint{bits}_t", "lowest": lowest,
                    "longest": (2**bits - 1) // max(1, spread)}  # fmt: skip
        return {"weights": rows}, {**kind, "stride": rows.shape[1], "scale": repr(self.scale)}


def _interleave(rows: np.ndarray) -> np.ndarray:
    """Let a word hold two columns: of each 64 bytes, one of the first half in its low part, one of the second above."""
    halves = rows.reshape(len(rows), -1, 2, 32 // rows.itemsize)
    word = np.dtype(f"<u{2 * rows.itemsize}")
    words = halves[:, :, 0].astype(word) + (halves[:, :, 1].astype(word) << np.array(8 * rows.itemsize, word))
    return np.ascontiguousarray(words).view(rows.dtype).reshape(rows.shape)


def _fields(matrix: np.ndarray) -> np.ndarray:
    """Pack weights -1, 0, 1 as 2 bits, counted from -1: of each 256 columns, a byte holds one of each 64."""
    rows = np.pad(matrix, ((0, 0), (0, -matrix.shape[1] % 256)), constant_values=-1) + 1
    blocks = rows.reshape(len(rows), -1, 4, 64).astype(np.uint8) << np.array([0, 2, 4, 6], np.uint8)[:, None]
    return np.ascontiguousarray(np.bitwise_or.reduce(blocks, axis=2).reshape(len(rows), -1))


def check_integers(owner: str, what: str, values: Any, ndim: int) -> np.ndarray:
    """Return an array of int8 or int16 that nobody else can change; or raise `ProjectionError`."""
    array = np.asarray(values)
    if array.dtype not in (np.int8, np.int16):
        raise ProjectionError(
            f"{owner}: {what} is of {array.dtype}; give int8 or int16, or use {owner.removeprefix('Quantised')} for "
            "others"
        )
    if array.ndim != ndim or not array.size:
        raise ProjectionError(
            f"{owner}: {what} has the shape {array.shape}; give {ndim} axes, the first for "
            f"{'presynaptic neurons' if ndim == 2 else 'channels out'}, none of them empty"
        )
    array = np.array(array, order="C")
    array.flags.writeable = False
    return array


def check_scale(owner: str, scale: Any) -> float:
    """Return the worth of one; or raise `ProjectionError`."""
    if np.ndim(scale) or not np.isfinite(float(scale)):
        raise ProjectionError(f"{owner}: scale = {scale} is not valid; give one finite number")
    return float(scale)


def check_sums(owner: str, most: int, integers: np.ndarray) -> int:
    """Return the largest size of a weight, of which `most` fit into 32 bits; or raise `ProjectionError`."""
    largest = max(1, int(integers.max()), -int(integers.min()))
    if most * largest > _INT32:
        raise ProjectionError(
            f"{owner}: {most} spikes of weight {largest} overflow 32 bits; "
            f"split the projection into parts of at most {_INT32 // largest} presynaptic neurons"
        )
    return largest
