"""Whether a projection takes the place of single synapses: a matrix or a kernel, the same spikes, many times faster."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Clock, Quantity

from brainnet.errors import ProjectionError

if TYPE_CHECKING:
    from brainnet.spec.synapse import SynapseModel

__all__ = ["PROJECTORS", "project"]

# What makes projections, "static" and "plastic": the room that can puts its functions here, as `spec` knows no rooms.
PROJECTORS: dict[str, Callable[..., Any]] = {}
_MORE = "a spike does more than {onto}_post += w"


def project(
    model: SynapseModel,
    pre: Any,
    post: Any,
    weights: Any,
    one: Quantity,
    path: str,
    clock: Clock | None,
    vary: Collection[str],
    options: Mapping[str, Any],
) -> Any:
    """Return a projection, or None where single synapses are needed and `path` leaves it open.

    Parameters
    ----------
    model : SynapseModel
    pre, post, weights, path, clock, vary
        As `SynapseModel.connect` takes them, weights checked and without unit.
    one : Quantity
        Unit of the weights.
    options : mapping
        Further arguments of what makes the projection.

    Raises
    ------
    ProjectionError
        A projection is asked for and cannot be.
    """
    reason = _needs_synapses(model, pre, weights, clock, vary)
    if not reason and not PROJECTORS:
        reason = "brainnet.projections is not imported"
    required = path == "projection" or hasattr(weights, "unroll")
    failed = False
    if not reason:
        try:
            projection = PROJECTORS["plastic" if model.traces else "static"](pre, post, weights, one, **options)
            if model.traces:
                projection.add_attribute("model")
                projection.model = model
            return projection
        except ProjectionError as error:
            if not model.traces and required:
                raise
            reason, failed = str(error), True
    if required:
        raise ProjectionError(f"{model.name}: {reason}, which a projection cannot do; use path='synapses'")
    # Who gives all weights of a model that keeps nothing else expects a matrix; a state says itself what it needs.
    dense = isinstance(weights, np.ndarray) and model.resolved("equations").split() == ["w", ":", "{unit}"]
    if (failed and (dense or not model.traces)) or (dense and reason == _MORE):
        warnings.warn(
            f"{model.name} is connected by single synapses: {reason}; give path='synapses' if that is meant",
            stacklevel=3,
        )
    return None


def _needs_synapses(model: SynapseModel, pre: Any, weights: Any, clock: Clock | None, vary: Collection[str]) -> str:
    """Say why single synapses are needed, or nothing."""
    if weights is None:
        return "it has no weights yet"
    if clock is not None and clock is not pre.clock:
        return "it has a clock of its own"
    if model.resolved("on_reward") or model.resolved("on_target"):
        return "a synapse learns by reward or from a teacher"
    if taus := [trace.tau for trace in model.traces.values() if trace.tau in vary]:
        return f"{taus[0]}, the time constant of a trace, may change between runs"
    if model.traces:
        return "a synapse has a state besides its weight" if model.resolved("initial") else ""
    if vary:
        return f"{next(iter(vary))} may change between runs"
    if model.resolved("on_pre").split() != ["{onto}_post", "+=", "w"] or model.resolved("on_post").strip():
        return _MORE
    if model.resolved("equations").split() != ["w", ":", "{unit}"] or model.resolved("initial"):
        return "a synapse has state besides its weight"
    return ""
