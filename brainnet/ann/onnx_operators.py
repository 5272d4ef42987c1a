"""What the operators of ONNX do, as layers (onnx.ai/onnx/operators, sets 7 to 25)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.layers import (
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Concatenate,
    Conv1d,
    Conv2d,
    Dense,
    GlobalAveragePool,
    MaxPool,
    ReLU,
    Softmax,
)  # fmt: skip
from brainnet.ann.layers.base import Array, Shape
from brainnet.ann.onnx_nodes import Node, View
from brainnet.ann.onnx_shapes import flatten, identity, reshape, sample_axis, squeeze, transpose
from brainnet.ann.windows import ceil_padding, same_padding_strided

__all__ = ["OPERATORS"]


def _dense(node: Node, weights: Array, bias: Array) -> View:
    """Add a dense layer behind a view of any order: the rows of the weights follow it."""
    view = node.view(0)
    if len(view.shape) != 1:
        node.refuse(f"acts on the last axis of values of shape {view.shape}; put a Flatten before it")
    if weights.ndim != 2 or weights.shape[0] != view.shape[0] or weights.shape[1] == 0:
        node.refuse(f"has weights of shape {weights.shape} for {view.shape[0]} values; export the model again")
    if view.order is not None:
        sorted_rows = np.empty_like(weights)
        sorted_rows[view.order] = weights
        weights = sorted_rows
    return node.add(Dense, weights, bias, "identity", inputs=(view.layer,))


def _gemm(node: Node) -> View:
    node.count(2, 3)
    given = node.attributes(alpha=1.0, beta=1.0, transA=0, transB=0)
    if given["transA"]:
        node.refuse("transposes the samples; export the model again")
    weights = node.stored(1)
    weights = given["alpha"] * _real(node, weights.T if given["transB"] else weights)
    bias, n_out = node.constant(2), weights.shape[-1] if weights.ndim else 0
    if bias is not None and (bias.size not in (1, n_out) or bias.shape not in ((), (1,), (n_out,), (1, n_out), (1, 1))):
        node.refuse(f"has {bias.shape} biases for {n_out} outputs; export the model again")
    return _dense(node, weights, np.zeros(n_out) if bias is None else given["beta"] * np.resize(bias, n_out))


def _matmul(node: Node) -> View:
    node.count(2, 2)
    node.attributes()
    weights = _real(node, node.stored(1))
    return _dense(node, weights, np.zeros(weights.shape[-1] if weights.ndim else 0))


def _real(node: Node, array: NDArray[Any]) -> Array:
    if array.dtype.kind != "f":
        node.refuse(f"has weights of type {array.dtype}; use floating-point weights")
    return array.astype(np.float64)


def _window(node: Node, lengths: Shape, kernel: Shape, given: dict[str, Any]) -> dict[str, Any]:
    """Return stride, padding and dilation over axes of these lengths."""
    rank = len(kernel)
    if rank != len(lengths) or rank not in (1, 2) or min(kernel) < 1:
        node.refuse(f"slides {kernel} over {lengths}; use one axis or two")
    ones = [1] * rank
    strides, dilations = tuple(given["strides"] or ones), tuple(given["dilations"] or ones)
    pads, auto = given["pads"] or [0] * 2 * rank, given["auto_pad"]
    if len(pads) != 2 * rank or len(strides) != rank or len(dilations) != rank or min(*pads, 0) < 0:
        node.refuse(f"has pads {pads}, strides {strides} and dilations {dilations} for {rank} axes; export it again")
    if min(strides) < 1 or min(dilations) < 1:
        node.refuse(f"has strides {strides} and dilations {dilations}; use positive ones")
    padding = tuple(zip(pads[:rank], pads[rank:], strict=True))
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        padding = same_padding_strided(lengths, kernel, strides, dilations, auto == "SAME_UPPER")
    elif auto not in ("NOTSET", "VALID"):
        node.refuse(f"has auto_pad {auto!r}; use NOTSET, VALID, SAME_UPPER or SAME_LOWER")
    if auto != "NOTSET" and (given["pads"] or given.get("ceil_mode")):
        node.refuse("has auto_pad together with pads or ceil_mode; use one of them")
    return {"stride": strides, "padding": padding, "dilation": dilations}


WINDOW: dict[str, Any] = {"auto_pad": "NOTSET", "dilations": [], "kernel_shape": [], "pads": [], "strides": []}


def _conv(node: Node) -> View:
    node.count(2, 3)
    given = node.attributes(**WINDOW, group=1)
    name, shape = node.layout(node.view(0))
    weights, bias = _real(node, node.stored(1)), node.constant(2)
    kernel = weights.shape[2:]
    if given["kernel_shape"] and tuple(given["kernel_shape"]) != kernel:
        node.refuse(f"has kernels {kernel} and kernel_shape {given['kernel_shape']}; export the model again")
    window = _window(node, shape[1:], kernel, given)
    bias = np.zeros(len(weights)) if bias is None else _real(node, bias)
    cls = Conv1d if len(kernel) == 1 else Conv2d
    return node.add(cls, weights, bias, inputs=(name,), groups=given["group"], **window)


def _pooling(node: Node, given: dict[str, Any]) -> tuple[str, dict[str, Any], bool]:
    """Return the layer to pool, the window, and whether rounding up made it wider."""
    name, shape = node.layout(node.view(0))
    kernel = tuple(given["kernel_shape"])
    plain = _window(node, shape[1:], kernel, given)
    window = {"kernel": kernel, **plain}
    if given["ceil_mode"]:
        parts = kernel, plain["stride"], plain["padding"], plain["dilation"]
        window["padding"] = ceil_padding(shape[1:], *parts)
    return name, window, window["padding"] != plain["padding"]


def _max_pool(node: Node) -> View:
    node.count(1, 1)
    given = node.attributes(**WINDOW, ceil_mode=0, storage_order=0)
    name, window, _ = _pooling(node, given)
    return node.add(MaxPool, inputs=(name,), **window)


def _average_pool(node: Node) -> View:
    node.count(1, 1)
    given = node.attributes(**WINDOW, ceil_mode=0, count_include_pad=0)
    name, window, wider = _pooling(node, given)
    if given["count_include_pad"] and wider:
        node.refuse("rounds up and counts padding; use one of them")
    return node.add(AveragePool, inputs=(name,), count_padding=bool(given["count_include_pad"]), **window)


def _global_average_pool(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    return node.add(GlobalAveragePool, inputs=(node.layout(node.view(0))[0],))


def _reduce_mean(node: Node) -> View:
    node.count(1, 2)
    given = node.attributes(axes=[], keepdims=1, noop_with_empty_axes=0)
    name, shape = node.layout(node.view(0))
    axes = given["axes"] or node.numbers(1) or []
    wanted = list(range(1, len(shape)))
    if not wanted or sorted(sample_axis(node, axis, shape) for axis in axes) != wanted:
        node.refuse(f"averages over the axes {axes}; average over all axes after the channels")
    view = node.add(GlobalAveragePool, inputs=(name,))
    return view if given["keepdims"] else View(view.layer, shape[:1])


def _batch_norm(node: Node) -> View:
    node.count(5, 5)
    given = node.attributes(epsilon=1e-5, momentum=0.9, training_mode=0, spatial=1)
    if given["training_mode"] or not given["spatial"]:
        node.refuse("is in training mode, or not by channel; export the model for inference")
    gamma, beta, mean, variance = (_real(node, node.stored(k)) for k in range(1, 5))
    # the attribute is a 32-bit number: what was written is the shortest decimal that it stands for
    epsilon = float(str(np.float32(given["epsilon"])))
    return node.add(BatchNorm, mean, variance, gamma, beta, epsilon, inputs=(node.layout(node.view(0))[0],))


def _relu(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    return node.same(ReLU)


def _abs(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    return node.same(Abs)


def _clip(node: Node) -> View:
    node.count(1, 3)
    given = node.attributes(min=None, max=None)
    low, high = (given[key] if node.version < 11 else node.constant(k) for k, key in ((1, "min"), (2, "max")))
    if low is None or np.size(low) != 1 or float(np.ravel(low)[0]) != 0 or np.size(0 if high is None else high) != 1:
        node.refuse("clips from something else than 0; use a ReLU, or clip from 0")
    return node.same(ReLU) if high is None else node.same(ClippedReLU, float(np.ravel(high)[0]))


def _softmax(node: Node, log: bool = False) -> View:
    node.count(1, 1)
    axis = node.attributes(axis=-1 if node.version >= 13 else 1)["axis"]
    name, shape = node.layout(node.view(0))
    flat_before_13 = node.version < 13 and len(shape) > 1
    if sample_axis(node, axis, shape) != 0 or flat_before_13:
        node.refuse(f"acts on axis {axis} of values of shape {shape}; use the channels, axis 1")
    return node.add(Softmax, log, inputs=(name,))


def _add(node: Node) -> View:
    node.count(2, 2)
    node.attributes()
    views = [value for value in node.inputs if isinstance(value, View)]
    if len(views) < 2:
        return _channelwise(node, shift=True)
    names = tuple(node.layout(view)[0] for view in views)
    return node.add(Add, inputs=names)


def _multiply(node: Node) -> View:
    node.count(2, 2)
    node.attributes()
    return _channelwise(node, shift=False)


def _channelwise(node: Node, shift: bool) -> View:
    """Add or multiply by a constant for each channel, which is a batch norm without statistics."""
    position = 0 if isinstance(node.inputs[0], View) else 1
    name, shape = node.layout(node.view(position))
    constant = _real(node, node.stored(1 - position))
    # as broadcast: all axes but that of the channels have length 1
    axes = (*(1,) * (len(shape) + 1 - constant.ndim), *constant.shape)
    if len(axes) != len(shape) + 1 or math.prod(axes) != axes[1] or axes[1] not in (1, shape[0]):
        node.refuse(f"takes a constant of shape {constant.shape} for values of shape {shape}; use one number a channel")
    node.builder.charge(4 * 8 * shape[0])  # before they are made: the file says how many, and holds perhaps one
    values, ones = np.resize(constant, shape[0]), np.ones(shape[0])
    gamma, beta = (ones, values) if shift else (values, np.zeros(shape[0]))
    kind = node.proto.op_type
    return node.add(BatchNorm, np.zeros(shape[0]), ones, gamma, beta, 0.0, inputs=(name,), known_as=kind)


def _concat(node: Node) -> View:
    axis = node.attributes(axis=1)["axis"]
    if len(node.inputs) == 1:
        return node.view(0)
    pairs = [node.layout(node.view(k)) for k in range(len(node.inputs))]
    if not pairs:
        node.refuse("has no inputs; export the model again")
    return node.add(Concatenate, sample_axis(node, axis, pairs[0][1]), inputs=tuple(name for name, _ in pairs))


def _dropout(node: Node) -> View:
    if not 1 <= len(node.inputs) <= 3 or len([name for name in node.proto.output if name]) != 1:
        node.refuse("gives its mask; export the model for inference")
    node.attributes(ratio=0.5, seed=0)
    training = node.constant(2)
    if training is not None and np.any(training):
        node.refuse("is in training mode; export the model for inference")
    node.builder.skip("Dropout")
    return node.view(0)


def _constant(node: Node) -> NDArray[Any]:
    node.count(0, 0)
    given = node.attributes(value=None, value_float=None, value_int=None, value_floats=None, value_ints=None)
    values = [np.asarray(value) for value in given.values() if value is not None]
    if len(values) != 1:
        node.refuse("holds no single tensor; export the model again")
    return values[0]


OPERATORS: dict[str, Callable[[Node], Any]] = {
    "Gemm": _gemm, "MatMul": _matmul, "Conv": _conv, "Relu": _relu, "Clip": _clip, "Abs": _abs,
    "AveragePool": _average_pool, "GlobalAveragePool": _global_average_pool, "MaxPool": _max_pool,
    "ReduceMean": _reduce_mean, "BatchNormalization": _batch_norm, "Flatten": flatten, "Reshape": reshape,
    "Squeeze": squeeze, "Transpose": transpose, "Add": _add, "Mul": _multiply, "Concat": _concat,
    "Softmax": _softmax, "LogSoftmax": lambda node: _softmax(node, log=True),
    "Identity": identity, "Dropout": _dropout, "Constant": _constant,
}  # fmt: skip
