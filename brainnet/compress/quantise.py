"""Quantisation without training: weights on few levels, in equal steps or where they lie."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.compress.layers import check_left, check_levels, of_layers, received, weighted, with_weights
from brainnet.errors import CompressionError, ParameterError, nearest
from brainnet.seeds import check_seed

__all__ = ["quantise_kmeans", "quantise_linear", "quantise_stochastic"]

NORMALISATIONS = ("weight", "activation")
_REMEDY = "give more levels, or a smaller interval"


def quantise_linear(
    graph: LayerGraph, levels: Any, *, by: str = "weight", x: Any = None, interval: float | None = None
) -> LayerGraph:
    r"""Round weights to 2n + 1 levels in equal steps, symmetric about zero (Hwang et al. 2021, Appl. Sci. 11:2059).

    .. math:: w \leftarrow \alpha \, \mathrm{clip}(\mathrm{round}(w / \alpha), -n, n)

    Weights are normalised by the largest weight or by the largest activation, of which the interval is a part. The
    paper does not say how large it is.

    Parameters
    ----------
    graph : LayerGraph
    levels : int or mapping of str to int
        2n + 1: odd, at least 3; for all layers, or by name.
    by : {"weight", "activation"}
        "weight": each layer by its largest weight. "activation": weights times the largest value that arrives over the
        largest that leaves, as thresholds of 1 would see them; all layers have one interval then.
    x : array (n, ...), optional
        Samples for "activation".
    interval : float, optional
        :math:`\alpha` after normalisation. Where left out, the largest normalised weight (with "activation" of all
        layers) is the outermost level: 1/n of it. Smaller ones clip large weights, which few levels are better with.

    Returns
    -------
    LayerGraph
        Zeros stay zero, biases as they are.

    Raises
    ------
    ParameterError, UnknownNameError
        Levels or interval are out of range, or a name is no layer with weights.
    DataError
        The samples are missing or do not fit the network.
    CompressionError
        All weights of a layer would be zero.

    Examples
    --------
    >>> from brainnet.ann import Dense
    >>> network = LayerGraph((Dense("out", [[1.0, -3.0], [2.0, 0.5]], [0.0, 0.0], "identity"),), (2,), "net", "by hand")
    >>> quantise_linear(network, 3).layers[0].weights
    array([[ 0., -3.],
           [ 3.,  0.]])
    """
    halves = _halves(graph, levels)
    alphas = _intervals(graph, halves, by, x, interval)
    return _rounded(graph, halves, alphas, np.rint)


def quantise_stochastic(
    graph: LayerGraph, levels: Any, *, by: str = "weight", x: Any = None, interval: float | None = None, seed: int = 0
) -> LayerGraph:
    """Round weights up or down at random, so that the mean is the weight (Gupta et al. 2015, ICML).

    Parameters
    ----------
    graph, levels, by, x, interval
        As in `quantise_linear`.
    seed : int

    Raises
    ------
    ParameterError, UnknownNameError, DataError, CompressionError
        As in `quantise_linear`.
    """
    rng, halves = np.random.default_rng(check_seed("quantise_stochastic", seed)), _halves(graph, levels)
    alphas = _intervals(graph, halves, by, x, interval)
    return _rounded(graph, halves, alphas, lambda steps: np.floor(steps + rng.random(steps.shape)))


def quantise_kmeans(graph: LayerGraph, levels: Any) -> LayerGraph:
    """Replace weights by the centres of clusters, layer by layer (Han et al. 2016, ICLR: Deep Compression).

    Parameters
    ----------
    graph : LayerGraph
    levels : int or mapping of str to int
        At least 2; for all layers, or by name. Where a layer has zeros, zero is one of its levels and they stay. The
        first centres are in equal steps from the smallest weight to the largest, as the paper found best.

    Returns
    -------
    LayerGraph

    Raises
    ------
    ParameterError, UnknownNameError
        Levels are out of range, or a name is no layer with weights.
    """
    counts = {name: check_levels(name, given) for name, given in of_layers(graph, "levels", levels).items()}
    layers = weighted(graph)
    return with_weights(graph, {name: _clustered(layers[name].weights, count) for name, count in counts.items()})


def _halves(graph: LayerGraph, levels: Any) -> dict[str, int]:
    """Return n of 2n + 1 levels, by layer."""
    given = of_layers(graph, "levels", levels)
    return {name: check_levels(name, value, odd=True) // 2 for name, value in given.items()}


def _intervals(graph: LayerGraph, halves: dict[str, int], by: str, x: Any, interval: Any) -> dict[str, float]:
    """Return alpha of each layer."""
    if by not in NORMALISATIONS:
        raise ParameterError(f"by = {by!r} is not known; {nearest(by, NORMALISATIONS)}")
    number = isinstance(interval, Real) and not isinstance(interval, bool)
    if interval is not None and not (number and 0 < interval < np.inf):
        raise ParameterError(f"interval = {interval!r}; give a positive number, or leave it out")
    if by == "weight" and x is not None:
        raise ParameterError("x acts only with by='activation'; leave it out")
    if by == "weight" and interval is not None and interval >= 2:
        raise ParameterError(f"interval = {interval!r} rounds even the largest weight to zero; give less than 2")
    largest = {name: float(np.abs(layer.weights).max()) for name, layer in weighted(graph).items()}
    for name in halves:
        if not largest[name]:
            raise CompressionError(f"layer {name!r} has no weight but zero; leave it out, or prune less")
    if by == "weight":
        return {name: largest[name] * (interval or 1 / n) for name, n in halves.items()}
    ratios = _activation_ratios(graph, x)
    common = interval or max(largest[name] / ratios[name] / n for name, n in halves.items())
    return {name: common * ratios[name] for name in halves}


def _activation_ratios(graph: LayerGraph, x: Any) -> dict[str, float]:
    """Return the largest value that leaves a layer over the largest that arrives."""
    arriving = {name: float(np.abs(values).max()) for name, values in received(graph, x)}
    layers = weighted(graph)
    leaving = dict(zip(layers, graph.activations(x, of=layers), strict=True))
    ratios = {name: float(np.abs(leaving[name]).max()) / max(arriving[name], 1e-300) for name in layers}
    for name, ratio in ratios.items():
        if not arriving[name] or not ratio:
            raise CompressionError(f"layer {name!r} is silent on the samples; give others, or by='weight'")
    return ratios


def _rounded(graph: LayerGraph, halves: dict[str, int], alphas: dict[str, float], rounding: Any) -> LayerGraph:
    """Return the graph on levels."""
    layers, made = weighted(graph), {}
    for name, n in halves.items():
        made[name] = alphas[name] * np.clip(rounding(layers[name].weights / alphas[name]), -n, n)
        check_left(name, made[name], _REMEDY)
    return with_weights(graph, made)


def _clustered(weights: NDArray[np.float64], levels: int) -> NDArray[np.float64]:
    """Return the centre of its cluster for each weight."""
    from sklearn.cluster import KMeans

    there = weights[weights != 0]
    clusters = levels - (there.size < weights.size)
    if len(np.unique(there)) <= clusters:
        return weights
    first = np.linspace(there.min(), there.max(), clusters)[:, None]
    found = KMeans(clusters, init=first, n_init=1, random_state=0).fit(there[:, None])
    result = np.zeros_like(weights)
    result[weights != 0] = found.cluster_centers_[found.labels_, 0]
    return result
