"""Spiking graphs, which NIR files hold, as Brian2 populations and projections."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Clock, Hz, Network, NeuronGroup, Quantity, SpikeMonitor, StateMonitor, TimedArray, ms, second
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.declare import Parameter
from brainnet.errors import ConversionError, DataError, ParameterError
from brainnet.projections import Projection, compact
from brainnet.spiking.between import FIRING, paths, values
from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.linear import connectivity
from brainnet.spiking.neurons import Neurons
from brainnet.spiking.nir_read import read_nir
from brainnet.spiking.nir_units import warn_of_units
from brainnet.targets import Program, build

__all__ = ["NIR_PARAMETERS", "NirNetwork", "NirResponse", "from_nir"]

NIR_PARAMETERS: Mapping[str, Parameter] = {
    "step": Parameter("exact", "how a time step solves the equations", choices=("exact", "euler")),
}
_STEPS = Parameter(100, "time steps of a sample", low=1, high=1_000_000)
_MODELS = {"I": "nir_if", "IF": "nir_if", "LI": "nir_lif", "LIF": "nir_lif", "CubaLI": "nir_cubalif",
           "CubaLIF": "nir_cubalif"}  # fmt: skip
_UNITS = {"tau": second, "tau_syn": second, "tau_mem": second}


@dataclass(frozen=True)
class NirResponse:
    """What a network did on n samples.

    Attributes
    ----------
    output : array (n, steps, \\*output shape)
        What the last layer gives: 1 for a spike, a potential, or a sum of weights.
    spikes : dict of str to array (n, steps, \\*shape)
        1 for a spike, by layer.
    run_seconds : float
    """

    output: NDArray[np.float64]
    spikes: Mapping[str, NDArray[np.uint8]]
    run_seconds: float


@dataclass(frozen=True, eq=False)
class NirNetwork:
    """A spiking graph on Brian2. Made by `from_nir`.

    Attributes
    ----------
    graph : SpikingGraph
    steps : int
        Time steps of a sample.
    dt : Quantity
    groups : dict of str to brian2.NeuronGroup
        By layer.
    projections : tuple of Projection
    program : brainnet.targets.Program
    """

    graph: SpikingGraph
    steps: int
    dt: Quantity
    groups: Mapping[str, NeuronGroup]
    projections: tuple[Projection, ...]
    program: Program
    _monitors: Mapping[str, Any]
    _drives: Mapping[str, TimedArray]

    def run(self, x: Any) -> NirResponse:
        """Present samples one after the other, each from the state at the start.

        Parameters
        ----------
        x : array (n, steps, \\*input_shape)
            What flows into the network in each step; 1 for a spike.

        Raises
        ------
        DataError
            Another shape, or no finite numbers.
        """
        samples, shape = np.asarray(x), (self.steps, *self.graph.input_shape)
        if samples.dtype.kind not in "fiub" or samples.shape[1:] != shape or not len(samples):
            raise DataError(f"samples are {samples.dtype} of the shape {samples.shape}; give numbers (n, *{shape})")
        samples = samples.astype(float)
        if not np.isfinite(samples).all():
            raise DataError("samples hold NaN or infinity; correct them")
        begin = time.perf_counter()
        outputs, spikes = [], []
        for sample in samples:
            drives = {timed: self._values({"input": sample}, name) for name, timed in self._drives.items()}
            self.program.run({timed: each.reshape(self.steps, -1) for timed, each in drives.items()})
            records = {name: self._record(name) for name in self._monitors}
            last = self.graph.layers[-1].name
            output = self._values({"input": sample, **records}, last, source=False)
            outputs.append(np.broadcast_to(output, (self.steps, *output.shape[1:])))
            spikes.append({name: each for name, each in records.items() if isinstance(self._layer(name), FIRING)})
        fired = {name: np.array([each[name] for each in spikes], dtype=np.uint8) for name in spikes[0]}
        return NirResponse(np.array(outputs), fired, time.perf_counter() - begin)

    def _layer(self, name: str) -> Any:
        return self.graph.layer[name]

    def _values(self, known: dict[str, Any], name: str, *, source: bool = True) -> NDArray[np.float64]:
        """What a layer gives, or what it gets."""
        wanted = self._layer(name).inputs[0] if source else name
        return values(self.graph, known, wanted, float(self.dt / second))[0]

    def _record(self, name: str) -> NDArray[np.float64]:
        """What a population gave in the last run, (steps, *shape)."""
        monitor, shape = self._monitors[name], self._layer(name).output_shape
        if isinstance(monitor, StateMonitor):
            return np.array(monitor.v.T).reshape(self.steps, *shape)
        fired = np.zeros((self.steps, math.prod(shape)))
        fired[np.round(np.asarray(monitor.t / self.dt)).astype(int), np.asarray(monitor.i)] = 1.0
        return fired.reshape(self.steps, *shape)


def from_nir(
    source: SpikingGraph | str | os.PathLike[str],
    *,
    steps: int,
    dt: Quantity | None = None,
    step: str = "exact",
    record: bool = True,
) -> NirNetwork:
    """Make Brian2 populations and projections of a spiking network on the current target.

    NIR states equations in continuous time. Here time goes in steps; what flows into neurons is constant during a step,
    and a spike is the value 1 for the step in which it is fired. In each step all layers compute one after the other,
    from the input to the output: neurons take the sum of what reaches them, `step` solves their equation, they fire
    where v > v_threshold and are reset at once. A spike reaches the next layer in the step in which it is fired, and
    later by each Delay, rounded to steps.

    Parameters
    ----------
    source : SpikingGraph or path
        A graph, or a NIR file.
    steps : int
        Time steps of a sample.
    dt : Quantity, optional
        Time step; that of the graph if it has one. Frameworks mean different ones (docs/networks.md); one with which
        neurons cannot fire, or forget within a step, gives a warning that proposes another.
    step : {"exact", "euler"}
        "exact" solves the equations for an input that is constant in the step. "euler" makes one forward step, with
        the synaptic current before the potential: what snnTorch and Lava compute.
    record : bool
        Keep the spikes of all layers, not only of those that the output is made of.

    Returns
    -------
    NirNetwork

    Raises
    ------
    ModelFileError
        The file cannot be read, or holds what does not run in time steps; names the layer.
    ConversionError, ParameterError
        The time step is not known or not fit.
    """
    graph = source if isinstance(source, SpikingGraph) else read_nir(source)
    steps = _STEPS.check("from_nir", "steps", steps)
    step = NIR_PARAMETERS["step"].check("from_nir", "step", step)
    if dt is None and graph.dt is None:
        raise ConversionError(f"network {graph.name!r} says no time step; give dt, the one that it was trained with")
    given = graph.dt * second if dt is None else dt
    dt = Parameter(1 * ms, "time step", above=0 * ms).check("from_nir", "dt", given)
    if not graph.neurons:
        raise ConversionError(f"network {graph.name!r} has no neurons; run it with forward of its layers")
    seconds = float(dt / second)
    ways = paths(graph, seconds)
    warn_of_units(graph, dt, steps)
    clock = Clock(dt=dt, name="steps")
    silence = {"input": np.zeros((steps, *graph.input_shape))}
    groups: dict[str, NeuronGroup] = {}
    drives: dict[str, TimedArray] = {}
    joined: list[Projection] = []
    for k, layer in enumerate(graph.neurons):
        content, varies = values(graph, silence, layer.inputs[0], seconds)
        content = content.reshape(len(content), -1)
        overrides, namespace = _parameters(layer, dt, step), {}
        if varies:
            name = f"drive_{k}"  # names of layers stay out of generated code
            drives[layer.name] = namespace[name] = TimedArray(content, dt=dt, name=name)
            overrides["S_ext"] = f"{name}(t, i)"
        else:
            overrides["S_ext"] = _plain(content[0])
        group = _model(layer).group(layer.n_out, clock=clock, name=f"population_{k}", namespace=namespace, **overrides)
        _place(group, k)
        groups[layer.name] = group
        for path in ways[layer.name]:
            pre = graph.layer[path.source]
            between = compact(connectivity(path.layers, pre.output_shape, f"from layer {pre.name!r} to {layer.name!r}"))
            rank = list(groups).index(pre.name)
            joined.append(
                Projection(groups[pre.name], group, between, onto="S_syn", delay=path.steps * dt, when="groups",
                           order=_ORDERS * rank + 3, name=f"projection_{len(joined)}")
            )  # fmt: skip
    monitors = {name: _monitor(groups[name], k) for k, name in enumerate(groups) if record or _is_seen(graph, name)}
    network = Network(*groups.values(), *joined, *monitors.values())
    program = build(network, steps * dt, progress=False)
    return NirNetwork(graph, steps, dt, groups, tuple(joined), program, monitors, drives)


# Update, threshold, reset and projections of a layer, before those of the next.
_ORDERS = 4


def _place(group: NeuronGroup, rank: int) -> None:
    """Let the neurons of a layer do all of a time step before those of the next layer begin."""
    parts = [group.state_updater, *group.thresholder.values(), *group.resetter.values()]
    for order, part in enumerate(parts):
        part.when, part.order = "groups", _ORDERS * rank + order


def _model(layer: Neurons) -> Any:
    """Return the model of a layer with its variants chosen."""
    model = models[_MODELS[layer.kind]]
    return model(reset=getattr(layer, "reset", "none"))


def _parameters(layer: Any, dt: Quantity, step: str) -> dict[str, Any]:
    """Return the parameters of a layer as its model takes them."""
    given: dict[str, Any] = {"v_init": float(layer.v_init)}
    firing = isinstance(layer, FIRING)
    if firing and layer.reset == "subtract":
        given["subtracted"] = float(layer.subtracted)
    for field in layer.arrays:
        if field == "v_reset" and layer.reset == "subtract":
            continue
        given[field] = _plain(np.broadcast_to(getattr(layer, field), layer.output_shape).ravel())
        if field in _UNITS:
            shortest = float(np.min(given[field])) * second
            if step == "euler" and shortest < dt * (1 - 1e-6):
                raise ParameterError(
                    f"layer {layer.name!r}: an Euler step of {dt} overshoots {field} = {shortest}; give at most "
                    "that, or step='exact'"
                )
            given[field] = given[field] * second
    if layer.kind in ("I", "IF"):
        given["r"] = given["r"] * Hz
    else:
        given["step"] = step
    return given


def _plain(array: NDArray[np.float64]) -> Any:
    """Return one number where all are the same."""
    return float(array[0]) if (array == array[0]).all() else np.array(array)


def _monitor(group: NeuronGroup, k: int) -> Any:
    if group.thresholder:
        return SpikeMonitor(group, when="end", name=f"spikes_{k}")
    return StateMonitor(group, "v", record=True, when="end", name=f"potentials_{k}")


def _is_seen(graph: SpikingGraph, name: str) -> bool:
    """Whether the output is made of what these neurons give."""
    seen = {graph.layers[-1].name}
    for layer in reversed(graph.layers):
        if layer.name in seen and not isinstance(layer, Neurons):
            seen.update(layer.inputs)
    return name in seen
