"""The converted network: presents samples, decides, and tells how well rates follow activations."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import NeuronGroup, Quantity, Synapses, TimedArray

from brainnet.analysis import correlation
from brainnet.ann import Dense, LayerGraph
from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes
from brainnet.coding.sources import check_samples
from brainnet.errors import ConversionError, DataError, UnknownNameError, nearest
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
    run_seconds : float
    """

    decisions: np.ndarray
    counts: Mapping[str, np.ndarray]
    output_potential: np.ndarray | None
    run_seconds: float


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
    synapses : tuple of brian2.Synapses
    """

    graph: LayerGraph
    scaled: LayerGraph
    scales: Mapping[str, float]
    settings: Mapping[str, Any]
    layers: tuple[SpikingLayer, ...]
    synapses: tuple[Synapses, ...]
    values: TimedArray
    monitors: Mapping[str, Any]
    dt: Quantity
    program: Program

    @property
    def n_converted(self) -> int:
        """Number of layers of the trained network that became populations."""
        return sum(layer.layer is not None for layer in self.layers)

    @property
    def steps(self) -> int:
        """Time steps of a sample."""
        return int(self.settings["steps"])

    def input_values(self, x: Any) -> np.ndarray:
        """What is presented for samples x: their values, or with constant current the currents into the first layer."""
        samples, n_in = np.asarray(x), self.scaled.layers[0].n_in
        if samples.dtype.kind not in "fiub":
            raise DataError(f"samples have the type {samples.dtype}; give real numbers")
        if samples.ndim < 2 or len(samples) == 0 or samples[0].size != n_in:
            raise DataError(f"samples have the shape {samples.shape}; give (n, {n_in}) with n of at least 1")
        values = samples.reshape(len(samples), n_in).astype(float)
        check_samples(values, self.settings["coding"])
        first = self.scaled.layers[0]
        # Sums in a fixed order: a matrix product would depend on the library and on the number of rows.
        return (
            np.einsum("ni,ij->nj", values, first.weights) + first.bias
            if self.settings["coding"] == "constant"
            else values
        )

    def run(self, x: Any, first_sample: int = 0) -> Response:
        """Present samples.

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
        if (first_sample + len(values)) * self.steps >= 2**31:
            raise DataError(f"{len(values)} samples of {self.steps} steps are more than a run counts; present fewer")
        per_run = self.values.values.shape[0]
        parts = []
        for start in range(0, len(values), per_run):
            part = values[start : start + per_run]
            padded = np.concatenate([part, np.zeros((per_run - len(part), values.shape[1]))])
            new: dict[Any, Any] = {self.values: padded}
            source = self.layers[0].group
            if "first_step" in source.variables:
                new[source.first_step] = (first_sample + start) * self.steps
            self.program.run(new)
            parts.append(self._read(len(part)))
        potentials = [part.output_potential for part in parts if part.output_potential is not None]
        return Response(
            decisions=np.concatenate([part.decisions for part in parts]),
            counts={name: np.concatenate([part.counts[name] for part in parts]) for name in parts[0].counts},
            output_potential=np.concatenate(potentials) if potentials else None,
            run_seconds=sum(part.run_seconds for part in parts),
        )

    def _read(self, n: int) -> Response:
        """Collect the first n samples of the run that has just ended."""
        counts = {}
        for layer in self.layers:
            monitor = self.monitors.get(f"{layer.name}_counts")
            if monitor is not None:
                # `last_count` holds sample k from step (k+1) steps + depth on; it is looked at every `steps` steps.
                late = 1 + -(-layer.depth // self.steps)
                counts[layer.name] = np.asarray(monitor.last_count)[:, late : late + n].T.copy()
        output, potential = self.layers[-1], None
        if "potential" in self.monitors:
            trace = np.asarray(self.monitors["potential"].v)[:, output.depth : output.depth + n * self.steps]
            potential = trace.T.reshape(n, self.steps, -1)
            decisions = decisions_from_potential(potential)
        else:
            sample, step, neuron = self.spikes(output.name)
            kept = sample < n
            shape = (n, self.steps, output.group.N)
            decisions = decisions_from_spikes(sample[kept], step[kept], neuron[kept], shape)
        final = None if potential is None else potential[:, -1]
        return Response(decisions, counts, final, self.program.run_seconds)

    def spikes(self, name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return sample, step within the sample, and neuron of the recorded spikes of a layer in the last run.

        The output layer is recorded always, others with ``record=True``. A run presents as many samples as the
        program holds: where `run` was given more, these are those of its last part, and where it was given fewer,
        the rest are spikes for zeros.

        Raises
        ------
        UnknownNameError
            No layer has that name.
        ConversionError
            Its spikes are not recorded.
        """
        depths = {layer.name: layer.depth for layer in self.layers}
        if name not in depths:
            raise UnknownNameError(f"the network has no layer {name!r}; {nearest(name, depths)}")
        depth, monitor = depths[name], self.monitors.get(f"{name}_spikes")
        if monitor is None:
            raise ConversionError(
                f"spikes of layer {name!r} are not recorded; convert with record=True, readout='spikes'"
            )
        step = np.round(np.asarray(monitor.t) / float(self.dt)).astype(int) - depth
        last = self.values.values.shape[0] * self.steps
        kept = (step >= 0) & (step < last)
        return step[kept] // self.steps, step[kept] % self.steps, np.asarray(monitor.i)[kept]

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
