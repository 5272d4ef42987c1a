"""Layers of a graph as PyTorch computes them, with weights of one's own, for training that starts from a graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.nn import functional

from brainnet.ann import (
    QCFS,
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Concatenate,
    Conv1d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    LayerGraph,
    MaxPool,
    ReLU,
    Softmax,
)
from brainnet.errors import ConversionError

__all__ = ["check_layers", "computed", "received", "values_of", "weights_of"]

LINEAR = (Dense, Conv1d, Conv2d, AveragePool, Flatten)


def check_layers(graph: LayerGraph) -> None:
    """Refuse pooling that PyTorch has no form of.

    Raises
    ------
    ConversionError
    """
    for layer in graph.layers:
        if isinstance(layer, AveragePool) and (max(layer.dilation) > 1 or any(a != b for a, b in layer.padding)):
            raise ConversionError(f"layer {layer.name!r} pools with a dilation or uneven padding; use plain windows")


def values_of(
    graph: LayerGraph, x: torch.Tensor, weights: Mapping[str, Any], biases: Mapping[str, Any], dropout: float = 0.0
) -> dict[str, torch.Tensor]:
    """Compute the values of every layer; those of a last dense layer with softmax are the logits.

    Parameters
    ----------
    graph : LayerGraph
    x : tensor (n, \\*input_shape)
    weights, biases : mapping of str to tensor
        Of the layers that have them, in the shape of the graph's; a bias may be missing.
    dropout : float
        Probability that an input of a dense layer is left out.
    """
    values = {"input": x}
    for layer in graph.layers:
        inputs = [values[source] for source in layer.inputs]
        if dropout and isinstance(layer, Dense):
            inputs = [functional.dropout(each, dropout) for each in inputs]
        values[layer.name] = computed(layer, inputs, weights.get(layer.name), biases.get(layer.name))
    return values


def computed(layer: Layer, inputs: Sequence[torch.Tensor], weights: Any = None, bias: Any = None) -> torch.Tensor:
    """Compute a layer of any kind, activation and all."""
    x = inputs[0]
    if isinstance(layer, LINEAR):
        y = received(layer, x, weights, bias)
        return torch.relu(y) if getattr(layer, "activation", "") == "relu" else y
    if isinstance(layer, Add):
        return torch.as_tensor(sum(inputs))
    if isinstance(layer, Concatenate):
        return torch.cat(list(inputs), dim=layer.axis + 1)
    if isinstance(layer, MaxPool):
        ends = [length for pair in reversed(layer.padding) for length in pair]
        pool = functional.max_pool2d if len(layer.kernel) == 2 else functional.max_pool1d
        padded = functional.pad(x, ends, value=-torch.inf) if any(ends) else x
        return torch.as_tensor(pool(padded, layer.kernel, layer.stride, 0, layer.dilation))
    if isinstance(layer, GlobalAveragePool):
        return x.mean(dim=tuple(range(2, x.ndim)), keepdim=True)
    if isinstance(layer, BatchNorm):
        axes = (-1, *(1,) * (x.ndim - 2))
        return x * torch.tensor(layer.scale, dtype=x.dtype).view(axes) + torch.tensor(layer.shift, dtype=x.dtype).view(
            axes
        )
    return _pointwise(layer, x)


def _pointwise(layer: Layer, x: torch.Tensor) -> torch.Tensor:
    if isinstance(layer, ReLU):
        return torch.relu(x)
    if isinstance(layer, Abs):
        return x.abs()
    if isinstance(layer, ClippedReLU):
        return x.clamp(0.0, layer.maximum)
    if isinstance(layer, QCFS):
        from brainnet.ann.torch_qcfs import QCFS as Module

        return torch.as_tensor(Module(layer.threshold, layer.levels)(x))
    if isinstance(layer, Softmax):
        return torch.log_softmax(x, dim=1) if layer.log else torch.softmax(x, dim=1)
    raise ConversionError(f"layer {layer.name!r} ({layer.kind}) cannot be trained; freeze it into others first")


def received(layer: Layer, x: torch.Tensor, weights: Any = None, bias: Any = None) -> torch.Tensor:
    """Compute a layer without its activation."""
    if isinstance(layer, Flatten):
        return x.flatten(1)
    if isinstance(layer, AveragePool):
        pool = functional.avg_pool2d if len(layer.kernel) == 2 else functional.avg_pool1d
        before = [pair[0] for pair in layer.padding]
        return pool(x, layer.kernel, layer.stride, before, count_include_pad=layer.count_padding)
    if isinstance(layer, Dense):
        return functional.linear(x.flatten(1), weights.T, bias)
    assert isinstance(layer, Conv1d | Conv2d)
    ends = [length for pair in reversed(layer.padding) for length in pair]
    convolve = functional.conv2d if isinstance(layer, Conv2d) else functional.conv1d
    if all(pair[0] == pair[1] for pair in layer.padding):
        padding = [pair[0] for pair in layer.padding]
    else:
        x, padding = functional.pad(x, ends), [0] * len(layer.padding)
    return convolve(x, weights, bias, layer.stride, padding, layer.dilation, layer.groups)


def weights_of(graph: LayerGraph, dtype: torch.dtype) -> dict[str, tuple[torch.Tensor, torch.Tensor | None]]:
    """Return weights and bias (None where it is all 0) of the layers that have them."""
    return {
        each.name: (
            torch.tensor(each.weights, dtype=dtype),
            torch.tensor(each.bias, dtype=dtype) if each.bias.any() else None,
        )
        for each in graph.layers
        if isinstance(each, Dense | Conv1d | Conv2d)
    }
