"""Which values a sweep goes through: the product of all that is given for each parameter, and of seeds."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.results import parameter_text
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.values.entries import listed
from brainnet.values.parameter import Parameter

if TYPE_CHECKING:
    from brainnet.declare import Protocol

__all__ = ["MOST_POINTS", "Grid", "make_grid"]

MOST_POINTS = 100_000
_SPAN = re.compile(r"\s*([^:]+):([^:]+):([^:]+)")
_SLACK = 1e-9  # of a step: 0:1:0.1 ends at 1


@dataclass(frozen=True)
class Grid:
    """The points of a sweep.

    Parameters
    ----------
    axes : dict of str to list
        Values of each parameter that is varied, as the protocol takes them.
    seeds : list of int
    fixed : dict
        Values of further parameters, the same at all points.
    """

    axes: dict[str, list[Any]]
    seeds: list[int]
    fixed: dict[str, Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values along each axis, seeds last."""
        return (*map(len, self.axes.values()), len(self.seeds))

    def points(self) -> list[tuple[dict[str, Any], int]]:
        """Return (values, seed) of each point, the last axis fastest."""
        return [
            ({**self.fixed, **dict(zip(self.axes, chosen, strict=True))}, seed)
            for *chosen, seed in itertools.product(*self.axes.values(), self.seeds)
        ]


def make_grid(
    protocol: Protocol, over: Mapping[str, Any], fixed: Mapping[str, Any], *, repeat: int, seed: int, quick: bool
) -> Grid:
    """Read and check all values, before anything runs.

    Parameters
    ----------
    protocol : Protocol
    over : mapping of str to text or sequence
        ``"rule": "pair,triplet"``, ``"frequency": "10:50:10*Hz"`` (first, last and step; the last value is included
        if a step leads to it), or the values themselves.
    fixed : mapping
        Parameters that are the same at all points.
    repeat, seed : int
        Seeds are seed, seed + 1, ...
    quick : bool
        Of the values that are not given.

    Raises
    ------
    UnknownNameError, ParameterError
        There is no such parameter, nothing is varied, a value does not fit or occurs twice, or there are too many
        points.
    """
    where = f"sweep of {protocol.name}"
    if not isinstance(over, Mapping):
        raise ParameterError(f"{where}: over = {repr(over)[:40]} names no values; write e.g. over={{NAME: [1, 2]}}")
    for name in over:
        if name not in protocol.parameters:
            raise UnknownNameError(
                f"protocol {protocol.name} has no parameter {name!r}; {nearest(name, protocol.parameters)}"
            )
        if name in fixed:
            raise ParameterError(f"{where}: {name} is varied and has a value of its own; leave one of them out")
    seed = check_seed(where, seed, MOST_INTEGER)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= MOST_INTEGER - seed:
        raise ParameterError(f"{where}: repeat = {repeat!r} is out of range; give a whole number of at least 1")
    axes = {name: _values(where, name, protocol.parameters[name], given) for name, given in over.items()}
    if not axes and repeat == 1:
        raise ParameterError(f"{where}: nothing is varied; give values, such as over={{NAME: [1, 2]}}, or repeat=5")
    count = repeat
    for values in axes.values():
        count *= len(values)
    if count > MOST_POINTS:
        raise ParameterError(f"{where}: {count} points are more than {MOST_POINTS}; give fewer values, or more sweeps")
    bound = protocol.bind(fixed, quick=quick)
    return Grid(axes, [seed + number for number in range(repeat)], {name: bound[name] for name in fixed})


def _values(where: str, name: str, declared: Parameter, given: Any) -> list[Any]:
    example = f"write e.g. {name}=A,B or {name}=START:STOP:STEP"
    if isinstance(given, str):
        span = None if isinstance(declared.value, str) else _SPAN.fullmatch(given)
        if span is not None:
            values = _steps(where, name, declared, *span.groups())
        elif ":" in given and not isinstance(declared.value, str):
            raise ParameterError(f"{where}: {name} = {given!r} is no series; {example}")
        else:
            try:
                texts = listed(given) if not isinstance(declared.value, str) else _texts(given)
            except ValueError as error:
                raise ParameterError(f"{where}: {name} = {error}; {example}") from None
            values = [declared.parse(where, name, text) for text in texts]
    else:
        try:
            values = [declared.check(where, name, value) for value in given]
        except TypeError:
            raise ParameterError(f"{where}: {name} = {given!r} is no list of values; {example}") from None
    if not values:
        raise ParameterError(f"{where}: {name} has no values; {example}")
    seen = set()
    for text in (str(parameter_text(declared, value)) for value in values):
        if text in seen:
            raise ParameterError(f"{where}: {name} = {text} is given twice; leave one out")
        seen.add(text)
    return values


def _texts(given: str) -> list[str]:
    entries = [part.strip() for part in given.split(",")]
    if not all(entries):
        raise ValueError(f"{given!r} has an empty entry")
    return entries


def _steps(where: str, name: str, declared: Parameter, *words: str) -> list[Any]:
    try:
        start, stop, step = (
            declared.parse(where, name, text) if place < 2 else _step(declared, name, text)
            for place, text in enumerate(listed(",".join(words)))
        )
    except ValueError as error:
        if isinstance(error, ParameterError):
            raise
        raise ParameterError(f"{where}: {name} = {':'.join(words)!r}: {error}") from None
    span, width = float(stop) - float(start), float(step)
    if width == 0 or span / width < 0:
        raise ParameterError(
            f"{where}: {name} = {':'.join(words)} leads nowhere; give a step from the first to the last"
        )
    count = int(np.floor(span / width + _SLACK)) + 1
    if count > MOST_POINTS:
        raise ParameterError(f"{where}: {name} has {count} values, more than {MOST_POINTS}; give a larger step")
    # The decimal numbers that were meant: 0.3, and not 0.30000000000000004, which nobody would look for.
    places = 14 - math.floor(math.log10(max(abs(float(start)), abs(float(stop)), abs(width))))
    numbers = [round(float(start) + width * number, places) + 0.0 for number in range(count)]
    whole = isinstance(declared.value, int) and not isinstance(declared.value, bool)
    if whole:
        return [declared.check(where, name, round(number)) for number in numbers]
    dim = get_dimensions(declared.value)
    return [declared.check(where, name, Quantity(number, dim=dim)) for number in numbers]


def _step(declared: Parameter, name: str, text: str) -> Any:
    """Read a step: in the unit of the parameter, of any size."""
    return Parameter(declared.value, "the step").parse("step", name, text)
