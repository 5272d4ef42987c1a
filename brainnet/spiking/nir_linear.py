"""Linear layers in a row as one connectivity: a kernel where they are one, else a matrix."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from brainnet import projections
from brainnet.ann.algebra import as_convolution, joined
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
        one = joined(merged[-1], layer) if merged else None
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
        return _structured(as_convolution(layer))
    if not isinstance(layer, Conv1d | Conv2d) or any(before != after for before, after in layer.padding):
        return None
    settings = {"stride": layer.stride, "padding": tuple(pair[0] for pair in layer.padding), "dilation": layer.dilation}
    if isinstance(layer, Conv1d):
        single = {name: value[0] for name, value in settings.items()}
        return projections.Conv1d(layer.weights, layer.input_shapes[0], groups=layer.groups, **single)
    return projections.Conv2d(layer.weights, layer.input_shapes[0], groups=layer.groups, **settings)


def _matrix(layer: Any) -> Any:
    """Return the matrix of a layer, (n_in, n_out)."""
    if isinstance(layer, Scale):
        return sparse.diags(np.broadcast_to(layer.scale, layer.input_shapes[0]).ravel(), format="csr")
    if isinstance(layer, Dense):
        return layer.weights
    if isinstance(layer, AveragePool) and not layer.count_padding:
        scale = np.tile(layer.share(layer.input_shapes[0][1:]).ravel(), layer.input_shapes[0][0])
        return _matrix(as_convolution(layer)) @ sparse.diags(scale, format="csr")
    convolution = as_convolution(layer) if isinstance(layer, AveragePool | SumPool) else layer
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
