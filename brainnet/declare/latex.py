"""Equations, conditions and statements as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from brian2 import Equations
from sympy import Symbol, latex

from brainnet.brian import str_to_sympy

__all__ = ["typeset_assigned", "typeset_condition", "typeset_equations", "typeset_past", "typeset_statements"]


def typeset_equations(equations: Equations) -> list[str]:
    """Return an ``align*`` environment, or nothing for no equations."""
    if not equations:
        return []
    # Brian2 writes the unit of a pure number as rad, and the names of subexpressions as they stand.
    text = str(equations._repr_latex_()).strip().replace(r"\mathrm{rad}", "1")
    return [re.sub(r"(?m)^(\\begin{align\*})?(\w+) &=", _typeset_name, text)]


def typeset_condition(condition: str) -> list[str]:
    """Return the condition for a spike as one formula, or nothing."""
    return [rf"$\text{{spike if }} {latex(str_to_sympy(condition))}$"] if condition else []


def typeset_statements(code: str) -> list[str]:
    """Return one formula for each statement."""
    rows = []
    for statement in filter(None, (part.strip() for part in code.replace("\n", ";").split(";"))):
        target, _, expression = statement.partition("=")
        operator = target[-1] if target[-1:] in "+-*/" else ""
        name = target.rstrip("+-*/ ")
        change = f"{name} {operator} ({expression})" if operator else expression
        rows.append(rf"${latex(str_to_sympy(name))} \leftarrow {latex(str_to_sympy(change))}$")
    return rows


def typeset_past(past: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return one formula for each variable that holds the past of another."""
    names = [[latex(Symbol(word)) for word in (name, *of)] for name, of in past.items()]
    return [f"${name}(t) = {variable}(t - {delay})$" for name, variable, delay in names]


def _typeset_name(match: re.Match[str]) -> str:
    return f"{match[1] or ''}{latex(Symbol(match[2]))} &="


def typeset_assigned(name: str, expression: str) -> str:
    """Return one formula: a name and what it is."""
    return rf"${latex(Symbol(name))} = {latex(str_to_sympy(expression))}$"
