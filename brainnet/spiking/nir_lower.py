"""The graph of a NIR file becomes a spiking graph: populations, connections, a time step."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Hz, Quantity, second
from numpy.typing import NDArray

from brainnet.declare import Parameter
from brainnet.errors import ConversionError, ParameterError
from brainnet.spiking.graph import STEPS, Cells, Connection, Population, SpikingGraph
from brainnet.spiking.network import SpikingNetwork, build
from brainnet.spiking.neurons import Neurons
from brainnet.spiking.nir_frames import Frames, LastNode
from brainnet.spiking.nir_graph import NirGraph
from brainnet.spiking.nir_linear import connectivity
from brainnet.spiking.nir_paths import FIRING, paths, values
from brainnet.spiking.nir_read import read_nir
from brainnet.spiking.nir_units import warn_of_units
from brainnet.values.clock import DT

__all__ = ["NIR_PARAMETERS", "from_nir", "lower_nir"]

NIR_PARAMETERS: Mapping[str, Parameter] = {
    "step": Parameter("exact", "how a time step solves the equations", choices=("exact", "euler")),
}
_MODELS = {"I": "nir_if", "IF": "nir_if", "LI": "nir_lif", "LIF": "nir_lif", "CubaLI": "nir_cubalif",
           "CubaLIF": "nir_cubalif"}  # fmt: skip
_UNITS = {"tau": second, "tau_syn": second, "tau_mem": second}
# State besides the potential, empty at the start of a sample.
_STATE = {"nir_if": ("S_syn",), "nir_lif": ("S_syn",), "nir_cubalif": ("S_syn", "I")}


def from_nir(
    source: NirGraph | str | os.PathLike[str],
    *,
    steps: int,
    dt: Quantity | None = None,
    step: str = "exact",
    record: bool = True,
) -> SpikingNetwork:
    """Make Brian2 populations and projections of a spiking network on the current target.

    NIR states equations in continuous time. Here time goes in steps; what flows into neurons is constant during a step,
    and a spike is the value 1 for the step in which it is fired. In each step all layers compute one after the other,
    from the input to the output: neurons take the sum of what reaches them, `step` solves their equation, they fire
    where v > v_threshold and are reset at once. A spike reaches the next layer in the step in which it is fired, and
    later by each Delay, rounded to steps.

    Parameters
    ----------
    source : NirGraph or path
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
    SpikingNetwork
        Its samples are what flows into the network in each step, (n, steps, \\*input_shape); 1 for a spike.

    Raises
    ------
    ModelFileError
        The file cannot be read, or holds what does not run in time steps; names the layer.
    ConversionError, ParameterError
        The time step is not known or not fit.
    """
    if not isinstance(source, NirGraph | str | os.PathLike):
        raise ConversionError(
            f"a {type(source).__name__} is no NIR graph; give a NirGraph or the path of a NIR file (a SpikingGraph is "
            "built by brainnet.spiking.build)"
        )
    graph = source if isinstance(source, NirGraph) else read_nir(source)
    steps = STEPS.check("from_nir", "steps", steps)
    step = NIR_PARAMETERS["step"].check("from_nir", "step", step)
    if dt is None and graph.dt is None:
        raise ConversionError(f"network {graph.name!r} says no time step; give dt, the one that it was trained with")
    given = graph.dt * second if dt is None else dt
    dt = DT.check("from_nir", "dt", given)
    if not graph.neurons:
        raise ConversionError(f"network {graph.name!r} has no neurons; run it with forward of its layers")
    if graph.dt is not None and not np.isclose(float(dt), graph.dt, rtol=1e-9):
        warnings.warn(
            f"network {graph.name!r} was written for dt = {graph.dt * second}, and runs with dt = {dt}, where the same "
            "weights mean other rates; leave dt out for its own",
            stacklevel=2,
        )
    ways = paths(graph, float(dt / second))
    warn_of_units(graph, dt, steps)
    return build(lower_nir(graph, ways, steps, dt, step, record))


def lower_nir(
    graph: NirGraph, ways: Mapping[str, Any], steps: int, dt: Quantity, step: str, record: bool
) -> SpikingGraph:
    """Make a spiking graph of what `from_nir` has checked; `ways` are the `paths` of the graph."""
    seconds = float(dt / second)
    silence = {"input": np.zeros((steps, *graph.input_shape))}
    populations: list[Population] = []
    joined: list[Connection] = []
    fed: list[str] = []
    for k, layer in enumerate(graph.neurons):
        content, varies = values(graph, silence, layer.inputs[0], seconds)
        content = content.reshape(len(content), -1)
        parameters = _parameters(layer, dt, step)
        if varies:
            fed.append(layer.name)
        else:
            parameters["S_ext"] = _plain(content[0])
        seen = "" if not (record or _is_seen(graph, layer.name)) else "raster" if isinstance(layer, FIRING) else "v"
        populations.append(
            Population(
                layer.name, layer.n_out, _cells(layer), parameters, fed="S_ext" if varies else "", record=seen,
                label=f"population_{k}",  # names of layers stay out of generated code
            )
        )  # fmt: skip
        for path in ways[layer.name]:
            pre = graph.layer[path.source]
            between = connectivity(path.layers, pre.output_shape, f"from layer {pre.name!r} to {layer.name!r}")
            joined.append(Connection(pre.name, layer.name, between, delay=path.steps))
    return SpikingGraph(
        graph.name,
        tuple(populations),
        tuple(joined),
        steps=steps,
        dt=dt,
        inputs=Frames(graph, steps, seconds, tuple(fed)),
        readout=LastNode(graph, seconds),
        at_once=True,
    )


def _cells(layer: Neurons) -> Cells:
    """Return the model of a layer with its reset."""
    model = _MODELS[layer.kind]
    start = {"v": float(layer.v_init), **dict.fromkeys(_STATE[model], 0.0)}
    return Cells(model, {"reset": getattr(layer, "reset", "none")}, onto="S_syn", initial=start)


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


def _is_seen(graph: NirGraph, name: str) -> bool:
    """Whether the output is made of what these neurons give."""
    seen = {graph.layers[-1].name}
    for layer in reversed(graph.layers):
        if layer.name in seen and not isinstance(layer, Neurons):
            seen.update(layer.inputs)
    return name in seen
