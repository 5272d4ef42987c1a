"""Scale factors: from activations of any size to firing rates between 0 and 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann import BatchNorm, Conv1d, Conv2d, Dense, Layer
from brainnet.convert.parameters import check_settings
from brainnet.convert.plan import Plan, linear
from brainnet.errors import ConversionError, ParameterError

__all__ = ["normalise"]


def normalise(
    plan: Plan,
    method: str = "data",
    *,
    calibration: Any = None,
    percentile: float = 99.9,
    input_scale: float = 1.0,
    signed_output: bool = False,
) -> dict[str, float]:
    r"""Find the activation :math:`\lambda_l` that becomes the rate 1 in each population.

    Weights and biases are scaled by it where populations are connected, on each branch m into l:

    .. math:: W_{lm} \leftarrow W_{lm} \lambda_m / \lambda_l, \qquad b_l \leftarrow b_l / \lambda_l

    Parameters
    ----------
    plan : Plan
    method : {"none", "model", "data"}
        "none": every lambda is 1. "model": lambda is the largest activation that any input in [0, 1] could cause,
        population by population. "data": a percentile of the positive activations on `calibration` (of their sizes,
        where neurons come in pairs); the output takes the maximum, because its largest values are the ones that
        decide. A clipped ReLU always has its own maximum, at which its neurons saturate, too.
    calibration : array (n, ...), optional
        Samples for "data".
    percentile : float
        In (0, 100]; 100 is the maximum (Diehl et al. 2015), 99.9 discards outliers (Rueckauer et al. 2017).
    input_scale : float
        Input value that is presented as the rate 1.
    signed_output : bool
        The output is read by its potential: its scale is the largest size of an activation of either sign.

    Returns
    -------
    dict of str to float
        lambda of "input" and of each population by name.

    Raises
    ------
    ConversionError
        No calibration samples, or a layer that none of them drives.
    ParameterError
        A wrong value of `method` or `percentile`.

    References
    ----------
    Diehl et al. 2015, IJCNN, algorithms 1 and 2; Rueckauer et al. 2017, Front. Neurosci. 11:682, sec. 2.2.
    """
    check_settings("normalise", {"normalisation": method, "percentile": percentile})
    if method == "threshold_balancing":
        raise ParameterError("normalise: thresholds are balanced by balance_thresholds, on spikes; call that")
    if method == "data":
        if calibration is None or len(calibration) == 0:
            raise ConversionError(
                "data-based normalisation needs samples; give calibration=..., or normalisation='model'"
            )
        scales = _percentiles(plan, calibration, percentile, signed_output)
    elif method == "model":
        scales = _largest_possible(plan)
    else:
        scales = {each.name: each.limit or 1.0 for each in plan.populations}
    return {"input": input_scale, **scales}


def _percentiles(plan: Plan, calibration: Any, percentile: float, signed_output: bool) -> dict[str, float]:
    activations = plan.graph.activations(calibration, of=plan.population)
    output = plan.populations[-1]
    scales = {}
    for each, values in zip(plan.populations, activations, strict=True):
        if each.signed or (signed_output and each is output):
            values = np.abs(values)
        positive = values[values > 0]
        if positive.size == 0:
            raise ConversionError(
                f"layer {each.name!r} is never active on the calibration samples; give samples that drive it"
            )
        scales[each.name] = each.limit or float(np.percentile(positive, 100.0 if each is output else percentile))
    return scales


def _largest_possible(plan: Plan) -> dict[str, float]:
    """Bound each layer from both sides, and begin again with one bound for all neurons at each population."""
    bounds = {"input": (np.zeros((1, *plan.graph.input_shape)), np.ones((1, *plan.graph.input_shape)))}
    scales = {}
    for layer in plan.graph.layers:
        low, high = _bounds(layer, [bounds[source] for source in layer.inputs])
        if layer.name in plan.population:
            each = plan.population[layer.name]
            two_sided = each.signed or each.folded
            bound = each.limit or float(max(high.max(), -low.min() if two_sided else 0.0))
            if bound <= 0:
                raise ConversionError(
                    f"layer {layer.name!r} has no positive weight and can never be active; use normalisation='none'"
                )
            scales[layer.name] = bound
            low, high = np.full_like(low, -bound if each.signed else 0.0), np.full_like(high, bound)
        bounds[layer.name] = low, high
    return scales


def _bounds(layer: Layer, given: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest value before the activation; biases only where they widen the range."""
    lows, highs = [low for low, _ in given], [high for _, high in given]
    if isinstance(layer, Dense | Conv1d | Conv2d):
        up, down = np.maximum(layer.weights, 0), np.minimum(layer.weights, 0)
        none = np.zeros_like(layer.bias)
        rising, falling = (replace(layer, weights=part, bias=none, activation="identity") for part in (up, down))
        shape = (-1, *(1,) * (len(layer.output_shape) - 1))
        bias = layer.bias.reshape(shape)
        low = rising.forward(*lows) + falling.forward(*highs) + np.minimum(bias, 0)
        return low, rising.forward(*highs) + falling.forward(*lows) + np.maximum(bias, 0)
    if isinstance(layer, BatchNorm):
        one, other = layer.forward(*lows), layer.forward(*highs)
        return np.minimum(one, other), np.maximum(one, other)
    return linear(layer, lows), linear(layer, highs)
