"""The converted network: presents samples, decides, and tells how well rates follow activations."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import NeuronGroup, Quantity

from brainnet.analysis import correlation
from brainnet.ann import Dense, LayerGraph
from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes
from brainnet.coding.sources import check_samples, probabilities
from brainnet.errors import ConversionError, DataError, UnknownNameError, nearest
from brainnet.projections import Presentation, Projection
from brainnet.targets import Program

__all__ = ["LayerCheck", "Response", "SpikingLayer", "SpikingNetwork"]

# A layer with fewer spikes than one in a thousand neuron-steps passes on next to nothing.
SILENT_RATE = 1e-3


@dataclass(frozen=True, eq=False)
class SpikingLayer:
    """One population.

    Parameters
    ----------
    name : str
    group : brian2.NeuronGroup
    depth : int
        Number of layers of spikes before it, which is how many steps its windows are late.
    layer : Dense or None
        The scaled layer that it stands for; None for the input.
    """

    name: str
    group: NeuronGroup
    depth: int
    layer: Dense | None


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
        Final membrane potential of the output, where the decision is read from it.
    rasters : dict of str to array (n, steps, neurons)
        1 where a neuron fired: the output layer if it fires, and all layers of a network made with ``record=True``.
    run_seconds : float
    """

    decisions: np.ndarray
    counts: Mapping[str, np.ndarray]
    output_potential: np.ndarray | None
    rasters: Mapping[str, np.ndarray]
    run_seconds: float

    def spikes(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return sample, step within the sample, and neuron of each spike of a layer.

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


@dataclass(frozen=True)
class LayerCheck:
    """How well the rates of a layer follow the activations.

    Attributes
    ----------
    correlation : float
        Pearson correlation over neurons and samples; NaN where one side is constant.
    mean_rate : float
        Spikes per neuron and step.
    silent : float
        Fraction of neurons and samples without a spike.
    """

    correlation: float
    mean_rate: float
    silent: float


def _products(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Matrix product whose rows do not depend on how many there are: always blocks of one size."""
    block = 256
    padded = np.zeros((-(-len(values) // block) * block, values.shape[1]))
    padded[: len(values)] = values
    parts = [padded[start : start + block] @ weights for start in range(0, len(padded), block)]
    return np.concatenate(parts)[: len(values)]


@dataclass(frozen=True, eq=False)
class SpikingNetwork:
    """A converted network. Made by `convert`.

    Attributes
    ----------
    graph, scaled : LayerGraph
        The trained network, and the same with the weights that the synapses have.
    scales : dict of str to float
        Activation that became the rate 1, for "input" and each layer.
    settings : dict
        Of the conversion, defaults filled in.
    layers : tuple of SpikingLayer
        The layer map, from the input on. With constant current the input is no population.
    projections : tuple of brainnet.Projection
    presentation : brainnet.projections.Presentation
        What shows samples to the network.
    """

    graph: LayerGraph
    scaled: LayerGraph
    scales: Mapping[str, float]
    settings: Mapping[str, Any]
    layers: tuple[SpikingLayer, ...]
    projections: tuple[Projection, ...]
    presentation: Presentation
    dt: Quantity

    @property
    def program(self) -> Program:
        """The built program."""
        assert self.presentation.program is not None  # `convert` has built it
        return self.presentation.program

    @property
    def n_converted(self) -> int:
        """Number of layers of the trained network that became populations."""
        return sum(layer.layer is not None for layer in self.layers)

    @property
    def steps(self) -> int:
        """Time steps of a sample."""
        return int(self.settings["steps"])

    def input_values(self, x: Any) -> np.ndarray:
        """What is presented for samples x, (n, inputs): spikes per step, or with constant current the currents."""
        samples, first, coding = np.asarray(x), self.scaled.layers[0], self.settings["coding"]
        if samples.dtype.kind not in "fiub":
            raise DataError(f"samples have the type {samples.dtype}; give real numbers")
        if samples.ndim < 2 or len(samples) == 0 or samples[0].size != first.n_in:
            raise DataError(f"samples have the shape {samples.shape}; give (n, {first.n_in}) with n of at least 1")
        values = samples.reshape(len(samples), first.n_in).astype(float)
        check_samples(values, coding)
        if self.settings["normalisation"] == "model" and (values.min() < 0 or values.max() > 1):
            raise DataError("normalisation=model holds for samples in [0, 1]; scale them, or use normalisation=data")
        if coding == "constant":
            return _products(values, first.weights) + first.bias
        return probabilities(values, coding, self.settings["max_rate"], self.dt)

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
        values = self.input_values(x)
        start = time.perf_counter()
        records = self.presentation.run(values, first_sample, processes=self.program.target.threads)
        seconds = time.perf_counter() - start
        output = self.layers[-1].name
        rasters = {name: content for name, content in records.items() if content.dtype == np.uint8}
        counts = {name: content for name, content in records.items() if content.dtype == np.int32}
        counts |= {name: raster.sum(axis=1, dtype=np.int32) for name, raster in rasters.items()}
        counts = {layer.name: counts[layer.name] for layer in self.layers if layer.name in counts}
        if output in counts:
            return Response(decisions_from_spikes(rasters[output]), counts, None, rasters, seconds)
        potential = records[output]
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

        Warns
        -----
        UserWarning
            Names each layer that is nearly silent.
        """
        response = response or self.run(x)
        checks = {}
        activations = dict(zip((layer.name for layer in self.graph.layers), self.graph.activations(x), strict=True))
        activations["input"] = np.asarray(x, dtype=float).reshape(len(x), -1)
        for layer in self.layers:
            wanted = activations[layer.name]
            if layer.name in response.counts:
                counts = response.counts[layer.name]
                rate, silent = float(counts.mean()) / self.steps, float((counts == 0).mean())
                # Rates cannot be negative: logits are compared by their positive part.
                checks[layer.name] = LayerCheck(correlation(counts, np.maximum(wanted, 0)), rate, silent)
                if rate < SILENT_RATE:
                    warnings.warn(
                        f"layer {layer.name!r} is nearly silent ({rate:.2g} spikes per neuron and step); "
                        "use normalisation='data' with a lower percentile, or more steps",
                        stacklevel=2,
                    )
            elif response.output_potential is not None:
                checks[layer.name] = LayerCheck(correlation(response.output_potential, wanted), 0.0, 1.0)
        return checks
