"""Synapses as they were drawn: rows of a matrix, with the unit that a sparse matrix cannot carry, and delays."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions, second
from scipy import sparse

from brainnet.errors import ParameterError
from brainnet.values.delays import check_steps

__all__ = ["Drawn"]


class Drawn:
    """Synapses between two populations, by presynaptic neuron, then by postsynaptic one.

    `SynapseModel.connect` and `Projection` take it as it is; Brian2 takes its parts::

        synapses.connect(i=drawn.i, j=drawn.j)
        synapses.w = drawn.weights
        synapses.delay = drawn.delays

    Attributes
    ----------
    shape : tuple of int
        (n_pre, n_post).
    starts : int32 array, shape (n_pre + 1,)
        Where the synapses of each presynaptic neuron begin.
    j : int32 array, shape (synapses,)
        Postsynaptic neuron of each synapse, ascending within a presynaptic one.
    unit : Quantity
        SI unit of the weights.
    """

    def __init__(
        self, shape: tuple[int, int], starts: np.ndarray, j: np.ndarray, weights: Any, unit: Any, delays: Any
    ) -> None:
        self.shape, self.starts, self.j, self.unit = shape, starts.astype(np.int32, copy=False), j, unit
        self._weights, self._delays = weights, delays  # SI numbers: one for all, or one each; None

    def __len__(self) -> int:
        return len(self.j)

    def __repr__(self) -> str:
        return f"<Drawn: {len(self)} synapses, {self.shape[0]} to {self.shape[1]} neurons>"

    @property
    def i(self) -> np.ndarray:
        """Presynaptic neuron of each synapse, shape (synapses,)."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.starts))

    @property
    def weights(self) -> Any:
        """Weight of each synapse, with unit, shape (synapses,)."""
        return Quantity(self._each(self._weights, "weights"), dim=get_dimensions(self.unit))

    @property
    def delays(self) -> Any:
        """Delay of each synapse, shape (synapses,)."""
        return Quantity(self._each(self._delays, "delays"), dim=second.dim)

    @property
    def delay(self) -> Any:
        """The delay, where it is one for all; None where none is declared, or they differ."""
        return None if self._delays is None or self.delays_differ else Quantity(self._delays, dim=second.dim)

    @property
    def has_delays(self) -> bool:
        """Whether delays are declared."""
        return self._delays is not None

    @property
    def delays_differ(self) -> bool:
        """Whether each synapse has a delay of its own."""
        return bool(np.ndim(self._delays))

    @property
    def matrix(self) -> Any:
        """The weights as scipy.sparse rows, in SI units; several contacts of a pair of neurons are several entries."""
        entries = np.ascontiguousarray(self._each(self._weights, "weights"))
        return sparse.csr_matrix((entries, self.j, self.starts), shape=self.shape)

    def _each(self, values: Any, what: str) -> np.ndarray:
        if values is None:
            raise ParameterError(f"connectivity: no {what} are declared; declare them, e.g. {what}={_EXAMPLES[what]}")
        return np.broadcast_to(values, len(self.j))

    def check_delays(self, owner: str, dt: Any) -> None:
        """Refuse delays that steps of `dt` cannot hold: below one step, where a spike would act at once, or too long.

        One delay of 0 for all is no delay.

        Raises
        ------
        ParameterError
        """
        if self._delays is None or (not self.delays_differ and self._delays == 0) or not len(self):
            return
        check_steps(owner, self._delays, dt)


_EXAMPLES = {"weights": "0.1*mV", "delays": "1.5*ms"}
