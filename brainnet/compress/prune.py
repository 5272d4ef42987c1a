"""Pruning without training: weights that become zero, the smallest, the least active or any."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.compress.layers import (
    check_fraction,
    check_left,
    mean_size,
    of_layers,
    received,
    weighted,
    with_weights,
)
from brainnet.errors import ParameterError, nearest
from brainnet.seeds import check_seed

__all__ = ["prune_activity", "prune_magnitude", "prune_random", "prune_threshold"]

ACROSS = ("layer", "network")


def prune_magnitude(graph: LayerGraph, connectivity: Any, *, across: str = "layer") -> LayerGraph:
    """Keep the largest weights (Han et al. 2015, NeurIPS).

    Parameters
    ----------
    graph : LayerGraph
    connectivity : float or mapping of str to float
        Fraction of all weights of a layer that stay, above 0, up to 1; for all layers, or by name. A layer that has
        fewer already stays as it is. Biases stay.
    across : {"layer", "network"}
        "network": one fraction of all weights together, so that layers of small weights lose more.

    Returns
    -------
    LayerGraph
        Weights that were zero are zero.

    Raises
    ------
    ParameterError, UnknownNameError
        A fraction is out of range, or a name is no layer with weights.
    CompressionError
        Nothing would be left of a layer.

    Examples
    --------
    >>> from brainnet.ann import Dense
    >>> network = LayerGraph((Dense("out", [[1.0, -3.0], [2.0, 0.5]], [0.0, 0.0], "identity"),), (2,), "net", "by hand")
    >>> prune_magnitude(network, 0.5).layers[0].weights
    array([[ 0., -3.],
           [ 2.,  0.]])
    """
    scores = {name: np.abs(layer.weights) for name, layer in weighted(graph).items()}
    return _keep_highest(graph, scores, connectivity, across)


def prune_activity(graph: LayerGraph, connectivity: Any, x: Any, *, across: str = "layer") -> LayerGraph:
    """Keep the most active connections: those that carry most, weight times mean size of what arrives at it.

    The least active go first, a pixel that is never on before all others. Close to what Sun et al. 2024 (ICLR) rank
    by, who take the root mean square of what arrives, neuron by neuron.

    Parameters
    ----------
    graph, connectivity, across
        As in `prune_magnitude`.
    x : array (n, ...)
        Samples that the activity is measured on, such as 1000 training samples.

    Raises
    ------
    DataError
        The samples do not fit the network.
    ParameterError, UnknownNameError, CompressionError
        As in `prune_magnitude`.
    """
    layers = weighted(graph)
    _fractions(graph, connectivity)  # before anything is computed
    scores = {
        name: np.abs(layers[name].weights) * mean_size(layers[name], values) for name, values in received(graph, x)
    }
    return _keep_highest(graph, scores, connectivity, across)


def prune_random(graph: LayerGraph, connectivity: Any, *, seed: int = 0) -> LayerGraph:
    """Keep any of the weights that are not zero: what other methods are to be better than.

    Parameters
    ----------
    graph, connectivity
        As in `prune_magnitude`.
    seed : int

    Raises
    ------
    ParameterError, UnknownNameError, CompressionError
        As in `prune_magnitude`.
    """
    rng = np.random.default_rng(check_seed("prune_random", seed))
    # Above 0, as the scores of weights that are there must be.
    scores = {name: (layer.weights != 0) * (1.0 - rng.random(layer.weights.shape))
              for name, layer in weighted(graph).items()}  # fmt: skip
    return _keep_highest(graph, scores, connectivity, "layer")


def prune_threshold(graph: LayerGraph, threshold: Any) -> LayerGraph:
    """Remove weights whose size is below a threshold.

    Parameters
    ----------
    graph : LayerGraph
    threshold : float or mapping of str to float
        At least 0; for all layers, or by name.

    Raises
    ------
    ParameterError, UnknownNameError
        A threshold is negative or no number, or a name is no layer with weights.
    CompressionError
        Nothing would be left of a layer.
    """
    layers, kept = weighted(graph), {}
    for name, value in of_layers(graph, "threshold", threshold).items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 <= value < np.inf:
            raise ParameterError(f"threshold of layer {name!r} is {value!r}; give a number of at least 0")
        weights = layers[name].weights
        kept[name] = np.where(np.abs(weights) < value, 0.0, weights)
        largest = np.abs(weights).max()
        check_left(name, kept[name], f"its largest weight is {largest:.3g}, give a threshold of at most that")
    return with_weights(graph, kept)


def _keep_highest(graph: LayerGraph, scores: dict[str, NDArray[Any]], connectivity: Any, across: str) -> LayerGraph:
    """Zero all but the weights of the highest scores; of equal ones the first stay."""
    if across not in ACROSS:
        raise ParameterError(f"across = {across!r} is not known; {nearest(across, ACROSS)}")
    fractions, layers = _fractions(graph, connectivity), weighted(graph)
    if across == "network":
        if len(set(fractions.values())) > 1 or len(fractions) < len(layers):
            raise ParameterError("across='network' takes one fraction for all layers; give a number as connectivity")
        fraction = next(iter(fractions.values()))
        keep = dict(zip(scores, _split(_highest(_flat(scores), fraction), scores), strict=True))
    else:
        keep = {name: _highest(scores[name], fraction) for name, fraction in fractions.items()}
    kept = {name: np.where(mask, layers[name].weights, 0.0) for name, mask in keep.items()}
    for name, weights in kept.items():
        check_left(name, weights, "give a larger connectivity")
    return with_weights(graph, kept)


def _fractions(graph: LayerGraph, connectivity: Any) -> dict[str, float]:
    given = of_layers(graph, "connectivity", connectivity)
    return {name: check_fraction("connectivity", name, value) for name, value in given.items()}


def _highest(scores: NDArray[Any], fraction: float) -> NDArray[np.bool_]:
    order = np.argsort(-scores, axis=None, kind="stable")[: round(fraction * scores.size)]
    mask = np.zeros(scores.size, dtype=bool)
    mask[order] = True
    return mask.reshape(scores.shape)


def _flat(scores: dict[str, NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate([each.ravel() for each in scores.values()])


def _split(mask: NDArray[np.bool_], scores: dict[str, NDArray[Any]]) -> list[NDArray[np.bool_]]:
    ends = np.cumsum([each.size for each in scores.values()])[:-1]
    return [part.reshape(each.shape) for part, each in zip(np.split(mask, ends), scores.values(), strict=True)]
