"""Convolutions with integer kernels and one scale."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.projections.connectivity import Adder
from brainnet.projections.convolution import Conv2d
from brainnet.projections.quantised import check_integers, check_scale, check_sums

__all__ = ["QuantisedConv2d"]

_INT16 = 2**15 - 1


class QuantisedConv2d(Conv2d):
    """Two-dimensional convolution; a step brings ``scale * (sum of integer elements)``.

    Sums are exact, and ``v += scale * sum`` is rounded once. None can overflow: in a step a neuron spikes at most once,
    so that an output receives at most as often as its kernel has elements. C++ sums in 16 bits where that many of the
    largest element fit, else in 32.

    Parameters
    ----------
    kernel : array of int8 or int16, shape (channels out, channels in / groups, height, width)
    scale : Quantity or float
        Worth of one, in the unit of the driven variable.
    input_shape, stride, padding, dilation, groups
        As in `Conv2d`.

    Raises
    ------
    ProjectionError
        As in `Conv2d`, the kernel is of another type, or sums could overflow 32 bits.

    Examples
    --------
    >>> QuantisedConv2d(np.ones((2, 1, 2, 2), np.int8), 0.5, (1, 3, 3)).unroll().sum()
    np.float64(16.0)
    """

    def __init__(
        self,
        kernel: Any,
        scale: Any,
        input_shape: Any,
        *,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> None:
        owner = "QuantisedConv2d"
        self.integers = check_integers(owner, "kernel", kernel, 4)
        self.scale = check_scale(owner, scale)
        fan_in = int(np.prod(self.integers.shape[1:]))
        self.largest = check_sums(owner, fan_in, self.integers)
        dim = get_dimensions(scale) if isinstance(scale, Quantity) else get_dimensions(1.0)
        super().__init__(
            Quantity(self.integers * self.scale, dim=dim),
            input_shape,
            stride=stride,
            padding=padding,
            dilation=dilation,
            groups=groups,
        )

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that sums the kernels of a step's spikes in 32 bits, then scales."""
        kernel, scale = self.integers.astype(np.int32), np.dtype(dtype).type(self.scale)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            sums = np.zeros(self.output_shape, np.int32)
            for spike in spikes:
                channels, rows, columns, weights = self._effect(spike, kernel)
                sums[channels, rows[:, None], columns[None, :]] += weights
            v += scale * sums.ravel().astype(dtype)

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the kernel, channels last, the tables of reach, and how wide sums are."""
        arrays, constants = self._tables(self.integers)
        wide = self.largest * int(np.prod(self.integers.shape[1:])) > _INT16
        kind = {"in_place": False, "sum_type": "int32_t" if wide else "int16_t", "scale": repr(self.scale)}
        return arrays, {**constants, **kind}
