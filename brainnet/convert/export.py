"""A converted network as a spiking graph, which NIR files hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import second

from brainnet.ann.algebra import as_convolution
from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.convert.links import Gate, spread
from brainnet.convert.network import SpikingNetwork
from brainnet.convert.plan import Population
from brainnet.convert.populations import bias_shift
from brainnet.errors import ConversionError
from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.neurons import IF, I

__all__ = ["spiking_graph"]


def spiking_graph(network: SpikingNetwork) -> SpikingGraph:
    r"""Describe a converted network by the equations of NIR.

    A time step adds W s + b to the membrane potential. With :math:`\dot v = R I` and I = W s + b during the step, that
    is R = 1 / dt. The neurons fire where v >= 1 - 1e-9, NIR where :math:`v > v_{threshold}`: the threshold is the
    largest number below that. Reset by subtraction, and potentials that begin at 1/2, are kept in the layers;
    `write_nir` says what becomes of them.

    Parameters
    ----------
    network : SpikingNetwork

    Raises
    ------
    ConversionError
        The network is no chain of dense layers, convolutions and average pooling; a spike leaves half of what exceeds
        the threshold; or a generator hands out the spikes of the output.

    Returns
    -------
    SpikingGraph
        For each layer of weights ``NAME_weights`` and neurons ``NAME``. Its input is the values themselves with
        constant current, spikes with other codings.

    Notes
    -----
    In NIR all layers compute at the same time, where here a spike takes a step from layer to layer.
    """
    if network.settings["neuron"] != "if":
        raise ConversionError(
            f"neurons of the type {network.settings['neuron']} have no equations in NIR; convert with neuron=if"
        )
    if network.settings["readout"] == "winner_take_all":
        raise ConversionError(
            "readout=winner_take_all hands out the spikes of a generator, which NIR has no equations for; convert with "
            "readout=potential or readout=spikes"
        )
    settings, dt = network.settings, float(network.dt / second)
    if settings["reset"] == "average":
        raise ConversionError("reset=average cannot be said in NIR; convert with reset=subtract or reset=zero")
    shared: dict[str, Any] = {"r": 1 / dt, "v_init": 0.5 if settings["v_init"] == "half" else 0.0}
    populations = network.plan.populations
    layers: list[Layer] = []
    by_name = network.graph.layer
    for before, each in zip((None, *populations), populations, strict=False):
        source = "input" if before is None else before.name
        layers += _weights(network, by_name, source, each, bias_shift(settings))
        if each is populations[-1] and settings["readout"] == "potential":
            layers.append(I(each.name, **shared))
        else:
            reset = "subtract" if settings["reset"] == "subtract" else "value"
            layers.append(IF(each.name, **shared, v_threshold=np.nextafter(1 - 1e-9, 0.0), v_reset=0.0, reset=reset))
    shape = network.graph.input_shape
    if isinstance(layers[0], Dense):
        shape = (math.prod(shape),)
    return SpikingGraph(tuple(layers), shape, network.graph.name, network.graph.source, dt)


def _weights(
    network: SpikingNetwork, by_name: Mapping[str, Layer], source: str, population: Population, shift: float
) -> list[Layer]:
    """Return the layer of weights onto a population, in units of its threshold, and what flattens its input."""
    *before, last = (by_name[name] for name in population.layers)
    branches, first = population.branches, by_name[population.layers[0]].inputs[0]
    if network.plan.analog and source == "input":
        chained = not branches
    else:
        chained = [one.source for one in branches] == [source]
    paired = len(population.halves) > 1 or any(one.off or isinstance(one.link, Gate) for one in branches)
    windows = isinstance(last, Conv1d | Conv2d) or (isinstance(last, AveragePool) and last.count_padding)
    flat = isinstance(last, Dense) and all(isinstance(layer, Flatten) for layer in before)
    if not chained or paired or first != source or not (flat or (windows and not before)):
        raise ConversionError(
            f"layer {population.name!r}: only chains of Dense, Conv1d, Conv2d and AveragePool, one neuron a value, are "
            "written as NIR"
        )
    name, shape = f"{population.name}_weights", last.input_shapes[0]
    scale, given = network.scales[population.name], network.scales[source]
    bias = population.bias / spread(scale, population.shape) + shift
    if isinstance(last, Dense):
        taken = by_name[population.layers[0]].input_shapes[0]
        factor = np.broadcast_to(spread(given, taken), math.prod(taken))[:, None] / spread(scale, population.shape)
        flatten = [Flatten(f"{population.name}_flat")] if len(taken) > 1 and source != "input" else []
        return [*flatten, Dense(name, last.weights * factor, bias, "identity")]
    assert isinstance(last, AveragePool | Conv1d | Conv2d)
    # A mean is a convolution of each channel by itself, which can have factor and bias. Groups are written out with
    # zeros: the package nir takes the channels of a file's weights for those of the input.
    kernels = as_convolution(last) if isinstance(last, AveragePool) else last
    blocks = np.split(kernels.weights, kernels.groups)
    full = np.zeros((len(blocks) * len(blocks[0]), shape[0], *last.kernel))
    for number, block in enumerate(blocks):
        rows, columns = (slice(number * size, (number + 1) * size) for size in block.shape[:2])
        full[rows, columns] = block
    axes = (1,) * len(last.kernel)
    full *= np.broadcast_to(given, shape[0]).reshape(-1, *axes)
    full /= np.broadcast_to(scale, len(full)).reshape(-1, 1, *axes)
    make = Conv2d if len(axes) == 2 else Conv1d
    by_channel = bias.reshape(len(full), -1)[:, 0]
    return [make(name, full, by_channel, "identity", last.stride, last.padding, last.dilation)]
