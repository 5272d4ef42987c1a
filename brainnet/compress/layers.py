"""The weights of a layer graph, and what every compression asks and checks of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import Conv1d, Conv2d, Dense, LayerGraph
from brainnet.ann.layers.window import pad, windows
from brainnet.errors import CompressionError, DataError, ParameterError, UnknownNameError, nearest

__all__ = [
    "Weighted",
    "check_fraction",
    "check_left",
    "check_levels",
    "fractions_by_layer",
    "mean_size",
    "of_layers",
    "received",
    "weighted",
    "with_weights",
]

Weighted = Dense | Conv1d | Conv2d


def weighted(graph: LayerGraph) -> dict[str, Weighted]:
    """Return the layers with weights, by name.

    Raises
    ------
    CompressionError
        There is none.
    """
    if not isinstance(graph, LayerGraph):
        raise CompressionError(f"a {type(graph).__name__} is no layer graph; read it with brainnet.ann.read first")
    layers = {each.name: each for each in graph.layers if isinstance(each, Weighted)}
    if not layers:
        raise CompressionError(f"network {graph.name!r} has no weights, and nothing to compress")
    return layers


def with_weights(graph: LayerGraph, weights: Mapping[str, NDArray[Any]]) -> LayerGraph:
    """Return the graph with other weights in the layers that are named."""
    layers = [replace(each, weights=weights[each.name]) if each.name in weights else each for each in graph.layers]
    return replace(graph, layers=tuple(layers))


def of_layers(graph: LayerGraph, what: str, given: Any) -> dict[str, Any]:
    """Return a value for each layer: what a mapping says by name, or one for all layers with weights.

    Raises
    ------
    UnknownNameError
        A name is no layer with weights.
    """
    layers = weighted(graph)
    if not isinstance(given, Mapping):
        return dict.fromkeys(layers, given)
    for name in given:
        if name not in layers:
            raise UnknownNameError(f"{what} names {name!r}, which is no layer with weights; {nearest(name, layers)}")
    return dict(given)


def check_fraction(what: str, name: str, value: Any) -> float:
    """Return a fraction above 0, up to 1.

    Raises
    ------
    ParameterError
    """
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not 0 < value <= 1:
        raise ParameterError(f"{what} of layer {name!r} is {value!r}; give a fraction above 0, up to 1")
    return float(value)


def fractions_by_layer(graph: LayerGraph, connectivity: float) -> dict[str, float]:
    """Share out a fraction of all weights: small layers keep more, since little is won by pruning them.

    Layers with less than 5 % of all weights, often the first and the last one, keep six times the fraction (all of
    their weights at most), the others alike what is left.

    Parameters
    ----------
    graph : LayerGraph
    connectivity : float
        Fraction of all weights that stay, above 0, up to 1.

    Returns
    -------
    dict of str to float
        As `prune_magnitude` and `admm` take it.

    Raises
    ------
    ParameterError
        The fraction is out of range, or too small for what small layers keep.
    """
    fraction = check_fraction("connectivity", graph.name, connectivity)
    counts = {name: layer.weights.size for name, layer in weighted(graph).items()}
    total = sum(counts.values())
    small = {name: min(1.0, 6 * fraction) for name, count in counts.items() if count < 0.05 * total}
    left = fraction * total - sum(small[name] * counts[name] for name in small)
    large = total - sum(counts[name] for name in small)
    return {name: small.get(name, left / large) for name in counts}


def check_levels(name: str, levels: Any, *, odd: bool = False) -> int:
    """Return a number of levels; `odd` for those that are symmetric about zero.

    Raises
    ------
    ParameterError
        They are less than 2, or even where they must be odd.
    """
    if isinstance(levels, bool) or not isinstance(levels, int | np.integer) or not 2 <= levels <= 2**16:
        raise ParameterError(
            f"levels of layer {name!r} are {levels!r}; give a whole number from {3 if odd else 2} to 65,536"
        )
    if odd and levels % 2 == 0:
        near = f"{levels - 1} or {levels + 1}" if levels > 2 else "3"
        raise ParameterError(
            f"levels of layer {name!r} are {levels}, and levels about zero are odd in number (2n + 1); give {near}"
        )
    return int(levels)


def check_left(name: str, weights: NDArray[Any], remedy: str) -> None:
    """Refuse weights that are all zero.

    Raises
    ------
    CompressionError
    """
    if not weights.any():
        raise CompressionError(f"nothing is left of layer {name!r}, which would be silent; {remedy}")


def received(graph: LayerGraph, x: Any) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield each layer with weights and the values that arrive at it, (n, \\*input_shape).

    Parameters
    ----------
    graph : LayerGraph
    x : array (n, ...)
        Calibration samples.

    Raises
    ------
    DataError
        There are none, or they do not fit the network.
    """
    if x is None:
        raise DataError("calibration samples are needed to see activations; give x, such as 1000 training samples")
    layers = weighted(graph)
    wanted = {each.inputs[0] for each in layers.values()}
    kept = [each.name for each in graph.layers if each.name in wanted]
    values = dict(zip(kept, graph.activations(x, of=kept), strict=True))
    values["input"] = np.asarray(x, dtype=np.float64).reshape(len(x), *graph.input_shape)
    for name, layer in layers.items():
        yield name, values[layer.inputs[0]]


def mean_size(layer: Weighted, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the mean size of what each weight multiplies, in a shape that broadcasts with the weights."""
    sizes = np.abs(values)
    if isinstance(layer, Dense):
        return np.asarray(sizes.reshape(len(sizes), -1).mean(axis=0))[:, None]
    mean = sizes.mean(axis=0, keepdims=True)  # before windows are taken, which repeat every value
    view = windows(pad(mean, layer.padding), layer.kernel, layer.stride, layer.dilation)
    rank = len(layer.kernel)
    by_channel = view.mean(axis=(0, *range(2, 2 + rank)))  # (c_in, *kernel)
    by_group = by_channel.reshape(layer.groups, 1, -1, *layer.kernel)
    return np.asarray(np.repeat(by_group, layer.c_out // layer.groups, axis=0).reshape(layer.weights.shape))
