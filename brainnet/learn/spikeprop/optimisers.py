"""Ways down an error, on one vector of all parameters.

Each function takes the gradient, the rates (one number per parameter), the error at the present place and the memory, a
dictionary of arrays that it reads and writes and that starts empty. It returns the step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

__all__ = ["OPTIMISERS", "Memory", "Optimiser", "chosen_optimiser"]

Array = NDArray[np.float64]
Memory = dict[str, Array]
Optimiser = Callable[[Array, Array, float, Memory], Array]
OPTIMISERS = ("plain", "momentum", "adaptive", "rprop", "quickprop")


def chosen_optimiser(name: str, momentum: float) -> Optimiser:
    """Return an optimiser by name; `momentum` is used by that of this name only."""
    known: dict[str, Optimiser] = {
        "plain": _plain,
        "momentum": partial(_momentum, factor=momentum),
        "adaptive": _adaptive,
        "rprop": _rprop,
        "quickprop": _quickprop,
    }
    return known[name]


def _plain(gradient: Array, rates: Array, error: float, memory: Memory) -> Array:
    return -rates * gradient


def _momentum(gradient: Array, rates: Array, error: float, memory: Memory, *, factor: float) -> Array:
    """Heavy ball; for SpikeProp Xin & Embrechts 2001, Proc. IJCNN, 1461."""
    step = factor * memory.get("step", np.zeros_like(gradient)) - rates * gradient
    memory["step"] = step
    return step


def _adaptive(gradient: Array, rates: Array, error: float, memory: Memory) -> Array:
    """Vogl et al. 1988, Biol. Cybern. 59:257, but no step is taken back.

    Firing times jump where a spike is lost or won. A step that is taken back from such a jump is tried, ever shorter,
    for ever.
    """
    factor, before = float(memory.get("factor", 1.0)), float(memory.get("error", np.inf))
    if np.isfinite(before):
        factor *= 1.05 if error < before else 0.7 if error > 1.04 * before else 1.0
    factor = min(max(factor, 0.1), 10.0)
    memory["factor"], memory["error"] = np.asarray(factor), np.asarray(error)
    return -factor * rates * gradient


def _rprop(gradient: Array, rates: Array, error: float, memory: Memory) -> Array:
    """Riedmiller & Braun 1993, Proc. ICNN, 586, after a change of sign without a step (Igel & Husken 2003, iRprop-)."""
    before = memory.get("gradient", np.zeros_like(gradient))
    turned = gradient * before
    size = memory.get("size", rates.copy())
    size = np.where(turned > 0, np.minimum(1.2 * size, 50 * rates), np.where(turned < 0, 0.5 * size, size))
    size = np.maximum(size, 1e-6 * rates)
    gradient = np.where(turned < 0, 0, gradient)
    memory["gradient"], memory["size"] = gradient, size
    return -np.sign(gradient) * size


def _quickprop(gradient: Array, rates: Array, error: float, memory: Memory) -> Array:
    """Fahlman 1988, CMU-CS-88-162: to the minimum of the parabola through two slopes, growing 1.75-fold at most."""
    growth = 1.75
    step, before = memory.get("step", np.zeros_like(gradient)), memory.get("gradient", np.zeros_like(gradient))
    difference = before - gradient
    ratio = gradient / np.where(difference == 0, 1, difference)
    # Where the slope did not shrink, the parabola has no minimum ahead: the longest step that is allowed.
    ahead = np.where((difference == 0) | (ratio > growth) | (ratio * step * gradient > 0), growth, ratio) * step
    ahead = np.where(gradient == 0, 0, ahead)
    descent = np.where(step * gradient <= 0, -rates * gradient, 0)
    memory["gradient"], memory["step"] = gradient, ahead + descent
    return memory["step"]
