"""The runner: a spiking graph on a target, built once, for many samples."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from brian2 import Clock, NeuronGroup, Quantity, get_dimensions

from brainnet.ann import LayerGraph
from brainnet.catalogue.content import models
from brainnet.coding.sources import source_group, warn_of_range
from brainnet.errors import ConversionError
from brainnet.projections import MaxGate, Presentation, Projection, Windows, compact
from brainnet.spiking.graph import Connection, Population, SpikingGraph, projection_name
from brainnet.spiking.inputs import Rates, without_unit
from brainnet.spiking.origin import Origin
from brainnet.spiking.response import Response
from brainnet.targets import Program, target

__all__ = ["SpikingNetwork", "build", "traced"]

# Update, threshold, reset and projections of a layer, before those of the next, where all act in one step.
_ORDERS = 4


@dataclass(frozen=True, eq=False, repr=False)
class SpikingNetwork:
    """A spiking graph on a target. Made by `build`.

    Attributes
    ----------
    graph : SpikingGraph
    groups : dict of str to brian2.NeuronGroup
        By population.
    projections : tuple of brainnet.projections.Projection and MaxGate
        One for each connection of the graph.
    presentation : brainnet.projections.Presentation
        What shows samples to the network.
    """

    graph: SpikingGraph
    groups: Mapping[str, NeuronGroup]
    projections: tuple[Projection | MaxGate, ...]
    presentation: Presentation

    def __repr__(self) -> str:
        return f"<SpikingNetwork on {self.program.target.name}: {self.graph}>"

    @property
    def program(self) -> Program:
        """The built program."""
        assert self.presentation.program is not None  # `build` has built it
        return self.presentation.program

    @property
    def steps(self) -> int:
        """Time steps of a sample."""
        return self.graph.steps

    @property
    def dt(self) -> Quantity:
        """Time step."""
        return self.graph.dt

    @property
    def block(self) -> int:
        """Samples whose input and records take about 256 MiB: run so many at a time."""
        return self.graph.block

    @property
    def origin(self) -> Origin:
        """What it was converted from.

        Raises
        ------
        ConversionError
            It was not converted.
        """
        if self.graph.origin is None:
            raise ConversionError(f"network {self.graph.name!r} is not converted from a trained one; convert one")
        return self.graph.origin

    @property
    def trained(self) -> LayerGraph:
        """The network of analog values that it was converted from."""
        return self.origin.trained

    @property
    def scales(self) -> Mapping[str, Any]:
        """Activation that became the rate 1, or the earliest spike, for "input" and each population."""
        return self.origin.scales

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of the conversion, defaults filled in."""
        return self.origin.settings

    @property
    def n_converted(self) -> int:
        """Number of layers of the trained network that became populations or a part of their connections."""
        return len({name for each in self.graph.populations if each.code for name in each.code.layers})

    def input_values(self, x: Any) -> np.ndarray:
        """What is presented for samples x, (n, inputs): spikes per step, times, or with constant current currents."""
        presented: np.ndarray = self.graph.inputs.presented(self.graph.inputs.checked(x))
        return presented

    def told_of_range(self, x: Any) -> SpikingNetwork:
        """Warn of samples far from those it was calibrated on; return the network that warns no more, part by part."""
        inputs, values = self.graph.inputs, without_unit(x)
        if not isinstance(inputs, Rates) or values.dtype.kind not in "fiub" or not values.size:
            return self
        warn_of_range(np.array([values.min(), values.max()], float), inputs.calibrated)
        return replace(self, graph=replace(self.graph, inputs=replace(inputs, calibrated=None)))

    def run(self, x: Any, first_sample: int = 0) -> Response:
        """Present samples, on C++ in as many processes as the target has threads.

        Parameters
        ----------
        x : array (n, ...)
        first_sample : int
            Position of the first one in its data set; random codings draw by position.

        Raises
        ------
        DataError
            The samples do not fit the network or the coding.
        """
        inputs, readout, processes = self.graph.inputs, self.graph.readout, self.program.target.threads
        values = inputs.checked(x)
        parts, seconds = [], 0.0
        # So many at a time that memory does not grow with the samples.
        for start in range(0, len(values), self.block):
            part, first = values[start : start + self.block], first_sample + start
            presented = inputs.presented(part)
            begin = time.perf_counter()
            records = self.presentation.run(presented, first, processes=processes)
            seconds += time.perf_counter() - begin
            parts.append(readout.read(self.graph, records, part, first))
        return Response.joined(parts, seconds)


