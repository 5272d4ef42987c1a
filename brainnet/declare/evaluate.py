"""Expressions of a device as numbers: the same text that equations take, evaluated on arrays, without Brian2's code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

import numpy as np

from brainnet.brian import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, DEFAULT_UNITS
from brainnet.errors import ParameterError

__all__ = ["check_arithmetic", "evaluate", "evaluate_with_units"]

# What draws, or reads a clock, has no place in an expression that stands for one value.
_PURE = {name: each for name, each in DEFAULT_FUNCTIONS.items() if each.stateless and name != "timestep"}
_QUANTITIES = {**DEFAULT_UNITS, **{name: each.get_value() for name, each in DEFAULT_CONSTANTS.items()}}
_FLOATS = {name: float(value) for name, value in _QUANTITIES.items()}
_ALLOWED = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.Mod, ast.FloorDiv, ast.USub, ast.UAdd,
    ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq,
)  # fmt: skip


def check_arithmetic(owner: str, label: str, text: str) -> None:
    """Refuse text that is more than arithmetic, comparisons and calls of functions by name.

    Raises
    ------
    ParameterError
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ParameterError(f"{owner}: {label} = {text!r} cannot be read; write one expression") from error
    for node in ast.walk(tree):
        plain = isinstance(node, ast.Name) if not isinstance(node, ast.Call) else isinstance(node.func, ast.Name)
        number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        if isinstance(node, ast.Name | ast.Call | ast.Constant) and not (plain or number):
            raise ParameterError(f"{owner}: {label} = {text!r} holds what is no number, name or function call")
        if not isinstance(node, _ALLOWED) or (isinstance(node, ast.Call) and node.keywords):
            raise ParameterError(
                f"{owner}: {label} = {text!r} holds {type(node).__name__}, which is no arithmetic; "
                "write + - * / **, comparisons as int(dt > 0*second), and functions such as exp"
            )


@lru_cache(maxsize=512)
def _compiled(text: str) -> CodeType:
    check_arithmetic("expression", "text", text)
    return compile(text.strip(), "<expression>", "eval")


def evaluate(text: str, values: Mapping[str, Any]) -> Any:
    """Return the value of an expression, all in SI units without unit.

    Parameters
    ----------
    text : str
        Arithmetic with Brian2's functions and unit names.
    values : mapping of str to float, array or brian2.Function
        What its names stand for.

    Examples
    --------
    >>> float(evaluate("2*x + 3*mV/volt", {"x": 1.0}))
    2.003
    """
    with np.errstate(divide="ignore"):
        return eval(_compiled(text), _around(False), dict(values))


def evaluate_with_units(text: str, values: Mapping[str, Any]) -> Any:
    """Return the value of an expression as a Quantity; dimensions that do not fit raise as Brian2 does."""
    with np.errstate(divide="ignore"):
        return eval(_compiled(text), _around(True), dict(values))


@lru_cache(maxsize=2)
def _around(units: bool) -> dict[str, Any]:
    """Functions and units, hundreds of names: made once, since a pulse takes less time than a copy of them."""
    called = {name: each.pyfunc for name, each in _PURE.items()}
    return {"__builtins__": {}, **called, **(_QUANTITIES if units else _FLOATS)}
