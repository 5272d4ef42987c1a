"""The declaration of a protocol: parameters, results, picture, and the function that runs the experiment."""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from brian2 import defaultclock

from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.plot import in_house_style
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.values.parameter import Parameter

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["Protocol", "ProtocolRun", "Result", "noted_runs", "protocol"]


@dataclass(frozen=True)
class Result:
    """A named result of a protocol; its value is the variable of that name in the returned data set.

    Parameters
    ----------
    meaning : str
        What is measured.
    unit : str
        ``"1"`` for pure numbers; accuracies and rates are fractions.
    reference : float or callable, optional
        The published value; None where nothing is published. Where it depends on the parameters, a function of their
        mapping that returns a value or None.
    tolerance : float, optional
        How far from the reference is still a reproduction.
    source : str
        Where the reference stands (paper, table).
    optional : bool
        It may be left out of the data set, where an experiment with these parameters has no such value.
    """

    meaning: str
    unit: str = "1"
    reference: float | Callable[[Mapping[str, Any]], float | None] | None = None
    tolerance: float | None = None
    source: str = ""
    optional: bool = False

    def reference_for(self, parameters: Mapping[str, Any]) -> float | None:
        """Return the published value for an experiment with these parameters."""
        value = self.reference(parameters) if callable(self.reference) else self.reference
        return None if value is None else float(value)


@dataclass(frozen=True)
class Protocol:
    """What is done to a model: a function of declared parameters that returns an `xarray.Dataset`.

    The function takes the declared parameters by name, ``seed`` and, if it reads a data set, ``data``
    (a path or None). It draws random input with NumPy from the seed, so that every target sees the same spikes.

    Raises
    ------
    UnknownNameError, ParameterError
        From a call with a parameter that does not exist, or a value that does not fit.
    """

    name: str
    function: Callable[..., xr.Dataset]
    parameters: Mapping[str, Parameter]
    results: Mapping[str, Result]
    draw: Callable[[xr.Dataset], Figure] | None = None
    source: str = ""
    takes_data: bool = field(init=False)

    def __post_init__(self) -> None:
        for name, declared in self.parameters.items():
            for size in (declared.value, declared.quick):
                if size is not None:
                    declared.check(self.name, name, size)
        signature = inspect.signature(self.function).parameters.values()
        arguments = {argument.name for argument in signature if argument.kind is not argument.VAR_KEYWORD}
        if len(arguments) < len(signature):  # **settings takes all that is not named
            arguments |= set(self.parameters)
        object.__setattr__(self, "takes_data", "data" in arguments)
        expected = set(self.parameters) | {"seed"} | ({"data"} if self.takes_data else set())
        if arguments != expected:
            odd = ", ".join(sorted(arguments ^ expected))
            raise ParameterError(
                f"protocol {self.name}: declared parameters and arguments differ in {odd}; declare both alike"
            )
        if self.draw is not None and not isinstance(self.draw, partial):
            object.__setattr__(self, "draw", partial(in_house_style, self.draw))

    @property
    def summary(self) -> str:
        """First line of the function's docstring."""
        return (inspect.getdoc(self.function) or self.name).splitlines()[0]

    @property
    def module(self) -> ModuleType:
        """The file that declares it, with its helpers and constants."""
        return sys.modules[self.function.__module__]

    def bind(self, values: Mapping[str, Any] | None = None, *, quick: bool = False) -> dict[str, Any]:
        """Check `values` and fill in the defaults (or the quick size). Text values of numbers are parsed."""
        values = dict(values or {})
        bound = {}
        for name in values:
            if name not in self.parameters:
                raise UnknownNameError(
                    f"protocol {self.name} has no parameter {name!r}; {nearest(name, self.parameters)}"
                )
        for name, declared in self.parameters.items():
            if name in values:
                value = values[name]
                read = declared.parse if isinstance(value, str) else declared.check
                bound[name] = read(self.name, name, value)
            else:
                bound[name] = declared.quick if quick and declared.quick is not None else declared.value
        return bound

    def __call__(
        self, *, seed: int = 0, data: str | Path | None = None, quick: bool = False, **values: Any
    ) -> xr.Dataset:
        """Run the experiment on the current target and return its data set."""
        if data is not None and not self.takes_data:
            raise ParameterError(f"protocol {self.name} reads no data set; leave --data out")
        seed = check_seed(f"protocol {self.name}", seed, MOST_INTEGER)
        extra = {"data": data} if self.takes_data else {}
        parameters = self.bind(values, quick=quick)
        dt, begin = defaultclock.dt, time.perf_counter()
        try:
            dataset = self.function(**parameters, seed=seed, **extra)
        finally:
            defaultclock.dt = dt  # a protocol may have set it, and the next one counts on Brian2's
        missing = [name for name, one in self.results.items() if name not in dataset and not one.optional]
        if missing:
            raise RuntimeError(f"protocol {self.name} did not return its results {missing}")
        if (noted := _NOTED.get()) is not None:
            noted.append(ProtocolRun(self, parameters, seed, dataset, time.perf_counter() - begin))
        return dataset


@dataclass(frozen=True)
class ProtocolRun:
    """One run of a protocol: what was run, with which values, and what came out."""

    protocol: Protocol
    parameters: Mapping[str, Any]
    seed: int
    dataset: xr.Dataset
    wall_seconds: float


_NOTED: ContextVar[list[ProtocolRun] | None] = ContextVar("noted runs", default=None)


@contextmanager
def noted_runs() -> Iterator[list[ProtocolRun]]:
    """Note every protocol that the body runs, such as those of a figure.

    Yields
    ------
    list of ProtocolRun
        In the order in which they end.
    """
    runs: list[ProtocolRun] = []
    token = _NOTED.set(runs)
    try:
        yield runs
    finally:
        _NOTED.reset(token)


def protocol(
    *,
    parameters: Mapping[str, Parameter],
    results: Mapping[str, Result],
    draw: Callable[[xr.Dataset], Figure] | None = None,
    source: str = "",
) -> Callable[[Callable[..., xr.Dataset]], Protocol]:
    """Declare a function as a protocol of the same name (decorator)."""

    def declare(function: Callable[..., xr.Dataset]) -> Protocol:
        return Protocol(function.__name__, function, dict(parameters), dict(results), draw, source)

    return declare
