"""Arrows of Brian2 synapses and of brainnet's projections."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from brian2 import Quantity, Subgroup, ms
from scipy import sparse

from brainnet.brian import ArrayVariable
from brainnet.projections import AveragePool, Conv2d, Copies, Dense, MaxGate, QuantisedDense
from brainnet.view.parts import Arrow
from brainnet.view.weights import Weights

__all__ = ["plastic_arrow", "projection_arrow", "synapses_arrow"]

UNKNOWN = "Weights are not known yet: a C++ program makes its synapses when it runs. View it after the run."
UNCONNECTED = "There are no synapses: connect() was not called, or joined no neurons."
# Variables of synapses that are never the weight.
OWN = {"i", "j", "delay", "lastupdate", "N", "N_pre", "N_post", "N_incoming", "N_outgoing", "t", "dt", "t_in_timesteps"}


def synapses_arrow(synapses: Any, source: str, target: str) -> Arrow:
    """Return the arrow of `brian2.Synapses`."""
    pathways = [each for each in synapses.contained_objects if hasattr(each, "prepost")]
    code = {each.objname: str(each.code) for each in pathways}
    model = getattr(synapses, "model", None)
    text = str(model) if hasattr(model, "resolved") else _lines(str(synapses.equations), code)
    called = _weight_name(synapses)
    changes = called is not None and any(re.search(rf"\b{called}\s*[-+*/]?=(?!=)", each) for each in code.values())
    ends: dict[str, Any] = {
        "name": synapses.name, "source": source, "target": target, "text": text,
        "kind": getattr(model, "name", "Synapses"),
        "pairs": (len(synapses.source), len(synapses.target)),
        "plastic": changes,
        "facts": _parts(synapses),
    }  # fmt: skip
    try:
        rows, columns = np.array(synapses.i[:]), np.array(synapses.j[:])
        delay = _delays(pathways)
    except NotImplementedError:
        return Arrow(**ends, notes=(UNKNOWN,))
    except TypeError:  # connected by nothing, which Brian2 refuses to look at
        return Arrow(**ends, notes=(UNCONNECTED,))
    if not len(rows):
        return Arrow(**ends, notes=(UNCONNECTED,))
    values, unit = _in_unit(getattr(synapses, called)[:]) if called else (np.ones(len(rows)), "")
    notes = []
    if not called:
        notes.append("These synapses have no weight of their own: what is shown as 1 is that there is one.")
    repeated = len(rows) - len(np.unique(rows.astype(np.int64) * len(synapses.target) + columns))
    if repeated:
        notes.append(f"{repeated:,} synapses join a pair of neurons that another one joins too; each is counted.")
    matrix = sparse.coo_matrix((values, (rows, columns)), shape=ends["pairs"])
    return Arrow(**ends, weights=Weights(matrix, unit, called or "one"), delay=delay, notes=tuple(notes))


def plastic_arrow(projection: Any, source: str, target: str) -> Arrow:
    """Return the arrow of a `PlasticProjection`."""
    runners = [each for each in projection.contained_objects if hasattr(each, "pathway")]
    code = {each.pathway.name: f"{each.pathway.each}\n{each.pathway.spiking}".strip() for each in runners}
    ends: dict[str, Any] = {
        "name": projection.name, "kind": "plastic projection", "source": source, "target": target,
        "pairs": projection.shape, "plastic": True, "text": _lines("", code),
        "facts": {"traces": ", ".join(projection.rule.traces), **_parts(projection)},
    }  # fmt: skip
    try:
        values, unit = _in_unit(projection.w[:])
    except NotImplementedError:
        return Arrow(**ends, notes=(UNKNOWN,))
    pairs = projection.layout.pairs
    if pairs is None:
        matrix = values.reshape(projection.shape)
    else:
        matrix = sparse.coo_matrix((values, pairs), shape=projection.shape)
    late = [np.atleast_1d(np.asarray(each.delay / ms)) for each in runners if each.delay is not None]
    late += [of.steps[of.of] * of.dt * 1e3 for of in projection.layout.bundles.values()]
    return Arrow(
        **ends, weights=Weights(matrix, unit), delay=max(late, key=lambda each: each.max(), default=np.zeros(1))
    )


def projection_arrow(projection: Any, source: str, target: str) -> Arrow:
    """Return the arrow of a static `Projection`, or of a `MaxGate`."""
    shared: Any = projection.connectivity
    pairs = len(projection.source), len(projection.target)
    facts, notes, kind = _parts(projection), [], type(shared).__name__
    if isinstance(projection, MaxGate):
        return Arrow(projection.name, "max gate", source, target, pairs, facts=facts)
    facts = {"drives": projection.onto, **facts}
    if isinstance(shared, Copies):
        notes.append(f"{shared.n} copies of the two populations share these weights; those of one copy are shown.")
        shared, kind = shared.connectivity, f"{type(shared.connectivity).__name__}, {shared.n} copies"
    delay = np.atleast_1d(np.asarray(projection.delay / ms, dtype=float))
    ends = (projection.name, kind, source, target, pairs)
    if isinstance(shared, AveragePool):
        facts["weight"] = f"{shared.kernel.flat[0]:.4g}"
        return Arrow(*ends, delay=delay, facts=facts, notes=tuple(notes))
    one = Quantity(1.0, dim=shared.dim)
    if isinstance(shared, Conv2d):
        kernel, unit = _in_unit(Quantity(shared.kernel, dim=shared.dim))
        weights = Weights(
            kernel.reshape(len(kernel), -1).T, unit, kernel=kernel, synapses=int(np.sum(shared.fan_out)),
        )  # fmt: skip
        notes.append("All positions share the kernel.")
    elif isinstance(shared, Dense):
        matrix, unit = _in_unit(Quantity(shared.matrix, dim=shared.dim))
        weights = Weights(matrix, unit)
    elif isinstance(shared, QuantisedDense):
        matrix, unit = _in_unit(shared.matrix * (shared.scale * one))
        weights = Weights(matrix, unit)
        facts["stored as"] = f"{shared.matrix.dtype}, one is {shared.scale:.4g}"
    else:
        entries = sparse.coo_matrix(shared.unroll())
        values, unit = _in_unit(entries.data * one)
        weights = Weights(sparse.coo_matrix((values, (entries.row, entries.col)), shape=entries.shape), unit)
    return Arrow(*ends, weights=weights, delay=delay, facts=facts, notes=tuple(notes))


def _weight_name(synapses: Any) -> str | None:
    """Return the variable that is the weight: w, or the first number that each synapse has for itself."""
    own = [
        name
        for name, each in synapses.variables.items()
        if isinstance(each, ArrayVariable) and not each.scalar and each.owner is not None
        and each.owner.name == synapses.name and name not in OWN and not name.startswith("_")
        and np.issubdtype(each.dtype, np.floating)
    ]  # fmt: skip
    return "w" if "w" in own else next(iter(own), None)


def _delays(pathways: list[Any]) -> np.ndarray | None:
    """Return the delays of the presynaptic pathway that has the longest ones, in ms."""
    delays = [np.atleast_1d(np.array(each.delay[:] / ms, dtype=float)) for each in pathways if each.prepost == "pre"]
    return max(delays, key=lambda each: each.max(initial=0.0), default=None)


def _in_unit(values: Any) -> tuple[np.ndarray, str]:
    """Return numbers and the unit in which they are easy to read."""
    if not isinstance(values, Quantity) or values.dim.is_dimensionless:
        return np.array(values, dtype=float), ""
    largest = Quantity(np.max(np.abs(np.asarray(values)), initial=0.0) or 1.0, dim=values.dim)
    unit = largest.get_best_unit()
    return np.array(values / unit, dtype=float), str(unit)


def _parts(joined: Any) -> dict[str, str]:
    """Say which part of a group is meant where it is a part."""
    return {
        f"{side} is a part": f"{end.start} to {end.stop - 1} of {end.source.name}"
        for side, end in (("source", joined.source), ("target", joined.target))
        if isinstance(end, Subgroup)
    }


def _lines(equations: str, code: dict[str, str]) -> str:
    """Return equations and what spikes do, a line each."""
    lines = [equations.strip(), *(f"on {name}: {'; '.join(text.splitlines())}" for name, text in code.items() if text)]
    return "\n".join(line for line in lines if line)
