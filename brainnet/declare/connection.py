"""How a synapse model joins two groups: what is given is checked, then a projection is made, or single synapses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Clock, Quantity, SpikeSource, have_same_dimensions
from brian2.units.fundamentalunits import get_dimensions
from scipy.sparse import issparse

from brainnet.brian import ArrayVariable, Group, get_identifiers
from brainnet.declare.declaration import names_to_vary
from brainnet.declare.equations import parse_equations
from brainnet.declare.project import does_more, project
from brainnet.declare.released import find_release
from brainnet.declare.wiring import take
from brainnet.errors import ParameterError, ProjectionError, UnknownNameError, nearest
from brainnet.projections import Dense, SparseRows
from brainnet.traces import pathways
from brainnet.values.checked import CheckedSynapses
from brainnet.values.clock import check_clock
from brainnet.values.delays import delays_of_each
from brainnet.values.parameter import unit_text
from brainnet.values.weights import check_bounds, check_delay, check_weights, warn_of_zeros

if TYPE_CHECKING:
    from brainnet.declare.synapse import SynapseModel

__all__ = ["EVENTS", "connect"]

PATHS = ("auto", "projection", "synapses")

# What events do, and how they are called.
EVENTS = {
    "on_pre": "a presynaptic spike",
    "on_post": "a postsynaptic spike",
    "on_reward": "a reward",
    "on_target": "a spike of the target",
}


def connect(
    model: SynapseModel,
    pre: Any,
    post: Any,
    weights: Any,
    *,
    onto: str | None,
    mask: Any,
    vary: Iterable[str],
    delay: Any,
    name: str | None,
    clock: Clock | None,
    order: int,
    namespace: Mapping[str, Any] | None,
    path: str,
) -> Any:
    """Connect two groups by a model that has its values; arguments, result, errors as of `SynapseModel.connect`."""
    for side, group in (("pre", pre), ("post", post)):
        if not isinstance(group, SpikeSource | Group):
            raise ParameterError(f"{model.name}: {side} = {group!r} is no group; give one, as models.lif.group(10)")
    one = _driven_unit(model, post, onto)
    check_clock(model.name, clock)
    weights, delay, each = take(model.name, pre, post, weights, delay, mask, clock)
    matrix = _weights(model, weights, (len(pre), len(post)), one, onto, mask, path)
    if each is None:
        delay, each = _several(model, delay, matrix, (clock or pre.clock).dt)
    _check_groups(model, pre, post, onto)
    constants = _constants(model, one)
    varied = {key: constants[key] for key in names_to_vary(model, vary, model.resolved_parameters())}
    if model.bounds:
        check_bounds(model.name, model.bounds, matrix.unroll() if hasattr(matrix, "unroll") else matrix, constants)
    _check_namespace(model, namespace or {}, pre, post)
    constants = {key: value for key, value in constants.items() if key not in varied}
    constants |= {**model.functions, **(namespace or {})}
    code, delays, name = _spike_code(model, onto, unit_text(one)), _delays(model, delay), name or f"{model.name}*"
    release = None if model.traces else find_release(model, constants)
    learns = release is None and does_more(model)
    if path != "synapses" and (onto is not None or learns):
        options: dict[str, Any] = {"name": name}
        if learns:
            rule = {"traces": model.traces, "scheme": model.resolved("scheme"), "code": code, "bounds": model.bounds}
            equations = str(model.resolved("equations")).replace("{unit}", unit_text(one))
            rule["equations"] = parse_equations(model.name, equations)
            late = delays if each is None else dict.fromkeys(_late(model), each)
            options |= {"rule": rule, "constants": constants, "varied": varied, "delays": late}
            if not model.traces:  # as Brian2 orders pathways
                options["orders"] = {"transmit": order - 1, "pre": order - 1, "post": 1}
        else:
            options |= {"onto": onto, "delay": delay if each is None else each, "order": order - 1}
            options |= {} if release is None else {"release": release}
        projection = project(model, pre, post, matrix, one, path, clock, varied, options, learns=learns)
        if projection is not None:
            return projection
    sides = _pathways(model, code)
    shared = (
        f"{key} : {'integer' if isinstance(value, int) else unit_text(value)} (shared, constant)"
        for key, value in varied.items()
    )
    synapses = CheckedSynapses(
        pre,
        post,
        "\n".join([model.code("equations", onto, unit_text(one)), *shared]),
        on_pre=sides["pre"] or None,
        on_post=sides["post"] or None,
        method=model.resolved("method"),
        delay={way: wait for way, wait in delays.items() if way in sides["pre"] or way in sides["post"]},
        namespace=constants,
        clock=clock,
        order=order,
        name=name,
    )
    _place(model, synapses, order)
    synapses.add_attribute("model")
    synapses.model = model
    for key, value in varied.items():
        synapses.variables[key].set_value(float(value))
    _join(synapses, matrix, one)
    for way in _late(model) if each is not None else ():
        if way in synapses._synaptic_updaters:
            getattr(synapses, way).delay = each
    for key, expression in model.resolved("initial").items():
        setattr(synapses, key, expression)
    return synapses


def _driven_unit(model: SynapseModel, post: Any, onto: str | None) -> Quantity:
    """Return the unit of the driven variable."""
    if onto is None:
        return Quantity(1.0)
    if onto not in post.variables:
        known = [
            name
            for name, each in post.variables.items()
            if isinstance(each, ArrayVariable) and not (each.read_only or each.scalar or name.startswith("_"))
        ]
        raise ParameterError(f"{model.name}: onto = {onto!r} is no variable of {post.name}; {nearest(onto, known)}")
    return Quantity(1.0, dim=post.variables[onto].dim)


def _weights(
    model: SynapseModel, weights: Any, shape: tuple[int, int], one: Quantity, onto: str | None, mask: Any, path: str
) -> Any:
    """Return checked weights: None, an array in SI units, sparse rows, or a connectivity as it is."""
    if path not in PATHS:
        raise ParameterError(f"{model.name}: path = {path!r} is not known; {nearest(path, PATHS)}")
    structured = hasattr(weights, "unroll")
    if mask is not None and (structured or weights is None):
        what = type(weights).__name__ if structured else "what connects later"
        raise ParameterError(f"{model.name}: mask says which entries of an array are synapses, not of {what}")
    if onto is None and not does_more(model) and (structured or path == "projection"):
        raise ProjectionError(
            f"{model.name}: onto=None drives nothing, which is all that a projection can do; give weights as an "
            "array or sparse matrix, with path='synapses'"
        )
    if structured and path == "synapses":
        if weights.dim is not one.dim:
            unit_of = unit_text(Quantity(1.0, dim=weights.dim))
            raise ParameterError(
                f"{model.name}: weights have the unit {unit_of}, and {onto} has {unit_text(one)}; give them in that "
                "unit"
            )
        weights, structured = (weights.unroll(), one), False
    if weights is None or structured:
        return weights
    if issparse(mask):
        raise ParameterError(
            f"{model.name}: mask is a sparse matrix; give mask.toarray(), or the weights themselves as a sparse matrix"
        )
    matrix = check_weights(model.name, weights, shape, one, mask)
    if mask is None and isinstance(matrix, np.ndarray):
        warn_of_zeros(model.name, matrix, (str(model.resolved(key)) for key in ("equations", *EVENTS)))
    return matrix


def _several(model: SynapseModel, delay: Any, matrix: Any, dt: Any) -> tuple[Any, Any]:
    """Return one delay for all, or one for each synapse in the order of the weights."""
    if matrix is None or (hasattr(matrix, "unroll") and not isinstance(matrix, Dense | SparseRows)):
        check_delay(model.name, delay)
        return delay, None
    return delays_of_each(model.name, delay, matrix.unroll() if hasattr(matrix, "unroll") else matrix, dt)


def _check_groups(model: SynapseModel, pre: Any, post: Any, onto: str | None) -> None:
    """Refuse groups that lack a variable which the code reads or writes."""
    own = {*model.resolved_parameters(), *model.traces, *model.functions}
    code = "\n".join(model.code(key, onto, "1") for key in ("equations", "on_pre", "on_post"))
    for side, group, called in (("_pre", pre, "presynaptic"), ("_post", post, "postsynaptic")):
        for word in get_identifiers(code):
            name = word.removesuffix(side)
            if word.endswith(side) and word not in own and name not in group.variables:
                raise ParameterError(
                    f"{model.name} reads {name} of the {called} group, and {group.name} has no such variable; "
                    "connect to neurons that have it"
                )


def _check_namespace(model: SynapseModel, namespace: Mapping[str, Any], *groups: Any) -> None:
    """Refuse names that neither the code reads nor that of the groups, whose variables it may read."""
    texts = [model.code(name, "v", "1") for name in ("equations", *EVENTS)]
    texts += [str(part) for each in groups for part in (getattr(each, "equations", ""), getattr(each, "events", ""))]
    read = {word for text in texts for word in get_identifiers(text)} | {*model.functions} if namespace else set()
    for key in namespace:
        if key not in read:
            raise UnknownNameError(f"{model.name}: its code reads no {key!r}; {nearest(key, model.functions)}")


def _constants(model: SynapseModel, one: Quantity) -> dict[str, Any]:
    """Return values of all parameters; weights in the unit of the driven variable."""
    values = {}
    for name, declared in model.resolved_parameters().items():
        value = declared.value
        if model.is_weight(name):
            if not have_same_dimensions(value, one) and value != 0:
                raise ParameterError(
                    f"{model.name}: {name} = {value} is a weight and must have the unit of the driven variable; "
                    f"write e.g. {name}={declared.value:g}*{unit_text(one)}"
                )
            value = Quantity(float(value), dim=get_dimensions(one))
        values[name] = value
    if model.bounds and not values[model.bounds[0]] < values[model.bounds[1]]:
        low, high = (f"{name} = {values[name]}" for name in model.bounds)
        raise ParameterError(f"{model.name}: {low} is not below {high}; give a larger {model.bounds[1]}")
    return values


def _spike_code(model: SynapseModel, onto: str | None, unit: str) -> dict[str, str]:
    """Return what spikes do: ``pre``, ``post``, and ``transmit`` where the effect on the target has its own way."""
    code = {side: model.code(f"on_{side}", onto, unit) for side in ("pre", "post")}
    if model.resolved("delay_site") == "dendritic" and onto is not None:
        lines = code["pre"].splitlines()
        drives = [number for number, line in enumerate(lines) if f"{onto}_post" in line]
        # What stands before it brings the synapse to the present: the weight sent is that of the moment it is sent.
        code["transmit"] = "\n".join(lines[: drives[-1] + 1]) if drives else ""
        code["pre"] = "\n".join(line for line in lines if f"{onto}_post" not in line)
    return code


def _delays(model: SynapseModel, delay: Any) -> dict[str, Any]:
    """Return the delay by pathway."""
    return dict.fromkeys(_late(model), delay) if delay is not None else {}


def _late(model: SynapseModel) -> tuple[str, ...]:
    """Return the pathways that the delay is of."""
    return ("pre",) if model.resolved("delay_site") == "axonal" else ("transmit", "post", "post_trace")


def _pathways(model: SynapseModel, code: dict[str, str]) -> dict[str, Any]:
    """Return the code by side and pathway."""
    written = pathways(model.traces, model.resolved("scheme"), code, model.bounds)  # type: ignore[arg-type]
    transmit = {"transmit": code["transmit"]} if code.get("transmit") else {}
    return {
        "pre": {**transmit, **{k: v for k, v in written.items() if k == "pre"}},
        "post": {k: v for k, v in written.items() if k != "pre"},
    }


def _place(model: SynapseModel, synapses: Any, order: int) -> None:
    """Put what spikes do in its place in a time step; see `SynapseModel`."""
    if order and not model.traces and "pre" in synapses._synaptic_updaters:
        synapses.pre.order = order - 1
    if model.traces:
        for place, pathway in enumerate(("transmit", "post", "pre", "post_trace")):
            if pathway in synapses._synaptic_updaters:
                getattr(synapses, pathway).order = place - 3


def _join(synapses: Any, matrix: Any, one: Quantity) -> None:
    """Make the synapses of a matrix."""
    if isinstance(matrix, np.ndarray):
        synapses.connect()
        synapses.w.set_item(slice(None), Quantity(matrix.ravel(), dim=get_dimensions(one)))
    elif matrix is not None:
        entries = matrix.tocoo()
        synapses.connect(i=entries.row.astype(int), j=entries.col.astype(int))
        synapses.w.set_item(slice(None), Quantity(entries.data, dim=get_dimensions(one)))
