"""What every declared connectivity shares: weights, delays, self-connections, a seed, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from brian2 import Quantity, have_same_dimensions, second

from brainnet.connectivity.distributions import Clipped, Declared, Distribution, Uniform, draw_values, one_number
from brainnet.connectivity.drawn import Drawn
from brainnet.connectivity.memory import check_size
from brainnet.errors import ParameterError
from brainnet.seeds import check_seed

__all__ = ["Pairs", "Wiring"]

# Where the synapses of each presynaptic neuron begin, and their postsynaptic neurons.
Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class Wiring(Declared):
    """Connectivity as it is declared: frozen, and written as the call that makes it.

    Parameters
    ----------
    weights : Quantity, float or Distribution, optional
        In the unit of what is driven.
    delays : Quantity or Distribution, optional
        A distribution gives each synapse its own.
    self_connections : bool
        Whether a neuron may be connected to itself, where pre and post are one group, or parts of it.
    seed, stream : int
        Two declarations of one network need different streams: with the same seed and stream they draw alike.
    """

    weights: Any = None
    delays: Any = None
    self_connections: bool = True
    seed: int = 0
    stream: int = 0

    # Bytes a synapse while pairs are drawn, as measured by tracemalloc.
    bytes_each: ClassVar[int] = 25

    def __post_init__(self) -> None:
        owner = type(self).__name__
        for name in ("weights", "delays"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, Distribution):
                object.__setattr__(self, name, one_number(owner, name, value))
        if self.delays is not None:
            self._check_delays(owner)
        if not isinstance(self.self_connections, bool):
            raise ParameterError(f"{owner}: self_connections = {self.self_connections!r}; write True or False")
        for name in ("seed", "stream"):
            object.__setattr__(self, name, check_seed(owner, getattr(self, name), name=name))

    def _check_delays(self, owner: str) -> None:
        unit = self.delays.unit if isinstance(self.delays, Distribution) else self.delays
        least = self.delays.low if isinstance(self.delays, Clipped | Uniform) else 0 * second
        if not have_same_dimensions(unit, second):
            raise ParameterError(f"{owner}: delays = {self.delays} are no times; write e.g. delays=1.5*ms")
        if float(least) < 0 or (not isinstance(self.delays, Distribution) and float(self.delays) < 0):
            raise ParameterError(f"{owner}: delays = {self.delays} are below 0; give times of 0*ms or more")

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses are expected between so many neurons."""
        raise NotImplementedError

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom.

        Parameters
        ----------
        rng : numpy.random.Generator
        n_pre, n_post : int
        own : int, optional
            Presynaptic neuron i is postsynaptic neuron ``i + own``, and is to be left out; None where it is not.
        """
        raise NotImplementedError

    def draw(self, pre: Any, post: Any) -> Drawn:
        """Draw the synapses between two groups, or between so many neurons.

        Who is connected to whom, the weights and the delays are drawn from streams of their own: a change of one of
        them leaves the others as they are.

        Parameters
        ----------
        pre, post : brian2 groups or int
            Two equal numbers are one population.

        Returns
        -------
        Drawn

        Raises
        ------
        ParameterError
            What is declared does not fit the populations, or memory; it is raised before anything is drawn.
        """
        owner = type(self).__name__
        n_pre, n_post = _size(owner, "pre", pre), _size(owner, "post", post)
        own = None if self.self_connections else _own(owner, pre, post)
        check_size(owner, self.expected(n_pre, n_post), self.bytes_each)
        streams = np.random.SeedSequence([self.seed, self.stream]).spawn(3)
        for_pairs, for_weights, for_delays = (np.random.Generator(np.random.PCG64(each)) for each in streams)
        starts, j = self.pairs(for_pairs, n_pre, n_post, own)
        weights, unit = (
            (None, Quantity(1.0)) if self.weights is None else draw_values(self.weights, for_weights, len(j))
        )
        delays = None if self.delays is None else draw_values(self.delays, for_delays, len(j))[0]
        return Drawn((n_pre, n_post), starts, j, weights, unit, delays)


def _size(owner: str, side: str, group: Any) -> int:
    whole = isinstance(group, int | np.integer) and not isinstance(group, bool)
    try:
        n = int(group) if whole else len(group)
    except TypeError:
        n = 0
    if not 1 <= n < 2**31:
        raise ParameterError(
            f"{owner}: {side} = {repr(group)[:40]} is no population; give a group, or how many neurons there are"
        )
    return n


def _own(owner: str, pre: Any, post: Any) -> int:
    """Return what makes the number of a presynaptic neuron that of the same one among the postsynaptic ones."""
    if isinstance(pre, int | np.integer) and isinstance(post, int | np.integer):
        if pre == post:
            return 0
    elif hasattr(pre, "start") and hasattr(post, "start") and _whole(pre) == _whole(post):
        return int(pre.start) - int(post.start)
    raise ParameterError(
        f"{owner}: self_connections=False, and pre and post are different neurons, so that there are none; leave it out"
    )


def _whole(group: Any) -> str:
    """Name of the group that a subgroup is part of."""
    return str(getattr(group, "source", group).name)
