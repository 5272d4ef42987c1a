"""What weights and delays are drawn from: distributions whose parameters carry units."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions, have_same_dimensions

from brainnet.errors import ParameterError
from brainnet.values.parameter import declaration_repr, unit_text

__all__ = ["Clipped", "Declared", "Distribution", "LogNormal", "Normal", "Uniform", "draw_values", "one_number"]

_FEWEST = 1e-3  # of draws that must fall between bounds for drawing again to be the way


class Declared:
    """What is written as the call that makes it, and equals what is written alike."""

    def __repr__(self) -> str:
        return declaration_repr(self)

    def __eq__(self, other: object) -> bool:
        return repr(self) == repr(other) if type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash(repr(self))


def one_number(owner: str, name: str, value: Any) -> Any:
    """Return one finite number, as a Quantity where it has a unit; or raise `ParameterError`."""
    try:
        number = np.nan if np.ndim(value) or isinstance(value, bool | str) else float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise ParameterError(
            f"{owner}: {name} = {repr(value)[:40]} is not one finite number; give one, with its unit, or a "
            "distribution where values differ"
        )
    dim = get_dimensions(value)
    return number if dim.is_dimensionless else Quantity(number, dim=dim)


class Distribution(Declared):
    """A distribution of weights or delays; its first parameter says the unit."""

    _units = True  # all parameters have one unit

    def __post_init__(self) -> None:
        owner = type(self).__name__
        for each in fields(self):  # type: ignore[arg-type]
            object.__setattr__(self, each.name, one_number(owner, each.name, getattr(self, each.name)))
        values = [getattr(self, each.name) for each in fields(self)]  # type: ignore[arg-type]
        if self._units and not have_same_dimensions(values[0], values[-1]):
            raise ParameterError(
                f"{owner}: {values[0]} and {values[-1]} have different units; give both in {unit_text(values[0])}"
            )

    @property
    def unit(self) -> Quantity:
        """SI unit of what is drawn."""
        return Quantity(1.0, dim=get_dimensions(getattr(self, fields(self)[0].name)))  # type: ignore[arg-type]

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw `n` numbers in SI units."""
        raise NotImplementedError

    def _not_negative(self, name: str) -> None:
        if float(getattr(self, name)) < 0:
            raise ParameterError(f"{type(self).__name__}: {name} = {getattr(self, name)} is below 0; give 0 or more")


@dataclass(frozen=True, repr=False, eq=False)
class Normal(Distribution):
    """Normal distribution; no bounds: see `Clipped`.

    Parameters
    ----------
    mean, sd : Quantity or float

    Raises
    ------
    ParameterError
        Different units, or a negative `sd`.

    Examples
    --------
    >>> from brian2 import mV
    >>> Normal(0.1*mV, 0.02*mV).unit
    1. * volt
    """

    mean: Any
    sd: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        self._not_negative("sd")

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw `n` numbers in SI units."""
        return rng.normal(float(self.mean), float(self.sd), n)


@dataclass(frozen=True, repr=False, eq=False)
class LogNormal(Distribution):
    """Log-normal distribution: its logarithm is normal. The mean is ``median*exp(sigma**2/2)``.

    Parameters
    ----------
    median : Quantity or float
        Above 0.
    sigma : float
        Standard deviation of the logarithm.
    """

    median: Any
    sigma: Any
    _units = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self._not_negative("sigma")
        if not float(self.median) > 0 or isinstance(self.sigma, Quantity):
            raise ParameterError(
                f"LogNormal: median = {self.median} must be above 0, and sigma = {self.sigma} a pure number; write "
                "e.g. LogNormal(0.5*mV, 1.0)"
            )

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw `n` numbers in SI units."""
        return rng.lognormal(np.log(float(self.median)), self.sigma, n)


@dataclass(frozen=True, repr=False, eq=False)
class Uniform(Distribution):
    """Uniform distribution from `low` to below `high`.

    Parameters
    ----------
    low, high : Quantity or float
    """

    low: Any
    high: Any

    def __post_init__(self) -> None:
        super().__post_init__()
        if not float(self.low) <= float(self.high):
            raise ParameterError(f"Uniform: low = {self.low} is above high = {self.high}; exchange them")

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw `n` numbers in SI units."""
        return rng.uniform(float(self.low), float(self.high), n)


@dataclass(frozen=True, repr=False, eq=False)
class Clipped(Distribution):
    """A distribution whose values lie between bounds.

    Parameters
    ----------
    of : Distribution
    low, high : Quantity or float
        The bounds.
    again : bool
        Values beyond them are drawn again (a truncated distribution); with False they are set to the bound.
    """

    of: Distribution
    low: Any
    high: Any
    again: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.of, Distribution):
            raise ParameterError(f"Clipped: of = {self.of!r} is no distribution; write e.g. Clipped(Normal(...), ...)")
        if not isinstance(self.again, bool):
            raise ParameterError(f"Clipped: again = {self.again!r} is not a truth value; write True or False")
        for name in ("low", "high"):
            value = one_number("Clipped", name, getattr(self, name))
            if not have_same_dimensions(value, self.of.unit):
                raise ParameterError(
                    f"Clipped: {name} = {value} has another unit than {self.of!r}; give it in {unit_text(self.of.unit)}"
                )
            object.__setattr__(self, name, value)
        if not float(self.low) < float(self.high):
            raise ParameterError(f"Clipped: low = {self.low} is not below high = {self.high}; give bounds apart")

    @property
    def unit(self) -> Quantity:
        """SI unit of what is drawn."""
        return self.of.unit

    def draw(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Draw `n` numbers in SI units; raise `ParameterError` where hardly any falls between the bounds."""
        low, high = float(self.low), float(self.high)
        values = self.of.draw(rng, n)
        if not self.again:
            return np.clip(values, low, high)
        beyond = np.flatnonzero((values < low) | (values > high))
        if n >= 1 / _FEWEST and len(beyond) > (1 - _FEWEST) * n:
            raise ParameterError(
                f"Clipped: {len(beyond)} of {n} values lie beyond {self.low} to {self.high}; choose bounds that "
                f"{self.of!r} reaches, or again=False"
            )
        for _ in range(int(40 / _FEWEST)):  # hardly ever more than a few
            if not len(beyond):
                return values
            fresh = self.of.draw(rng, len(beyond))
            values[beyond] = fresh
            beyond = beyond[(fresh < low) | (fresh > high)]
        raise ParameterError(
            f"Clipped: {self.of!r} hardly ever lies between {self.low} and {self.high}; choose bounds that it reaches, "
            "or again=False"
        )


def draw_values(given: Any, rng: np.random.Generator, n: int) -> tuple[Any, Quantity]:
    """Return one number, or `n` drawn ones, in SI units; and the unit."""
    if isinstance(given, Distribution):
        return given.draw(rng, n), given.unit
    return float(given), Quantity(1.0, dim=get_dimensions(given))
