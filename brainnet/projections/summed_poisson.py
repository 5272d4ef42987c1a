"""Poisson input from many sources, summed: one draw a neuron and step, the same on every target."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Hz, Quantity
from scipy.stats import poisson

from brainnet.errors import ProjectionError
from brainnet.projections.connectivity import check_sizes
from brainnet.projections.projection import check_onto
from brainnet.projections.runner import Runner
from brainnet.random import uniform_words
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.values.parameter import Parameter, quantity_repr

__all__ = ["SummedPoisson"]

_MOST = 1000.0  # input spikes of a neuron in one step, on average
_WORDS = 2.0**32  # one draw has 32 bits


class SummedPoisson(Runner):
    """Each neuron of a group driven by `n` Poisson sources of its own, as if by synapses of one weight.

    What `brian2.PoissonInput` does, drawn from the counter-based generator: the number of input spikes in a step
    depends on nothing but (seed, stream, step, neuron), so that every target sees the same. It has the Poisson
    distribution of mean ``n*rate*dt``, to the 32 bits of a draw. A neuron that is `(unless refractory)` loses what
    arrives meanwhile, as with synapses.

    Parameters
    ----------
    target : brian2 group or subgroup
    onto : str
        Variable that is driven.
    n : int
        Sources of each neuron.
    rate : Quantity
        Of one source.
    weight : Quantity or float
        What a spike adds, in the unit of `onto`.
    seed, stream : int
        Random input of one network needs different streams.
    when, order, name
        As in `brian2.PoissonInput`.

    Raises
    ------
    ProjectionError, ParameterError
        `onto` cannot be driven, a wrong unit, or more than 1,000 input spikes a step.

    Examples
    --------
    >>> from brian2 import NeuronGroup
    >>> cells = NeuronGroup(3, "v : 1", threshold="v > 1", reset="v = 0")
    >>> SummedPoisson(cells, "v", n=1000, rate=20*Hz, weight=0.01).mean
    2.0
    """

    add_to_magic_network = True
    template = "summed_poisson"

    def __init__(
        self,
        target: Any,
        onto: str,
        n: int,
        rate: Quantity,
        weight: Any,
        *,
        seed: int = 0,
        stream: int = 0,
        when: str = "synapses",
        order: int = 0,
        name: str = "summedpoisson*",
    ) -> None:
        (n,) = check_sizes("SummedPoisson", "n", n, 1, 1)
        rate = Parameter(10 * Hz, "rate", low=0 * Hz).check("SummedPoisson", "rate", rate)
        variable = check_onto("SummedPoisson", target, onto)
        weight = Parameter(Quantity(1.0, dim=variable.dim), "weight").check("SummedPoisson", "weight", weight)
        super().__init__(clock=target.clock, when=when, order=order, name=name)
        self.seed, self.stream = (
            check_seed("SummedPoisson", value, MOST_INTEGER, name=key)
            for key, value in (("seed", seed), ("stream", stream))
        )
        self.target, self.mean = target, float(n * rate * target.clock.dt)
        if self.mean > _MOST:
            raise ProjectionError(
                f"SummedPoisson: {n} sources of {rate} are {self.mean:.4g} spikes in a step of {target.clock.dt}; give "
                f"at most {_MOST:g}, or a shorter step"
            )
        self.add_dependency(target)
        self.variables = {"_onto": variable, "timestep": target.clock.variables["timestep"]}
        if variable.conditional_write is not None:
            self.variables["_allowed"] = variable.conditional_write
        counts = np.arange(int(self.mean + 12 * np.sqrt(self.mean) + 40))
        below = np.ceil(poisson.cdf(counts, self.mean) * _WORDS)
        least = int(np.searchsorted(below, 1.5))  # fewer spikes have no draw
        self.edges = below[(below > 1.5) & (below < _WORDS)].astype(np.uint32)
        spikes = least + np.arange(len(self.edges) + 1)
        self.amounts = (float(weight) * spikes).astype(variable.dtype)

    def template_values(self, device: Any) -> dict[str, Any]:
        """Return the steps of the distribution function, and what each number of spikes adds."""
        return {
            "n": len(self.target),
            "start": self.target.start,
            "seed": self.seed,
            "stream": self.stream,
            "edges": self.edges.tolist(),
            "amounts": [quantity_repr(float(amount)) for amount in self.amounts],
        }

    def bind(self, run_namespace: Any) -> None:
        """Look up the driven array."""
        part = slice(self.target.start, self.target.start + len(self.target))
        self._v = self.variables["_onto"].get_value()[part]
        self._allowed: Any = True
        if "_allowed" in self.variables:
            self._allowed = self.variables["_allowed"].get_value()[part]

    def step(self) -> None:
        """Draw and add the input of one step."""
        words = uniform_words(self.seed, self.stream, int(self.variables["timestep"].get_value()[0]), len(self._v))
        added = self.amounts[np.searchsorted(self.edges, words, side="right")]
        np.add(self._v, added, out=self._v, where=self._allowed)
