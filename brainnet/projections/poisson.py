"""Many Poisson sources to each neuron, summed: the same on every target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Hz, Quantity, have_same_dimensions
from brian2.units.fundamentalunits import get_dimensions
from scipy.stats import poisson

from brainnet.brian import Group, Variables
from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import check_sizes
from brainnet.projections.projection import check_driven
from brainnet.projections.runner import Runner
from brainnet.random import uniform_words
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.values.checked import Checked
from brainnet.values.parameter import Parameter, unit_text

__all__ = ["PoissonDrive"]

_MOST_EXPECTED = 200.0  # spikes a step
_WORDS = 2.0**32
_FIXED = ("target", "target_var", "n_sources", "rate", "weight")
_DECLARED = dict.fromkeys(("seed", "stream"), Parameter(0, "of the random numbers", low=0, high=MOST_INTEGER))


class PoissonDrive(Checked, Group):
    """Independent Poisson sources for each neuron, all of one weight; takes the place of `brian2.PoissonInput`.

    In each step a neuron gets ``k*weight``, k drawn from the Poisson distribution of mean ``N*rate*dt`` by inversion of
    32 random bits that depend on nothing but (seed, stream, step, neuron). What arrives while a variable may not be
    written (refractory) is lost, as with synapses.

    Parameters
    ----------
    target : brian2 group or subgroup
    target_var : str
        Variable that is driven.
    N : int
        Sources for each neuron.
    rate : Quantity
        Of each source, in Hz.
    weight : Quantity or number
        In the unit of the variable.
    seed, stream : int
        State variables, from 0 below 2**31. Random inputs of one network need different streams.
    when, order, name
        As in `brian2.PoissonInput`.

    Raises
    ------
    ProjectionError
        The variable cannot be driven, a unit does not fit, or more than 200 spikes are expected in a step.
    """

    add_to_magic_network = True

    def __init__(
        self,
        target: Any,
        target_var: str,
        N: int,
        rate: Quantity,
        weight: Any,
        *,
        seed: int = 0,
        stream: int = 0,
        when: str = "synapses",
        order: int = 0,
        name: str = "poissondrive*",
    ) -> None:
        variable = check_driven("PoissonDrive", target, target_var)
        (N,) = check_sizes("PoissonDrive", "N", N, 1, 1)
        if not isinstance(rate, Quantity) or not have_same_dimensions(rate, Hz) or np.ndim(rate) or not rate / Hz >= 0:
            raise ProjectionError(f"PoissonDrive: rate = {rate} must be one rate of 0 Hz or more; write e.g. 20*Hz")
        if np.ndim(weight) or get_dimensions(weight) is not variable.dim or not np.isfinite(float(weight)):
            raise ProjectionError(
                f"PoissonDrive: weight = {weight} must be one number with the unit of {target.name}.{target_var}, "
                f"{unit_text(Quantity(1.0, dim=variable.dim))}"
            )
        for key, value in (("seed", seed), ("stream", stream)):
            check_seed("PoissonDrive", value, MOST_INTEGER, name=key)
        _expected(N, rate, target.clock)
        super().__init__(clock=target.clock, when=when, order=order, name=name)
        self.target, self.target_var, self.n_sources, self.rate, self.weight = target, target_var, N, rate, weight
        self.add_dependency(target)
        self.variables = Variables(self)
        self.variables.add_constant("N", value=1)  # its state variables are shared
        for key, value in (("seed", seed), ("stream", stream)):
            self.variables.add_array(key, 1, dtype=np.int32, values=int(value), scalar=True, constant=True)
        self.start, self.stop = 0, 1
        self._contained_objects.append(_Drive(self, variable, when, order))
        self._enable_group_attributes()

    def __setattr__(self, name: str, value: Any, level: int = 0) -> None:
        if name in _FIXED and name in self.__dict__:
            raise ProjectionError(
                f"{self.name}: {name} is what it was made with; make another one, or set active = False"
            )
        super().__setattr__(name, value, level=level + 1)

    def _declared(self) -> Mapping[str, Parameter]:
        return _DECLARED

    def _check_parameter(self, declared: Parameter, name: str, value: Any) -> None:
        declared.check(self.name, name, value)

    def __repr__(self) -> str:
        return f"<{self.name}: {self.n_sources} sources of {self.rate} for each of {self.target.name}>"


def _expected(n: int, rate: Quantity, clock: Any) -> float:
    """Return how many spikes are expected in a step, or raise `ProjectionError`: too many."""
    expected = n * float(rate) * float(clock.dt)
    if not expected <= _MOST_EXPECTED:
        raise ProjectionError(
            f"PoissonDrive: {expected:g} spikes are expected in a step, and {_MOST_EXPECTED:g} can be drawn; give "
            "fewer sources of a larger weight, or a shorter dt"
        )
    return expected


def thresholds(expected: float) -> tuple[int, np.ndarray]:
    """Return how to draw from a Poisson distribution: k is a number, and one more for each threshold reached.

    Parameters
    ----------
    expected : float

    Returns
    -------
    least : int
    steps : array of uint32, ascending
        A random word of 32 bits counts all that are not above it.
    """
    counts = np.arange(int(expected + 12 * np.sqrt(expected) + 40))
    steps = np.ceil(poisson.cdf(counts, expected) * _WORDS)
    rare = steps <= 1  # fewer spikes have no draw
    return int(rare.sum()), steps[~rare & (steps < _WORDS)].astype(np.uint32)


class _Drive(Runner):
    template = "poisson"

    def __init__(self, owner: PoissonDrive, variable: Any, when: str, order: int) -> None:
        super().__init__(clock=owner.clock, when=when, order=order, name=f"{owner.name}_draw")
        self.group, self.target, self.weight = owner.target, owner.target, float(owner.weight)
        self.add_dependency(owner.target)
        self.n_sources, self.rate = owner.n_sources, owner.rate
        self.variables = {name: owner.variables[name] for name in ("seed", "stream")} | {
            "timestep": owner.clock.variables["timestep"],
            "_onto": variable,
        }
        if variable.conditional_write is not None:
            self.variables["_allowed"] = variable.conditional_write

    def _thresholds(self) -> tuple[int, np.ndarray]:
        # When it runs: dt may be another than when it was made.
        return thresholds(_expected(self.n_sources, self.rate, self.clock))

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return sizes, weight and thresholds."""
        least, steps = self._thresholds()
        return {
            "n": len(self.target), "start": self.target.start, "least": least, "steps": steps.tolist(),
            "weight": repr(self.weight),
        }  # fmt: skip

    def bind(self, run_namespace: Any) -> None:
        """Make the thresholds."""
        self._least, self._steps = self._thresholds()
        part = slice(self.target.start, self.target.start + len(self.target))
        self._v = self.variables["_onto"].get_value()[part]
        allowed = self.variables.get("_allowed")
        self._allowed = True if allowed is None else allowed.get_value()[part]

    def step(self) -> None:
        """Draw what arrives in one step."""
        seed, stream, step = (int(self.variables[name].get_value().item()) for name in ("seed", "stream", "timestep"))
        counts = self._least + np.searchsorted(self._steps, uniform_words(seed, stream, step, len(self._v)), "right")
        np.add(
            self._v, self._v.dtype.type(self.weight) * counts.astype(self._v.dtype), out=self._v, where=self._allowed
        )