def build(graph: SpikingGraph) -> SpikingNetwork:
    """Make Brian2 objects of a spiking graph and build them on the current target, once for all samples."""
    if not isinstance(graph, SpikingGraph):
        raise ConversionError(
            f"a {type(graph).__name__} is no spiking graph; give what brainnet.convert.spiking_graph returns, or call "
            "brainnet.convert.convert or brainnet.spiking.from_nir, which build at once"
        )
    clock = Clock(dt=graph.dt, name="steps")
    shown = Presentation(graph.steps, at_once=graph.at_once)
    groups: dict[str, NeuronGroup] = {}
    joined: list[Projection | MaxGate] = []
    for rank, each in enumerate(graph.populations):
        group = groups[each.name] = _group(each, graph, clock)
        if each.cells.initial:
            shown.restart(group, each.lag, **each.cells.initial)
        _record(shown, each, group)
        if each.fed:
            shown.feed(group, each.fed, each.lag, by_step=graph.inputs.by_step)
        if graph.at_once:
            _place(group, rank)
        for number, connection in enumerate(graph.onto(each.name)):
            made = _connect(graph, connection, groups, number)
            if isinstance(made, MaxGate):
                shown.restart(made, each.lag, count=0)
            joined.append(made)
    shown.build(*groups.values(), *joined, early=graph.fires_once)
    return SpikingNetwork(graph, groups, tuple(joined), shown)


def traced(network: SpikingNetwork, x: Any) -> Response:
    """Run samples with every spike recorded, in NumPy: all targets fire alike."""
    with target("numpy", dtype=network.program.target.dtype):
        return build(network.graph.recorded()).run(x)


def _group(population: Population, graph: SpikingGraph, clock: Clock) -> NeuronGroup:
    cells = population.cells
    if isinstance(cells.model, str) and cells.model in ("bernoulli", "regular"):
        return source_group(
            population.n, coding=cells.model, regular=models.regular, steps=graph.steps, seed=graph.seed, clock=clock,
            name=population.called,
        )  # fmt: skip
    model, parameters = cells.declared, dict(population.parameters)
    if population.fed in model.resolved_parameters():  # one for each neuron
        dim = get_dimensions(model.resolved_parameters()[population.fed].value)
        parameters[population.fed] = Quantity(np.zeros(population.n), dim=dim)
    return model.group(population.n, clock=clock, name=population.called, **parameters)


def _record(shown: Presentation, population: Population, group: NeuronGroup) -> None:
    if population.record == "v":
        shown.record(group, population.lag, population.name, variable="v")
    elif population.record:
        by_step = population.record == "raster"
        shown.record(group, population.lag, population.name, by_step=by_step, bursts=population.cells.bursts)


def _place(group: NeuronGroup, rank: int) -> None:
    """Let the neurons of a layer do all of a time step before those of the next layer begin."""
    parts = [group.state_updater, *group.thresholder.values(), *group.resetter.values()]
    for order, part in enumerate(parts):
        part.when, part.order = "groups", _ORDERS * rank + order


def _connect(
    graph: SpikingGraph, connection: Connection, groups: Mapping[str, NeuronGroup], number: int
) -> Projection | MaxGate:
    """Make the projection with that number onto its population, or a gate."""
    source, onto = graph.population[connection.source], graph.population[connection.target]
    pre, post = _part(groups[source.name], connection.pre), _part(groups[onto.name], connection.post)
    name = projection_name(onto.called, number)
    if isinstance(connection.connectivity, Windows):
        return MaxGate(pre, post, connection.connectivity, name=name)
    # Sums of integers have no place for bursts.
    wires = connection.connectivity if source.cells.bursts else compact(connection.connectivity)
    when, order = "synapses", number
    if graph.at_once:
        when, order = "groups", _ORDERS * list(groups).index(source.name) + 3
    return Projection(
        pre, post, wires, onto=onto.cells.onto, delay=connection.delay * graph.dt,
        bursts=source.cells.bursts, when=when, order=order, name=name,
    )  # fmt: skip


def _part(group: NeuronGroup, neurons: slice | None) -> Any:
    if neurons is None or (neurons.start, neurons.stop) == (0, len(group)):
        return group
    return group[neurons.start : neurons.stop]
