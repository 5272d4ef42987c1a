"""Quantised weight transfer: all synapses of a neuron that take one level are written by one pair of pulses.

Hwang, Kim & Park 2021, Appl. Sci. 11:2059, doi:10.3390/app11052059.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.declare import Device
from brainnet.hardware.array import DeviceArray
from brainnet.hardware.transfer_levels import Levels, levels_of
from brainnet.hardware.transfer_plan import LevelPlan, TransferScheme, plan_levels
from brainnet.hardware.transfer_state import TransferState
from brainnet.hardware.transfer_written import WrittenLayer, WrittenNetwork
from brainnet.seeds import check_seed

__all__ = ["cells_of", "stream", "transfer", "write_map"]

# Streams of random numbers of a neuron: its two devices, and the time differences.
_PLUS, _MINUS, _JITTER = range(3)


def transfer(
    graph: LayerGraph,
    device: Device,
    scheme: TransferScheme | None = None,
    *,
    seed: int = 0,
    checkpoint: str | os.PathLike[str] | None = None,
) -> WrittenNetwork:
    """Write the weights of a quantised network into devices, neuron by neuron and map by map.

    Parameters
    ----------
    graph : LayerGraph
        Weights of each layer are whole multiples of one interval, as `brainnet.compress.quantise_linear` and
        `brainnet.compress.admm` make them.
    device : Device
        With a window that can be inverted. Pairs of pulses are those of its nominal parameters.
    scheme : TransferScheme, optional
    seed : int
        Of variation, noise and jitter. Each neuron has streams of its own.
    checkpoint : path, optional
        File that holds the conductances of all complete neurons at any moment, for `read_transfer`.

    Returns
    -------
    WrittenNetwork

    Raises
    ------
    ConversionError
        Weights are not on levels.
    ParameterError
        The device does not reach a level, its curve has no inverse, or a value is out of its range. Nothing is
        written then.
    ResultsError
        The checkpoint cannot be written.
    """
    scheme = scheme or TransferScheme()
    seed = check_seed("transfer", seed)
    found = levels_of(graph)
    plans = [plan_levels(device, each.half, scheme) for each in found]
    state = TransferState(checkpoint, found)
    layers = []
    for number, (levels, plan) in enumerate(zip(found, plans, strict=True)):
        layer = WrittenLayer(levels, plan, [])
        for neuron in range(levels.shape[1]):
            pair = cells_of(device, levels, plan, (seed, number, neuron))
            random = np.random.default_rng([seed, number, neuron, _JITTER])
            for level, mask in levels.maps(neuron):
                write_map(pair, plan, scheme, level, mask, random)
            layer.cells.append(pair)
            state.complete(number, pair)
        layers.append(layer)
    return WrittenNetwork(graph, scheme, layers)


def cells_of(
    device: Device, levels: Levels, plan: LevelPlan, place: tuple[int, int, int]
) -> tuple[DeviceArray, DeviceArray]:
    """Return G+ and G- of a neuron, at rest.

    Parameters
    ----------
    device : Device
    levels : Levels
    plan : LevelPlan
    place : (int, int, int)
        Seed, number of the layer, and neuron: what random numbers depend on.
    """
    inputs = levels.shape[0]
    plus, minus = (DeviceArray(device, inputs, stream(*place, side), G=plan.rest) for side in (_PLUS, _MINUS))
    return plus, minus


def stream(*words: int) -> int:
    """Return a seed that depends on all words."""
    return int(np.random.SeedSequence(words).generate_state(1)[0])


def write_map(
    pair: tuple[DeviceArray, DeviceArray],
    plan: LevelPlan,
    scheme: TransferScheme,
    level: int,
    mask: NDArray[np.bool_],
    random: np.random.Generator,
) -> None:
    """Write one level into all marked synapses of a neuron at once."""
    for side, steps in plan.moves(level, scheme.pair):
        if scheme.write == "program":
            pair[side].program(plan.rest + steps * plan.step, mask)
        for time in plan.times.get(steps, ()):
            pair[side].pair(mask, _shaken(pair[side].device, float(time), mask, scheme, random))


def _shaken(
    device: Device, time: float, mask: NDArray[np.bool_], scheme: TransferScheme, random: np.random.Generator
) -> Any:
    """Return the time difference with jitter, kept within the fitted window."""
    jitter = float(scheme.jitter)
    if not jitter:
        return time
    moved = time + jitter * random.standard_normal(mask.shape if scheme.jitter_of == "synapse" else ())
    low, high = (float(device.resolved_parameters()[name].value) for name in ("dt_min", "dt_max"))
    return np.where(moved < 0, -1.0, 1.0) * np.clip(np.abs(moved), low, high)
