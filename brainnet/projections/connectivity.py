"""What every connectivity declares, and the checks that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ProjectionError

__all__ = ["Adder", "Connectivity", "check_numbers", "check_sizes"]

# Adds what a step's spikes (indices of presynaptic neurons, in order) bring to the driven variable, in place.
Adder = Callable[[np.ndarray, np.ndarray], None]


class Connectivity(Protocol):
    """A matrix from presynaptic to postsynaptic neurons that is never written out.

    Attributes
    ----------
    shape : tuple of int
        (n_pre, n_post).
    dim : brian2.Dimension
        Unit of the weights.
    template : str
        C++ template that adds its rows.
    """

    shape: tuple[int, int]
    dim: Any
    template: str

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron, shape (n_pre,)."""

    def unroll(self) -> Any:
        """Write out the matrix: an array where all are connected to all, else a scipy.sparse matrix."""

    def adder(self, dtype: np.dtype) -> Adder:
        """Return the NumPy form of the effect of a step's spikes."""

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the arrays that the C++ template reads from files, and the constants it is written with."""


def check_numbers(owner: str, what: str, values: Any, ndim: int) -> tuple[np.ndarray, Any]:
    """Return `values` as a finite float64 array in SI units, and their unit; or raise `ProjectionError`."""
    try:
        if np.iscomplexobj(values):
            raise TypeError
        array = np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise ProjectionError(f"{owner}: {what} is no array of numbers; give one with {ndim} axes") from None
    if array.ndim != ndim or 0 in array.shape:
        raise ProjectionError(f"{owner}: {what} is of the shape {array.shape}; give {ndim} axes, none of them empty")
    if not np.isfinite(array).all():
        raise ProjectionError(f"{owner}: {what} holds NaN or infinity; correct it before connecting")
    array.flags.writeable = False
    return array, get_dimensions(values) if isinstance(values, Quantity) else get_dimensions(1.0)


def check_sizes(owner: str, what: str, value: Any, low: int, count: int) -> tuple[int, ...]:
    """Return one whole number or `count` of them as a tuple, each at least `low`; or raise `ProjectionError`."""
    sizes = tuple(np.atleast_1d(value).tolist())
    if len(sizes) == 1:
        sizes *= count
    whole = all(isinstance(size, int) and not isinstance(size, bool) and size >= low for size in sizes)
    if len(sizes) != count or not whole:
        raise ProjectionError(
            f"{owner}: {what} = {value!r} is not valid; give a whole number of at least {low}, or {count} of them"
        )
    return sizes
