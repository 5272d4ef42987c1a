"""Which layers of a trained network become populations, and what connects them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from brainnet.ann import (
    QCFS,
    Abs,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Conv1d,
    Conv2d,
    ConvTranspose,
    Dense,
    Flatten,
    Layer,
    LayerGraph,
    MaxPool,
    Softmax,
)
from brainnet.ann.layers.base import Shape
from brainnet.convert.branch import Branch
from brainnet.convert.linear import through
from brainnet.convert.settings import check_settings
from brainnet.errors import ConversionError
from brainnet.spiking.graph import Code
from brainnet.spiking.links import Gate, OneToOne
from brainnet.spiking.stem import ACTIVATIONS, Stem, drives

__all__ = ["Plan", "PlannedPopulation", "plan"]


@dataclass(frozen=True, eq=False)
class PlannedPopulation:
    """Neurons for one layer.

    Parameters
    ----------
    name : str
        Of the layer whose values are coded.
    shape : tuple of int
        Of these values.
    branches : tuple of Branch
        What it receives, before scaling.
    bias : array (values,)
        What it receives at every step, before scaling, for an input of zeros.
    depth : int
        Steps that a spike takes to come here: one per population.
    signed : bool
        Two neurons a value, all those for positive values first: values may be of either sign.
    folded : bool
        Two neurons a value that mean the same: the layer takes the absolute value.
    analog : bool
        Receives the input as a current.
    limit : float or None
        Largest value, of a clipped ReLU or QCFS.
    half : bool
        Begins at half the threshold, whatever the settings: QCFS.
    layers : tuple of str
        Layers of the trained network that it computes, itself last.
    """

    name: str
    shape: Shape
    branches: tuple[Branch, ...]
    bias: np.ndarray
    depth: int
    signed: bool = False
    folded: bool = False
    analog: bool = False
    limit: float | None = None
    half: bool = False
    layers: tuple[str, ...] = ()

    @property
    def values(self) -> int:
        """Number of values that it codes."""
        return math.prod(self.shape)

    @property
    def gated(self) -> bool:
        """Whether it passes spikes on as they are."""
        return any(isinstance(branch.link, Gate) for branch in self.branches)

    @property
    def halves(self) -> tuple[int, ...]:
        """Sign of the input of each half of the neurons."""
        return (1, -1) if self.signed or self.folded else (1,)

    @property
    def neurons(self) -> int:
        """Number of neurons."""
        return self.values * len(self.halves)

    def decoded(self, counts: np.ndarray) -> np.ndarray:
        """Return one count for each value, (n, values), from one per neuron."""
        return Code(self.shape, signed=self.signed, folded=self.folded).decoded(counts)


@dataclass(frozen=True, eq=False)
class Plan:
    """What a trained network becomes. Made by `plan`.

    Attributes
    ----------
    graph : LayerGraph
        The network, without biases where they are dropped.
    populations : tuple of PlannedPopulation
        Each after those that it receives from; the output is last.
    analog : bool
        The input is a current and not a population of spikes.
    fixed : dict of str to array (values,)
        What each layer receives, before its activation, where neither the input nor a population is active.
    signed_input : bool
        The input has two neurons a value, all those for positive values first.
    changes : tuple of str
        Where `graph` is another network than the one that was given, in words.
    """

    graph: LayerGraph
    populations: tuple[PlannedPopulation, ...]
    analog: bool
    fixed: Mapping[str, np.ndarray]
    signed_input: bool = False
    changes: tuple[str, ...] = ()

    @property
    def population(self) -> Mapping[str, PlannedPopulation]:
        """The populations by name."""
        return {each.name: each for each in self.populations}

    @property
    def inputs(self) -> int:
        """Number of input neurons, where the input is no current."""
        return math.prod(self.graph.input_shape) * (2 if self.signed_input else 1)

    @property
    def stem(self) -> Stem:
        """The layers that the input passes as numbers, where it is a current."""
        return Stem(self.graph, tuple(self.population), self.fixed)

    def drives(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Compute what each analog population receives from samples, bias included, before scaling.

        Parameters
        ----------
        x : array (n, inputs)

        Returns
        -------
        dict of str to array (n, values)
        """
        given = self.stem(x)
        return {each.name: given[each.name] for each in self.populations if each.analog}


