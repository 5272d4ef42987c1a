"""The declaration of a synapse model, and how it becomes `brian2.Synapses`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import Clock, Quantity, Synapses, have_same_dimensions, second
from brian2.utils.stringtools import get_identifiers
from scipy import sparse

from brainnet.errors import ParameterError, ProjectionError, nearest
from brainnet.spec.declaration import Declaration
from brainnet.spec.equations import (
    check_identifiers,
    check_name,
    check_variables,
    expressions,
    parse_equations,
    unit_text,
)
from brainnet.spec.latex import typeset_equations, typeset_statements
from brainnet.spec.parameter import Parameter

__all__ = ["PROJECTORS", "SynapseModel"]

# What turns weights into a structured connection: the room that can puts its function here, as `spec` knows no rooms.
PROJECTORS: list[Callable[..., Any]] = []
PATHS = ("auto", "projection", "synapses")

# Arguments of `connect`, which a parameter of that name could not be told from.
_ARGUMENTS = ("pre", "post", "weights", "onto", "delay", "path", "name", "clock", "order", "namespace")


@dataclass(frozen=True, repr=False)
class SynapseModel(Declaration):
    """A synapse model: equations, and what a spike on either side does.

    In all code ``{onto}`` stands for the postsynaptic variable that the synapse drives and ``{unit}`` for
    its unit, so that one model serves a membrane potential, a current and a conductance.
    Sign convention for spike times: dt = t_post - t_pre.

    Parameters
    ----------
    name, summary, source : str
        Identifier, one line, and where the model stands.
    equations : str
        Brian2 equations of the synapse; the weight is ``w``.
    on_pre, on_post : str
        What a presynaptic and a postsynaptic spike do.
    parameters : mapping of str to Parameter
    initial : mapping of str to str
    functions : mapping of str to brian2.Function
    variants, chosen : mapping
        As in `NeuronModel`.
    """

    name: str
    summary: str = ""
    equations: str = "w : {unit}"
    on_pre: str = "{onto}_post += w"
    on_post: str = ""
    method: str = "exact"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    __repr__ = Declaration.__repr__
    __hash__ = Declaration.__hash__

    def __post_init__(self) -> None:
        check_name("model", self.name)
        self.check_variants(("equations", "on_pre", "on_post", "method", "parameters", "initial"))
        parameters = self.resolved_parameters()
        for name, parameter in parameters.items():
            check_name(f"{self.name}: parameter", name, reserved=_ARGUMENTS)
            parameter.check(self.name, name, parameter.value)
            if np.ndim(parameter.value):
                raise ParameterError(
                    f"{self.name}: {name} has the shape {np.shape(parameter.value)}; give one value, and make what "
                    "varies a variable of the equations"
                )
        equations = parse_equations(self.name, self._code("equations", "v", "1"))
        declared = {*equations.names, *parameters, *self.functions, "v_post"}
        check_variables(self.name, equations, parameters, self.resolved("initial"))
        code = {key: self._code(key, "v", "1") for key in ("on_pre", "on_post")}
        code |= expressions(equations, self.resolved("initial"))
        # Variables of the two groups are known only when it is connected.
        outside = {word for text in code.values() for word in get_identifiers(text) if word.endswith(("_pre", "_post"))}
        check_identifiers(self.name, code, declared | outside)

    def _code(self, field_name: str, onto: str, unit: str) -> str:
        return str(self.resolved(field_name)).replace("{onto}", onto).replace("{unit}", unit)

    def connect(
        self,
        pre: Any,
        post: Any,
        weights: Any = None,
        *,
        onto: str = "v",
        delay: Any = None,
        name: str | None = None,
        clock: Clock | None = None,
        order: int = 0,
        namespace: Mapping[str, Any] | None = None,
        path: str = "auto",
        **overrides: Any,
    ) -> Any:
        """Connect two groups.

        Parameters
        ----------
        pre, post : brian2 groups or subgroups
        weights : array (n_pre, n_post), scipy.sparse matrix or connectivity of brainnet.projections, optional
            In the unit of `onto`. An array connects all to all, a sparse matrix where it holds an entry.
            Without weights the synapses are returned unconnected, and Brian2's ``connect`` is open.
        onto : str
            Postsynaptic variable that is driven.
        delay : Quantity, optional
            One delay for all synapses, axonal: between the presynaptic spike and ``on_pre``.
        name, clock, order
            As in `brian2.Synapses`; `order` is that of ``on_pre``.
        path : {"auto", "projection", "synapses"}
            A projection stores a matrix or a kernel, not synapses: the same spikes, many times faster. ``auto`` takes
            one where the model is static: ``on_pre`` adds ``w`` and a synapse has no other state.
        **overrides
            Values for parameters and variants.

        Returns
        -------
        brian2.Synapses or brainnet.projections.Projection

        Raises
        ------
        UnknownNameError, ParameterError
            Wrong shape, unit or NaN in the weights; `onto` is no variable of `post`.
        ProjectionError
            A projection is asked for and the model, or the groups, need single synapses.
        """
        model = self(**overrides)
        if onto not in post.variables:
            known = [v for v in post.variables if not v.startswith("_")]
            raise ParameterError(f"{self.name}: onto = {onto!r} is no variable of {post.name}; {nearest(onto, known)}")
        one = Quantity(1.0, dim=post.variables[onto].dim)
        unit = unit_text(one)
        if path not in PATHS:
            raise ParameterError(f"{self.name}: path = {path!r} is not known; {nearest(path, PATHS)}")
        structured = hasattr(weights, "unroll")
        if structured and path == "synapses":
            weights, structured = weights.unroll() * one, False
        matrix = weights if weights is None or structured else self._check_weights(weights, (len(pre), len(post)), one)
        if delay is not None and not _is_delay(delay):
            raise ParameterError(
                f"{self.name}: delay = {delay} is not one time of at least 0*ms; write e.g. delay=1*ms"
            )
        if path != "synapses":
            options = {"onto": onto, "delay": delay, "order": order, "name": name or f"{self.name}*"}
            projection = model._project(pre, post, matrix, one, path, clock, options)
            if projection is not None:
                return projection
        constants = {key: p.value for key, p in model.resolved_parameters().items()}
        synapses = Synapses(
            pre,
            post,
            model._code("equations", onto, unit),
            on_pre=model._code("on_pre", onto, unit) or None,
            on_post=model._code("on_post", onto, unit) or None,
            method=model.resolved("method"),
            delay=delay,
            namespace={**constants, **self.functions, **(namespace or {})},
            clock=clock,
            order=order,
            name=name or f"{self.name}*",
        )
        synapses.add_attribute("model")
        synapses.model = model
        if isinstance(matrix, np.ndarray):
            synapses.connect()
            synapses.w.set_item(slice(None), Quantity(matrix.ravel(), dim=post.variables[onto].dim))
        elif matrix is not None:
            entries = matrix.tocoo()
            synapses.connect(i=entries.row.astype(int), j=entries.col.astype(int))
            synapses.w.set_item(slice(None), Quantity(entries.data, dim=post.variables[onto].dim))
        for key, expression in model.resolved("initial").items():
            setattr(synapses, key, expression)
        return synapses

    def _needs_synapses(self, pre: Any, weights: Any, clock: Clock | None) -> str:
        """Say why single synapses are needed, or nothing."""
        if weights is None:
            return "it has no weights yet"
        if self.resolved("on_pre").split() != ["{onto}_post", "+=", "w"] or self.resolved("on_post").strip():
            return "a spike does more than {onto}_post += w"
        if self.resolved("equations").split() != ["w", ":", "{unit}"] or self.resolved("initial"):
            return "a synapse has state besides its weight"
        return "it has a clock of its own" if clock is not None and clock is not pre.clock else ""

    def _project(
        self, pre: Any, post: Any, weights: Any, one: Quantity, path: str, clock: Any, options: dict[str, Any]
    ) -> Any:
        reason = self._needs_synapses(pre, weights, clock)
        if not reason and not PROJECTORS:
            reason = "brainnet.projections is not imported"
        required = path == "projection" or hasattr(weights, "unroll")
        if not reason:
            try:
                return PROJECTORS[-1](pre, post, weights, one, **options)
            except ProjectionError as error:
                if required:
                    raise
                warnings.warn(f"{self.name} is connected by single synapses: {error}", stacklevel=3)
        elif required:
            raise ProjectionError(f"{self.name}: {reason}, which a projection cannot do; use path='synapses'")
        return None

    def _check_weights(self, weights: Any, shape: tuple[int, int], one: Quantity) -> Any:
        if np.shape(weights) != shape:
            raise ParameterError(
                f"{self.name}: weights have the shape {np.shape(weights)}, expected {shape} (n_pre, n_post); "
                f"{'transpose them' if np.shape(weights) == shape[::-1] else 'give one row per presynaptic neuron'}"
            )
        if not sparse.issparse(weights):
            if not have_same_dimensions(weights, one):
                raise ParameterError(
                    f"{self.name}: weights must have the unit of the driven variable, {unit_text(one)}"
                )
            weights = np.asarray(weights, dtype=float)
        data = weights.data if sparse.issparse(weights) else weights
        if not np.isfinite(data).all():
            raise ParameterError(f"{self.name}: weights hold NaN or infinity; mend them before connecting")
        return weights.tocsr() if sparse.issparse(weights) else weights

    def __str__(self) -> str:
        lines = [line.strip() for line in self.resolved("equations").strip().splitlines() if line.strip()]
        for key in ("on_pre", "on_post"):
            lines += [f"{key}: {line.strip()}" for line in self.resolved(key).strip().splitlines() if line.strip()]
        return self.describe(lines)

    def latex(self) -> str:
        """Typeset equations and what a spike on either side does (an ``align*`` environment, then formulas)."""
        rows = typeset_equations(parse_equations(self.name, self._code("equations", "v", "1")))
        for key, words in (("on_pre", "presynaptic"), ("on_post", "postsynaptic")):
            code = self._code(key, "v", "1")
            if code.strip():
                rows += [rf"$\text{{at a {words} spike}}$", *typeset_statements(code)]
        return "\n".join(rows)


def _is_delay(value: Any) -> bool:
    if not isinstance(value, Quantity) or not have_same_dimensions(value, second) or np.ndim(value):
        return False
    return 0 <= float(value) < np.inf
