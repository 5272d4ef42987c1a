"""Whether a projection takes the place of single synapses: a matrix or a kernel, the same spikes, many times faster."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Clock, Quantity
from brian2.units.fundamentalunits import get_dimensions
from scipy.sparse import issparse

from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import Dense, PlasticProjection, Projection, ReleasedProjection, SparseRows
from brainnet.projections.projection import with_delays
from brainnet.projections.rule import Rule
from brainnet.values.parameter import unit_text

if TYPE_CHECKING:
    from brainnet.declare.synapse import SynapseModel

__all__ = ["does_more", "project"]


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
    *,
    learns: bool,
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
    learns : bool
        Whether spikes change what synapses keep.

    Raises
    ------
    ProjectionError
        A projection is asked for and cannot be.
    """
    reason = _needs_synapses(model, pre, weights, clock, vary, learns)
    required = path == "projection" or hasattr(weights, "unroll")
    failed = False
    if not reason:
        try:
            make = _plastic if learns else _static
            projection = make(pre, post, weights, one, **options)
            if learns:
                for key, expression in model.resolved("initial").items():
                    setattr(projection, key, expression)
                projection.add_attribute("model")
                projection.model = model
            return projection
        except ProjectionError as error:
            if not learns and required:
                raise
            reason, failed = str(error), True
    if required:
        raise ProjectionError(f"{model.name}: {reason}, which a projection cannot do; use path='synapses'")
    # Who gives all weights of a model that keeps nothing else expects a matrix; a state says itself what it needs.
    dense = isinstance(weights, np.ndarray) and model.resolved("equations").split() == ["w", ":", "{unit}"]
    if failed and (dense or not learns):
        warnings.warn(
            f"{model.name} is connected by single synapses: {reason}; give path='synapses' if that is meant",
            stacklevel=4,
        )
    return None


def does_more(model: SynapseModel) -> bool:
    """Say whether a spike does more than {onto}_post += w, or a synapse keeps more than w."""
    events = [model.resolved(name).strip() for name in ("on_post", "on_reward", "on_target")]
    plain = model.resolved("on_pre").split() == ["{onto}_post", "+=", "w"] and not any(events) and not model.traces
    return not plain or model.resolved("equations").split() != ["w", ":", "{unit}"] or bool(model.resolved("initial"))


def _needs_synapses(
    model: SynapseModel, pre: Any, weights: Any, clock: Clock | None, vary: Collection[str], learns: bool
) -> str:
    """Say why single synapses are needed, or nothing."""
    if weights is None:
        return "it has no weights yet"
    if clock is not None and clock is not pre.clock:
        return "it has a clock of its own"
    if taus := [trace.tau for trace in model.traces.values() if trace.tau in vary]:
        return f"{taus[0]}, the time constant of a trace, may change between runs"
    return f"{next(iter(vary))} may change between runs" if vary and not learns else ""


def _static(pre: Any, post: Any, weights: Any, one: Any, **options: Any) -> Projection:
    """Make the projection that `SynapseModel.connect` asks for; `weights` are checked and without unit, `one` is it."""
    if np.ndim(options["delay"]):
        if isinstance(weights, Dense | SparseRows):
            one = Quantity(1.0, dim=weights.dim)
        matrix = weights.unroll() if isinstance(weights, Dense | SparseRows) else weights
        weights, options["delay"] = with_delays(matrix, one, options["delay"]), None
    elif issparse(weights):
        weights = SparseRows(weights, one)
    elif not hasattr(weights, "unroll"):
        weights = Dense(weights * one)
    return (ReleasedProjection if "release" in options else Projection)(pre, post, weights, **options)


def _plastic(pre: Any, post: Any, weights: Any, one: Any, *, rule: dict[str, Any], **options: Any) -> PlasticProjection:
    """Make the projection of a rule that learns; raise `ProjectionError` where it needs single synapses."""
    if isinstance(weights, SparseRows):
        weights = _entries(weights, one)
    if not isinstance(weights, np.ndarray) and not issparse(weights):
        raise ProjectionError("the weights are neither an array nor a sparse matrix")
    return PlasticProjection(Rule(**rule), pre, post, weights, one, **options)


def _entries(rows: SparseRows, one: Quantity) -> Any:
    """Return the sparse matrix of a connectivity, which a rule is to change."""
    if rows.dim is not get_dimensions(one):
        raise ProjectionError(
            f"SparseRows has another unit than what is driven; give SparseRows(matrix, {unit_text(one)})"
        )
    if not rows.fan_out.any():
        raise ParameterError("SparseRows has no entries, so that nothing is joined; give some")
    return rows.unroll()
