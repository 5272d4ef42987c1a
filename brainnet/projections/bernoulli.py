"""Random input that is the same on every target: each neuron spikes in each step with its own probability."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup

from brainnet.errors import ProjectionError
from brainnet.projections.runner import Runner
from brainnet.spec.random import uniform_words

__all__ = ["BernoulliInput"]


class BernoulliInput(NeuronGroup):
    """Neurons that spike at random; a spike depends on nothing but (seed, stream, step, neuron).

    A Poisson process seen in steps is this with ``p = 1 - exp(-rate*dt)``.

    Parameters
    ----------
    p : array, shape (n,)
        Probability of a spike in a step; a state variable that can be changed.
    seed, stream : int
        State variables, from 0 below 2**31. Sources of one network need different streams.
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
        clock: Clock | None = None,
        order: int = 0,
        name: str = "bernoulliinput*",
    ) -> None:
        p = np.asarray(p, dtype=float)
        if p.ndim != 1 or not p.size or not ((p >= 0) & (p <= 1)).all():
            raise ProjectionError("BernoulliInput: p must be a probability from 0 to 1 for each neuron; rescale it")
        for key, value in (("seed", seed), ("stream", stream)):
            if not isinstance(value, int | np.integer) or not 0 <= value < 2**31:
                raise ProjectionError(f"BernoulliInput: {key} = {value!r} is out of range; give 0 to 2**31 - 1")
        shared = [f"{name} : integer (shared, constant)" for name in ("seed", "stream", "first_step")]
        equations = "\n".join(["p : 1", *shared])
        super().__init__(len(p), equations, threshold="i < 0", reset="", clock=clock, order=order, name=name)
        self._contained_objects.remove(self.thresholder["spike"])
        self._contained_objects.append(_Draw(self))
        self.p, self.seed, self.stream = p, int(seed), int(stream)


class _Draw(Runner):
    """What a thresholder is to other groups."""

    template = "bernoulli"

    def __init__(self, group: BernoulliInput) -> None:
        super().__init__(clock=group.clock, when="thresholds", order=group.order, name=f"{group.name}_draw")
        names = ("_spikespace", "p", "seed", "stream", "first_step")
        self.variables = {name: group.variables[name] for name in names} | {
            "timestep": group.clock.variables["timestep"]
        }
        self.n = len(group)

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return the number of neurons."""
        return {"n": self.n}

    def step(self) -> None:
        """Draw the spikes of one step."""
        names = ("seed", "stream", "timestep", "first_step")
        seed, stream, step, first = (int(self.variables[name].get_value()[0]) for name in names)
        words = uniform_words(seed, stream, first + step, self.n)
        (spikes,) = np.nonzero(words < self.variables["p"].get_value() * np.float64(4294967296.0))
        space = self.variables["_spikespace"].get_value()
        space[: len(spikes)] = spikes
        space[-1] = len(spikes)
