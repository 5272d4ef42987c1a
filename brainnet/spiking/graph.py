"""The spiking graph: populations of neurons, the connections between them, how samples go in and answers come out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from brian2 import Quantity

from brainnet.ann.layers.base import Shape
from brainnet.catalogue.content import models
from brainnet.declare import NeuronModel, Parameter
from brainnet.errors import ConversionError, nearest
from brainnet.projections import Connectivity, Windows
from brainnet.seeds import MOST_INTEGER, check_seed
from brainnet.spiking.links import spread
from brainnet.spiking.origin import Origin
from brainnet.spiking.readouts import FirstSpikes
from brainnet.values.clock import DT

RECORDS = ("", "counts", "raster", "v")
_FEW = 8  # populations that are printed
# Of every network that is shown samples, by settings, a NIR file or a graph.
STEPS = Parameter(100, "time steps for each sample", low=1, high=1_000_000)

__all__ = ["STEPS", "Cells", "Code", "Connection", "Population", "SpikingGraph", "check_names", "projection_name"]


@dataclass(frozen=True, eq=False)
class Cells:
    """A model of neurons, and what a network has to know of it.

    Parameters
    ----------
    model : str or NeuronModel
        Name in the catalogue, or a model of one's own.
    settings : mapping
        Variants and parameters that all neurons share.
    onto : str
        Variable that spikes are added to.
    initial : mapping of str to float
        State at the start of each sample.
    bursts : str
        Variable that holds how many spikes a neuron fires in a step; empty where it is one.
    fires : bool
        False: without threshold and reset, so that the potential adds up without end.
    """

    model: str | NeuronModel
    settings: Mapping[str, Any] = field(default_factory=dict)
    onto: str = "v"
    initial: Mapping[str, float] = field(default_factory=dict)
    bursts: str = ""
    fires: bool = True

    @property
    def called(self) -> str:
        """Name of the model."""
        return self.model if isinstance(self.model, str) else self.model.name

    @property
    def declared(self) -> NeuronModel:
        """The model with its settings."""
        named = models[self.model] if isinstance(self.model, str) else self.model
        model: NeuronModel = named(**self.settings)
        if self.fires:
            return model
        flat = model.flattened()
        kept = {name: p for name, p in flat.parameters.items() if name != "v_th"}
        return replace(flat, threshold="", reset="", refractory="", parameters=kept)


@dataclass(frozen=True, eq=False)
class Code:
    """What the spikes of a population stand for: the values of a layer of analog values.

    Parameters
    ----------
    shape : tuple of int
        Of the values.
    scale : float or array (channels,)
        Value that the rate 1, or the earliest spike, stands for.
    signed, folded : bool
        Two neurons a value, all those for positive values first; with `folded` both mean the same.
    worth : float
        Share of the scale that the rate of one spike a step stands for.
    most : int
        Most spikes in a step.
    layers : tuple of str
        Layers of the trained network that the population computes.
    """

    shape: Shape
    scale: Any = 1.0
    signed: bool = False
    folded: bool = False
    worth: float = 1.0
    most: int = 1
    layers: tuple[str, ...] = ()

    @property
    def values(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def halves(self) -> int:
        """Neurons a value."""
        return 2 if self.signed or self.folded else 1

    def decoded(self, counts: np.ndarray) -> np.ndarray:
        """Return one count for each value, (n, values), from one per neuron."""
        if self.halves == 1:
            return counts
        on, off = counts[..., : self.values], counts[..., self.values :]
        return on + off if self.folded else on - off

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Divide values (n, values) by their scales."""
        return np.asarray(values / spread(self.scale, self.shape))


