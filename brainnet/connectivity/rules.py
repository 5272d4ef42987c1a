"""Who is connected to whom, whatever their places: with a probability, in given numbers, one to one, all to all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from brainnet.connectivity.sample import bernoulli, choose
from brainnet.connectivity.wiring import Pairs, Wiring
from brainnet.errors import ParameterError
from brainnet.values.parameter import Parameter, check_fields

__all__ = ["AllToAll", "FixedInDegree", "FixedOutDegree", "FixedProbability", "OneToOne", "rows_of_columns"]

_COUNT = Parameter(1, "synapses of a neuron", low=0)


@dataclass(frozen=True, repr=False, eq=False)
class FixedProbability(Wiring):
    """Each pair of neurons with the same probability, independently of all others.

    Parameters
    ----------
    p : float
        From 0 to 1.
    weights, delays, self_connections, seed, stream
        As of `Wiring`.

    Examples
    --------
    >>> from brian2 import mV, ms
    >>> drawn = FixedProbability(0.1, weights=0.2*mV, delays=1.5*ms, seed=1).draw(1000, 500)
    >>> drawn.shape, drawn.delay
    ((1000, 500), 1.5 * msecond)
    """

    p: float

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fields("FixedProbability", self, {"p": Parameter(0.1, "probability", low=0.0, high=1.0)})

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses are expected."""
        return self.p * n_pre * n_post

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom."""
        flat = bernoulli(rng, self.p, n_pre * n_post)
        starts = np.searchsorted(flat, np.arange(n_pre + 1) * n_post)
        counts = np.diff(starts)
        j = (flat - np.repeat(np.arange(n_pre) * n_post, counts)).astype(np.int32)
        return (starts, j) if own is None else _without_own(counts, j, own)


@dataclass(frozen=True, repr=False, eq=False)
class _FixedDegree(Wiring):
    """Each neuron of one side with the same number of neurons of the other.

    Parameters
    ----------
    k : int
        Synapses of each neuron.
    multapses : bool
        Whether a pair of neurons may be connected several times.
    """

    k: int
    multapses: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_fields(type(self).__name__, self, {"k": _COUNT, "multapses": Parameter(False, "several contacts")})

    def _chosen(self, rng: np.random.Generator, n: int, others: int, own: int | None) -> np.ndarray:
        """Choose `k` of the `others` for each of `n` neurons, of which neuron r is itself number ``r + own``."""
        itself = np.full(n, -1) if own is None else np.arange(n) + own
        there = (itself >= 0) & (itself < others)
        sizes = others - there
        most = int(sizes.min()) if not self.multapses else 2**31
        if self.k > most or (self.k and int(sizes.min()) < 1):
            raise ParameterError(
                f"{type(self).__name__}: k = {self.k}, and a neuron has {int(sizes.min())} others to be connected "
                "with; give at most that, or multapses=True"
            )
        if not self.k:
            return np.empty((n, 0), np.int32)
        if self.multapses:
            chosen = np.sort(rng.integers(0, sizes[:, None], (n, self.k), dtype=np.int32), axis=1)
        else:
            chosen = choose(rng, np.full(n, self.k), sizes).reshape(n, self.k)
        return chosen if own is None else chosen + (there[:, None] & (chosen >= itself[:, None]))


class FixedInDegree(_FixedDegree):
    """Each postsynaptic neuron with the same number of presynaptic ones, drawn at random.

    Parameters
    ----------
    k : int
        Synapses onto each postsynaptic neuron.
    multapses : bool
        Whether a pair of neurons may be connected several times.
    weights, delays, self_connections, seed, stream
        As of `Wiring`.

    Raises
    ------
    ParameterError
        When it is drawn: `k` is larger than the population, without multapses.
    """

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses there are."""
        return float(self.k) * n_post

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom."""
        chosen = self._chosen(rng, n_post, n_pre, None if own is None else -own)
        return rows_of_columns(chosen.astype(np.int32).ravel(), np.arange(n_post + 1) * self.k, n_pre)


class FixedOutDegree(_FixedDegree):
    """Each presynaptic neuron with the same number of postsynaptic ones, drawn at random.

    Parameters
    ----------
    k : int
        Synapses from each presynaptic neuron.
    multapses : bool
        Whether a pair of neurons may be connected several times.
    weights, delays, self_connections, seed, stream
        As of `Wiring`.

    Raises
    ------
    ParameterError
        When it is drawn: `k` is larger than the population, without multapses.
    """

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses there are."""
        return float(self.k) * n_pre

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom."""
        return np.arange(n_pre + 1) * self.k, self._chosen(rng, n_pre, n_post, own).astype(np.int32).ravel()


@dataclass(frozen=True, repr=False, eq=False)
class OneToOne(Wiring):
    """Each presynaptic neuron with the postsynaptic one of the same number.

    Parameters
    ----------
    weights, delays, self_connections, seed, stream
        As of `Wiring`.
    """

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses there are."""
        if n_pre != n_post:
            raise ParameterError(f"OneToOne: {n_pre} neurons to {n_post}; give populations of one size")
        return float(n_pre)

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Return who is connected to whom."""
        if own == 0:
            raise ParameterError(
                "OneToOne: that is each neuron with itself within one group; leave self_connections out"
            )
        return np.arange(n_pre + 1), np.arange(n_pre, dtype=np.int32)


@dataclass(frozen=True, repr=False, eq=False)
class AllToAll(Wiring):
    """Each presynaptic neuron with all postsynaptic ones.

    Parameters
    ----------
    weights, delays, self_connections, seed, stream
        As of `Wiring`.
    """

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses there are."""
        return float(n_pre) * n_post

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Return who is connected to whom."""
        j = np.tile(np.arange(n_post, dtype=np.int32), n_pre)
        starts = np.arange(n_pre + 1) * n_post
        return (starts, j) if own is None else _without_own(np.diff(starts), j, own)


def _without_own(counts: np.ndarray, j: np.ndarray, own: int) -> Pairs:
    """Leave out the synapse of each neuron onto itself."""
    itself = np.repeat(np.arange(len(counts)) + own, counts)
    kept = j != itself
    gone = np.bincount(itself[~kept] - own, minlength=len(counts))
    return np.concatenate([[0], np.cumsum(counts - gone)]), j[kept]


def rows_of_columns(i: np.ndarray, starts: np.ndarray, n_pre: int) -> Pairs:
    """Return by presynaptic neuron what is given by postsynaptic one; scipy counts, and sorts nothing."""
    columns = sparse.csc_matrix((np.ones(len(i), np.int8), i, starts), shape=(n_pre, len(starts) - 1))
    rows = columns.tocsr()
    return rows.indptr, rows.indices
