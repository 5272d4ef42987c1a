"""A converted network as a spiking graph, which NIR files hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from brian2 import second

from brainnet.ann.layers import Dense, Layer
from brainnet.ann.layers.neurons import IF, I
from brainnet.ann.spiking import SpikingGraph
from brainnet.convert.network import SpikingNetwork
from brainnet.convert.wiring import bias_shift
from brainnet.errors import ConversionError

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
        The network is no chain of dense layers, a spike leaves half of what exceeds the threshold, or a generator hands
        out the spikes of the output.

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
        trained = by_name[each.name]
        chained = not each.branches if network.plan.analog and before is None else len(each.branches) == 1
        source = "input" if before is None else before.name
        if not isinstance(trained, Dense) or not chained or trained.inputs[0] != source:
            raise ConversionError(f"layer {each.name!r}: only chains of Dense are written as NIR yet")
        factor = network.scales[source] / network.scales[each.name]
        bias = each.bias / network.scales[each.name] + bias_shift(settings)
        layers.append(Dense(f"{each.name}_weights", trained.weights * factor, bias, "identity"))
        if each is populations[-1] and settings["readout"] == "potential":
            layers.append(I(each.name, **shared))
        else:
            reset = "subtract" if settings["reset"] == "subtract" else "value"
            layers.append(IF(each.name, **shared, v_threshold=np.nextafter(1 - 1e-9, 0.0), v_reset=0.0, reset=reset))
    n_in = math.prod(network.graph.input_shape)
    return SpikingGraph(tuple(layers), (n_in,), network.graph.name, network.graph.source, dt)
