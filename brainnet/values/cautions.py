"""What a group is sure to do and hardly anyone means: said when a run begins, with the values and the step it has then.

Expressions of the declaration are read as Python with the numbers at hand; what cannot be read so (time, random
numbers, other groups) is left alone.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
from brian2 import DEFAULT_FUNCTIONS, DimensionMismatchError, Hz, Quantity, have_same_dimensions, second

from brainnet.brian import DEFAULT_CONSTANTS, DEFAULT_UNITS, ArrayVariable

__all__ = ["warn_of_group", "warn_of_rates"]

_STATELESS = {
    name: function.pyfunc for name, function in DEFAULT_FUNCTIONS.items() if function.stateless and name != "timestep"
}
_BY_STEPS = ("euler", "heun", "milstein", "rk2", "rk4")
_UNREADABLE = (ArithmeticError, AttributeError, DimensionMismatchError, NameError, SyntaxError, TypeError, ValueError)


def warn_of_group(group: Any) -> None:
    """Warn of neurons that fire without input or again at once, of rates above one spike a step, of too long steps.

    Parameters
    ----------
    group : brian2.NeuronGroup
        Made by a `NeuronModel`, which is its `model`.
    """
    model, values = group.model, _values(group)
    threshold, dt = model.resolved("threshold"), group.clock.dt
    for name in re.findall(r"\b(\w+)\s*\*\s*dt\b", threshold):
        if name in values and have_same_dimensions(values[name], Hz):
            warn_of_rates(f"{group.name}: {name}", values[name], dt)
    if model.resolved("reset").strip():  # a source without reset may fire in every step
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


def _warn_of_threshold(group: Any, threshold: str, reset: str, values: dict[str, Any]) -> None:
    state = {**DEFAULT_UNITS, **DEFAULT_CONSTANTS, **_STATELESS, **values, "__builtins__": {}}
    initial = group.model.resolved("initial")
    own = [name for name, each in group.equations.items() if each.type != "subexpression" and name not in values]
    try:
        state |= {name: Quantity(0.0, dim=group.variables[name].dim) for name in own}
        state |= {name: eval(str(initial[name]), state) for name in own if name in initial}
        at_start = bool(np.any(eval(threshold, state)))
        # Whole lines one after the other, none of them in place: arrays belong to the group.
        for line in reset.replace(";", "\n").splitlines():
            if match := re.fullmatch(r"\s*(\w+)\s*([-+*/]?)=(?!=)(.*)", line):
                name, operation, expression = match.groups()
                state[name] = eval(f"{name} {operation} ({expression})" if operation else expression.strip(), state)
        after = bool(np.any(eval(threshold, state)))
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
