"""What a network answers: decisions and counts from what was recorded of its populations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import Quantity

from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes, winners
from brainnet.spiking.response import Response

if TYPE_CHECKING:
    from brainnet.spiking.graph import SpikingGraph

__all__ = ["FirstSpikes", "Spikes", "counted"]


def counted(graph: SpikingGraph, records: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Return the counts and rasters of a `Response` from what was recorded."""
    spikes = {name: records[name] for name, each in graph.population.items() if each.record in ("counts", "raster")}
    rasters = {name: content for name, content in spikes.items() if content.ndim == 3}
    counts = {
        name: content.sum(axis=1, dtype=np.int32) if name in rasters else content for name, content in spikes.items()
    }
    return {"counts": counts, "rasters": rasters}


@dataclass(frozen=True)
class Spikes:
    """The output with most spikes decides, or that of the highest potential where outputs do not fire.

    Parameters
    ----------
    winner_rate : Quantity or None
        Rate of a Poisson generator that hands its spikes to outputs that do not fire, by softmax; without generator
        None.
    """

    winner_rate: Quantity | None = None

    def read(self, graph: SpikingGraph, records: Mapping[str, np.ndarray], x: np.ndarray, first: int) -> Response:
        """Return the response to samples x, the first of which is number `first` of its data set."""
        found, output = counted(graph, records), graph.output.name
        if output in found["counts"]:
            return Response(decisions_from_spikes(found["rasters"][output]), **found)
        potential = records[output]
        if self.winner_rate is None:
            return Response(decisions_from_potential(potential), **found, output_potential=potential[:, -1])
        raster = winners(potential, rate=self.winner_rate, dt=graph.dt, seed=graph.seed, first_sample=first)
        found["rasters"][output], found["counts"][output] = raster, raster.sum(axis=1, dtype=np.int32)
        return Response(decisions_from_spikes(raster), **found, output_potential=potential[:, -1])


@dataclass(frozen=True, eq=False)
class FirstSpikes:
    """The highest potential decides; times of spikes stand for values.

    Parameters
    ----------
    window : int
        Steps in which a layer may fire.
    idle : int
        Steps before them in which it receives.
    first : int or None
        Step in which the value 1 fires, where a neuron fires once its input has reached the threshold; None where
        times are linear in the values.
    bias : array (outputs,)
        What is added to the potential of the outputs.
    """

    window: int
    idle: int
    first: int | None
    bias: np.ndarray

    def read(self, graph: SpikingGraph, records: Mapping[str, np.ndarray], x: np.ndarray, first: int) -> Response:
        """Return the response to samples x; as `Spikes.read`."""
        times = {}
        for each in graph.populations[:-1]:
            fired = records[each.name][:, self.idle :]
            times[each.name] = np.where(fired.any(axis=1), fired.argmax(axis=1), -1)
        potential = records[graph.output.name][:, : self.window]
        if self.first is None:
            potential = potential + self.bias
        counts = {name: (of_layer >= 0).astype(np.uint8) for name, of_layer in times.items()}
        values = {name: self.meant(of_layer) for name, of_layer in times.items()}
        return Response(potential.argmax(axis=2), counts, potential[:, -1], times=times, values=values)

    def meant(self, times: np.ndarray) -> np.ndarray:
        """Return the values that times stand for, 0 without a spike."""
        if self.first is None:
            return np.where(times < 0, 0.0, (self.window - times) / self.window)
        return np.where(times < 0, 0.0, self.first / np.maximum(times + 1, 1))