@dataclass(frozen=True, eq=False)
class Population:
    """Neurons of one kind.

    Parameters
    ----------
    name : str
    n : int
        Number of neurons.
    cells : Cells
    parameters : mapping
        What differs from neuron to neuron, in arrays (n,), and other parameters of the model.
    lag : int
        Steps by which its windows are later than those of the input.
    fed : str
        Variable that a sample is written into, bias included, and that is none of `parameters`; empty where none is.
    record : {"", "counts", "raster", "v"}
        What is kept of a sample: spikes by neuron, by step and neuron, or the potential by step and neuron.
    code : Code or None
        What its spikes stand for, where that is known.
    label : str
        Name of the Brian2 group; that of the population if empty.
    """

    name: str
    n: int
    cells: Cells
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lag: int = 0
    fed: str = ""
    record: str = "counts"
    code: Code | None = None
    label: str = ""

    @property
    def called(self) -> str:
        """What its Brian2 group is called."""
        return self.label or self.name


@dataclass(frozen=True, eq=False)
class Connection:
    """Weights from neurons of one population to neurons of another.

    Parameters
    ----------
    source, target : str
        Names of the populations.
    connectivity : Dense, Conv2d, SparseRows... or Windows
        Of `brainnet.projections`; windows make a gate of max pooling.
    pre, post : slice or None
        Neurons that it joins; None for all.
    delay : int
        Steps that spikes take longer than to the next layer.
    """

    source: str
    target: str
    connectivity: Connectivity | Windows
    pre: slice | None = None
    post: slice | None = None
    delay: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class SpikingGraph:
    """A network of spiking neurons, before it is built on a target.

    Parameters
    ----------
    name : str
    populations : tuple of Population
        Each after those that it receives from; the output is last.
    connections : tuple of Connection
        Those onto a population in the order in which they act.
    steps : int
        Time steps of a sample.
    dt : Quantity
    inputs
        What samples are and what is written into the populations that are fed: one of `brainnet.spiking.inputs`.
    readout
        What an answer is made of: one of `brainnet.spiking.readouts`.
    at_once : bool
        Spikes reach the next layer in the step in which they are fired, as NIR has it; otherwise one step later.
    seed : int
        Of random input.
    origin : Origin or None
        The trained network that it was converted from.

    Raises
    ------
    ConversionError
        Two objects would have one name, in Python or in generated code; or a connection joins neurons that there are
        not, or leads back.
    """

    name: str
    populations: tuple[Population, ...]
    connections: tuple[Connection, ...]
    steps: int
    dt: Quantity
    inputs: Any
    readout: Any
    at_once: bool = False
    seed: int = 0
    origin: Origin | None = None

    def __post_init__(self) -> None:
        """Check the populations, their names, and where connections lead."""
        _check_run(self)
        twice = [name for name, times in Counter(each.name for each in self.populations).items() if times > 1]
        if twice:
            raise ConversionError(f"network {self.name!r} has two populations {twice[0]!r}; give one another name")
        check_names({each.name: each.called for each in self.populations}, Counter(c.target for c in self.connections))
        order = [each.name for each in self.populations]
        for each in self.connections:
            for name in (each.source, each.target):
                if name not in order:
                    raise ConversionError(
                        f"a connection names {name!r}, which is no population; {nearest(name, order)}"
                    )
            if order.index(each.source) >= order.index(each.target):
                raise ConversionError(
                    f"a connection leads back from {each.source!r} to {each.target!r}; only feed-forward networks run"
                )
            ends = _length(each.pre, self.population[each.source]), _length(each.post, self.population[each.target])
            if each.connectivity.shape != ends:
                raise ConversionError(
                    f"a connection of the shape {each.connectivity.shape} joins {ends[0]} neurons of {each.source!r} "
                    f"to {ends[1]} of {each.target!r}; give one of their shape"
                )

    def __repr__(self) -> str:
        parts = ", ".join(f"{each.name} ({each.n} {each.cells.called})" for each in self.populations[:_FEW])
        more = f" and {len(self.populations) - _FEW} more" if len(self.populations) > _FEW else ""
        number = f"{len(self.connections)} connection{'s' * (len(self.connections) != 1)}"
        return f"<SpikingGraph {self.name}: {parts}{more}; {number}, {self.steps} steps of {self.dt}>"

    @property
    def population(self) -> Mapping[str, Population]:
        """The populations by name."""
        return {each.name: each for each in self.populations}

    @property
    def fires_once(self) -> bool:
        """Whether values are times of spikes: neurons stay silent until the window of their layer."""
        return isinstance(self.readout, FirstSpikes)

    @property
    def latency(self) -> int:
        """Steps from the first one of the input to the last one in which the output decides."""
        return self.output.lag + (self.readout.window if self.fires_once else self.steps)

    @property
    def output(self) -> Population:
        """The last population."""
        return self.populations[-1]

    @property
    def block(self) -> int:
        """Samples whose input and records take about 256 MiB."""
        rows = self.steps if self.inputs.by_step else 1
        numbers = sum(
            (4 + 8 * rows * bool(each.fed) + self.steps * (each.record in ("raster", "v"))) * each.n
            for each in self.populations
        )
        return max(1, 2**28 // numbers)

    def onto(self, name: str) -> list[Connection]:
        """Return the connections onto a population."""
        return [each for each in self.connections if each.target == name]

    def recorded(self) -> SpikingGraph:
        """Return the graph with the spikes of all populations kept step by step."""
        kept = (replace(each, record="raster") if each.record == "counts" else each for each in self.populations)
        return replace(self, populations=tuple(kept))


def _check_run(graph: SpikingGraph) -> None:
    """Refuse what no run could be made of."""
    where = f"network {graph.name!r}"
    if not graph.populations:
        raise ConversionError(f"{where} has no populations; give at least one")
    if graph.inputs is None or graph.readout is None:
        what = "inputs" if graph.inputs is None else "readout"
        raise ConversionError(f"{where} has no {what}; give those of brainnet.spiking, as convert does")
    STEPS.check(where, "steps", graph.steps)
    DT.check(where, "dt", graph.dt)
    check_seed(where, graph.seed, MOST_INTEGER)
    fed_from = {each.source for each in graph.connections}
    for each in graph.populations:
        if each.record not in RECORDS:
            raise ConversionError(
                f"population {each.name!r}: record = {each.record!r} is not known; {nearest(each.record, RECORDS)}"
            )
        if not each.called.isidentifier():
            raise ConversionError(
                f"population {each.name!r}: label = {each.label!r} is no name; give letters and digits"
            )
        if each.fed in each.parameters:
            raise ConversionError(
                f"population {each.name!r} is fed {each.fed!r}, and the value of it in its parameters would be "
                "overwritten; leave it out, and let the inputs add it, as the bias of the layers of Currents"
            )
        if each.name in fed_from and not each.cells.fires:
            raise ConversionError(
                f"population {each.name!r} never fires and is the source of a connection; let it fire"
            )
    output = graph.populations[-1]
    if output.record not in ("raster", "v"):
        raise ConversionError(
            f"population {output.name!r} is the output, of which record = {output.record!r} keeps no steps; give "
            "raster or v"
        )


def _length(part: slice | None, population: Population) -> int:
    return population.n if part is None else len(range(*part.indices(population.n)))


def projection_name(label: str, number: int) -> str:
    """Name the projection with that number onto a population."""
    return f"{label}_synapses_{number}" if number else f"{label}_synapses"


def check_names(called: Mapping[str, str], onto: Mapping[str, int]) -> None:
    """Refuse names of populations that would meet those of other Brian2 objects, in Python or in generated code.

    Parameters
    ----------
    called : mapping of str to str
        Name of the Brian2 group of each population.
    onto : mapping of str to int
        Connections onto it.

    Raises
    ------
    ConversionError
    """
    # What is appended to the name of a population to name its parts and, in generated code, their variables.
    parts = ("draw", "feed", "record", "restart")
    made = {f"{label}_{part}": name for name, label in {"input": "input", **called}.items() for part in parts}
    made |= {
        projection_name(label, k): name for name, label in called.items() for k in range(max(1, onto.get(name, 0)))
    }
    taken = {"steps": "the clock", "defaultclock": "the clock"}
    for name, label in called.items():
        if label in taken or label in made:
            owner = taken.get(label) or f"layer {made[label]!r}"
            raise ConversionError(f"layer {name!r}: that name is needed for a part of {owner}; give it another one")
