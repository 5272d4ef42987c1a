"""Lateral connections of one weight: every neuron to all others, no matrix written out."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import Adder, check_sizes

__all__ = ["AllButOne"]


class AllButOne:
    """Neuron i to all neurons but number i, with one weight: lateral inhibition.

    Parameters
    ----------
    n : int
        Neurons on either side.
    weight : Quantity or float
        In the unit of the driven variable.

    Examples
    --------
    >>> AllButOne(3, 17.0).unroll()[0]
    array([ 0., 17., 17.])
    """

    template = "all_but_one"

    def __init__(self, n: int, weight: Any) -> None:
        (self.n,) = check_sizes("AllButOne", "n", n, 2, 1)
        if isinstance(weight, str) or np.ndim(weight) or not np.isfinite(float(weight)):
            raise ProjectionError(f"AllButOne: weight = {weight!r} is not valid; give one finite number")
        self.weight, self.shape = float(weight), (self.n, self.n)
        self.dim = get_dimensions(weight) if isinstance(weight, Quantity) else get_dimensions(1.0)

    @property
    def fan_out(self) -> np.ndarray:
        """Number of synapses of each presynaptic neuron."""
        return np.full(self.n, self.n - 1)

    def unroll(self) -> np.ndarray:
        """Return the matrix."""
        return self.weight * (1 - np.eye(self.n))

    def adder(self, dtype: np.dtype) -> Adder:
        """Return a function that adds the effects of a step's spikes one after the other."""
        weight = np.asarray(self.weight, dtype)

        def add(v: np.ndarray, spikes: np.ndarray) -> None:
            for one in spikes:
                own = v[one]
                v += weight
                v[one] = own

        return add

    def cpp(self, dtype: np.dtype) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the weight: nothing is read from files."""
        return {}, {"weight": repr(np.asarray(self.weight, dtype).item())}
