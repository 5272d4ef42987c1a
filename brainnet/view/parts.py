"""What is drawn: populations and the arrows between them, with plain numbers and text, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from brainnet.errors import ParameterError
from brainnet.view.weights import Weights

__all__ = ["Arrow", "Population", "Raster", "Run", "Scene", "check_alike"]


@dataclass(frozen=True, eq=False)
class Raster:
    """Spikes of one population.

    Parameters
    ----------
    neuron, time : arrays, shape (n_spikes,)
        Time in `unit`.
    neurons : int
    duration : float
        In `unit`.
    unit : str
        ``"ms"``, or ``"steps"`` where the run counts steps.
    """

    neuron: np.ndarray
    time: np.ndarray
    neurons: int
    duration: float
    unit: str = "ms"


@dataclass(frozen=True, eq=False)
class Population:
    """A group of neurons, or the values that a layer gives.

    Parameters
    ----------
    name : str
    kind : str
        What it is, in a few words.
    size : int
        Number of neurons; 0 of a model, of which there may be any number.
    shape : tuple of int, optional
        Where neurons lie in an image, channels first.
    guessed : bool
        Whether `shape` is a guess from the size.
    facts : mapping of str to str
        More to tell.
    text : str
        Equations.
    raster : Raster, optional
        What it did in the run.
    """

    name: str
    kind: str
    size: int
    shape: tuple[int, ...] | None = None
    guessed: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    raster: Raster | None = None


@dataclass(frozen=True, eq=False)
class Arrow:
    """What connects two populations.

    Parameters
    ----------
    name : str
    kind : str
        What it is, in a few words.
    source, target : str
        Names of populations.
    pairs : tuple of int
        Neurons on either side, (n_pre, n_post).
    weights : Weights, optional
        None where it has none, or they are not known yet.
    plastic : bool
        Whether spikes change the weights.
    delay : array, optional
        In ms: of each synapse, or one for all.
    facts, text
        As of `Population`.
    notes : tuple of str
        What the reader must know to read the numbers right.
    """

    name: str
    kind: str
    source: str
    target: str
    pairs: tuple[int, int]
    weights: Weights | None = None
    plastic: bool = False
    delay: np.ndarray | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Run:
    """What a run folder tells besides a network.

    Parameters
    ----------
    tables : mapping of str to sequence of rows
        By title; the first row is the header.
    rasters : mapping of str to Raster
        Of what is no population of the scene.
    rates : mapping of str to (time, rate, unit of time)
        In Hz.
    picture : bytes
        A PNG file.
    """

    tables: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    rates: Mapping[str, tuple[np.ndarray, np.ndarray, str]] = field(default_factory=dict)
    picture: bytes = b""


@dataclass(frozen=True, eq=False)
class Scene:
    """A network as it is at one moment; what `scene` returns and `view` draws.

    Parameters
    ----------
    name : str
    about : str
        What it is, in a line.
    populations, arrows : tuples
        Every arrow begins and ends at one of the populations.
    notes : tuple of str
        What the reader must know.
    run : Run, optional
    """

    name: str
    about: str
    populations: tuple[Population, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()
    run: Run | None = None

    def with_notes(self, notes: Iterable[str]) -> Scene:
        """Return the scene with more to know, which comes first."""
        return replace(self, notes=(*notes, *self.notes))

    def in_order_of(self, other: Scene) -> Scene:
        """Return the scene with its parts in the order of one that `check_alike` has found alike."""
        populations = {each.name: each for each in self.populations}
        arrows = {(each.source, each.target, each.name): each for each in self.arrows}
        return replace(
            self, populations=tuple(populations[each.name] for each in other.populations),
            arrows=tuple(arrows[each.source, each.target, each.name] for each in other.arrows),
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<scene of {self.name}: {len(self.populations)} populations, {len(self.arrows)} projections>"


def check_alike(before: Scene, after: Scene) -> None:
    """Refuse two scenes that cannot be laid side by side.

    Raises
    ------
    ParameterError
        Populations or projections differ in name, size or ends.
    """
    structure = [
        {p.name: ("population", p.size) for p in scene.populations}
        | {f"{a.source} > {a.target} ({a.name})": ("projection", *a.pairs) for a in scene.arrows}
        for scene in (before, after)
    ]
    for name in [*structure[0], *structure[1]]:
        first, second = (each.get(name) for each in structure)
        if first != second:
            sizes = [" to ".join(map(str, each[1:])) if each else "missing" for each in (first, second)]
            kind = (first or second or ("part",))[0]
            raise ParameterError(
                f"before and after differ: {kind} {name!r} is {sizes[0]} before and {sizes[1]} after; give two "
                "networks of equal structure, or view each by itself"
            )