def plan(
    graph: LayerGraph,
    *,
    coding: str = "constant",
    biases: str = "scale",
    signed_input: str = "refuse",
    max_pooling: str = "refuse",
) -> Plan:
    """Find the populations of a network.

    A linear layer is a part of the connections onto the neurons after it. Where two of them follow each other that do
    not make one matrix or kernel, the first becomes a population of its own: the average pooling between two
    convolutions. Its neurons come in pairs, for positive and negative values, unless no value can be negative.

    Parameters
    ----------
    graph : LayerGraph
    coding : str
        With "constant" the input is a current, and linear layers on its way are computed without spikes.
    biases : {"scale", "drop"}
    signed_input : {"refuse", "pairs"}
        "pairs": two input neurons a value, for positive and negative ones.
    max_pooling : {"refuse", "gate", "average"}
        "gate": neurons pass on the spikes of the neuron of their window that has spiked most. "average": the mean in
        place of the maximum, which is another network; `Plan.changes` says so.

    Returns
    -------
    Plan

    Raises
    ------
    ConversionError
        A layer that cannot be converted like this.
    ParameterError
        A wrong value of a setting.
    """
    given = {"coding": coding, "biases": biases, "signed_input": signed_input, "max_pooling": max_pooling}
    check_settings("plan", given)
    pooled = [layer.name for layer in graph.layers if isinstance(layer, MaxPool)]
    if pooled and max_pooling == "refuse":
        raise ConversionError(
            f"network {graph.name!r} takes maxima in {', '.join(pooled)}; set max_pooling=gate (spikes of the first "
            "neuron of a window pass) or max_pooling=average (another network), or train with average pooling"
        )
    if biases == "drop":
        graph = replace(graph, layers=tuple(_without_bias(layer) for layer in graph.layers))
    if pooled and max_pooling == "average":
        graph = replace(graph, layers=tuple(_averaged(layer) for layer in graph.layers))
    forced: set[str] = set()
    while True:
        found = _Search(graph, coding == "constant", signed_input == "pairs", forced).run()
        if isinstance(found, Plan):
            break
        forced.add(found)
    if max_pooling == "average":
        return replace(found, changes=tuple(f"layer {name!r} takes means in place of maxima" for name in pooled))
    return found


def _without_bias(layer: Layer) -> Layer:
    if isinstance(layer, BatchNorm):
        return replace(layer, beta=layer.mean * layer.scale)
    if isinstance(layer, Dense | Conv1d | Conv2d | ConvTranspose):
        return replace(layer, bias=np.zeros_like(layer.bias))
    return layer


def _averaged(layer: Layer) -> Layer:
    if not isinstance(layer, MaxPool):
        return layer
    kept = {each.name: getattr(layer, each.name) for each in fields(layer)}
    return AveragePool(**kept, count_padding=not any(map(any, layer.padding)))


def _activates(layer: Layer) -> bool:
    return isinstance(layer, ACTIVATIONS) or getattr(layer, "activation", "") == "relu"


def _limit(layer: Layer) -> float | None:
    if isinstance(layer, QCFS):
        return layer.threshold
    return layer.maximum if isinstance(layer, ClippedReLU) else None


