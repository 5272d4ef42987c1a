"""A converted network as a spiking graph, which NIR files hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import second

from brainnet.ann.layers import Dense, Layer
from brainnet.ann.layers.neurons import IF, I
from brainnet.ann.spiking import SpikingGraph
from brainnet.convert.network import SpikingNetwork

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

    Returns
    -------
    SpikingGraph
        For each layer of weights ``NAME_weights`` and neurons ``NAME``. Its input is the values themselves with
        constant current, spikes with other codings.

    Notes
    -----
    In NIR all layers compute at the same time, where here a spike takes a step from layer to layer.
    """
    settings, dt = network.settings, float(network.dt / second)
    shared: dict[str, Any] = {"r": 1 / dt, "v_init": 0.5 if settings["v_init"] == "half" else 0.0}
    layers: list[Layer] = []
    for layer in network.scaled.layers:
        layers.append(Dense(f"{layer.name}_weights", layer.weights, layer.bias, "identity"))
        if layer is network.scaled.layers[-1] and settings["readout"] == "potential":
            layers.append(I(layer.name, **shared))
        else:
            reset = "subtract" if settings["reset"] == "subtract" else "value"
            layers.append(IF(layer.name, **shared, v_threshold=np.nextafter(1 - 1e-9, 0.0), v_reset=0.0, reset=reset))
    n_in = network.scaled.layers[0].n_in
    return SpikingGraph(tuple(layers), (n_in,), network.scaled.name, network.scaled.source, dt)
