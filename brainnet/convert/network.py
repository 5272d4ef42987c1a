"""The converted network: presents samples, decides, and tells how well rates follow activations."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity

from brainnet.ann import LayerGraph
from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes, winners
from brainnet.coding.sources import as_samples, check_samples, probabilities, warn_of_range
from brainnet.convert.analog import currents
from brainnet.convert.cost import count_operations
from brainnet.convert.fidelity import Checker, LayerCheck
from brainnet.convert.plan import Plan
from brainnet.convert.populations import SpikingLayer, bias_shift
from brainnet.errors import ConversionError, DataError, UnknownNameError, nearest
from brainnet.measure import Operations
from brainnet.projections import MaxGate, Presentation, Projection
from brainnet.targets import Program

__all__ = ["Response", "SpikingNetwork"]


@dataclass(frozen=True, eq=False)
class Response:
    """What a network did on n samples.

    Attributes
    ----------
    decisions : integer array (n, steps)
        The decision if one had stopped after that step.
    counts : dict of str to integer array (n, neurons)
        Spikes of each neuron, by layer; the output layer is missing where it does not fire.
    output_potential : array (n, neurons) or None
        Final membrane potential of the output, where it does not fire by itself.
    rasters : dict of str to array (n, steps, neurons)
        Spikes in each step: of the output layer if it fires, and of all layers of a network made with ``record=True``.
    run_seconds : float
    """

    decisions: np.ndarray
    counts: Mapping[str, np.ndarray]
    output_potential: np.ndarray | None
    rasters: Mapping[str, np.ndarray]
    run_seconds: float

    def spikes(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return sample, step within the sample, and neuron of each spike of a layer, of several in a step one.

        Raises
        ------
        UnknownNameError
            No layer of that name has spikes.
        ConversionError
            Its spikes were counted and not recorded.
        """
        if name not in self.counts:
            raise UnknownNameError(f"the network has no layer {name!r} that fires; {nearest(name, self.counts)}")
        if name not in self.rasters:
            raise ConversionError(f"spikes of layer {name!r} are not recorded; convert with record=True")
        sample, step, neuron = np.nonzero(self.rasters[name])
        return sample, step, neuron


