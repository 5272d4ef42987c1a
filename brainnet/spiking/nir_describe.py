"""A spiking graph in the equations of NIR."""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np
from brian2 import second

from brainnet import projections
from brainnet.ann.algebra import as_convolution
from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.errors import ConversionError
from brainnet.spiking.graph import Connection, Population, SpikingGraph
from brainnet.spiking.inputs import Currents, Rates
from brainnet.spiking.links import spread
from brainnet.spiking.neurons import IF, I
from brainnet.spiking.nir_graph import NirGraph

__all__ = ["nir_graph"]


def nir_graph(graph: SpikingGraph) -> NirGraph:
    r"""Describe a converted network by the equations of NIR.

    A time step adds W s + b to the membrane potential. With :math:`\dot v = R I` and I = W s + b during the step, that
    is R = 1 / dt. The neurons fire where v >= 1 - 1e-9, NIR where :math:`v > v_{threshold}`: the threshold is the
    largest number below that. Reset by subtraction, and potentials that begin at 1/2, are kept in the layers;
    `write_nir` says what becomes of them.

    Parameters
    ----------
    graph : SpikingGraph

    Raises
    ------
    ConversionError
        The network is no chain of dense layers, convolutions and average pooling; a spike leaves half of what exceeds
        the threshold; a generator hands out the spikes of the output; or the graph is not that of a conversion.

    Returns
    -------
    NirGraph
        For each population connections ``NAME_weights`` and neurons ``NAME``. Its input is the values themselves with
        constant current, spikes with other codings.

    Notes
    -----
    In NIR all layers compute at the same time, where here a spike takes a step from layer to layer.
    """
    if not isinstance(graph.inputs, Rates):
        raise ConversionError(
            f"network {graph.name!r} does not code values as rates, and only rates are described in NIR; write the "
            "NirGraph where it was made of one, or convert with rates"
        )
    if graph.readout.winner_rate is not None:
        raise ConversionError(
            "readout=winner_take_all hands out the spikes of a generator, which NIR has no equations for; convert with "
            "readout=potential or readout=spikes"
        )
    neurons = [each for each in graph.populations if each.name != "input"]
    layers: list[Layer] = []
    for before, each in zip((None, *neurons), neurons, strict=False):
        cells = _cells(each, float(graph.dt / second))
        layers += [*_weights(graph, "input" if before is None else before.name, each), cells]
    shape = graph.inputs.shape
    if isinstance(layers[0], Dense):
        shape = (math.prod(shape),)
    source = "a spiking graph" if graph.origin is None else graph.origin.trained.source
    return NirGraph(tuple(layers), shape, graph.name, source, float(graph.dt / second))


def _cells(population: Population, dt: float) -> Layer:
    """Return the neurons of a population."""
    cells = population.cells
    if cells.model != "integrate_and_fire":
        raise ConversionError(
            f"neurons of the model {cells.declared.name} have no equations in NIR; convert with neuron=if"
        )
    shared: dict[str, Any] = {"r": 1 / dt, "v_init": float(cells.initial["v"])}
    if not cells.fires:
        return I(population.name, **shared)
    if cells.settings["reset"] == "average":
        raise ConversionError("reset=average cannot be said in NIR; convert with reset=subtract or reset=zero")
    threshold = population.parameters.get("v_th", cells.settings.get("v_th", 1.0))
    if np.any(np.asarray(threshold) != 1):
        raise ConversionError(
            f"population {population.name!r} has another threshold than 1, in which its weights are written; divide "
            "weights, currents and initial potential by it"
        )
    reset = "subtract" if cells.settings["reset"] == "subtract" else "value"
    return IF(population.name, **shared, v_threshold=np.nextafter(1 - 1e-9, 0.0), v_reset=0.0, reset=reset)


def _weights(graph: SpikingGraph, source: str, population: Population) -> list[Layer]:
    """Return the layer of weights onto a population, in units of its threshold, and what flattens its input."""
    currents, onto, code = graph.inputs.currents, graph.onto(population.name), population.code
    if code is None or code.halves > 1:
        _refuse(population)
    if source == "input" and currents is not None and not onto:
        return [_of_stem(currents, population)]
    before, chained = graph.population[source].code, [each.source for each in onto] == [source] and not population.fed
    if not chained or before is None or before.halves > 1 or not _whole(onto[0], graph):
        _refuse(population)
    between, name, bias = onto[0].connectivity, f"{population.name}_weights", population.parameters["I"]
    if isinstance(between, projections.Dense):
        flat = [Flatten(f"{population.name}_flat")] if len(before.shape) > 1 and source != "input" else []
        return [*flat, Dense(name, between.matrix, bias, "identity")]
    if not isinstance(between, projections.Conv2d):
        _refuse(population)
    one = len(before.shape) == 2
    kernel, geometry = between.kernel, (between.stride, between.padding, between.dilation)
    if one:
        kernel, geometry = kernel[:, :, 0, :], tuple(each[1:] for each in geometry)
    return [_convolution(name, kernel, bias, before.shape[0], between.groups, geometry)]


def _of_stem(currents: Currents, population: Population) -> Layer:
    """Return the weights that the input passes as numbers, in units of the threshold."""
    assert population.code is not None
    name, bias, shape = f"{population.name}_weights", currents.bias(population.name), population.code.shape
    *before, last = (currents.stem.graph.layer[each] for each in population.code.layers)
    first = [*before, last][0]
    flat = isinstance(last, Dense) and all(isinstance(layer, Flatten) for layer in before)
    windows = isinstance(last, Conv1d | Conv2d) or (isinstance(last, AveragePool) and last.count_padding)
    if first.inputs[0] != "input" or not (flat or (windows and not before)):
        _refuse(population)
    if isinstance(last, Dense):
        return Dense(name, last.weights * (1.0 / spread(population.code.scale, shape)), bias, "identity")
    assert isinstance(last, AveragePool | Conv1d | Conv2d)
    kernels = as_convolution(last) if isinstance(last, AveragePool) else last
    axes = (1,) * len(last.kernel)
    scales = np.broadcast_to(population.code.scale, len(kernels.weights)).reshape(-1, 1, *axes)
    geometry = (last.stride, last.padding, last.dilation)
    return _convolution(name, kernels.weights / scales, bias, last.input_shapes[0][0], kernels.groups, geometry)


def _convolution(
    name: str, kernel: np.ndarray, bias: np.ndarray, channels: int, groups: int, geometry: tuple[Any, ...]
) -> Layer:
    """Return a convolution without groups, with a bias for each channel.

    Groups are written out with zeros: the package nir takes the channels of a file's weights for those of the input.
    """
    full = np.zeros((len(kernel), channels, *kernel.shape[2:]))
    for number, block in enumerate(np.split(kernel, groups)):
        rows, columns = (slice(number * size, (number + 1) * size) for size in block.shape[:2])
        full[rows, columns] = block
    make = Conv2d if kernel.ndim == 4 else Conv1d
    return make(name, full, bias.reshape(len(full), -1)[:, 0], "identity", *geometry)


def _whole(connection: Connection, graph: SpikingGraph) -> bool:
    """Whether it joins all neurons of two populations, without delay."""
    ends = ((connection.pre, connection.source), (connection.post, connection.target))
    return not connection.delay and all(
        part is None or (part.start, part.stop) == (0, graph.population[name].n) for part, name in ends
    )


def _refuse(population: Population) -> NoReturn:
    raise ConversionError(
        f"layer {population.name!r}: only chains of Dense, Conv1d, Conv2d and AveragePool, one neuron a value, are "
        "written as NIR"
    )
