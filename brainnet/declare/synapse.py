"""The declaration of a synapse model, and how it becomes `brian2.Synapses`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from brian2 import Clock, Quantity, have_same_dimensions
from brian2.units.fundamentalunits import get_dimensions

from brainnet.brian import ArrayVariable, get_identifiers
from brainnet.declare.declaration import Declaration, names_to_vary
from brainnet.declare.equations import (
    check_identifiers,
    check_name,
    check_variables,
    expressions,
    parse_equations,
)
from brainnet.declare.latex import typeset_equations, typeset_statements
from brainnet.declare.project import project
from brainnet.errors import ParameterError, ProjectionError, UnknownNameError, nearest
from brainnet.traces import Scheme, Trace, check_scheme, pathways, trace_equations
from brainnet.values.checked import CheckedSynapses
from brainnet.values.parameter import Parameter, unit_text
from brainnet.values.weights import check_bounds, check_delay, check_weights, warn_of_zeros

__all__ = ["SynapseModel"]

PATHS = ("auto", "projection", "synapses")

# What events do, and how they are called.
_CODE = {
    "on_pre": "a presynaptic spike",
    "on_post": "a postsynaptic spike",
    "on_reward": "a reward",
    "on_target": "a spike of the target",
}

# Arguments of `connect`, which a parameter of that name could not be told from.
_ARGUMENTS = (
    "pre", "post", "weights", "onto", "mask", "vary", "delay", "path", "name", "clock", "order", "namespace",
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class SynapseModel(Declaration):
    """A synapse model: equations, and what a spike on either side does.

    In all code ``{onto}`` stands for the postsynaptic variable that the synapse drives and ``{unit}`` for
    its unit, so that one model serves a membrane potential, a current and a conductance. Parameters of a model with
    bounds whose names begin with ``w_`` are weights: they too have that unit.
    Sign convention for spike times: dt = t_post - t_pre.

    Where traces are declared, spikes of one time step act in this order: ``on_post`` and then ``on_pre`` read the
    traces as they were before that step, then the traces jump. Coincident spikes do not see each other.

    Parameters
    ----------
    name, summary, source : str
        Identifier, one line, and where the model stands.
    equations : str
        Brian2 equations of the synapse; the weight is ``w``.
    on_pre, on_post : str
        What a presynaptic and a postsynaptic spike do. Before the line that drives ``{onto}`` stands only what takes
        the synapse from its last event to now; with a dendritic delay it runs again when the effect arrives.
    on_reward : str
        What a reward does; `brainnet.pairing.reward` delivers it.
    on_target : str
        What a spike does that the postsynaptic neuron is to fire; `brainnet.pairing.teach` delivers it.
    traces : mapping of str to Trace
        Spike traces that this code reads; their equations and jumps are not written in it.
    scheme : Scheme
        Which spikes pair; a model takes ``brainnet.pairing.PAIRING`` as variants instead of writing one.
    bounds : tuple of two str
        Parameters between which ``w`` is clipped whenever a spike of either side changes it; empty for none.
    delay_site : {"axonal", "dendritic"}
        Whether the delay is on the way of the presynaptic spike to the synapse, or between synapse and soma.
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
    on_reward: str = ""
    on_target: str = ""
    method: str = "exact"
    traces: Mapping[str, Trace] = field(default_factory=dict)
    scheme: Scheme = field(default_factory=Scheme)
    bounds: tuple[str, ...] = ()
    delay_site: str = "axonal"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    __repr__ = Declaration.__repr__

    def __post_init__(self) -> None:
        check_name("model", self.name)
        self.check_variants(("equations", *_CODE, "method", "scheme", "delay_site", "parameters", "initial"))
        parameters = self.resolved_parameters()
        for name, parameter in parameters.items():
            check_name(f"{self.name}: parameter", name, reserved=_ARGUMENTS)
            parameter.check(self.name, name, parameter.value)
            if np.ndim(parameter.value):
                raise ParameterError(
                    f"{self.name}: {name} has the shape {np.shape(parameter.value)}; give one value, and make what "
                    "varies a variable of the equations"
                )
        taus = [trace.tau for trace in self.traces.values() if trace.tau]
        for what, name in [("bound", bound) for bound in self.bounds] + [("tau", tau) for tau in taus]:
            if name not in parameters:
                raise ParameterError(f"{self.name}: {what} {name!r} is no parameter; {nearest(name, parameters)}")
        if self.bounds and len(self.bounds) != 2:
            raise ParameterError(f"{self.name}: bounds = {self.bounds} are not two; write ('w_min', 'w_max')")
        if self.resolved("delay_site") not in ("axonal", "dendritic"):
            raise ParameterError(f"{self.name}: delay_site = {self.delay_site!r} is not known; axonal or dendritic")
        equations = parse_equations(self.name, self._code("equations", "v", "1"))
        declared = {*equations.names, *parameters, *self.functions, "v_post"}
        check_variables(self.name, equations, parameters, self.resolved("initial"))
        code = {key: self._code(key, "v", "1") for key in _CODE}
        code |= expressions(equations, self.resolved("initial"))
        if "w" not in declared and any("w" in get_identifiers(text) for text in code.values()):
            raise ParameterError(f"{self.name}: the equations declare no w, the weight; add 'w : {{unit}}' to them")
        # Variables of the two groups are known only when it is connected.
        outside = {word for text in code.values() for word in get_identifiers(text) if word.endswith(("_pre", "_post"))}
        check_identifiers(self.name, code, declared | outside)
        check_scheme(self.name, self.traces, self.resolved("scheme"), {"pre": code["on_pre"], "post": code["on_post"]})

    def _code(self, field_name: str, onto: str | None, unit: str) -> str:
        text = str(self.resolved(field_name))
        if field_name == "equations":
            text = f"{text}\n{trace_equations(self.traces)}"
        if onto is None:
            text = "\n".join(line for line in text.splitlines() if "{onto}" not in line)
        return text.replace("{onto}", str(onto)).replace("{unit}", unit)

    def _with_value(self, declared: Parameter, name: str, value: Any) -> Parameter:
        if not self._is_weight(name, declared) or not isinstance(value, Quantity):
            return super()._with_value(declared, name, value)
        number = replace(declared, value=float(declared.value)).check(self.name, name, np.asarray(value).item())
        return replace(declared, value=Quantity(number, dim=value.dim))

    def _is_weight(self, name: str, declared: Parameter) -> bool:
        return name.startswith("w_") and bool(self.bounds)

    def _constants(self, one: Quantity) -> dict[str, Any]:
        """Values of all parameters; weights in the unit of the driven variable."""
        values = {}
        for name, declared in self.resolved_parameters().items():
            value = declared.value
            if self._is_weight(name, declared):
                if not have_same_dimensions(value, one) and value != 0:
                    raise ParameterError(
                        f"{self.name}: {name} = {value} is a weight and must have the unit of the driven variable; "
                        f"write e.g. {name}={declared.value:g}*{unit_text(one)}"
                    )
                value = Quantity(float(value), dim=get_dimensions(one))
            values[name] = value
        if self.bounds and not values[self.bounds[0]] < values[self.bounds[1]]:
            low, high = (f"{name} = {values[name]}" for name in self.bounds)
            raise ParameterError(f"{self.name}: {low} is not below {high}; give a larger {self.bounds[1]}")
        return values

    def _spike_code(self, onto: str | None, unit: str) -> dict[str, str]:
        """What spikes do: ``pre``, ``post``, and ``transmit`` where the effect on the target has a way of its own."""
        code = {side: self._code(f"on_{side}", onto, unit) for side in ("pre", "post")}
        if self.resolved("delay_site") == "dendritic" and onto is not None:
            lines = code["pre"].splitlines()
            drives = [number for number, line in enumerate(lines) if f"{onto}_post" in line]
            # What stands before it brings the synapse to the present: the weight sent is that of the moment it is sent.
            code["transmit"] = "\n".join(lines[: drives[-1] + 1]) if drives else ""
            code["pre"] = "\n".join(line for line in lines if f"{onto}_post" not in line)
        return code

    def _delays(self, delay: Any) -> dict[str, Any]:
        """Delay by pathway."""
        late = ("pre",) if self.resolved("delay_site") == "axonal" else ("transmit", "post", "post_trace")
        return dict.fromkeys(late, delay) if delay is not None else {}

    def _pathways(self, code: dict[str, str]) -> dict[str, Any]:
        """Code by side and pathway."""
        written = pathways(self.traces, self.resolved("scheme"), code, self.bounds)  # type: ignore[arg-type]
        transmit = {"transmit": code["transmit"]} if code.get("transmit") else {}
        return {
            "pre": {**transmit, **{k: v for k, v in written.items() if k == "pre"}},
            "post": {k: v for k, v in written.items() if k != "pre"},
        }

    def connect(
        self,
        pre: Any,
        post: Any,
        weights: Any = None,
        *,
        onto: str | None = "v",
        mask: Any = None,
        vary: Iterable[str] = (),
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
            In the unit of `onto`: a Quantity, or numbers with their unit as a pair, ``(matrix, nS)``, since a sparse
            matrix carries none. An array connects all to all, zeros included; a sparse matrix where it holds an entry,
            by two synapses where it holds two.
            Without weights the synapses are returned unconnected, and Brian2's ``connect`` is open.
        mask : array of bool, shape (n_pre, n_post), optional
            True where an array of weights has a synapse; the same network as the sparse matrix of these entries.
            ``mask=True`` says that all zeros of the array are meant.
        onto : str or None
            Postsynaptic variable that is driven. With None nothing is driven, and weights are pure numbers.
        vary : iterable of str
            Parameters to keep as shared variables, so that a built program can be run again with other values.
        delay : Quantity, optional
            One delay for all synapses, at the model's ``delay_site``. Axonal: between the presynaptic spike and
            ``on_pre``. Dendritic: between the postsynaptic spike and ``on_post``, and from ``on_pre`` to the target.
        name, clock, order
            As in `brian2.Synapses`; `order` is that of equations that are integrated in every step. Spikes act one
            place before it, as in Brian2.
        path : {"auto", "projection", "synapses"}
            A projection stores a matrix or a kernel, not synapses: the same spikes, many times faster. ``auto`` takes
            one where a synapse has no state but its weight, and the model is static (``on_pre`` adds ``w``) or
            learns from traces, which are then held once a neuron; else single synapses, and ``projection`` says why.
        **overrides
            Values for parameters and variants.

        Returns
        -------
        brian2.Synapses, brainnet.projections.Projection or brainnet.projections.PlasticProjection

        Raises
        ------
        UnknownNameError, ParameterError
            Wrong shape, missing or wrong unit, or NaN in the weights; `onto` is no variable of `post`.
        ProjectionError
            A projection is asked for and the model, or the groups, need single synapses.
        """
        model = self(**overrides)
        if onto is not None and onto not in post.variables:
            known = [
                name
                for name, each in post.variables.items()
                if isinstance(each, ArrayVariable) and not (each.read_only or each.scalar or name.startswith("_"))
            ]
            raise ParameterError(f"{self.name}: onto = {onto!r} is no variable of {post.name}; {nearest(onto, known)}")
        one = Quantity(1.0) if onto is None else Quantity(1.0, dim=post.variables[onto].dim)
        unit = unit_text(one)
        if path not in PATHS:
            raise ParameterError(f"{self.name}: path = {path!r} is not known; {nearest(path, PATHS)}")
        structured = hasattr(weights, "unroll")
        if mask is not None and (structured or weights is None):
            what = type(weights).__name__ if structured else "what connects later"
            raise ParameterError(f"{self.name}: mask says which entries of an array are synapses, not of {what}")
        if onto is None and not self.traces and (structured or path == "projection"):
            raise ProjectionError(
                f"{self.name}: onto=None drives nothing, which is all that a projection can do; give weights as an "
                "array or sparse matrix, with path='synapses'"
            )
        if structured and path == "synapses":
            if weights.dim is not one.dim:
                unit_of = unit_text(Quantity(1.0, dim=weights.dim))
                raise ParameterError(
                    f"{self.name}: weights have the unit {unit_of}, and {onto} has {unit}; give them in that unit"
                )
            weights, structured = (weights.unroll(), one), False
        matrix = (
            weights
            if weights is None or structured
            else check_weights(self.name, weights, (len(pre), len(post)), one, mask)
        )
        if mask is None and isinstance(matrix, np.ndarray):
            warn_of_zeros(self.name, matrix, (str(model.resolved(key)) for key in ("equations", *_CODE)))
        check_delay(self.name, delay)
        model._check_groups(pre, post, onto)
        constants = model._constants(one)
        varied = {key: constants[key] for key in names_to_vary(model, vary, model.resolved_parameters())}
        if self.bounds:
            check_bounds(self.name, self.bounds, weights.unroll() if structured else matrix, constants)
        read = model._read(pre, post) if namespace else set()
        for key in namespace or ():
            if key not in read:
                raise UnknownNameError(f"{self.name}: its code reads no {key!r}; {nearest(key, self.functions)}")
        constants = {key: value for key, value in constants.items() if key not in varied}
        constants |= {**self.functions, **(namespace or {})}
        code, delays = model._spike_code(onto, unit), model._delays(delay)
        if path != "synapses" and (onto is not None or self.traces):
            options: dict[str, Any] = {"name": name or f"{self.name}*"}
            if self.traces:
                rule = {"traces": self.traces, "scheme": model.resolved("scheme"), "code": code, "bounds": self.bounds}
                rule["equations"] = parse_equations(self.name, str(model.resolved("equations")).replace("{unit}", unit))
                options |= {"rule": rule, "constants": constants, "varied": varied, "delays": delays}
            else:
                options |= {"onto": onto, "delay": delay, "order": order - 1}
            projection = project(model, pre, post, matrix, one, path, clock, varied, options)
            if projection is not None:
                return projection
        sides = model._pathways(code)
        shared = (
            f"{key} : {'integer' if isinstance(value, int) else unit_text(value)} (shared, constant)"
            for key, value in varied.items()
        )
        synapses = CheckedSynapses(
            pre,
            post,
            "\n".join([model._code("equations", onto, unit), *shared]),
            on_pre=sides["pre"] or None,
            on_post=sides["post"] or None,
            method=model.resolved("method"),
            delay={name: wait for name, wait in delays.items() if name in sides["pre"] or name in sides["post"]},
            namespace=constants,
            clock=clock,
            order=order,
            name=name or f"{self.name}*",
        )
        if order and not self.traces and "pre" in synapses._synaptic_updaters:
            synapses.pre.order = order - 1
        if self.traces:
            for place, pathway in enumerate(("transmit", "post", "pre", "post_trace")):
                if pathway in synapses._synaptic_updaters:
                    getattr(synapses, pathway).order = place - 3
        synapses.add_attribute("model")
        synapses.model = model
        for key, value in varied.items():
            synapses.variables[key].set_value(float(value))
        if isinstance(matrix, np.ndarray):
            synapses.connect()
            synapses.w.set_item(slice(None), Quantity(matrix.ravel(), dim=get_dimensions(one)))
        elif matrix is not None:
            entries = matrix.tocoo()
            synapses.connect(i=entries.row.astype(int), j=entries.col.astype(int))
            synapses.w.set_item(slice(None), Quantity(entries.data, dim=get_dimensions(one)))
        for key, expression in model.resolved("initial").items():
            setattr(synapses, key, expression)
        return synapses

    def _check_groups(self, pre: Any, post: Any, onto: str | None) -> None:
        """Refuse groups that lack a variable which the code reads or writes."""
        own = {*self.resolved_parameters(), *self.traces, *self.functions}
        code = "\n".join(self._code(key, onto, "1") for key in ("equations", "on_pre", "on_post"))
        for side, group, called in (("_pre", pre, "presynaptic"), ("_post", post, "postsynaptic")):
            for word in get_identifiers(code):
                name = word.removesuffix(side)
                if word.endswith(side) and word not in own and name not in group.variables:
                    raise ParameterError(
                        f"{self.name} reads {name} of the {called} group, and {group.name} has no such variable; "
                        "connect to neurons that have it"
                    )

    def _read(self, *groups: Any) -> set[str]:
        """Return every name in equations and code, and in those of the groups, whose variables they may read."""
        texts = [self._code(name, "v", "1") for name in ("equations", *_CODE)]
        texts += [
            str(part) for each in groups for part in (getattr(each, "equations", ""), getattr(each, "events", ""))
        ]
        return {word for text in texts for word in get_identifiers(text)} | {*self.functions}

    def __str__(self) -> str:
        lines = [line.strip() for line in self.resolved("equations").strip().splitlines() if line.strip()]
        for x, trace in self.traces.items():
            decay = f"d{x}/dt = -{x}/{trace.tau}, trace of {trace.site} spikes"
            lines.append(decay if trace.tau else f"{x}: last {trace.site} spike")
        for key in _CODE:
            lines += [f"{key}: {line.strip()}" for line in self.resolved(key).strip().splitlines() if line.strip()]
        if self.bounds:
            lines.append(f"w is clipped to [{self.bounds[0]}, {self.bounds[1]}] at every spike that changes it")
        return self.describe(lines)

    def latex(self) -> str:
        """Typeset equations and what a spike on either side does (an ``align*`` environment, then formulas)."""
        rows = typeset_equations(parse_equations(self.name, self._code("equations", "v", "1")))
        for key, words in _CODE.items():
            code = self._code(key, "v", "1")
            if code.strip():
                rows += [rf"$\text{{at {words}}}$", *typeset_statements(code)]
        return "\n".join(rows)