@dataclass(frozen=True, eq=False)
class SpikingNetwork:
    """A converted network. Made by `convert`.

    Attributes
    ----------
    graph : LayerGraph
        The trained network.
    plan : Plan
        What became of its layers.
    scales : dict of str to float or array (channels,)
        Activation that became the rate 1, for "input" and each population.
    settings : dict
        Of the conversion, defaults filled in.
    layers : tuple of SpikingLayer
        The populations, from the input on. With constant current the input is none.
    projections : tuple of brainnet.projections.Projection and MaxGate
    presentation : brainnet.projections.Presentation
        What shows samples to the network.
    dt : Quantity
    seed : int
        Of all random numbers.
    calibrated : (float, float) or None
        Least and largest value of the calibration samples, where there were any.
    """

    graph: LayerGraph
    plan: Plan
    scales: Mapping[str, Any]
    settings: Mapping[str, Any]
    layers: tuple[SpikingLayer, ...]
    projections: tuple[Projection | MaxGate, ...]
    presentation: Presentation
    dt: Quantity
    seed: int
    calibrated: tuple[float, float] | None = None

    @property
    def program(self) -> Program:
        """The built program."""
        assert self.presentation.program is not None  # `convert` has built it
        return self.presentation.program

    @property
    def n_converted(self) -> int:
        """Number of layers of the trained network that became populations or a part of their connections."""
        return len({name for population in self.plan.populations for name in population.layers})

    @property
    def block(self) -> int:
        """Samples whose currents and counts take 256 MiB."""
        fed = sum(each.neurons for each in self.plan.populations if each.analog)
        numbers = 2 * fed + sum(layer.group.N for layer in self.layers)
        return max(1, 2**28 // (4 * numbers + self.steps * self.layers[-1].group.N))

    @property
    def steps(self) -> int:
        """Time steps of a sample."""
        return int(self.settings["steps"])

    def input_values(self, x: Any) -> np.ndarray:
        """What is presented for samples x, (n, inputs): spikes per step, or with constant current the currents."""
        return self._presented(self._samples(x))

    def _samples(self, x: Any) -> np.ndarray:
        """Return samples as (n, inputs), or say why they do not fit."""
        values = as_samples(x, math.prod(self.graph.input_shape))
        sized = np.abs(values) if self.plan.signed_input else values
        check_samples(sized, self.settings["coding"])
        if self.settings["normalisation"] == "model" and (sized.min() < 0 or sized.max() > 1):
            raise DataError("normalisation=model holds for samples in [0, 1]; scale them, or use normalisation=data")
        warn_of_range(values, self.calibrated)
        return values

    def _presented(self, values: np.ndarray) -> np.ndarray:
        if self.plan.analog:
            return currents(self.plan, self.scales, values, bias_shift(self.settings))
        if self.plan.signed_input:
            values = np.maximum(np.concatenate([values, -values], axis=1), 0)
        return probabilities(values, self.settings["coding"], self.settings["max_rate"], self.dt)

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
        values, processes = self._samples(x), self.program.target.threads
        parts, seconds = [], 0.0
        # Currents are as large as the first layer: so many at a time that memory does not grow with the samples.
        for start in range(0, len(values), self.block):
            presented = self._presented(values[start : start + self.block])
            begin = time.perf_counter()
            parts.append(self.presentation.run(presented, first_sample + start, processes=processes))
            seconds += time.perf_counter() - begin
        records = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        output = self.layers[-1].name
        spikes = {name: content for name, content in records.items() if content.dtype.kind in "iu"}
        rasters = {name: content for name, content in spikes.items() if content.ndim == 3}
        counts = {name: content for name, content in spikes.items() if content.ndim == 2}
        counts |= {name: raster.sum(axis=1, dtype=np.int32) for name, raster in rasters.items()}
        counts = {layer.name: counts[layer.name] for layer in self.layers if layer.name in counts}
        if output in counts:
            return Response(decisions_from_spikes(rasters[output]), counts, None, rasters, seconds)
        potential = records[output]
        if self.settings["readout"] == "winner_take_all":
            how = {"rate": self.settings["generator_rate"], "dt": self.dt, "seed": self.seed}
            rasters[output] = winners(potential, first_sample=first_sample, **how)
            counts[output] = rasters[output].sum(axis=1, dtype=np.int32)
            return Response(decisions_from_spikes(rasters[output]), counts, potential[:, -1], rasters, seconds)
        return Response(decisions_from_potential(potential), counts, potential[:, -1], rasters, seconds)

    def verify(self, x: Any, response: Response | None = None) -> dict[str, LayerCheck]:
        """Compare firing rates with activations, layer by layer.

        Parameters
        ----------
        x : array (n, ...)
            Samples.
        response : Response, optional
            What the network did on them; it is run if not given.

        Returns
        -------
        dict of str to LayerCheck
            By layer, from the input on.

        Raises
        ------
        DataError
            The samples do not fit the network or the response.

        Warns
        -----
        UserWarning
            Names each layer that is nearly silent; counts samples without a spike of the output.
        """
        if response is not None:
            n = len(response.decisions)
            if n != len(x):
                raise DataError(f"{len(x)} samples and a response to {n}; give the samples that were run")
        checker = Checker(self.graph, self.plan, self.steps, self.scales, self.layers)
        checker.add(x, response or self.run(x))
        return checker.result()

    def operations(self, spikes: Mapping[str, np.ndarray]) -> Operations:
        """Count operations per inference, by layer of the trained network.

        Parameters
        ----------
        spikes : dict of str to array (n, neurons) or (n, steps, neurons)
            Counts of each layer that fires, or its rasters.

        Returns
        -------
        Operations
            By layer, from rasters of all layers by layer and step.

        Raises
        ------
        ConversionError
            Spikes of a layer are missing.
        """
        sources = {branch.source for each in self.plan.populations for branch in each.branches}
        missing = [layer.name for layer in self.layers if layer.name in sources and layer.name not in spikes]
        if missing:
            raise ConversionError(f"spikes of layer {missing[0]!r} are missing; give the counts of a response, or the "
                                  "rasters of a network made with record=True")  # fmt: skip
        return count_operations(self.plan, self.projections, spikes, self.steps)
