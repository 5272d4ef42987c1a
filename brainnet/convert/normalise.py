"""Scale factors: from activations of any size to firing rates between 0 and 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann import BatchNorm, Conv1d, Conv2d, ConvTranspose, Dense, Layer
from brainnet.convert.given import check_calibration
from brainnet.convert.plan import Plan
from brainnet.convert.settings import check_settings, with_channels
from brainnet.errors import ConversionError, ParameterError
from brainnet.spiking.links import spread
from brainnet.spiking.stem import before_activation

__all__ = ["normalise"]


def normalise(
    plan: Plan,
    method: str = "data",
    *,
    calibration: Any = None,
    percentile: float = 99.9,
    granularity: str = "layer",
    input_scale: float = 1.0,
    signed_output: bool = False,
) -> dict[str, Any]:
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
    granularity : {"layer", "channel"}
        "channel": one lambda for each channel of a population of images (Kim et al. 2020); a channel that is never
        active takes that of the layer. The output has one: its spikes are compared.
    input_scale : float
        Input value that is presented as the rate 1.
    signed_output : bool
        The output is read by its potential: its scale is the largest size of an activation of either sign.

    Returns
    -------
    dict of str to float, or to array (channels,)
        lambda of "input" and of each population by name.

    Raises
    ------
    ConversionError
        No calibration samples, or a layer that none of them drives.
    ParameterError
        A wrong value of `method` or `percentile`.

    References
    ----------
    Diehl et al. 2015, IJCNN, algorithms 1 and 2; Rueckauer et al. 2017, Front. Neurosci. 11:682, sec. 2.2;
    Kim et al. 2020, AAAI (channels).
    """
    check_settings("normalise", {"normalisation": method, "percentile": percentile, "granularity": granularity})
    if method == "threshold_balancing":
        raise ParameterError("normalise: thresholds are balanced by balance_thresholds, on spikes; call that")
    by_channel = with_channels(plan) if granularity == "channel" else set()
    if method == "data":
        check_calibration(calibration, "data-based normalisation")
        scales = _percentiles(plan, calibration, percentile, signed_output, by_channel)
    elif method == "model":
        scales = _largest_possible(plan, by_channel)
    else:
        scales = {each.name: each.limit or 1.0 for each in plan.populations}
    scales = {"input": input_scale, **scales}
    for each in plan.populations:
        if each.gated:
            scales[each.name] = scales[each.branches[0].source]
    return scales


def _percentiles(
    plan: Plan, calibration: Any, percentile: float, signed_output: bool, by_channel: set[str]
) -> dict[str, Any]:
    activations = plan.graph.activations(calibration, of=plan.population)
    output = plan.populations[-1]
    scales: dict[str, Any] = {}
    for each, values in zip(plan.populations, activations, strict=True):
        if each.signed or (signed_output and each is output):
            values = np.abs(values)
        positive = values[values > 0]
        if positive.size == 0:
            raise ConversionError(
                f"layer {each.name!r} is never active on the calibration samples; give samples that drive it"
            )
        whole = each.limit or float(np.percentile(positive, 100.0 if each is output else percentile))
        scales[each.name] = whole
        if each.name in by_channel:
            channels = [values[:, c][values[:, c] > 0] for c in range(each.shape[0])]
            scales[each.name] = np.array([np.percentile(c, percentile) if c.size else whole for c in channels])
    return scales


def _largest_possible(plan: Plan, by_channel: set[str]) -> dict[str, Any]:
    """Bound each layer from both sides, and begin again with one bound for its neurons at each population."""
    ones = np.ones((1, *plan.graph.input_shape))
    bounds = {"input": (-ones if plan.signed_input else 0 * ones, ones)}
    scales: dict[str, Any] = {}
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
            rates = np.full_like(high, bound)
            if layer.name in by_channel:
                sizes = np.maximum(high, -low) if two_sided else high
                channels = sizes.reshape(each.shape[0], -1).max(axis=1)
                scales[layer.name] = np.where(channels > 0, channels, bound)
                rates = spread(scales[layer.name], each.shape).reshape(high.shape)
            low, high = -rates if each.signed else 0 * rates, rates
        bounds[layer.name] = low, high
    return scales


def _bounds(layer: Layer, given: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest value before the activation; biases only where they widen the range."""
    lows, highs = [low for low, _ in given], [high for _, high in given]
    if isinstance(layer, Dense | Conv1d | Conv2d | ConvTranspose):
        up, down = np.maximum(layer.weights, 0), np.minimum(layer.weights, 0)
        none = np.zeros_like(layer.bias)
        plain = {"bias": none} if isinstance(layer, ConvTranspose) else {"bias": none, "activation": "identity"}
        rising, falling = (replace(layer, weights=part, **plain) for part in (up, down))
        shape = (-1, *(1,) * (len(layer.output_shape) - 1))
        bias = layer.bias.reshape(shape)
        low = rising.forward(*lows) + falling.forward(*highs) + np.minimum(bias, 0)
        return low, rising.forward(*highs) + falling.forward(*lows) + np.maximum(bias, 0)
    if isinstance(layer, BatchNorm):
        one, other = layer.forward(*lows), layer.forward(*highs)
        return np.minimum(one, other), np.maximum(one, other)
    return before_activation(layer, lows), before_activation(layer, highs)
