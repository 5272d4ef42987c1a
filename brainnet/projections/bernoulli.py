"""Random input that is the same on every target: each neuron spikes in each step with its own probability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Clock, Hz, NeuronGroup, Quantity, defaultclock, have_same_dimensions

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import check_sizes
from brainnet.projections.runner import Runner
from brainnet.random import uniform_words
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.values.cautions import warn_of_rates
from brainnet.values.checked import Checked
from brainnet.values.clock import check_clock
from brainnet.values.parameter import Parameter

__all__ = ["BernoulliInput", "poisson_probability"]


def poisson_probability(expected: Any) -> Any:
    """Return the probability that a Poisson process has an event where `expected` are expected: 1 - exp(-expected)."""
    return -np.expm1(-expected)


_DECLARED = {
    "p": Parameter(0.0, "probability of a spike in a step", low=0.0, high=1.0),
    **dict.fromkeys(("seed", "stream", "first_step"), Parameter(0, "of the random numbers", low=0, high=MOST_INTEGER)),
}


class BernoulliInput(Checked, NeuronGroup):
    """Neurons that spike at random; a spike depends on nothing but (seed, stream, step, neuron).

    Parameters
    ----------
    p : array, shape (n,)
        Probability of a spike in a step; a state variable that can be changed.
    seed, stream : int
        State variables, from 0 below 2**31. Sources of one network need different streams.
    copies, apart : int
        The neurons are `copies` of a population, one after the other; copy c draws what the first one draws
        ``c*apart`` steps later. With the steps of a sample as `apart`, samples side by side see the spikes that they
        see one after the other.
    clock, order, name
        As in `brian2.NeuronGroup`.

    Notes
    -----
    The shared variable ``first_step`` (0) is added to the step that is drawn for: a run can begin anywhere.
    """

    def __init__(
        self,
        p: Any,
        *,
        seed: int = 0,
        stream: int = 0,
        copies: int = 1,
        apart: int = 0,
        clock: Clock | None = None,
        order: int = 0,
        name: str = "bernoulliinput*",
    ) -> None:
        p = np.asarray(p, dtype=float)
        if p.ndim != 1 or not p.size or not ((p >= 0) & (p <= 1)).all():
            raise ProjectionError("BernoulliInput: p must be a probability from 0 to 1 for each neuron; rescale it")
        for key, value in (("seed", seed), ("stream", stream)):
            check_seed("BernoulliInput", value, MOST_INTEGER, name=key)
        check_clock("BernoulliInput", clock)
        (copies,) = check_sizes("BernoulliInput", "copies", copies, 1, 1)
        (apart,) = check_sizes("BernoulliInput", "apart", apart, 0, 1)
        if len(p) % copies or copies * apart >= 2**31:
            raise ProjectionError(
                f"BernoulliInput: {len(p)} neurons are no {copies} copies, or apart = {apart} is out of range; give "
                "copies of one size, and fewer than 2**31 steps for all"
            )
        self.copies, self.apart = copies, apart
        shared = [f"{name} : integer (shared, constant)" for name in ("seed", "stream", "first_step")]
        equations = "\n".join(["p : 1", *shared])
        super().__init__(len(p), equations, threshold="i < 0", reset="", clock=clock, order=order, name=name)
        self._contained_objects.remove(self.thresholder["spike"])
        self._contained_objects.append(_Draw(self))
        self.p, self.seed, self.stream = p, int(seed), int(stream)

    def _declared(self) -> Mapping[str, Parameter]:
        return _DECLARED

    def _check_parameter(self, declared: Parameter, name: str, value: Any) -> None:
        declared.check(self.name, name, value)

    @classmethod
    def poisson(cls, rates: Quantity, *, clock: Clock | None = None, **options: Any) -> BernoulliInput:
        """Make Poisson processes, seen in steps: a neuron spikes in a step with probability 1 - exp(-rate*dt).

        Parameters
        ----------
        rates : Quantity, shape (n,)
            In Hz.
        clock, **options
            As of `BernoulliInput`.

        Raises
        ------
        ProjectionError
        """
        if not isinstance(rates, Quantity) or not have_same_dimensions(rates, Hz) or not (np.asarray(rates) >= 0).all():
            raise ProjectionError(f"BernoulliInput: rates = {rates} must be 0 Hz or more; write e.g. rates*Hz")
        check_clock("BernoulliInput", clock)
        dt = (clock or defaultclock).dt
        warn_of_rates("BernoulliInput: rates", rates, dt)
        return cls(poisson_probability(np.asarray(rates * dt)), clock=clock, **options)


class _Draw(Runner):
    """What a thresholder is to other groups."""

    template = "bernoulli"

    def __init__(self, group: BernoulliInput) -> None:
        super().__init__(clock=group.clock, when="thresholds", order=group.order, name=f"{group.name}_draw")
        names = ("_spikespace", "p", "seed", "stream", "first_step")
        self.variables = {name: group.variables[name] for name in names} | {
            "timestep": group.clock.variables["timestep"]
        }
        self.copies, self.n, self.apart = group.copies, len(group) // group.copies, group.apart

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return the number of neurons of a copy, and of copies."""
        return {"n": self.n, "copies": self.copies, "apart": self.apart}

    def step(self) -> None:
        """Draw the spikes of one step."""
        names = ("seed", "stream", "timestep", "first_step")
        seed, stream, step, first = (int(self.variables[name].get_value()[0]) for name in names)
        steps = first + step + self.apart * np.arange(self.copies)
        words = np.concatenate([uniform_words(seed, stream, int(at), self.n) for at in steps])
        (spikes,) = np.nonzero(words < self.variables["p"].get_value() * np.float64(4294967296.0))
        space = self.variables["_spikespace"].get_value()
        space[: len(spikes)] = spikes
        space[-1] = len(spikes)
