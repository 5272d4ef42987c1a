"""What a group is sure to do and hardly anyone means: said when a run begins, with the values and the step it has then.

Expressions of the declaration are read as Python with the numbers at hand; what cannot be read so (time, random
numbers, other groups) is left alone.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from types import CodeType
from typing import Any

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, DimensionMismatchError, Hz, Quantity, have_same_dimensions, second

from brainnet.brian import DEFAULT_CONSTANTS, DEFAULT_UNITS, ArrayVariable, is_at_start

__all__ = ["warn_of_group", "warn_of_rates"]

_STATELESS = {
    name: function.pyfunc for name, function in DEFAULT_FUNCTIONS.items() if function.stateless and name != "timestep"
} | {"timestep": lambda t, dt: np.floor(t / dt + 1e-3).astype(int), "int": lambda value: np.asarray(value).astype(int)}
_BY_STEPS = ("euler", "heun", "milstein", "rk2", "rk4")
_OF_ARRAYS = {"_and": np.logical_and, "_or": np.logical_or, "_not": np.logical_not}
_UNREADABLE = (ArithmeticError, AttributeError, DimensionMismatchError, NameError, SyntaxError, TypeError, ValueError)


def warn_of_group(group: Any, new: Mapping[str, Any] | None = None) -> None:
    """Warn of neurons that fire without input or again at once, of rates above one spike a step, of too long steps.

    Parameters
    ----------
    group : brian2.NeuronGroup
        Made by a `NeuronModel`, which is its `model`.
    new : mapping of str to Quantity, optional
        Values of parameters and variables that a built program is run with.
    """
    model, values = group.model, {**_values(group), **(new or {})}
    threshold, dt = model.resolved("threshold"), group.clock.dt
    for name in re.findall(r"\b(\w+)\s*\*\s*dt\b", threshold):
        if name in values and have_same_dimensions(values[name], Hz):
            warn_of_rates(f"{group.name}: {name}", values[name], dt)
    if model.resolved("reset").strip() or model.resolved("refractory"):  # other sources may fire in every step
        with np.errstate(all="ignore"):  # a rate that is 0/0 at one potential is no news here
            _warn_of_threshold(group, threshold, model.resolved("reset"), values)
    if model.resolved("method") in _BY_STEPS:
        _warn_of_step(group, values, dt)


def warn_of_rates(what: str, rates: Any, dt: Quantity) -> None:
    """Say that a source which fires once a step at most cannot have such a rate."""
    most = np.max(np.asarray(rates * dt))
    if most > 1 + 1e-9:
        warnings.warn(
            f"{what} = {np.max(rates)} is {most:.3g} spikes in a step of {dt}, and a neuron fires once a step at most; "
            "give a smaller dt or a lower rate",
            stacklevel=3,
        )


def _values(group: Any) -> dict[str, Any]:
    """Return the parameters that the group has now, as far as they are numbers."""
    found = {}
    for name, declared in group.model.resolved_parameters().items():
        variable = group.variables.get(name)
        if variable is None:
            found[name] = group.namespace.get(name, declared.value)
        elif isinstance(variable, ArrayVariable):
            try:
                number = variable.get_value()
            except NotImplementedError:  # in a C++ program that is yet to run
                continue
            found[name] = Quantity(np.array(number), dim=variable.dim)
    return found


def _numbers(group: Any, names: list[str]) -> dict[str, Any]:
    """Return the values of variables that are known."""
    found = {}
    for name in names:
        try:
            found[name] = Quantity(np.array(group.variables[name].get_value()), dim=group.variables[name].dim)
        except NotImplementedError:  # set by a text, in a C++ program that is yet to run
            continue
    return found


def _with_subexpressions(group: Any, state: dict[str, Any]) -> dict[str, Any]:
    """Return the state with those subexpressions of the equations that can be read, each after what it is made of."""
    found = dict(state)
    left = {name: str(each.expr) for name, each in group.equations.items() if each.type == "subexpression"}
    while left:
        done = []
        for name, text in left.items():
            try:
                found[name] = eval(text, found)
            except _UNREADABLE:
                continue
            done.append(name)
        if not done:
            break
        left = {name: text for name, text in left.items() if name not in done}
    return found


class _Elementwise(ast.NodeTransformer):
    """``and``, ``or`` and ``not`` of conditions become functions that take arrays."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        function = ast.Name("_and" if isinstance(node.op, ast.And) else "_or", ast.Load())
        first, *others = node.values
        for other in others:
            first = ast.Call(function, [first, other], [])
        return first

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return ast.Call(ast.Name("_not", ast.Load()), [node.operand], []) if isinstance(node.op, ast.Not) else node


def _of_arrays(condition: str) -> CodeType:
    """Compile a condition of one neuron so that it is read for all of them."""
    tree = _Elementwise().visit(ast.parse(condition.strip(), mode="eval"))
    return compile(ast.fix_missing_locations(tree), "<condition>", "eval")


def _warn_of_threshold(group: Any, threshold: str, reset: str, values: dict[str, Any]) -> None:
    times = {"t": 0 * second, "dt": group.clock.dt, "lastspike": -1e4 * second}  # as Brian2 begins
    state = {**DEFAULT_UNITS, **DEFAULT_CONSTANTS, **_STATELESS, **_OF_ARRAYS, **times, **values, "__builtins__": {}}
    initial = group.model.resolved("initial")
    own = [name for name, each in group.equations.items() if each.type != "subexpression" and name not in values]
    try:
        condition = _of_arrays(threshold)
        state |= {name: Quantity(0.0, dim=group.variables[name].dim) for name in own}
        known = _numbers(group, own) if is_at_start(group) else {}  # what was set since the group was made counts
        state |= {name: eval(str(initial[name]), state) for name in own if name in initial and name not in known}
        state |= known
        at_start = bool(np.any(eval(condition, _with_subexpressions(group, state))))
        # Whole lines one after the other, none of them in place: arrays belong to the group.
        for line in reset.replace(";", "\n").splitlines():
            if match := re.fullmatch(r"\s*(\w+)\s*([-+*/]?)=(?!=)(.*)", line):
                name, operation, expression = match.groups()
                state[name] = eval(f"{name} {operation} ({expression})" if operation else expression.strip(), state)
        state["lastspike"] = state["t"]
        after = bool(reset.strip() and np.any(eval(condition, _with_subexpressions(group, state))))
    except _UNREADABLE:
        return
    if at_start:
        warnings.warn(
            f"{group.name}: the threshold ({threshold}) is met at the start, before any input; start below it, or "
            "raise it",
            stacklevel=2,
        )
    elif after:
        reset = "; ".join(line.strip() for line in reset.splitlines())
        warnings.warn(
            f"{group.name}: after the reset ({reset}) the threshold ({threshold}) is met still, so that one spike "
            "follows the other without input; reset to below it",
            stacklevel=2,
        )


def _warn_of_step(group: Any, values: dict[str, Any], dt: Quantity) -> None:
    for variable, equation in group.equations.items():
        text = str(equation.expr or "")
        if equation.type != "differential equation" or re.search(r"/\s*dt\b", text):  # steps by declaration
            continue
        for name in re.findall(r"/\s*(\w+)", text):
            tau = values.get(name)
            if tau is not None and have_same_dimensions(tau, second) and np.min(tau) < dt:
                warnings.warn(
                    f"{group.name}: the step dt = {dt} is longer than {name} = {np.min(tau)}, with which {variable} "
                    f"decays, and {group.model.resolved('method')} overshoots there; give a smaller dt",
                    stacklevel=2,
                )
