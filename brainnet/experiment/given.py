"""What a user gives an experiment: a rule, frequencies, trains. The same words from Python and on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from brian2 import Hz, Quantity, have_same_dimensions, second

from brainnet.errors import ParameterError
from brainnet.values.entries import listed
from brainnet.values.parameter import Parameter

__all__ = ["Given", "chosen_frequencies", "chosen_shares", "chosen_times", "chosen_values"]

_FREQUENCY = Parameter(10 * Hz, "a frequency", above=0 * Hz)
_TIME = Parameter(1 * second, "a time", low=0 * second)
_SHARE = Parameter(0.1, "a share", low=0.0, high=1.0)


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
    """Return frequencies in Hz, rising, each once: ``[5, 30]*Hz``, or ``"5, 30 Hz"``.

    Raises
    ------
    ParameterError
        No frequencies: wrong unit, 0 or less, NaN.
    """
    example = f"write e.g. {name}=5,30*Hz, or [5, 30]*Hz in Python"
    return chosen_values(owner, name, given, _FREQUENCY, what="frequencies", example=example)


def chosen_times(owner: str, name: str, given: str | Quantity) -> np.ndarray:
    """Return times from 0 on in seconds, rising, each once: ``[1, 60]*second``, or ``"1, 60 s"``.

    Raises
    ------
    ParameterError
        No times: wrong unit, less than 0, NaN.
    """
    example = f"write e.g. {name}=1,60*s, or [1, 60]*second in Python"
    return chosen_values(owner, name, given, _TIME, what="times", example=example)


def chosen_shares(owner: str, name: str, given: str) -> np.ndarray:
    """Return numbers from 0 to 1, rising, each once: ``"0, 0.1, 0.3"``.

    Raises
    ------
    ParameterError
        No numbers, or out of range.
    """
    return chosen_values(owner, name, given, _SHARE, what="numbers", example=f"write e.g. {name}=0,0.1,0.3")


def chosen_values(
    owner: str, name: str, given: str | Quantity, kind: Parameter, *, what: str, example: str
) -> np.ndarray:
    """Return values in SI units, rising, each once.

    Parameters
    ----------
    owner, name : str
        For messages.
    given : Quantity of shape (n,), or str
        In a text, a number without a unit has that of the next one that has one.
    kind : Parameter
        What each of them has to be.
    what, example : str
        What they are called, and how they are written, for messages.

    Raises
    ------
    ParameterError
        There are none, or one of them is not of that kind.
    """
    if isinstance(given, str):
        try:
            parts = listed(given)
        except ValueError as error:
            raise ParameterError(f"{owner}: {name} = {error}; {example}") from None
        try:
            values = [kind.parse(owner, name, part) for part in parts]
        except ParameterError as error:
            raise ParameterError(f"{owner}: {name} = {given!r} are no {what}; {example}") from error
    else:
        if not have_same_dimensions(given, kind.value) or np.ndim(given) > 1:
            raise ParameterError(f"{owner}: {name} = {given!r} are no {what}; {example}")
        values = [kind.check(owner, name, value) for value in np.atleast_1d(given)]
    if not values:
        raise ParameterError(f"{owner}: {name} is empty; {example}")
    return np.unique([float(value) for value in values])
