"""Whether a time step can be the one that a NIR file was written for: files say no unit that could be checked.

What is warned of can be shown: that neurons cannot fire, whatever comes, or that they forget within one step.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from brian2 import Quantity, second
from numpy.typing import NDArray

from brainnet.ann.layers.base import Array
from brainnet.spiking.neurons import IF, Delay, Neurons, Threshold
from brainnet.spiking.nir_graph import NirGraph
from brainnet.spiking.nir_paths import FIRING

__all__ = ["warn_of_units"]

Range = tuple[Array, Array]
CONVENTIONS = "sinabs, and Norse's IAFCell: 1*second; snnTorch: 0.1*ms; Norse's LIF cells: 1*usecond"
STEPS = 10  # of the shortest time constant, in the time step that is proposed: a rule of thumb


def warn_of_units(graph: NirGraph, dt: Quantity, steps: int) -> None:
    r"""Warn where the time step cannot be meant.

    It cannot where a time constant of all neurons of a layer is below one step, or where no neuron of a layer can
    fire in these steps for any input from 0 to 1: the largest sum of weights that can reach a neuron is held
    throughout, which gives :math:`v \le v_0 + n \, dt \, R I` without a leak, and
    :math:`v \le \max(v_0, v_{leak}) + (1 - (1 - dt/\tau)^n) R I` with one, at most that at steady state.

    Parameters
    ----------
    graph : NirGraph
    dt : Quantity
        Time step.
    steps : int
        n, of a sample.
    """
    step = float(dt / second)
    ranges: dict[str, Range | None] = {"input": (np.zeros((1, *graph.input_shape)), np.ones((1, *graph.input_shape)))}
    for layer in graph.layers:
        given = [ranges[source] for source in layer.inputs]
        known = [each for each in given if each is not None]
        ranges[layer.name] = _range(layer, known) if len(known) == len(given) else None
        if isinstance(layer, Neurons):
            found = _forgets(layer, step)
            if found is None and isinstance(layer, FIRING) and known:
                found = _silent(layer, known[0], step, steps)
            if found is not None:
                warnings.warn(f"layer {layer.name!r} {found}", stacklevel=3)
                return


def _range(layer: Any, given: list[Range]) -> Range | None:
    """Return the least and the most that each value of a layer can be; None for potentials, which drive nothing."""
    shape = (1, *layer.output_shape)
    if isinstance(layer, (Threshold, *FIRING)):
        return np.zeros(shape), np.ones(shape)
    if isinstance(layer, Neurons):
        return None
    lows, highs = zip(*given, strict=True)
    if isinstance(layer, Delay):
        return np.minimum(lows[0], 0), np.maximum(highs[0], 0)
    field = next((each for each in ("weights", "scale") if each in layer.arrays), None)
    if field is None:  # pools, flattening and additions: more gives more
        return layer.forward(*lows), layer.forward(*highs)
    factors = getattr(layer, field)
    without = {"bias": np.zeros_like(layer.bias)} if "bias" in layer.arrays else {}
    up = replace(layer, **{field: np.maximum(factors, 0)})
    down = replace(layer, **{field: np.minimum(factors, 0)}, **without)
    return up.forward(*lows) + down.forward(*highs), up.forward(*highs) + down.forward(*lows)


def _forgets(layer: Any, step: float) -> str | None:
    """Say which time constant is below one step."""
    for field in ("tau", "tau_syn", "tau_mem"):
        longest = float(getattr(layer, field).max()) if field in layer.arrays else np.inf
        if longest < step * (1 - 1e-6):
            return f"has {field} = {longest:g} s, less than one step, at dt = {step:g} s: {_remedy(layer)}"
    return None


def _silent(layer: Any, drive: Range, step: float, steps: int) -> str | None:
    """Say that no neuron can fire, in these steps or ever."""
    gain = layer.r * getattr(layer, "w_in", 1.0)
    most = np.maximum(np.maximum(gain * drive[0], gain * drive[1]), 0)
    if isinstance(layer, IF):
        begin, reached, ever = layer.v_init, most * step * steps, np.where(most > 0, np.inf, 0.0)
    else:
        begin, reached, ever = np.maximum(layer.v_init, layer.v_leak), most, most
        for field in {"tau", "tau_syn", "tau_mem"} & set(layer.arrays):
            left: NDArray[np.float64] = 1 - np.minimum(step / getattr(layer, field), 1)
            reached = reached * (1 - left**steps)
    if np.any(begin + reached > layer.v_threshold):
        return None
    if not np.any(begin + ever > layer.v_threshold):
        return (
            "cannot fire for any input from 0 to 1, however long it lasts: its weights are too small for its "
            "thresholds; scale one of them (sinabs' LIF with norm_input=False writes files without its gain)"
        )
    share = np.max((begin + reached) / np.where(layer.v_threshold == 0, 1.0, layer.v_threshold))
    return (
        f"cannot fire within {steps} steps for any input from 0 to 1 at dt = {step:g} s, where its potential comes to "
        f"{share:.1g} of the threshold at most: {_remedy(layer)}; or give more steps"
    )


def _remedy(layer: Any) -> str:
    """Propose a time step by a rule of thumb."""
    if "tau" in layer.arrays or "tau_mem" in layer.arrays:
        times = [getattr(layer, each) for each in ("tau", "tau_syn", "tau_mem") if each in layer.arrays]
        shortest = min(float(each.min()) for each in times)
        fits, rule = shortest / STEPS, f"1/{STEPS} of its shortest time constant, a rule of thumb"
    else:
        fits, rule = 1 / float(np.abs(layer.r).max()), "1/r, with which a step adds the input once"
    return (
        f"the file was hardly written for this; try dt = {fits:.1g}*second ({rule}), or as its writer ({CONVENTIONS})"
    )
