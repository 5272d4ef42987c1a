"""What lies between the neurons of a spiking graph: sums of linear paths, each with a delay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.layers import Add, AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.spiking.neurons import IF, LIF, CubaLIF, Delay, Neurons, Scale, SumPool
from brainnet.spiking.nir_graph import NirGraph

__all__ = ["FIRING", "Path", "delay_steps", "paths", "values"]

FIRING = (IF, LIF, CubaLIF)
LINEAR = (Dense, Conv1d, Conv2d, AveragePool, SumPool, Flatten, Scale, Add)

# Additions that join again and again double the paths each time; no network that is meant has as many.
_MOST_PATHS = 256


@dataclass(frozen=True)
class Path:
    """One way that spikes take to neurons.

    Attributes
    ----------
    source : str
        Layer that fires.
    steps : int
        Delay in time steps.
    layers : tuple of Layer
        What the spikes pass, without additions and delays.
    """

    source: str
    steps: int = 0
    layers: tuple[Layer, ...] = ()


def delay_steps(layer: Delay, dt: float) -> NDArray[np.int64]:
    """Delay of each value in whole time steps, the nearest number of them."""
    steps = np.round(layer.delay / dt).astype(np.int64)
    shape = layer.input_shapes[0]
    return np.array(np.broadcast_to(steps if steps.size > 1 else steps.ravel()[0], shape))


def paths(graph: NirGraph, dt: float) -> dict[str, list[Path]]:
    """List the ways from spikes to each layer of neurons.

    Parameters
    ----------
    graph : NirGraph
    dt : float
        Time step in seconds.

    Raises
    ------
    ModelFileError
        Spikes pass something that is not linear, or potentials something that is no end.
    """
    found: dict[str, list[Path]] = {"input": []}
    into: dict[str, list[Path]] = {}
    potentials: dict[str, str] = {}  # layers that a potential reaches, and whose
    for layer in graph.layers:
        before = [path for source in layer.inputs for path in found[source]]
        analog = next((potentials[source] for source in layer.inputs if source in potentials), None)
        if isinstance(layer, Neurons):
            if analog is not None:
                layer.refuse(f"gets the potential of layer {analog!r}; only spikes drive neurons here")
            into[layer.name] = before
            found[layer.name] = [Path(layer.name)] if isinstance(layer, FIRING) else []
            if not isinstance(layer, FIRING):
                potentials[layer.name] = layer.name
            continue
        if analog is not None:
            potentials[layer.name] = analog
        found[layer.name] = [each for path in before for each in _longer(path, layer, dt)]
        if len(found[layer.name]) > _MOST_PATHS:
            layer.refuse(f"is reached on more than {_MOST_PATHS} ways; put neurons between additions and delays")
    return into


def _longer(path: Path, layer: Layer, dt: float) -> list[Path]:
    """Continue a path through a layer; a delay of its own for each value splits it."""
    if isinstance(layer, Delay):
        steps = delay_steps(layer, dt)
        each, shapes = np.unique(steps), layer.input_shapes
        if len(each) == 1:
            return [Path(path.source, path.steps + int(each[0]), path.layers)]
        masks = [Scale(layer.name, inputs=layer.inputs, input_shapes=shapes, scale=1.0 * (steps == k)) for k in each]
        return [
            Path(path.source, path.steps + int(k), (*path.layers, mask)) for k, mask in zip(each, masks, strict=True)
        ]
    if not isinstance(layer, LINEAR):
        known = ", ".join(cls.__name__ for cls in (*LINEAR, Delay))
        layer.refuse(f"({layer.kind}) is not linear, and spikes pass it; understood there: {known}")
    return [path if isinstance(layer, Add | Flatten) else Path(path.source, path.steps, (*path.layers, layer))]


def values(
    graph: NirGraph, known: Mapping[str, NDArray[np.float64]], wanted: str, dt: float
) -> tuple[NDArray[np.float64], bool]:
    """Compute what a layer without neurons of its own gives in time.

    Parameters
    ----------
    graph : NirGraph
    known : mapping of str to array (steps, \\*shape)
        What "input" and layers of neurons give; neurons that are missing give 0.
    wanted : str
        Name of a layer, or "input".
    dt : float
        Time step in seconds.

    Returns
    -------
    array (steps, \\*shape) or (1, \\*shape)
    varies : bool
        Whether it changes in time; one that does not has one step.
    """
    steps = len(known["input"])
    done = {name: (array, True) for name, array in known.items()}
    needed, layers = {wanted}, graph.layer
    for layer in reversed(graph.layers):
        if layer.name in needed and layer.name not in done:
            needed.update(() if isinstance(layer, Neurons) else layer.inputs)
    for layer in (layer for layer in layers.values() if layer.name in needed and layer.name not in done):
        if isinstance(layer, Neurons):
            done[layer.name] = np.zeros((1, *layer.output_shape)), False
            continue
        arrays, vary = zip(*(done[source] for source in layer.inputs), strict=True)
        if not isinstance(layer, Delay):
            done[layer.name] = layer.forward(*arrays), any(vary)
        elif vary[0] or arrays[0].any():
            full = np.broadcast_to(arrays[0], (steps, *arrays[0].shape[1:]))
            done[layer.name] = _late(full, delay_steps(layer, dt)), True
        else:
            done[layer.name] = arrays[0], False
    return done[wanted]


def _late(array: NDArray[np.float64], late: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shift each value by steps of its own, 0 before."""
    result = np.zeros(array.shape)
    for k in np.unique(late[late < len(array)]):
        result[k:][:, late == k] = array[: len(array) - k][:, late == k]
    return result
