"""Weights and delays that a synapse is given: shape, unit, bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from brian2 import Quantity, have_same_dimensions
from scipy import sparse

from brainnet.declare.equations import unit_text
from brainnet.errors import ParameterError
from brainnet.projections.arrivals import is_delay

__all__ = ["check_bounds", "check_delay", "check_weights"]


def check_weights(owner: str, weights: Any, shape: tuple[int, int], one: Quantity) -> Any:
    """Return finite weights of that shape and unit, as an array in SI units or as sparse rows.

    Raises
    ------
    ParameterError
    """
    if not sparse.issparse(weights) and np.asarray(weights).dtype.kind not in "fiub":
        raise ParameterError(f"{owner}: weights have the type {np.asarray(weights).dtype}; give real numbers")
    if np.shape(weights) != shape:
        raise ParameterError(
            f"{owner}: weights have the shape {np.shape(weights)}, expected {shape} (n_pre, n_post); "
            f"{'transpose them' if np.shape(weights) == shape[::-1] else 'give one row per presynaptic neuron'}"
        )
    if not sparse.issparse(weights):
        if not have_same_dimensions(weights, one):
            raise ParameterError(f"{owner}: weights must have the unit of the driven variable, {unit_text(one)}")
        weights = np.asarray(weights, dtype=float)
    data = weights.data if sparse.issparse(weights) else weights
    if not np.isfinite(data).all():
        raise ParameterError(f"{owner}: weights hold NaN or infinity; mend them before connecting")
    return weights.tocsr() if sparse.issparse(weights) else weights


def check_bounds(owner: str, bounds: Sequence[str], weights: Any, constants: Mapping[str, Any]) -> None:
    """Refuse weights beyond the bounds, which the first spike would send and the first change clip.

    Changes are in units of the upper bound: one of 0 or less would switch them off or turn them round.
    """
    if float(constants[bounds[1]]) <= 0:
        raise ParameterError(
            f"{owner}: {bounds[1]} = {constants[bounds[1]]}, and changes are in units of it; give one above 0"
        )
    data = weights.data if sparse.issparse(weights) else weights
    if data is None or not np.size(data):
        return
    low, high = (float(constants[name]) for name in bounds)
    slack = 1e-12 * max(abs(low), abs(high))
    if np.min(data) < low - slack or np.max(data) > high + slack:
        least, most = (constants[name] for name in bounds)
        raise ParameterError(
            f"{owner}: weights from {np.min(data):g} to {np.max(data):g} (SI) lie outside of "
            f"{bounds[0]} = {least} to {bounds[1]} = {most}; clip them, or widen the bounds"
        )


def check_delay(owner: str, delay: Any) -> None:
    """Refuse what is neither None nor a delay.

    Raises
    ------
    ParameterError
    """
    if delay is not None and not is_delay(delay):
        raise ParameterError(f"{owner}: delay = {delay} is not one time of at least 0*ms; write e.g. delay=1*ms")
