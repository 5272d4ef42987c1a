"""Connections that depend on places: by distance on a ring or a grid, and small worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from brian2 import Quantity, have_same_dimensions
from scipy import sparse

from brainnet.connectivity.distributions import Declared, one_number
from brainnet.connectivity.rules import rows_of_columns
from brainnet.connectivity.sample import choose, hazards
from brainnet.connectivity.wiring import Pairs, Wiring
from brainnet.errors import ParameterError
from brainnet.values.parameter import Parameter, check_fields, unit_text

__all__ = ["ByDistance", "Grid", "Ring", "SmallWorld"]

# Probability of a connection, relative to that at no distance, for distances in units of the width.
_PROFILES = {
    "gaussian": lambda d: np.exp(-0.5 * d * d),
    "exponential": lambda d: np.exp(-d),
    "box": lambda d: np.where(d <= 1 + 1e-9, 1.0, 0.0),
}


def _length(owner: str, name: str, value: Any) -> Any:
    value = one_number(owner, name, value)
    if not float(value) > 0:
        raise ParameterError(f"{owner}: {name} = {value} is not above 0; give a length")
    return value


@dataclass(frozen=True, repr=False, eq=False)
class Ring(Declared):
    """Neurons evenly on a circle; the distance is that along it.

    Parameters
    ----------
    length : Quantity or float
        Of the circle.
    """

    length: Any

    def __post_init__(self) -> None:
        object.__setattr__(self, "length", _length("Ring", "length", self.length))

    def sides(self) -> tuple[float, ...]:
        """Return the length of each side."""
        return (float(self.length),)

    @property
    def periodic(self) -> bool:
        """A circle has no ends."""
        return True


@dataclass(frozen=True, repr=False, eq=False)
class Grid(Declared):
    """Neurons in rows and columns over a sheet, row by row: n of them make rows and columns as the sheet is shaped.

    Parameters
    ----------
    height, width : Quantity or float
        Of the sheet.
    periodic : bool
        Whether opposite edges meet.
    """

    height: Any
    width: Any
    periodic: bool = True

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            object.__setattr__(self, name, _length("Grid", name, getattr(self, name)))
        if not have_same_dimensions(self.height, self.width):
            raise ParameterError(f"Grid: height = {self.height} and width = {self.width} have different units")
        check_fields("Grid", self, {"periodic": Parameter(True, "opposite edges meet")})

    def sides(self) -> tuple[float, ...]:
        """Return the length of each side."""
        return float(self.height), float(self.width)


def _counts(space: Ring | Grid, n: int) -> tuple[int, ...]:
    """Return how many of `n` neurons stand along each side."""
    sides = space.sides()
    if len(sides) == 1:
        return (n,)
    rows = round(float(np.sqrt(n * sides[0] / sides[1])))
    if not rows or n % rows or abs(rows / (n // rows) - sides[0] / sides[1]) > 1e-9 * sides[0] / sides[1]:
        raise ParameterError(
            f"ByDistance: {n} neurons make no rows and columns of a sheet of {space.height} by {space.width}; "  # type: ignore[union-attr]
            "give e.g. a square number of them for a square sheet"
        )
    return rows, n // rows


@dataclass(frozen=True, repr=False, eq=False)
class ByDistance(Wiring):
    """Each pair of neurons with a probability that falls with their distance, independently of all others.

    ``p`` times exp(-d**2/(2 scale**2)) (gaussian), exp(-d/scale) (exponential), or 1 up to ``scale`` (box). Both
    populations are spread evenly over the same space, so that they may differ in size.

    Parameters
    ----------
    p : float
        Probability at no distance.
    scale : Quantity or float
        In the unit of `space`.
    space : Ring or Grid
    profile : {"gaussian", "exponential", "box"}
    weights, delays, self_connections, seed, stream
        As of `Wiring`.

    Examples
    --------
    >>> from brian2 import um
    >>> sheet = Grid(1000*um, 1000*um)
    >>> ByDistance(0.3, 100*um, sheet, seed=1).draw(400, 100).shape
    (400, 100)
    """

    p: float
    scale: Any
    space: Ring | Grid
    profile: str = "gaussian"

    bytes_each: ClassVar[int] = 56

    def __post_init__(self) -> None:
        super().__post_init__()
        declared = {
            "p": Parameter(0.1, "probability", low=0.0, high=1.0),
            "profile": Parameter("gaussian", "how the probability falls", choices=tuple(_PROFILES)),
        }
        check_fields("ByDistance", self, declared)
        object.__setattr__(self, "scale", _length("ByDistance", "scale", self.scale))
        if not isinstance(self.space, Ring | Grid):
            raise ParameterError(f"ByDistance: space = {self.space!r} is none; write e.g. Grid(1*mm, 1*mm)")
        side = self.space.length if isinstance(self.space, Ring) else self.space.width
        if not have_same_dimensions(self.scale, side):
            raise ParameterError(
                f"ByDistance: scale = {self.scale} has another unit than the space; give it in {unit_text(side)}"
            )

    def probability(self, distance: Any) -> Any:
        """Return the probability of a connection over a distance."""
        units = np.asarray(distance, dtype=float) / float(self.scale)
        if isinstance(distance, Quantity) and not have_same_dimensions(distance, self.scale):
            raise ParameterError(f"ByDistance: distances are in the unit of scale = {self.scale}")
        return self.p * _PROFILES[self.profile](units)

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses are expected, were all presynaptic neurons at the places of postsynaptic ones."""
        _counts(self.space, n_pre)
        steps, likely = self._displacements(n_post, exact=True)
        if not self.space.periodic:
            likely = likely * np.prod(1 - np.abs(steps) / np.array(_counts(self.space, n_post))[:, None], axis=0)
        return n_pre * float(likely.sum())

    def _displacements(self, n_post: int, *, exact: bool) -> tuple[np.ndarray, np.ndarray]:
        """Steps from the place of a neuron to all others, shape (sides, steps), and their largest probability.

        A place lies at most half a step from where a presynaptic neuron is, and on it if the places are `exact`.
        """
        counts = _counts(self.space, n_post)
        spans = [np.arange(-(n // 2), n - n // 2) if self.space.periodic else np.arange(1 - n, n) for n in counts]
        steps = np.stack([each.ravel() for each in np.meshgrid(*spans, indexing="ij")])
        size = np.array(self.space.sides()) / counts
        near = np.maximum(np.abs(steps) - (0.0 if exact else 0.5), 0.0) * size[:, None]
        return steps, self.probability(np.sqrt((near**2).sum(axis=0)))

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom: propose by steps, which all neurons share, accept by the distance."""
        sides, before, after = self.space.sides(), _counts(self.space, n_pre), _counts(self.space, n_post)
        exact = before == after
        steps, likely = self._displacements(n_post, exact=exact)
        k, i = hazards(rng, likely, n_pre)
        kept, squared, j = np.ones(len(i), bool), np.zeros(0 if exact else len(i)), np.zeros(len(i), np.int32)
        where = np.unravel_index(np.arange(n_pre), before)
        for side, n, m, at, by in zip(sides, before, after, where, steps, strict=True):
            place = (at + 0.5) / n * m  # in steps of the postsynaptic places
            there = np.floor(place).astype(np.int32)[i] + by.astype(np.int32)[k]
            inside = (there >= 0) & (there < m)
            if self.space.periodic:
                there[~inside] %= m
            else:
                kept &= inside
            if not exact:
                apart = np.abs(there + 0.5 - place[i])
                squared += (np.minimum(apart, m - apart) if self.space.periodic else apart) ** 2 * (side / m) ** 2
            j *= m
            j += there
        if not exact:
            kept &= rng.random(len(i)) * likely[k] < self.probability(np.sqrt(squared))
        if own is not None:
            kept &= j != i + own
        return _sorted(i[kept], j[kept], (n_pre, n_post))


def _sorted(i: np.ndarray, j: np.ndarray, shape: tuple[int, int]) -> Pairs:
    """Return pairs, none of them twice, by presynaptic neuron, and then by postsynaptic one."""
    pairs = sparse.coo_matrix((np.ones(len(i), np.int8), (i, j)), shape=shape)
    pairs.has_canonical_format = True  # in no order, which is all the same here: scipy need not sort
    columns = pairs.tocsc()
    return rows_of_columns(columns.indices, columns.indptr, shape[0])


@dataclass(frozen=True, repr=False, eq=False)
class SmallWorld(Wiring):
    """A ring on which each neuron reaches its nearest neighbours, some of them replaced by neurons from anywhere.

    The directed form of Watts & Strogatz 1998, doi:10.1038/30918: each neuron sends to k/2 neighbours on either side.
    Each of these synapses goes, with probability p, to a neuron that is none of the k neighbours, drawn at random.
    No neuron is connected to itself, and none twice to another.

    Parameters
    ----------
    k : int
        Even.
    p : float
        0: a regular ring; 1: none of the neighbours is left.
    weights, delays, seed, stream
        As of `Wiring`.
    """

    k: int
    p: float

    bytes_each: ClassVar[int] = 48

    def __post_init__(self) -> None:
        super().__post_init__()
        declared = {
            "k": Parameter(2, "neighbours", low=2),
            "p": Parameter(0.1, "probability", low=0.0, high=1.0),
        }
        check_fields("SmallWorld", self, declared)
        if self.k % 2:
            raise ParameterError(f"SmallWorld: k = {self.k} is odd; give an even number, half of it for either side")

    def expected(self, n_pre: int, n_post: int) -> float:
        """Return how many synapses there are."""
        far = n_pre - 1 - self.k
        if n_pre != n_post or far < (self.k if self.p else 0):
            raise ParameterError(
                f"SmallWorld: {n_pre} neurons to {n_post} with k = {self.k}; give one population of at least "
                f"{(2 if self.p else 1) * self.k + 1} neurons"
            )
        return float(n_pre) * self.k

    def pairs(self, rng: np.random.Generator, n_pre: int, n_post: int, own: int | None) -> Pairs:
        """Draw who is connected to whom."""
        if own:
            raise ParameterError(
                "SmallWorld: pre and post are different parts of one group, and it joins the neurons of one "
                "population; give the same part twice"
            )
        half = self.k // 2
        by = np.concatenate([np.arange(-half, 0), np.arange(1, half + 1)])
        i = np.repeat(np.arange(n_pre), self.k)
        moved = rng.random((n_pre, self.k)) < self.p
        steps = np.tile(by, n_pre)
        far = choose(rng, moved.sum(axis=1), np.full(n_pre, n_pre - 1 - self.k))
        steps[moved.ravel()] = far + half + 1
        return _sorted(i, (i + steps) % n_pre, (n_pre, n_post))
