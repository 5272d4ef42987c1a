"""What is measured of a network that was not converted: spikes of its neurons."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.measure.tally import Content
from brainnet.spiking import Response, SpikingNetwork

__all__ = ["SpikeTally"]


class SpikeTally:
    """Spikes and synaptic operations; samples are constant input.

    Parameters
    ----------
    network : SpikingNetwork
    """

    def __init__(self, network: SpikingNetwork) -> None:
        self.network, self.block = network, network.block
        self.totals: dict[str, np.ndarray] = {}

    def shown(self, x: Any) -> Any:
        """Hold samples throughout all steps."""
        return self.network.graph.inputs.constant(x)

    def add(self, x: Any, response: Response) -> None:
        """Take in samples and the response to them."""
        for name, counts in response.counts.items():
            self.totals[name] = self.totals.get(name, 0) + counts.sum(axis=0, dtype=np.int64)

    def content(self, x: Any, by_step: np.ndarray) -> Content:
        """Return the means."""
        graph = self.network.graph
        done = sum(float(self.totals[each.source] @ each.connectivity.fan_out) / len(x) for each in graph.connections)
        spikes = [float(total.mean()) / len(x) for total in self.totals.values()]
        return Content(
            {"spikes_per_neuron": ("layer", spikes), "synaptic_operations": done},
            {"layer": np.array(list(self.totals), dtype=str)},
            {"network": graph.name, "dt": str(graph.dt)},
        )
