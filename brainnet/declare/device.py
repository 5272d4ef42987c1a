"""The declaration of a memory device: how pulses move its conductance, and how devices and reads differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from brian2 import DimensionMismatchError, Quantity, get_dimensions, joule, meter, second, siemens

from brainnet.declare.declaration import Declaration
from brainnet.declare.equations import check_identifiers, check_name
from brainnet.declare.evaluate import check_arithmetic, evaluate, evaluate_with_units
from brainnet.declare.latex import typeset_assigned
from brainnet.errors import ParameterError, nearest
from brainnet.values.parameter import Parameter, unit_text

__all__ = ["COSTS", "Device"]

# What a table of costs may hold; a depressing pulse costs what a write costs, unless erase_... says otherwise.
COSTS = {
    "write_energy": joule, "write_time": second, "erase_energy": joule, "erase_time": second,
    "read_energy": joule, "read_time": second, "area": meter**2,
}  # fmt: skip
# Names that expressions read besides the parameters, and where.
_RESERVED = ("G", "G_t", "dG", "dt", "t")
_BRANCHES = ("potentiation", "depression")


@dataclass(frozen=True, repr=False, eq=False)
class Device(Declaration):
    """A memory device, such as a memristor: its conductance G, and what moves it.

    All expressions are text, of G, the parameters and what is named below; the conductance stays within
    [G_min, G_max], two parameters that every device has. Sign convention: dt = t_post - t_pre.

    Parameters
    ----------
    name, summary, source : str
        Identifier, one line, and where the model stands.
    potentiation, depression : str
        Step in conductance (siemens) of one pulse that raises and of one that lowers it (negative); empty where
        single pulses do not move the device.
    window : mapping of str to str
        ``{"potentiation": ..., "depression": ...}``: change of conductance by one pair of pulses, as an expression
        of dt, for dt > 0 and for dt < 0 (negative). With it come the parameters dt_min and dt_max: the time
        differences, without sign, between which the curve holds.
    parameters : mapping of str to Parameter
    derived : mapping of str to str
        Further constants as expressions of the parameters, each of which may read those above it.
    spread : mapping of str to str
        Device-to-device variation: parameter to its relative standard deviation. The factor is lognormal with
        mean 1, so that the sign stays.
    cycle_noise : str
        Cycle-to-cycle variation: standard deviation (siemens) of one step, an expression of G and the step dG.
    programming_noise : str
        Standard deviation (siemens) of what is left when a conductance G is written by write and verify.
    read_noise : str
        Standard deviation (siemens) of one read, of G as written, G_t that it is now, and the time t since writing.
    retention, drift : str
        Conductance a time t after it was G; retention first, then drift.
    drawn : mapping of str to (str, str)
        Quantities that each cell draws once, such as an exponent of drift: mean and standard deviation, of G.
    stuck : mapping of str to str
        Conductance that cells are stuck at, to the probability of such a cell.
    costs : mapping of str to str
        Energy, time and area: ``write_energy``, ``write_time``, ``erase_...``, ``read_...`` and ``area``. G in them is
        the mean of before and after.
    functions : mapping of str to brian2.Function
        Functions that `derived` calls.
    unidirectional : bool
        Whether it is lowered at once and not step by step, so that a weight takes a pair of devices.
    variants, chosen : mapping
        As in `NeuronModel`.

    Raises
    ------
    ParameterError
        An expression reads what is not declared or has the wrong unit; G_max is not above G_min; a pulse moves the
        conductance the wrong way.

    Examples
    --------
    >>> from brian2 import uS
    >>> ten = Device("ten", potentiation="(G_max - G_min)/10", depression="(G_min - G_max)/10",
    ...              parameters={"G_min": Parameter(0*uS, "lowest"), "G_max": Parameter(10*uS, "highest")})
    >>> ten(G_max=20*uS).parameters["G_max"].value
    20. * usiemens
    """

    name: str
    summary: str = ""
    potentiation: str = ""
    depression: str = ""
    window: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    derived: Mapping[str, str] = field(default_factory=dict)
    spread: Mapping[str, str] = field(default_factory=dict)
    cycle_noise: str = ""
    programming_noise: str = ""
    read_noise: str = ""
    retention: str = ""
    drift: str = ""
    drawn: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    stuck: Mapping[str, str] = field(default_factory=dict)
    costs: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Any] = field(default_factory=dict)
    unidirectional: bool = False
    variants: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    source: str = ""

    __repr__ = Declaration.__repr__

    def __post_init__(self) -> None:
        check_name("device", self.name)
        self.check_variants(
            ("potentiation", "depression", "window", "derived", "spread", "cycle_noise", "programming_noise",
             "read_noise", "retention", "drift", "drawn", "stuck", "costs", "parameters")
        )  # fmt: skip
        parameters = self.resolved_parameters()
        for name, parameter in parameters.items():
            check_name(f"{self.name}: parameter", name, reserved=_RESERVED)
            parameter.check(self.name, name, parameter.value)
            if np.ndim(parameter.value):
                raise ParameterError(
                    f"{self.name}: {name} has the shape {np.shape(parameter.value)}; give one value, and declare how "
                    "devices differ as spread"
                )
        self._check_range(parameters)
        self._check_names(parameters)
        names: set[str] = {*parameters}
        for label, (text, more, _) in self._expressions().items():
            check_arithmetic(self.name, label, text)
            check_identifiers(self.name, {label: text}, names | {*more} | {*self.functions})
            if label.startswith("derived "):
                names.add(label.removeprefix("derived "))
        self._check_values()

    def _check_range(self, parameters: Mapping[str, Parameter]) -> None:
        needed = {"G_min": siemens, "G_max": siemens}
        if self.resolved("window"):
            needed |= {"dt_min": second, "dt_max": second}
        for name, unit in needed.items():
            if name not in parameters:
                raise ParameterError(f"{self.name}: it has no parameter {name}; declare it, in {unit}")
            if get_dimensions(parameters[name].value) != get_dimensions(unit):
                raise ParameterError(
                    f"{self.name}: {name} = {parameters[name].value} is not in {unit}; give it in {unit}"
                )
        for low, high in (("G_min", "G_max"), ("dt_min", "dt_max")):
            if low in needed:
                start, end = parameters[low].value, parameters[high].value
                if not 0 <= float(start) < float(end):
                    raise ParameterError(
                        f"{self.name}: {low} = {start} and {high} = {end} are no range from 0 on; "
                        f"give a {high} above {low}"
                    )

    def _check_names(self, parameters: Mapping[str, Parameter]) -> None:
        for axis, content, known in (
            ("window", self.resolved("window"), _BRANCHES),
            ("costs", self.resolved("costs"), COSTS),
            ("spread", self.resolved("spread"), parameters),
        ):
            for name in content:
                if name not in known:
                    raise ParameterError(f"{self.name}: {axis} has no {name!r}; {nearest(name, known)}")
        for name in (*self.resolved("derived"), *self.resolved("drawn")):
            check_name(f"{self.name}: derived", name, reserved=_RESERVED)
            if name in parameters:
                raise ParameterError(f"{self.name}: {name!r} is both parameter and derived; rename one")
        if self.resolved("window") and {*self.resolved("window")} != {*_BRANCHES}:
            raise ParameterError(f"{self.name}: the window needs two branches, {' and '.join(_BRANCHES)}")
        if not (self.resolved("window") or self.resolved("potentiation") or self.resolved("depression")):
            raise ParameterError(f"{self.name}: nothing moves it; give potentiation and depression, or a window")

    def _expressions(self) -> dict[str, tuple[str, tuple[str, ...], Any]]:
        """Label to text, the names it may read besides the parameters, and its unit (None: any)."""
        found: dict[str, tuple[str, tuple[str, ...], Any]] = {}
        drawn = tuple(self.resolved("drawn"))
        for name, text in self.resolved("derived").items():
            found[f"derived {name}"] = text, (), None
        for name in _BRANCHES:
            found[name] = self.resolved(name), ("G",), siemens
        for name, text in self.resolved("window").items():
            found[f"window {name}"] = text, ("G", "dt"), siemens
        for name, text in self.resolved("spread").items():
            found[f"spread of {name}"] = text, (), 1
        found["cycle_noise"] = self.resolved("cycle_noise"), ("G", "dG"), siemens
        found["programming_noise"] = self.resolved("programming_noise"), ("G",), siemens
        for name, pair in self.resolved("drawn").items():
            found[f"mean of {name}"], found[f"deviation of {name}"] = ((each, ("G",), None) for each in pair)
        for name in ("retention", "drift"):
            found[name] = self.resolved(name), ("G", "t", *drawn), siemens
        found["read_noise"] = self.resolved("read_noise"), ("G", "G_t", "t", *drawn), siemens
        for text, chance in self.resolved("stuck").items():
            found[f"stuck at {text}"], found[f"probability of {text}"] = (text, (), siemens), (chance, (), 1)
        for name, text in self.resolved("costs").items():
            found[name] = text, ("G",), COSTS[name]
        return {label: each for label, each in found.items() if each[0]}

    def _check_values(self) -> None:
        """Hold every expression against its unit, at both ends of the range and in its middle."""
        values: dict[str, Any] = {name: each.value for name, each in self.resolved_parameters().items()}
        values |= self.functions
        low, high = values["G_min"], values["G_max"]
        for label, (text, _, unit) in self._expressions().items():
            for share in (0.0, 0.5, 1.0):
                G = low + share * (high - low)
                at = {"G": G, "G_t": G, "dG": 0.01 * (high - low), "t": 1 * second}
                at["dt"] = (1 if "pot" in label else -1) * values.get("dt_max", 1 * second)
                try:
                    value = evaluate_with_units(text, {**at, **values})
                except (DimensionMismatchError, TypeError, ValueError, ArithmeticError) as error:
                    raise ParameterError(
                        f"{self.name}: {label} = {text!r} cannot be computed "
                        f"({' '.join(str(error).split())}); correct it"
                    ) from error
                self._check_value(label, text, value, unit, 1e-12 * float(high))
                if label.startswith(("derived ", "mean of ")):
                    values[label.split()[-1]] = value

    def _check_value(self, label: str, text: str, value: Any, unit: Any, rounding: float) -> None:
        if unit is not None and get_dimensions(value) != get_dimensions(unit) and float(value) != 0:
            raise ParameterError(
                f"{self.name}: {label} = {text!r} is in {unit_text(value)}, expected {unit_text(unit)}; correct it"
            )
        number = float(np.asarray(value))
        if not np.isfinite(number):
            raise ParameterError(f"{self.name}: {label} = {text!r} is {number} within the range; correct it")
        if unit is None or label.startswith("stuck"):
            return
        falls = label in ("depression", "window depression")
        # A curve that ends at a bound may be beyond it by a rounding.
        if number * (-1 if falls else 1) < (-rounding if unit is siemens else 0):
            way = "raises the conductance" if falls else "is negative"
            raise ParameterError(f"{self.name}: {label} = {text!r} {way} within the range; turn its sign")

    def values(self) -> dict[str, Any]:
        """Parameters and what is derived from them, as floats in SI units."""
        found: dict[str, Any] = {name: float(each.value) for name, each in self.resolved_parameters().items()}
        return self.completed(found)

    def completed(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Add what is derived to values of all parameters, which may be arrays: one a device."""
        found = dict(parameters)
        for name, text in self.resolved("derived").items():
            found[name] = evaluate(text, {**self.functions, **found})
        return found

    def nominal(self) -> Device:
        """Return the device without variation, noise, drift and stuck cells."""
        none: dict[str, Any] = dict.fromkeys(
            ("cycle_noise", "programming_noise", "read_noise", "retention", "drift"), ""
        )
        return replace(self.flattened(), spread={}, drawn={}, stuck={}, **none)

    def cost(self, name: str, G: Any = None) -> Quantity:
        """Return one entry of the table of costs.

        Parameters
        ----------
        name : str
            ``write_energy``, ``erase_time``, ``area`` and so on.
        G : Quantity or array in siemens, optional
            Conductance; the middle of the range where not given.

        Raises
        ------
        ParameterError
            The device declares no such cost.
        """
        costs, values = self.resolved("costs"), self.values()
        if name not in COSTS:
            raise ParameterError(f"{self.name}: there is no cost {name!r}; {nearest(name, COSTS)}")
        text = costs.get(name) or costs.get(name.replace("erase", "write"))
        if not text:
            raise ParameterError(f"{self.name} declares no {name}; add it to its costs")
        values["G"] = (values["G_min"] + values["G_max"]) / 2 if G is None else np.asarray(G, dtype=float)
        return Quantity(evaluate(text, values), dim=get_dimensions(COSTS[name]))

    def __str__(self) -> str:
        return self.describe(list(self._lines()))

    def _lines(self) -> Iterator[str]:
        for name, text in self.resolved("derived").items():
            yield f"{name} = {text}"
        for name, sign in (("potentiation", "raises"), ("depression", "lowers")):
            if self.resolved(name):
                yield f"a pulse that {sign} G: G += {self.resolved(name)}"
        for name, text in self.resolved("window").items():
            yield f"a pair with dt {'>' if name == 'potentiation' else '<'} 0: G += {text}"
        yield "G is clipped to [G_min, G_max]"
        for name, text in self.resolved("spread").items():
            yield f"between devices, relative standard deviation of {name}: {text}"
        for name, words in (
            ("cycle_noise", "standard deviation of a step"),
            ("programming_noise", "standard deviation of a conductance written to a target"),
            ("read_noise", "standard deviation of a read"),
            ("retention", "G after a time t, retention"),
            ("drift", "G after a time t, drift"),
        ):
            if self.resolved(name):
                yield f"{words}: {self.resolved(name)}"
        for name, (mean, deviation) in self.resolved("drawn").items():
            yield f"{name} of a cell: mean {mean}, standard deviation {deviation}"
        for text, chance in self.resolved("stuck").items():
            yield f"stuck at {text} with probability {chance}"
        for name, text in self.resolved("costs").items():
            yield f"{name.replace('_', ' ')}: {text}"

    def latex(self) -> str:
        """Typeset steps and window, one formula a line."""
        derived = [typeset_assigned(name, text) for name, text in self.resolved("derived").items()]
        steps = [
            rf"{typeset_assigned('dG', self.resolved(name))} $\text{{ for one pulse, {name}}}$"
            for name in _BRANCHES
            if self.resolved(name)
        ]
        pairs = [
            rf"{typeset_assigned('dG', text)} $\text{{ for one pair, }} dt {'>' if name == 'potentiation' else '<'} 0$"
            for name, text in self.resolved("window").items()
        ]
        return "\n".join([*derived, *steps, *pairs])
