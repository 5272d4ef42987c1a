"""Whether a time step can be the one that a NIR file was written for: files say no unit that could be checked."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from brian2 import Quantity, second

from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.neurons import IF, LI, LIF, CubaLI, CubaLIF, I

__all__ = ["warn_of_units"]

# Time constants of so many steps, or less than one, are units mistaken rather than neurons meant.
MOST_STEPS = 1e3
LEAST_RISE = 1e-2


def warn_of_units(graph: SpikingGraph, dt: Quantity) -> None:
    r"""Warn where the time step does not fit the time constants and gains of the neurons.

    It does not where a time constant is below one step, or above 1,000 steps, or where integrators without a leak add
    less than a hundredth of their threshold in a step of input 1, :math:`R \, dt / v_{th}`.

    Parameters
    ----------
    graph : SpikingGraph
    dt : Quantity
        Time step.
    """
    step = float(dt / second)
    for layer in graph.neurons:
        found = _mismatch(layer, step)
        if found is not None:
            cause, fits = found
            warnings.warn(
                f"layer {layer.name!r} {cause} at dt = {step:g} s: the file was hardly written for this time step; "
                f"dt about {fits:.1g}*second fits (sinabs: 1*second, snnTorch: 0.1*ms, Norse: 1*usecond)",
                stacklevel=3,
            )
            return


def _mismatch(layer: Any, step: float) -> tuple[str, float] | None:
    """Return what does not fit, and a time step that would."""
    fields = [field for field in ("tau", "tau_syn", "tau_mem") if field in layer.arrays]
    if isinstance(layer, LI | LIF | CubaLI | CubaLIF):
        for field in fields:
            low, high = float(getattr(layer, field).min()), float(getattr(layer, field).max())
            if high < step:
                return f"has {field} = {high:g} s, less than one step,", high / 10
            if low > MOST_STEPS * step:
                return f"has {field} = {low:g} s, {low / step:.0f} steps,", low / 10
    if isinstance(layer, I | IF):
        gain = float(np.abs(layer.r).max())
        rise = gain * step / (float(np.abs(layer.v_threshold).min()) or 1.0) if isinstance(layer, IF) else gain * step
        if gain > 0 and rise < LEAST_RISE:
            return f"adds {rise:.1g} of its threshold in a step of input 1", 1 / gain
    return None