class _Search:
    """One pass over the layers, with those in `forced` as populations."""

    def __init__(self, graph: LayerGraph, analog: bool, signed_input: bool, forced: set[str]) -> None:
        self.graph, self.analog, self.signed_input, self.forced = graph, analog, signed_input, forced
        self.output = graph.layers[-1]
        while isinstance(self.output, Flatten | Softmax) and self.output.inputs[0] != "input":
            self.output = graph.layer[self.output.inputs[0]]  # neither moves the largest value
        self.firing = forced | {layer.name for layer in graph.layers if _activates(layer)} | {self.output.name}
        zeros = np.zeros((1, math.prod(graph.input_shape)))
        self.fixed = {name: rows[0] for name, rows in drives(graph, self.firing, zeros).items()}
        self.branches: dict[str, list[Branch]] = {"input": []}
        self.reached = {"input"} if analog else set()  # by the input as a current
        self.layers: dict[str, tuple[str, ...]] = {"input": ()}
        self.populations: dict[str, PlannedPopulation] = {}
        self.depths = {} if analog else {"input": 0}
        if not analog:
            signs = (1, -1) if signed_input else (1,)
            self.branches["input"] = [_branch("input", graph.input_shape, *each) for each in enumerate(signs)]

    def run(self) -> Plan | str:
        """Return the plan, or the name of a layer that must be a population."""
        for layer in self.graph.layers:
            if isinstance(layer, MaxPool) and (unfit := self._unfit(layer)):
                return unfit
            branches = []
            for place, source in enumerate(layer.inputs):
                for branch in self.branches[source]:
                    passed = through(layer, branch, place)
                    if passed is None:
                        return branch.via
                    branches += passed
            analog = any(source in self.reached for source in layer.inputs)
            carried = tuple(dict.fromkeys(name for source in layer.inputs for name in self.layers[source]))
            self.layers[layer.name] = (*carried, layer.name)
            self.branches[layer.name] = branches
            if layer.name in self.firing:
                self._fire(layer, branches, analog)
            elif analog:
                self.reached.add(layer.name)
        populations = list(self.populations.values())
        left = self.layers[self.graph.layers[-1].name]  # views at the end
        if left:
            populations[-1] = replace(populations[-1], layers=(*populations[-1].layers, *left))
        return Plan(self.graph, tuple(populations), self.analog, self.fixed, self.signed_input)

    def _unfit(self, layer: MaxPool) -> str:
        """Return the layer that must be a population before a maximum can be taken by a gate; empty if none must."""
        (source,) = layer.inputs
        given = self.branches[source]
        if not given:  # of currents the maximum is taken as it is
            return ""
        if source in self.reached or len(given) != 1 or not given[0].is_whole(layer.input_shapes[0]):
            if source in self.populations or source == "input":
                raise ConversionError(
                    f"layer {layer.name!r} takes maxima of {source!r}, whose values have two neurons each; put a ReLU "
                    "before it, or set max_pooling=average"
                )
            return source
        return "" if layer.name in self.firing else layer.name

    def _fire(self, layer: Layer, branches: list[Branch], analog: bool) -> None:
        depth = 1 + max((self.depths[branch.source] for branch in branches), default=-1)
        rectified = _activates(layer) or layer is self.output or self._positive(layer, branches, analog)
        made = PlannedPopulation(
            layer.name,
            layer.output_shape,
            tuple(branches),
            self.fixed[layer.name],
            depth,
            signed=not rectified,
            folded=isinstance(layer, Abs),
            analog=analog,
            limit=_limit(layer),
            half=isinstance(layer, QCFS),
            layers=self.layers[layer.name],
        )
        self.populations[layer.name], self.depths[layer.name] = made, depth
        signs = (1, -1) if made.signed else (1, 1) if made.folded else (1,)
        self.branches[layer.name] = [_branch(layer.name, made.shape, half, sign) for half, sign in enumerate(signs)]
        self.layers[layer.name] = ()

    def _positive(self, layer: Layer, branches: list[Branch], analog: bool) -> bool:
        """Whether no value can be negative."""
        lowest = min([self.fixed[layer.name].min(), *(branch.link.weights.min() for branch in branches)])
        return not analog and bool(lowest >= 0)


def _branch(source: str, shape: Shape, half: int, sign: int) -> Branch:
    """Return the branch that brings the values of a population as they are."""
    n = math.prod(shape)
    link = OneToOne(np.arange(n), np.full(n, float(sign)), n)
    return Branch(source, link, slice(half * n, (half + 1) * n), slice(0, n), off=bool(half))
