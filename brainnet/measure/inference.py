"""What a spiking network does for one inference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.errors import ConversionError
from brainnet.measure.counting import Operations, snn_operations
from brainnet.spiking import SpikingNetwork

__all__ = ["check_network", "operations"]


def check_network(network: Any) -> None:
    """Refuse what is no spiking network.

    Raises
    ------
    ConversionError
    """
    if not isinstance(network, SpikingNetwork):
        raise ConversionError(
            f"a {type(network).__name__} is no spiking network; make one by brainnet.convert.convert, "
            "brainnet.spiking.build or brainnet.spiking.from_nir"
        )


def operations(network: SpikingNetwork, spikes: Mapping[str, np.ndarray]) -> Operations:
    """Count operations per inference, by layer of the trained network, or by population where there is none.

    Parameters
    ----------
    network : SpikingNetwork
    spikes : dict of str to array (n, neurons) or (n, steps, neurons)
        Counts of each population that fires, or its rasters.

    Returns
    -------
    Operations
        By layer, from rasters of all layers by layer and step.

    Raises
    ------
    ConversionError
        Spikes of a population are missing.
    """
    check_network(network)
    if not isinstance(spikes, Mapping):
        raise ConversionError(f"spikes are a {type(spikes).__name__}; give the counts of a response, response.counts")
    samples = {name: len(each) for name, each in spikes.items()}
    if len({*samples.values()}) > 1:
        raise ConversionError(f"spikes of the layers are of different numbers of samples, {samples}; give the same")
    graph, origin = network.graph, network.graph.origin
    sources = {each.source for each in graph.connections}
    missing = [each.name for each in graph.populations if each.name in sources and each.name not in spikes]
    if missing:
        raise ConversionError(f"spikes of layer {missing[0]!r} are missing; give the counts of a response, or the "
                              "rasters of a network made with record=True")  # fmt: skip
    arriving = {}
    for each in graph.populations:
        onto = graph.onto(each.name)
        if not onto:
            continue
        halves = each.code.halves if each.code else 1  # two connections from the same neurons, one for each half
        parts = [spikes[part.source][..., part.pre or slice(None)] for part in onto[::halves]]
        fans = [
            sum(part.connectivity.fan_out for part in onto[k : k + halves]) for k in range(0, len(onto), halves)
        ]  # fmt: skip
        arriving[each.name] = np.concatenate(parts, axis=-1), np.concatenate(fans)
    neurons = {each.name: each.n for each in graph.populations}
    layers = [layer.name for layer in origin.trained.layers] if origin else list(neurons)
    return snn_operations(
        layers,
        arriving,
        spikes,
        neurons={name: neurons.get(name, 0) for name in layers},
        steps=graph.steps,
        analog=origin.macs if origin else {},
    )
