"""Checks of declared equations that need no group: names, units and what every identifier means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from brian2 import Equations, get_unit
from brian2.core.namespace import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS, DEFAULT_UNITS
from brian2.equations.equations import EquationError
from brian2.units.fundamentalunits import get_dimensions
from brian2.utils.stringtools import get_identifiers

from brainnet.errors import ParameterError, nearest

__all__ = ["check_identifiers", "check_name", "parse_equations", "unit_text"]

_ALWAYS = {
    "t",
    "dt",
    "i",
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
_KNOWN = _ALWAYS | set(DEFAULT_CONSTANTS) | set(DEFAULT_FUNCTIONS) | set(DEFAULT_UNITS)


def check_name(kind: str, name: str) -> None:
    """Refuse a name that is no plain Python identifier, since names reach generated code."""
    if not (isinstance(name, str) and name.isidentifier() and name.isascii() and not name.startswith("_")):
        raise ParameterError(f"{kind} name {name!r} is not a plain identifier; use letters, digits and '_'")


def parse_equations(owner: str, text: str) -> Equations:
    """Read Brian2 equations, with the owner named in the error."""
    try:
        return Equations(text)
    except (EquationError, SyntaxError, ValueError) as error:
        raise ParameterError(
            f"{owner}: equations cannot be read ({' '.join(str(error).split())}); mend them"
        ) from error


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
        own = {line.split("=")[0].split(":")[0].strip() for line in text.replace(";", "\n").splitlines() if "=" in line}
        unknown = get_identifiers(text) - declared - _KNOWN - (own if label != "equations" else set())
        if unknown:
            name = sorted(unknown)[0]
            raise ParameterError(f"{owner}: {label} uses {name!r}, which is not declared; {nearest(name, declared)}")


def unit_text(value: Any) -> str:
    """Unit of a value as Brian2's equations write it (``volt``, ``1``)."""
    dim = get_dimensions(value)
    return "1" if dim.is_dimensionless else repr(get_unit(dim))
