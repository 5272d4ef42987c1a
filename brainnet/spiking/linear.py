"""Linear layers in a row as one connectivity: a kernel where they are one, else a matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from brainnet import projections
from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Layer
from brainnet.ann.layers.base import Shape
from brainnet.errors import ConversionError
from brainnet.spiking.neurons import Scale, SumPool

__all__ = ["connectivity"]

_MOST_ENTRIES = 2**27  # of a matrix of several layers: 2 GB


def connectivity(layers: Sequence[Layer], shape: Shape, where: str) -> projections.Connectivity:
    """Join linear layers.

    Pooling and convolution next to each other become one convolution where that is exact; other rows of layers
    become the product of their matrices.

    Parameters
    ----------
    layers : sequence of Layer
        From the spikes on: Dense, Conv1d, Conv2d, AveragePool, SumPool and Scale, with known input shapes.
    shape : tuple of int
        Of the neurons that fire.
    where : str
        For messages.

    Raises
    ------
    ConversionError
        The product would be too large.
    """
    merged: list[Layer] = []
    for layer in layers:
        one = _merged(merged[-1], layer) if merged else None
        if one is None:
            merged.append(layer)
        else:
            merged[-1] = one
    if len(merged) == 1:
        kernel = _structured(merged[0])
        if kernel is not None:
            return kernel
    product: Any = sparse.identity(math.prod(shape), format="csr")
    for layer in merged:
        matrix = _matrix(layer)
        _check_size(product, matrix, where)
        product = product @ matrix
    if isinstance(product, np.ndarray):
        return projections.Dense(product)
    return projections.SparseRows(product)


def _structured(layer: Layer) -> Any:
    """Return the layer as a projection that shares weights, or None."""
    if isinstance(layer, Dense):
        return projections.Dense(layer.weights)
    if isinstance(layer, AveragePool | SumPool):
        if isinstance(layer, AveragePool) and not layer.count_padding:
            return None
        return _structured(_as_convolution(layer))
    if not isinstance(layer, Conv1d | Conv2d) or any(before != after for before, after in layer.padding):
        return None
    settings = {"stride": layer.stride, "padding": tuple(pair[0] for pair in layer.padding), "dilation": layer.dilation}
    if isinstance(layer, Conv1d):
        single = {name: value[0] for name, value in settings.items()}
        return projections.Conv1d(layer.weights, layer.input_shapes[0], groups=layer.groups, **single)
    return projections.Conv2d(layer.weights, layer.input_shapes[0], groups=layer.groups, **settings)


def _as_convolution(pool: Any) -> Any:
    """Return pooling as a convolution of every channel by itself."""
    channels = pool.input_shapes[0][0]
    weight = 1 / math.prod(pool.kernel) if isinstance(pool, AveragePool) else 1.0
    return _convolution(pool, np.full((channels, 1, *pool.kernel), weight), channels)


def _convolution(layer: Any, weights: Any, groups: int, **changed: Any) -> Any:
    settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, **changed}
    cls = Conv1d if len(settings["stride"]) == 1 else Conv2d
    names = {"inputs": layer.inputs, "input_shapes": layer.input_shapes}
    return cls(layer.name, weights, np.zeros(len(weights)), groups=groups, **settings, **names)


def _merged(first: Any, second: Any) -> Layer | None:
    """Return two layers as one convolution, or None where that is not exact."""
    pool, convolution = (first, second) if isinstance(first, AveragePool | SumPool) else (second, first)
    if not isinstance(pool, AveragePool | SumPool) or not isinstance(convolution, Conv1d | Conv2d):
        return None
    if max(map(max, pool.padding)) or {*pool.dilation, *convolution.dilation} != {1}:
        return None
    k, s, t = (np.array(each) for each in (pool.kernel, pool.stride, convolution.stride))
    share = np.full(pool.kernel, 1 / math.prod(pool.kernel) if isinstance(pool, AveragePool) else 1.0)
    kernel = convolution.weights
    if pool is first:  # x[s(t i + n - p) + a], so s = k makes one long kernel of the repeated one
        rest = np.array(pool.input_shapes[0][1:]) % k
        if (s != k).any() or (rest.any() and max(map(max, convolution.padding))):
            return None
        padding = tuple((k[a] * pair[0], k[a] * pair[1]) for a, pair in enumerate(convolution.padding))
        stride = tuple(int(each) for each in k * t)
        padding = tuple((int(before), int(after)) for before, after in padding)
        return _convolution(pool, np.kron(kernel, share), convolution.groups, stride=stride, padding=padding)
    # x[t(s i + a) + n - p]: copies of the kernel, t apart
    long = np.zeros((*kernel.shape[:2], *(t * (k - 1) + kernel.shape[2:])))
    for place in np.ndindex(*pool.kernel):
        start = t * place
        cut = tuple(slice(b, b + n) for b, n in zip(start, kernel.shape[2:], strict=True))
        long[(slice(None), slice(None), *cut)] += kernel * share[place]
    return _convolution(convolution, long, convolution.groups, stride=tuple(int(each) for each in s * t))


def _matrix(layer: Any) -> Any:
    """Return the matrix of a layer, (n_in, n_out)."""
    if isinstance(layer, Scale):
        return sparse.diags(np.broadcast_to(layer.scale, layer.input_shapes[0]).ravel(), format="csr")
    if isinstance(layer, Dense):
        return layer.weights
    if isinstance(layer, AveragePool) and not layer.count_padding:
        shares = layer.share(layer.input_shapes[0][1:]) * math.prod(layer.kernel)
        counted = replace(layer, count_padding=True)
        scale = np.tile(shares.ravel(), layer.input_shapes[0][0])
        return _matrix(counted) @ sparse.diags(scale, format="csr")
    convolution = _as_convolution(layer) if isinstance(layer, AveragePool | SumPool) else layer
    # Zeros around the input, which may be unequal, are neurons that never fire.
    channels, *lengths = convolution.input_shapes[0]
    wide = tuple(n + sum(pair) for n, pair in zip(lengths, convolution.padding, strict=True))
    inside = tuple(slice(pair[0], pair[0] + n) for n, pair in zip(lengths, convolution.padding, strict=True))
    rows = np.arange(channels * math.prod(wide)).reshape(channels, *wide)[(slice(None), *inside)].ravel()
    bare = replace(convolution, padding=0, input_shapes=((channels, *wide),))
    return _structured(bare).unroll()[rows]


def _check_size(a: Any, b: Any, where: str) -> None:
    """Refuse a product that takes too much memory."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        entries = a.shape[0] * b.shape[1]
    else:
        entries = int(np.bincount(a.indices, minlength=a.shape[1]) @ np.diff(b.indptr))
    if entries > _MOST_ENTRIES:
        raise ConversionError(f"{where}: layers in a row make {entries} synapses; put neurons between them")
