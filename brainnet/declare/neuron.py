"""The declaration of a neuron model, and how it becomes a `brian2.NeuronGroup`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup

from brainnet.declare.declaration import Declaration, names_to_vary
from brainnet.declare.equations import (
    check_identifiers,
    check_name,
    check_variables,
    expressions,
    parse_equations,
)
from brainnet.declare.latex import (
    typeset_condition,
    typeset_equations,
    typeset_past,
    typeset_starts,
    typeset_statements,
)
from brainnet.declare.past import check_past, keep_past
from brainnet.errors import ParameterError
from brainnet.values.checked import CheckedNeurons
from brainnet.values.clock import check_clock
from brainnet.values.parameter import Parameter, unit_text

__all__ = ["NeuronModel"]

# Arguments of `group`, which a parameter of that name could not be told from.
_ARGUMENTS = ("n", "vary", "name", "clock", "dt", "order", "namespace")


@dataclass(frozen=True, repr=False, eq=False)
class NeuronModel(Declaration):
    """A neuron model: equations and everything needed to run them.

    Parameters
    ----------
    name, summary, source : str
        Identifier, one line, and where the model stands (paper, equation number).
    equations : str
        Brian2 equations. Parameters are not declared in them.
    threshold, reset : str
        Condition for a spike, and what a spike does.
    refractory : str
        Name of a time, or an expression; empty for none.
    method : str
        Brian2's integration method.
    parameters : mapping of str to Parameter
    initial : mapping of str to str
        Expression for the initial value of a variable; others start at 0.
    functions : mapping of str to brian2.Function
        Functions that the equations call.
    past : mapping of str to (str, str)
        ``{"v_past": ("v", "t_past")}``: the variable v_past holds what v was the time t_past ago.
    variants : mapping
        ``{axis: {choice: {field: content}}}``; the first choice of an axis is its default.
    chosen : mapping
        Variants in force where they are not the default.

    Examples
    --------
    >>> from brian2 import mV, ms
    >>> leak = NeuronModel("leak", equations="dv/dt = -v/tau_m : volt", method="exact",
    ...                    parameters={"tau_m": Parameter(10*ms, "membrane time constant", above=0*ms)})
    >>> leak(tau_m=5*ms).parameters["tau_m"].value
    5. * msecond
    """

    name: str
    summary: str = ""
    equations: str = ""
    threshold: str = ""
    reset: str = ""
    refractory: str = ""
    method: str = "euler"
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    initial: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    past: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    __repr__ = Declaration.__repr__

    def __post_init__(self) -> None:
        check_name("model", self.name)
        self.check_variants(("equations", "threshold", "reset", "refractory", "method", "parameters", "initial"))
        parameters = self.resolved_parameters()
        for name, parameter in parameters.items():
            check_name(f"{self.name}: parameter", name, reserved=_ARGUMENTS)
            parameter.check(self.name, name, parameter.value)
        equations = parse_equations(self.name, self.resolved("equations"))
        check_variables(self.name, equations, parameters, self.resolved("initial"))
        check_past(self.name, self.past, equations, parameters)
        declared = {*equations.names, *parameters, *self.functions}
        code = {key: self.resolved(key) for key in ("threshold", "reset", "refractory")}
        code |= expressions(equations, self.resolved("initial"))
        check_identifiers(self.name, code, declared)

    def group(
        self,
        n: int,
        *,
        vary: Iterable[str] = (),
        name: str | None = None,
        clock: Clock | None = None,
        dt: Any = None,
        order: int = 0,
        namespace: Mapping[str, Any] | None = None,
        **overrides: Any,
    ) -> NeuronGroup:
        """Make `n` neurons of this model.

        Parameters
        ----------
        n : int
            Number of neurons.
        vary : iterable of str
            Parameters to keep as shared variables, so that a built program can be run again with other values.
        name, clock, dt, order
            As in `brian2.NeuronGroup`.
        namespace : mapping, optional
            What expressions given as text need (a `TimedArray`, say).
        **overrides
            Values for parameters and variants. An array of shape (n,) makes the parameter a value per
            neuron, a text an expression (``I_ext="stimulus(t, i)"``); neither changes the model.

        Returns
        -------
        brian2.NeuronGroup

        Raises
        ------
        UnknownNameError, ParameterError
            Before anything is built.
        """
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
            raise ParameterError(
                f"{self.name}: n = {n!r} is not a number of neurons; give a whole number of at least 1"
            )
        check_clock(self.name, clock, dt)
        texts = {k: v for k, v in overrides.items() if isinstance(v, str) and k not in self.variants}
        model = self(**{k: v for k, v in overrides.items() if k not in texts})
        declared = model.resolved_parameters()
        vary = names_to_vary(model, vary, declared)
        for key in texts.keys() & {key for key, each in declared.items() if isinstance(each.value, int)}:
            declared[key].check(self.name, key, texts[key])  # a seed has no course in time: no expression
        for key in {*names_to_vary(model, texts, declared), *vary}:
            if key in {delay for _, delay in self.past.values()}:
                raise ParameterError(f"{self.name}: {key} sizes what is kept of the past; give it one fixed time")
        constants, per_neuron, lines = {}, {}, []
        for key, parameter in declared.items():
            value = parameter.value
            unit = "integer" if isinstance(value, int) else unit_text(value)
            if key in texts:
                lines.append(f"{key} = {texts[key]} : {unit}")
            elif np.ndim(value):
                if np.shape(value) != (n,):
                    raise ParameterError(
                        f"{self.name}: {key} has the shape {np.shape(value)}; give one value, or {n} of them"
                    )
                per_neuron[key] = value
                lines.append(f"{key} : {unit} (constant)")
            elif key in vary:
                per_neuron[key] = value
                lines.append(f"{key} : {unit} (shared, constant)")
            else:
                constants[key] = value
        equations = parse_equations(self.name, "\n".join([model.resolved("equations"), *lines]))
        group = CheckedNeurons(
            int(n),
            equations,
            method=model.resolved("method"),
            threshold=model.resolved("threshold") or None,
            # Empty, not None: a source that is not reset is meant so, and Brian2 need not warn.
            reset=model.resolved("reset") if model.resolved("threshold") else None,
            refractory=model.resolved("refractory") or False,
            namespace={**constants, **self.functions, **(namespace or {})},
            clock=clock,
            dt=dt,
            order=order,
            name=name or f"{self.name}*",
        )
        for key, value in per_neuron.items():
            setattr(group, key, value)
        _start(group, model.resolved("initial"))
        keep_past(group, self.past, constants)
        group.add_attribute("model")
        group.model = model
        return group

    def __str__(self) -> str:
        lines = [line.strip() for line in self.resolved("equations").strip().splitlines() if line.strip()]
        for key in ("threshold", "reset", "refractory", "method"):
            if self.resolved(key):
                lines.append(f"{key}: {'; '.join(self.resolved(key).split(chr(10)))}")
        lines += [f"{key} is {what} of the time {delay} ago" for key, (what, delay) in self.past.items()]
        lines += [f"{key} starts at {text}" for key, text in self.resolved("initial").items()]
        return self.describe(lines)

    def latex(self) -> str:
        """Typeset equations, threshold, reset and start (an ``align*`` environment, then one formula per line)."""
        equations = parse_equations(self.name, self.resolved("equations"))
        rows = [*typeset_equations(equations), *typeset_past(self.past), *typeset_condition(self.resolved("threshold"))]
        rows += [*typeset_statements(self.resolved("reset")), *typeset_starts(self.resolved("initial"))]
        return "\n".join(rows)


def _start(group: NeuronGroup, initial: Mapping[str, str]) -> None:
    """Set initial values. Brian2 looks up names where this is called: no local may be named like a variable."""
    for _key, _expression in initial.items():
        setattr(group, _key, _expression)
