"""Weight normalisation: from activations of any size to firing rates between 0 and 1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann import Dense, LayerGraph
from brainnet.convert.convertible import check_convertible
from brainnet.convert.parameters import check_settings
from brainnet.errors import ConversionError

__all__ = ["normalise"]


def normalise(
    graph: LayerGraph,
    method: str = "data",
    *,
    calibration: Any = None,
    percentile: float = 99.9,
    biases: str = "scale",
    input_scale: float = 1.0,
    signed_output: bool = False,
) -> tuple[LayerGraph, dict[str, float]]:
    r"""Scale weights and biases so that the activation :math:`\lambda_l` becomes the rate 1 in layer l.

    .. math:: W_l \leftarrow W_l \lambda_{l-1} / \lambda_l, \qquad b_l \leftarrow b_l / \lambda_l

    Parameters
    ----------
    graph : LayerGraph
    method : {"none", "model", "data"}
        "none": every lambda is 1. "model": lambda is the largest activation that any input in [0, 1] could cause,
        layer by layer. "data": a percentile of the positive activations on `calibration`; the last layer takes
        the maximum, because its largest values are the ones that decide.
    calibration : array (n, ...), optional
        Samples for "data".
    percentile : float
        In (0, 100]; 100 is the maximum (Diehl et al. 2015), 99.9 discards outliers (Rueckauer et al. 2017).
    biases : {"scale", "drop"}
    input_scale : float
        Input value that is presented as the rate 1.
    signed_output : bool
        The last layer is read by its potential: its scale is the largest size of an activation of either sign.

    Returns
    -------
    graph : LayerGraph
        With scaled weights.
    scales : dict of str to float
        lambda of "input" and of each layer by name.

    Raises
    ------
    ConversionError
        A layer that is not converted yet, no calibration samples, or a layer that none of them drives.
    ParameterError
        A wrong value of `method`, `percentile` or `biases`.

    References
    ----------
    Diehl et al. 2015, IJCNN, algorithms 1 and 2; Rueckauer et al. 2017, Front. Neurosci. 11:682, sec. 2.2.
    """
    check_convertible(graph)
    check_settings("normalise", {"normalisation": method, "percentile": percentile, "biases": biases})
    if biases == "drop":
        graph = replace(graph, layers=tuple(replace(layer, bias=np.zeros(layer.n_out)) for layer in graph.layers))
    if method == "data":
        if calibration is None or len(calibration) == 0:
            raise ConversionError(
                "data-based normalisation needs samples; give calibration=..., or normalisation='model'"
            )
        percentiles = [percentile] * (len(graph.layers) - 1) + [100.0]
        activations = graph.activations(calibration)
        if signed_output:
            activations[-1] = np.abs(activations[-1])
        scales = [_percentile(*each) for each in zip(graph.layers, activations, percentiles, strict=True)]
    elif method == "model":
        scales = _largest_possible(graph)
    else:
        scales = [1.0] * len(graph.layers)
    scaled, before = [], input_scale
    for layer, scale in zip(graph.layers, scales, strict=True):
        scaled.append(replace(layer, weights=layer.weights * (before / scale), bias=layer.bias / scale))
        before = scale
    names = ["input", *(layer.name for layer in graph.layers)]
    return replace(graph, layers=tuple(scaled)), dict(zip(names, [input_scale, *scales], strict=True))


def _percentile(layer: Dense, activations: np.ndarray, percentile: float) -> float:
    positive = activations[activations > 0]
    if positive.size == 0:
        raise ConversionError(
            f"layer {layer.name!r} is never active on the calibration samples; give samples that drive it"
        )
    return float(np.percentile(positive, percentile))


def _largest_possible(graph: LayerGraph) -> list[float]:
    scales, bound = [], 1.0
    for layer in graph.layers:
        bound = float(np.max(np.maximum(layer.weights, 0).sum(axis=0) * bound + np.maximum(layer.bias, 0)))
        if bound <= 0:
            raise ConversionError(
                f"layer {layer.name!r} has no positive weight and can never be active; use normalisation='none'"
            )
        scales.append(bound)
    return scales
