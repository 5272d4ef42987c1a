"""Numbers of the network in words, as the page shows them."""

from __future__ import annotations

import numpy as np

from brainnet.errors import printable
from brainnet.view.parts import Arrow, Scene
from brainnet.view.weights import FEW_LEVELS, Weights

__all__ = ["arrow_numbers", "delay_text", "number", "plain", "scene_numbers", "short", "sizes_text", "synapse_text"]


def number(value: float) -> str:
    """Write a number with four digits."""
    return f"{value:.4g}"


def plain(text: object) -> str:
    """Return text with control characters written out, which browsers do not show or stumble over."""
    return printable(str(text))


def short(text: str, most: int) -> str:
    """Cut a text in its middle, and write out what cannot be shown."""
    text = plain(text).replace("\n", " ")
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[:half]}…{text[-half:]}"


def sizes_text(arrow: Arrow) -> str:
    """Return the neurons of either side; nothing of a model, which has none."""
    return "" if arrow.pairs == (0, 0) else f"{arrow.pairs[0]:,} × {arrow.pairs[1]:,}"


def synapse_text(arrow: Arrow) -> str:
    """Return the sizes beside an arrow."""
    if arrow.weights is None:
        return sizes_text(arrow)
    if arrow.weights.kernel is not None:
        return f"kernels {' × '.join(map(str, arrow.weights.kernel.shape))}"
    share = arrow.weights.connectivity
    return sizes_text(arrow) + ("" if share == 1 else f", {_percent(share)}")


def delay_text(arrow: Arrow) -> str:
    """Return the delays of an arrow, the shortest and the longest."""
    if arrow.delay is None or not len(arrow.delay) or not arrow.delay.max():
        return "none"
    low, high = float(arrow.delay.min()), float(arrow.delay.max())
    return f"{number(low)} ms" if low == high else f"{number(low)} to {number(high)} ms"


def scene_numbers(scene: Scene) -> dict[str, str]:
    """Return what the head of the page says; nothing of a model."""
    if not any(each.size for each in scene.populations):
        return {}
    found = {
        "populations": f"{len(scene.populations):,}",
        "neurons": f"{sum(each.size for each in scene.populations):,}",
        "projections": f"{len(scene.arrows):,}",
    }
    weights = [each.weights for each in scene.arrows if each.weights is not None]
    if weights:
        found["synapses"] = f"{sum(map(_synapses, weights)):,}"
        found["weights"] = f"{sum(each.number for each in weights):,}"
    return found


def arrow_numbers(arrow: Arrow) -> dict[str, str]:
    """Return the table of an arrow."""
    weights = arrow.weights
    if arrow.pairs == (0, 0):
        return {}
    found = {"neurons": sizes_text(arrow), "delay": delay_text(arrow)}
    if weights is None:
        return found
    unit = f" {weights.unit}" if weights.unit else ""
    if weights.synapses is not None:
        found |= {"synapses": f"{weights.synapses:,}"}
    found |= {"weights" if weights.synapses is not None else "synapses": f"{weights.number:,}"}
    found["connectivity"] = _percent(weights.connectivity)
    if weights.number:
        values = weights.values
        zeros = int(np.count_nonzero(values == 0))
        found |= {
            "mean weight": number(float(values.mean())) + unit,
            "standard deviation": number(float(values.std())) + unit,
            "smallest, largest": f"{number(float(values.min()))}, {number(float(values.max()))}{unit}",
            "of weight 0": f"{zeros:,}" if zeros else "none",
            "distinct weights": f"{weights.levels:,}",
        }
        if weights.levels <= FEW_LEVELS // 4:
            found["levels"] = ", ".join(number(float(each)) for each in np.unique(values)) + unit
        of_source, of_target = weights.degrees
        found |= {"out-degree": _degree(of_source), "in-degree": _degree(of_target)}
    return found


def _synapses(weights: Weights) -> int:
    return weights.number if weights.synapses is None else weights.synapses


def _degree(counts: np.ndarray) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}, all alike" if low == high else f"{low:,} to {high:,}, mean {number(float(counts.mean()))}"


def _percent(share: float) -> str:
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    return f"{100 * share:.2f} %" if share >= 0.0001 else f"{100 * share:.2g} %"
