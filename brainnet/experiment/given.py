"""What a user gives an experiment: a rule, frequencies, trains. The same words from Python and on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from brian2 import Hz, Quantity, have_same_dimensions

from brainnet.errors import ParameterError
from brainnet.values.parameter import Parameter

__all__ = ["Given", "chosen_frequencies"]

_FREQUENCY = Parameter(10 * Hz, "a frequency", above=0 * Hz)


@dataclass(frozen=True, eq=False)
class Given(Parameter):
    """A parameter of a protocol that takes a text, which the protocol reads, or an object of these classes.

    Parameters
    ----------
    accepts : tuple of type
        What Python may pass instead of a text.
    """

    accepts: tuple[type, ...] = ()

    def check(self, owner: str, name: str, value: Any) -> Any:
        """Return `value` as it is, a path as text.

        Raises
        ------
        ParameterError
            It is neither a text nor of a class that is accepted.
        """
        if isinstance(value, PathLike):
            return str(value)
        if not isinstance(value, (str, *self.accepts)):
            words = " or ".join(["a text", *(each.__name__ for each in self.accepts)])
            raise ParameterError(f"{owner}: {name} = {value!r} is a {type(value).__name__}; give {words}")
        return value


def chosen_frequencies(owner: str, name: str, given: str | Quantity) -> np.ndarray:
    """Return frequencies in Hz, rising, each once.

    Parameters
    ----------
    owner, name : str
        For messages.
    given : Quantity of shape (n,), or str
        ``[5, 30]*Hz``, or ``"5, 30 Hz"``: a number without a unit has that of the next one that has one.

    Raises
    ------
    ParameterError
        No frequencies: wrong unit, 0 or less, NaN.
    """
    example = f"write e.g. {name}=5,30*Hz, or [5, 30]*Hz in Python"
    if isinstance(given, str):
        parts, unit = [], ""
        entries = [part.strip() for part in given.split(",")] if given.strip() else []
        if not all(entries):
            raise ParameterError(f"{owner}: {name} = {given!r} has an empty entry; {example}")
        for part in reversed(entries):
            unit = part.lstrip("0123456789.eE+- ") or unit
            parts.append(part if part[-1].isalpha() else f"{part} {unit}")
        try:
            values = [_FREQUENCY.parse(owner, name, part) for part in parts]
        except ParameterError as error:
            raise ParameterError(f"{owner}: {name} = {given!r} are no frequencies; {example}") from error
    else:
        if not have_same_dimensions(given, Hz) or np.ndim(given) > 1:
            raise ParameterError(f"{owner}: {name} = {given!r} are no frequencies; {example}")
        values = [_FREQUENCY.check(owner, name, value) for value in np.atleast_1d(given)]
    if not values:
        raise ParameterError(f"{owner}: {name} is empty; {example}")
    return np.unique([float(value / Hz) for value in values])
