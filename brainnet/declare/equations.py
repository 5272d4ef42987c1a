"""Checks of declared equations that need no group: names, units and what every identifier means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from brian2 import Equations

from brainnet.brian import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, DEFAULT_UNITS, EquationError, get_identifiers
from brainnet.errors import ParameterError, nearest

__all__ = ["check_identifiers", "check_name", "check_variables", "expressions", "names_in", "parse_equations"]

_ALWAYS = {
    "t",
    "dt",
    "t_in_timesteps",
    "i",
    "j",
    "N",
    "lastspike",
    "not_refractory",
    "xi",
    "and",
    "or",
    "not",
    "if",
    "else",
    "int",
    "True",
    "False",
}
# `name = ` or `name : unit = `, but no comparison and no `+=`.
_ASSIGNED = re.compile(r"^(\w+)\s*(?::[^=]*)?=(?!=)")
_KNOWN = _ALWAYS | set(DEFAULT_CONSTANTS) | set(DEFAULT_FUNCTIONS) | set(DEFAULT_UNITS)


def check_name(kind: str, name: str, reserved: Iterable[str] = ()) -> None:
    """Refuse a name that is no plain Python identifier, since names reach generated code, or that is `reserved`."""
    if not (isinstance(name, str) and name.isidentifier() and name.isascii() and not name.startswith("_")):
        raise ParameterError(f"{kind} name {name!r} is not a plain identifier; use letters, digits and '_'")
    if name in reserved:
        raise ParameterError(f"{kind} name {name!r} is an argument of brainnet's own; choose another one")


def parse_equations(owner: str, text: str) -> Equations:
    """Read Brian2 equations, with the owner named in the error."""
    try:
        return Equations(text)
    except (EquationError, SyntaxError, ValueError) as error:
        raise ParameterError(
            f"{owner}: equations cannot be read ({' '.join(str(error).split())}); correct them"
        ) from error


def names_in(text: str) -> set[str]:
    """Return the names that equations or code use."""
    return set(get_identifiers(text))


def check_identifiers(owner: str, code: Mapping[str, str], declared: Iterable[str]) -> None:
    """Refuse an identifier that nothing declares, before Brian2 builds anything.

    Parameters
    ----------
    owner : str
        Name for the message.
    code : mapping
        Label (``"threshold"``) to code.
    declared : iterable of str
        Names of variables, parameters and functions that the code may use.
    """
    declared = set(declared)
    for label, text in code.items():
        # A statement may make a variable of its own; one that is never read is a misspelt target.
        lines = [line.strip() for line in text.replace(";", "\n").splitlines()]
        made = {match[1] for line in lines if (match := _ASSIGNED.match(line))}
        read = {name for line in lines for name in get_identifiers(_ASSIGNED.sub("", line, count=1))}
        unknown = ((read - made) | (made - read)) - declared - _KNOWN
        if unknown:
            name = sorted(unknown)[0]
            raise ParameterError(f"{owner}: {label} uses {name!r}, which is not declared; {nearest(name, declared)}")


def check_variables(owner: str, equations: Equations, parameters: Iterable[str], initial: Iterable[str]) -> None:
    """Refuse a name that is both parameter and variable, and an initial value of what is no variable."""
    twice = set(equations.names) & set(parameters)
    if twice:
        raise ParameterError(f"{owner}: {sorted(twice)[0]!r} is both parameter and variable; rename one")
    for name in initial:
        if name not in equations.names:
            raise ParameterError(
                f"{owner}: initial value for {name!r}, which is no variable; {nearest(name, equations.names)}"
            )


def expressions(equations: Equations, initial: Mapping[str, str]) -> dict[str, str]:
    """Label and text of all expressions in the equations and the initial values."""
    found = {f"equation of {name}": str(eq.expr) for name, eq in equations.items() if eq.expr is not None}
    return found | {f"initial value of {name}": str(text) for name, text in initial.items()}
