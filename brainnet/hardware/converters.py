"""Converters on both sides of a crossbar: how many bits, over which range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import ParameterError

__all__ = ["Converters", "quantised"]

_MOST_BITS = 24


@dataclass(frozen=True)
class Converters:
    """Bits and ranges of what enters and leaves the tiles of each layer.

    Parameters
    ----------
    dac_bits, adc_bits : int or None
        1 to 24 of an input, 2 to 24 of the sum of a column in one tile; None: not quantised.
    inputs : mapping of str to (float, float)
        Lowest and highest input, by layer: lowest 0, or minus the highest where there are negative inputs.
    sums : mapping of str to float
        Largest sum of a column of one tile, by layer, in units of the layer's values; larger ones are cut off.

    Raises
    ------
    ParameterError
        Bits or ranges are not valid.
    """

    dac_bits: int | None = None
    adc_bits: int | None = None
    inputs: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    sums: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, least in (("dac_bits", 1), ("adc_bits", 2)):
            bits: Any = getattr(self, what)
            whole = isinstance(bits, int | np.integer) and not isinstance(bits, bool)
            if bits is not None and not (whole and least <= bits <= _MOST_BITS):
                raise ParameterError(f"{what} = {bits!r}; give {least} to {_MOST_BITS}, or None for no quantisation")
        for name, (low, high) in self.inputs.items():
            if not (0 < high < np.inf and low in (0, -high)):
                raise ParameterError(f"inputs of {name!r} from {low!r} to {high!r}; give (0, high) or (-high, high)")
        for name, largest in self.sums.items():
            if not 0 < largest < np.inf:
                raise ParameterError(f"sums of {name!r} up to {largest!r}; give a positive number")

    def to_rows(self, layer: str, values: NDArray[Any]) -> NDArray[Any]:
        """Return what the DACs make of the inputs of a layer."""
        if self.dac_bits is None:
            return values
        low, high = self._range("inputs", layer)
        return quantised(values, low, high, self.dac_bits)

    def from_columns(self, layer: str, sums: NDArray[Any]) -> NDArray[Any]:
        """Return what the ADCs make of the sums of the columns of a tile."""
        if self.adc_bits is None:
            return sums
        largest = self._range("sums", layer)
        return quantised(sums, -largest, largest, self.adc_bits)

    def _range(self, of: str, layer: str) -> Any:
        ranges = getattr(self, of)
        if layer not in ranges:
            raise ParameterError(f"{of} have no range for layer {layer!r}; give it, or take them from converter_ranges")
        return ranges[layer]


def quantised(values: NDArray[Any], low: float, high: float, bits: int) -> NDArray[Any]:
    r"""Round to the nearest level.

    From 0: :math:`2^b` levels in steps of :math:`high / (2^b - 1)`. On both sides of 0: :math:`2^b - 1` levels in steps
    of :math:`high / (2^{b-1} - 1)`, so that 0 is one; of one bit, the sign.

    Examples
    --------
    >>> quantised(np.array([0.0, 0.2, 0.9, 7.0]), 0.0, 1.0, 1)
    array([0., 0., 1., 1.])
    """
    if low == 0:
        step = high / (2**bits - 1)
        return np.rint(values.clip(0, high) / step) * step
    if bits == 1:
        return np.where(values < 0, low, high)
    step = high / (2 ** (bits - 1) - 1)
    return np.rint(values.clip(low, high) / step) * step
