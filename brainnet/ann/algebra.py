"""The algebra of linear layers: pooling as a convolution, and two layers in a row as one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Layer, MaxPool
from brainnet.ann.layers.pooling import Pool

__all__ = ["as_convolution", "convolution", "joined"]


def as_convolution(pool: Pool) -> Conv1d | Conv2d:
    """Return pooling that sums or averages as a convolution of every channel by itself.

    Of averages that leave padding out it is the sums, which `AveragePool.share` has to multiply.
    """
    channels = pool.input_shapes[0][0]
    share = 1.0 if getattr(pool, "count_padding", True) is False else 1 / _window(pool)
    return convolution(pool, np.full((channels, 1, *pool.kernel), share), channels)


def convolution(layer: Any, weights: np.ndarray, groups: int, **changed: Any) -> Conv1d | Conv2d:
    """Return a convolution without bias with the windows of `layer`, but for what is `changed`."""
    settings = {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, **changed}
    cls = Conv1d if len(settings["stride"]) == 1 else Conv2d
    names = {"inputs": layer.inputs, "input_shapes": layer.input_shapes}
    return cls(layer.name, weights, np.zeros(len(weights)), groups=groups, **settings, **names)


def joined(first: Any, second: Any) -> Any:
    r"""Return two layers, one of them pooling, as one layer of weights; None where that is not exact.

    A kernel on means of q values is one on the values, q times as long and as wide and q times the stride:

    .. math:: W'_{o,c,i} = W_{o,c,\lfloor i/q \rfloor} / q

    along each axis. Means of what a convolution gives are copies of its kernel, one stride apart. Biases stay.

    Parameters
    ----------
    first, second : Layer
        Pooling and a layer of weights after it, flattened in between for Dense; or a convolution and pooling after it.

    Returns
    -------
    Layer or None
        With the name of the layer of weights.
    """
    if _linear_pool(first) and isinstance(second, Dense | Conv1d | Conv2d):
        return _after_pooling(first, second)
    if isinstance(first, Conv1d | Conv2d) and first.activation == "identity" and _linear_pool(second):
        return _before_pooling(first, second)
    return None


def _linear_pool(layer: Any) -> bool:
    """Whether it sums or averages windows without gaps that all lie inside."""
    return (
        isinstance(layer, Pool)
        and not isinstance(layer, MaxPool)
        and not max(map(max, layer.padding))
        and max(layer.dilation) == 1
    )


def _window(pool: Pool) -> int:
    """Values of a window where the pooling is their mean, 1 where it is their sum."""
    return math.prod(pool.kernel) if isinstance(pool, AveragePool) else 1


def _after_pooling(pool: Pool, after: Any) -> Layer | None:
    if pool.stride != pool.kernel:
        return None
    lengths, window = pool.input_shapes[0][1:], pool.kernel
    if isinstance(after, Dense):
        places = np.arange(pool.n_out).reshape(pool.output_shape)
        inside = tuple(slice(0, n // q * q) for n, q in zip(lengths, window, strict=True))
        for axis, q in enumerate(window):
            places = places.repeat(q, axis=1 + axis)
        weights = np.zeros((*pool.input_shapes[0], after.n_out))
        weights[(slice(None), *inside)] = after.weights[places] / _window(pool)
        return replace(after, weights=weights.reshape(-1, after.n_out), inputs=pool.inputs, input_shapes=())
    rest = any(n % q for n, q in zip(lengths, window, strict=True))
    if max(after.dilation) > 1 or (rest and max(map(max, after.padding))):
        return None  # what the pooling leaves out would be seen at the border
    weights = after.weights
    for axis, q in enumerate(window):
        weights = weights.repeat(q, axis=2 + axis)
    stride = tuple(s * q for s, q in zip(after.stride, window, strict=True))
    padding = tuple((a * q, b * q) for (a, b), q in zip(after.padding, window, strict=True))
    return replace(
        after, weights=weights / _window(pool), stride=stride, padding=padding, inputs=pool.inputs,
        input_shapes=pool.input_shapes,
    )  # fmt: skip


def _before_pooling(before: Any, pool: Pool) -> Layer | None:
    if max(before.dilation) > 1:
        return None
    kernel, t, k = before.weights, np.array(before.stride), np.array(pool.kernel)
    long = np.zeros((*kernel.shape[:2], *(t * (k - 1) + kernel.shape[2:])))
    for place in np.ndindex(*pool.kernel):
        start = t * place
        cut = tuple(slice(b, b + n) for b, n in zip(start, kernel.shape[2:], strict=True))
        long[(slice(None), slice(None), *cut)] += kernel
    stride = tuple(int(each) for each in np.array(pool.stride) * t)
    bias = before.bias * (math.prod(pool.kernel) / _window(pool))
    return replace(before, weights=long / _window(pool), bias=bias, stride=stride)
