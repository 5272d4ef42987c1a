"""One declared parameter: default with unit, meaning, range; checks values and reads them from text."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar

import numpy as np
from brian2 import Function, Quantity, TimedArray, get_dimensions, get_unit, have_same_dimensions, second
from brian2.units.fundamentalunits import DIMENSIONLESS, get_unit_for_display

from brainnet.brian import DEFAULT_UNITS, all_units
from brainnet.errors import ParameterError, nearest

__all__ = ["Parameter", "check_fields", "check_kind", "declaration_repr", "quantity_repr", "unit_text"]

_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\s*\*?\s*([A-Za-z]\w*))?\s*")
# What may stand after it in place of one unit: /mV**2, *nS/mV, *s^0.5 A.
_FACTOR = re.compile(r"\s*([*/ ])\s*([A-Za-z]\w*)(?:\s*(?:\*\*|\^)\s*(-?\d(?:\.\d)?))?")
# Units as equations name them (``volt``), and as they are shown (``V``).
_UNITS = {**{str(unit): unit for unit in all_units}, **DEFAULT_UNITS}
_Kind = TypeVar("_Kind")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def quantity_repr(value: Any) -> str:
    """Write a value so that ``eval`` gives it back to the last bit (SI units, Brian2's unit names)."""
    if isinstance(value, np.ndarray):
        content = np.asarray(value).tolist()
        number = f"array({content!r})" if value.ndim else repr(content)
        if get_dimensions(value) is DIMENSIONLESS:
            return number
        unit = repr(get_unit(get_dimensions(value)))
        return f"{number}*{unit if unit.isidentifier() else f'({unit})'}"
    if isinstance(value, np.generic):
        return repr(value.item())
    return repr(value)


def declaration_repr(value: Any) -> str:
    """Constructor call of a declaration or of a value in it, such that ``eval`` gives it back."""
    if hasattr(value, "__dataclass_fields__"):
        given = ((f.name, getattr(value, f.name)) for f in fields(value) if f.init)
        shown = ", ".join(
            f"{name}={declaration_repr(content)}" for name, content in given if content not in ("", None, (), {})
        )
        return f"{type(value).__name__}({shown})"
    if isinstance(value, Mapping):
        # A function is written as the name that equations call it by.
        written = {
            key: key if isinstance(v, Function) and not isinstance(v, TimedArray) else declaration_repr(v)
            for key, v in value.items()
        }
        return "{" + ", ".join(f"{key!r}: {text}" for key, text in written.items()) + "}"
    if isinstance(value, TimedArray):
        values = Quantity(value.values, dim=value.dim)
        return f"TimedArray({quantity_repr(values)}, dt={quantity_repr(value.dt * second)})"
    return quantity_repr(value)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a model or a protocol.

    Parameters
    ----------
    value : Quantity, float, int, bool or str
        Default; its unit and type are those that every later value must have.
    meaning : str
        What it is, in a few words.
    low, high : Quantity or number, optional
        Inclusive bounds.
    above, below : Quantity or number, optional
        Exclusive bounds, for values such as time constants.
    choices : tuple of str or int, optional
        All values that a text or a whole number may take.
    quick : optional
        Value of the protocol's quick size; the default where not given.
    """

    value: Any
    meaning: str
    low: Any = None
    high: Any = None
    above: Any = None
    below: Any = None
    choices: tuple[Any, ...] = ()
    quick: Any = None

    def __eq__(self, other: object) -> bool:
        # By what is written, since values may be arrays.
        if not isinstance(other, Parameter):
            return NotImplemented
        return all(quantity_repr(getattr(self, f.name)) == quantity_repr(getattr(other, f.name)) for f in fields(self))

    def __hash__(self) -> int:
        return hash((quantity_repr(self.value), self.meaning))

    def check(self, owner: str, name: str, value: Any) -> Any:
        """Return `value` in the type of the default, or raise.

        Raises
        ------
        ParameterError
            Wrong type, unit, shape or range, NaN; the message names `owner`, `name` and the remedy.
        """
        where = f"{owner}: {name}"
        if isinstance(self.value, str):
            if not isinstance(value, str) or (self.choices and value not in self.choices):
                raise ParameterError(f"{where} = {value!r} is not one of its values; {self._choice_hint(value)}")
            return value
        if isinstance(self.value, bool):
            if not isinstance(value, bool | np.bool_):
                raise ParameterError(f"{where} = {value!r} is not a truth value; write True or False")
            return bool(value)
        if isinstance(self.value, numbers.Integral):
            if isinstance(value, bool) or not isinstance(value, numbers.Integral):
                raise ParameterError(f"{where} = {value!r} is not a whole number; write e.g. {name}={self.value}")
            value = int(value)
            if self.choices and value not in self.choices:
                raise ParameterError(f"{where} = {value} is out of range; give {' or '.join(map(str, self.choices))}")
        else:
            value = self._check_quantity(where, name, value)
        self._check_range(where, value)
        return value

    def _check_quantity(self, where: str, name: str, value: Any) -> Any:
        example = f"write e.g. {name}={self.text()}"
        if isinstance(value, str | bytes | bool) or value is None:
            raise ParameterError(f"{where} = {value!r} is not a number; {example}")
        try:
            array = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ParameterError(f"{where} = {value!r} is not a number; {example}") from None
        if not have_same_dimensions(value, self.value):
            got, want = get_dimensions(value), get_dimensions(self.value)
            raise ParameterError(f"{where} has the unit {_unit(got)}, expected {_unit(want)}; {example}")
        if not np.isfinite(array).all():
            raise ParameterError(f"{where} = {value} is not finite; {example}")
        if array.ndim == 0:
            return Quantity(float(array), dim=get_dimensions(self.value)) if self.has_unit else float(array)
        return value

    def _check_range(self, where: str, value: Any) -> None:
        for bound, bad, words in (
            (self.low, np.less, "at least"),
            (self.high, np.greater, "at most"),
            (self.above, np.less_equal, "more than"),
            (self.below, np.greater_equal, "less than"),
        ):
            if bound is not None and np.any(bad(np.asarray(value, dtype=float), float(bound))):
                raise ParameterError(f"{where} = {value} is out of range; give {words} {bound}")

    def _choice_hint(self, value: Any) -> str:
        return nearest(str(value), self.choices) if self.choices else "write a text"

    @property
    def has_unit(self) -> bool:
        """Whether the value carries a physical unit."""
        return get_dimensions(self.value) is not DIMENSIONLESS if not isinstance(self.value, str) else False

    def text(self, value: Any = None) -> str:
        """Write a value as a user would type it, such as ``20*ms``."""
        value = self.value if value is None else value
        if isinstance(value, Quantity) and np.ndim(value) == 0 and self.has_unit:
            unit: Any = get_unit_for_display(value.dim)
            if math.isfinite(float(value)) and float(value):
                unit = value.get_best_unit()
            power = _power_of_one(value.dim)
            number = float(value) / (1.0 if power or isinstance(unit, str) else float(unit))
            # Short where that loses nothing.
            short = f"{number:.10g}"
            return (short if math.isclose(float(short), number, rel_tol=1e-15) else repr(number)) + (
                power or f"*{unit}"
            )
        return str(value)

    def parse(self, owner: str, name: str, text: str) -> Any:
        """Read a value from text (``20*ms``, ``20 ms``, ``0.5``, ``bernoulli``) and check it.

        The text is matched, never evaluated.

        Raises
        ------
        ParameterError
            The text is not a value of this parameter.
        """
        where = f"{owner}: {name}"
        if isinstance(self.value, str):
            return self.check(owner, name, text)
        if isinstance(self.value, bool):
            if text.lower() not in _TRUE + _FALSE:
                raise ParameterError(f"{where} = {text!r} is not a truth value; write true or false")
            return text.lower() in _TRUE
        match = _NUMBER.fullmatch(text)
        if match is None and (compound := _compound(text)) is not None:
            return self.check(owner, name, compound)
        if match is None:
            raise ParameterError(f"{where} = {text!r} is not a number; write e.g. {name}={self.text()}")
        number, unit = match.groups()
        if unit and unit not in _UNITS:
            raise ParameterError(f"{where}: unknown unit {unit!r}; {nearest(unit, DEFAULT_UNITS)}")
        if isinstance(self.value, numbers.Integral) and not unit:
            try:
                return self.check(owner, name, int(number))
            except ValueError as error:
                if isinstance(error, ParameterError):
                    raise
                raise ParameterError(
                    f"{where} = {text!r} is not a whole number; write e.g. {name}={self.value}"
                ) from None
        return self.check(owner, name, float(number) * _UNITS[unit] if unit else float(number))


def check_fields(owner: str, settings: Any, declared: Mapping[str, Parameter]) -> None:
    """Check the fields of a frozen dataclass, when it is made, and keep them in the declared types.

    Raises
    ------
    ParameterError
    """
    for name, parameter in declared.items():
        object.__setattr__(settings, name, parameter.check(owner, name, getattr(settings, name)))


def check_kind(name: str, value: Any, kind: type[_Kind]) -> _Kind:
    """Return a value that is one of a kind of settings, such as a recipe.

    Raises
    ------
    ParameterError
    """
    if not isinstance(value, kind):
        raise ParameterError(f"{name} = {repr(value)[:40]} is no {kind.__name__}; write e.g. {name}={kind.__name__}()")
    return value


def _compound(text: str) -> Any:
    """Read a number with several units or a power of one, such as ``0.1/mV**2``; None for anything else."""
    end = re.match(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)
    if end is None or not re.fullmatch(f"(?:{_FACTOR.pattern})+\\s*", text[end.end() :]):
        return None
    value: Any = float(end[0])
    for sign, unit, power in _FACTOR.findall(text[end.end() :]):
        if unit not in _UNITS:
            return None
        factor = _UNITS[unit] ** float(power or 1)
        value = value / factor if sign == "/" else value * factor
    return value


@cache  # all units are looked at, and a dimension is one object
def _power_of_one(dim: Any) -> str:
    """Write a dimension that has no name as a power of one that has, such as ``/V**2``; nothing for all others."""
    if any(unit.dim == dim for unit in all_units):
        return ""
    for unit in map(DEFAULT_UNITS.get, ("volt", "second", "amp", "siemens", "meter")):
        for power in (-2, -1, 2):
            if (unit**power).dim == dim:
                return f"{'*/'[power < 0]}{unit}{'' if abs(power) == 1 else f'**{abs(power)}'}"
    return ""


def _unit(dim: Any) -> str:
    return "none" if dim is DIMENSIONLESS else str(get_unit_for_display(dim))


def unit_text(value: Any) -> str:
    """Unit of a value as Brian2's equations write it (``volt``, ``1``)."""
    dim = get_dimensions(value)
    return "1" if dim.is_dimensionless else repr(get_unit(dim))
