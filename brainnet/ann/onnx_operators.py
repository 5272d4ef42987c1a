"""What the operators of ONNX do, as layers (onnx.ai/onnx/operators, sets 7 to 25)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto

from brainnet.ann.layers import (
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    Concatenate,
    Conv1d,
    Conv2d,
    Dense,
    GlobalAveragePool,
    MaxPool,
    Softmax,
)  # fmt: skip
from brainnet.ann.layers.base import Array
from brainnet.ann.onnx_nodes import Node, Value
from brainnet.ann.onnx_shapes import flatten, identity, reshape, sample_axis, squeeze, transpose, unsqueeze
from brainnet.ann.onnx_upsampling import resize, transpose_convolution
from brainnet.ann.onnx_windows import WINDOW, decimal, real, window_of
from brainnet.ann.operators import affine, clip, leaky, mean_window, padded_mean
from brainnet.ann.pending import Bounded, Compared, Means, Padded, selected, zero_padding
from brainnet.ann.spellings import spelled
from brainnet.ann.views import View, sorted_rows
from brainnet.ann.windows import ceil_padding

__all__ = ["OPERATORS"]


def _dense(node: Node, weights: Array, bias: Array) -> View:
    """Add a dense layer behind a view of any order: the rows of the weights follow it."""
    view = node.view(0)
    if len(view.shape) != 1:
        node.refuse(f"acts on the last axis of values of shape {view.shape}; put a Flatten before it")
    if weights.ndim != 2 or weights.shape[0] != view.shape[0] or weights.shape[1] == 0:
        node.refuse(f"has weights of shape {weights.shape} for {view.shape[0]} values; export the model again")
    return node.add(Dense, sorted_rows(view, weights), bias, "identity", inputs=(view.layer,))


def _gemm(node: Node) -> View:
    node.count(2, 3)
    given = node.attributes(alpha=1.0, beta=1.0, transA=0, transB=0)
    if given["transA"]:
        node.refuse("transposes the samples; export the model again")
    weights = node.stored(1)
    weights = given["alpha"] * real(node, weights.T if given["transB"] else weights)
    bias, n_out = node.constant(2), weights.shape[-1] if weights.ndim else 0
    if bias is not None and (bias.size not in (1, n_out) or bias.shape not in ((), (1,), (n_out,), (1, n_out), (1, 1))):
        node.refuse(f"has {bias.shape} biases for {n_out} outputs; export the model again")
    return _dense(node, weights, np.zeros(n_out) if bias is None else given["beta"] * np.resize(bias, n_out))


def _matmul(node: Node) -> View:
    node.count(2, 2)
    node.attributes()
    weights = real(node, node.stored(1))
    return _dense(node, weights, np.zeros(weights.shape[-1] if weights.ndim else 0))


PARTS = ("kernel", "stride", "padding", "dilation")


def _conv(node: Node) -> View:
    node.count(2, 3)
    given = node.attributes(**WINDOW, group=1)
    padded = node.inputs[0]
    name, shape = (padded.layer, padded.shape) if isinstance(padded, Padded) else node.layout(node.view(0))
    weights, bias = real(node, node.stored(1)), node.constant(2)
    kernel = weights.shape[2:]
    if given["kernel_shape"] and tuple(given["kernel_shape"]) != kernel:
        node.refuse(f"has kernels {kernel} and kernel_shape {given['kernel_shape']}; export the model again")
    window = window_of(node, shape[1:], kernel, given)
    if isinstance(padded, Padded):
        window["padding"] = padded.joined(window["padding"])
    bias = np.zeros(len(weights)) if bias is None else real(node, bias)
    cls = Conv1d if len(kernel) == 1 else Conv2d
    return node.add(cls, weights, bias, inputs=(name,), groups=given["group"], **window)


def _pooling(node: Node, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the layer to pool and the window, rounding up left aside."""
    name, shape = node.layout(node.view(0))
    kernel = tuple(given["kernel_shape"])
    return name, {"kernel": kernel, **window_of(node, shape[1:], kernel, given)}


def _max_pool(node: Node) -> View:
    node.count(1, 1)
    given = node.attributes(**WINDOW, ceil_mode=0, storage_order=0)
    name, window = _pooling(node, given)
    if given["ceil_mode"]:
        window["padding"] = ceil_padding(node.builder.shapes[name][1:], *(window[key] for key in PARTS))
    return node.add(MaxPool, inputs=(name,), **window)


def _average_pool(node: Node) -> View:
    node.count(1, 1)
    given = node.attributes(**WINDOW, ceil_mode=0, count_include_pad=0)
    padded, up, count = node.inputs[0], bool(given["ceil_mode"]), bool(given["count_include_pad"])
    if isinstance(padded, Padded):
        kernel = tuple(given["kernel_shape"])
        window = {"kernel": kernel, **window_of(node, padded.shape[1:], kernel, given)}
        merged = padded_mean(padded, window, up)
        if merged is not None:
            return node.add(AveragePool, inputs=(padded.layer,), **merged)
    name, window = _pooling(node, given)
    fields = mean_window(node.builder.shapes[name][1:], window, up, count, node.refuse)
    return node.add(AveragePool, inputs=(name,), **fields)


def _global_average_pool(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    return node.add(GlobalAveragePool, inputs=(node.layout(node.view(0))[0],))


def _reduce_mean(node: Node) -> View | Means:
    node.count(1, 2)
    given = node.attributes(axes=[], keepdims=1, noop_with_empty_axes=0)
    axes, value = given["axes"] or node.numbers(1) or [], node.inputs[0]
    if not isinstance(value, Means):
        name, shape = node.layout(node.view(0))
        value = Means(name, tuple(range(len(shape))))
    seen = tuple(node.builder.shapes[value.layer][own] for own in value.seen)
    value = value.further([sample_axis(node, axis, seen) for axis in axes], bool(given["keepdims"]), node.refuse)
    shape = node.builder.shapes[value.layer]
    if len(value.over) < len(shape) - 1:
        return value
    view = node.add(GlobalAveragePool, inputs=(value.layer,))
    return View(view.layer, (shape[0], *(1,) * (len(value.seen) - 1)))


def _global_max_pool(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    name, shape = node.layout(node.view(0))
    return node.add(MaxPool, shape[1:], inputs=(name,))


def _reduce_max(node: Node) -> View:
    node.count(1, 2)
    given = node.attributes(axes=[], keepdims=1, noop_with_empty_axes=0)
    name, shape = node.layout(node.view(0))
    axes = {sample_axis(node, axis, shape) for axis in given["axes"] or node.numbers(1) or []}
    if axes != set(range(1, len(shape))) or len(shape) not in (2, 3):
        node.refuse("takes the largest over some axes only; take it over all axes after the channels")
    view = node.add(MaxPool, shape[1:], inputs=(name,))
    return view if given["keepdims"] else View(view.layer, shape[:1])


def _batch_norm(node: Node) -> View:
    node.count(5, 5)
    given = node.attributes(epsilon=1e-5, momentum=0.9, training_mode=0, spatial=1)
    if given["training_mode"] or not given["spatial"]:
        node.refuse("is in training mode, or not by channel; export the model for inference")
    gamma, beta, mean, variance = (real(node, node.stored(k)) for k in range(1, 5))
    return node.add(
        BatchNorm, mean, variance, gamma, beta, decimal(given["epsilon"]), inputs=(node.layout(node.view(0))[0],)
    )


def _relu(node: Node) -> View | Bounded:
    node.count(1, 1)
    node.attributes()
    return _clipped(node, 0.0, None)


def _leaky(node: Node) -> View:
    """Read LeakyRelu and PRelu, whose slope is a tensor."""
    if node.proto.op_type == "PRelu":
        node.count(2, 2)
        node.attributes()
        slope = real(node, node.stored(1))
    else:
        node.count(1, 1)
        slope = np.asarray(decimal(node.attributes(alpha=0.01)["alpha"]))
    name, shape = node.layout(node.view(0))
    node.builder.charge(4 * 8 * shape[0])  # before they are made
    _, _, slopes, _ = affine("Mul", slope, False, shape, node.refuse)
    made = leaky(node.builder, name, slopes, node.where)
    return View(made, node.builder.shapes[made])


def _abs(node: Node) -> View:
    node.count(1, 1)
    node.attributes()
    return node.same(Abs)


def _negate(node: Node) -> View:
    node.count(1, 1)
    return _affine_by(node, "Neg", np.asarray(0.0), left=False)


def _cast(node: Node) -> Value:
    """Keep values that become floating-point numbers, which ours are."""
    node.count(1, 1)
    kind = node.attributes(to=0, saturate=1, round_mode="up")["to"]
    if kind not in (TensorProto.FLOAT, TensorProto.DOUBLE) or isinstance(node.inputs[0], Compared):
        node.refuse("makes other than floating-point numbers; remove it, or use .float()")
    return identity(replace(node, proto=NodeProto(op_type="Cast", output=node.proto.output)))


def _pad(node: Node) -> Padded:
    node.count(1, 4)
    given = node.attributes(mode="constant", pads=[], value=0.0)
    name, shape = node.layout(node.view(0))
    pads = given["pads"] if node.version < 11 else node.numbers(1) or []
    value = node.constant(2)
    axes = node.numbers(3) or list(range(len(shape) + 1))
    axes = [axis + len(shape) + 1 if axis < 0 else axis for axis in axes]
    pairs = dict.fromkeys(range(len(shape) + 1), (0, 0))
    if len(pads) != 2 * len(axes) or len(set(axes)) != len(axes) or not set(axes) <= set(pairs):
        node.refuse(f"has pads {pads} for the axes {axes}; export the model again")
    pairs |= dict(zip(axes, zip(pads[: len(axes)], pads[len(axes) :], strict=True), strict=True))
    if pairs.pop(0) != (0, 0):
        node.refuse("pads the samples; pad the axes after the channels")
    value = given["value"] if value is None else value
    return zero_padding(name, shape, list(pairs.values()), given["mode"], value, node.refuse)


def _compare(node: Node) -> Compared:
    node.count(2, 2)
    node.attributes()
    turned = _turned(node)
    if not isinstance(turned.inputs[0], Padded):  # which becomes a layer where it is used
        turned.view(0)
    above = node.proto.op_type.startswith("Greater") is (turned is node)
    return Compared.of(turned.inputs[0], turned.stored(1), above, node.refuse)


def _where(node: Node) -> View | Bounded:
    node.count(3, 3)
    node.attributes()
    return _clipped(replace(node, inputs=[selected(node.inputs, node.refuse)]), 0.0, None)


def _clip(node: Node) -> View | Bounded:
    node.count(1, 3)
    given = node.attributes(min=None, max=None)
    low, high = (given[key] if node.version < 11 else node.constant(k) for k, key in ((1, "min"), (2, "max")))
    return _clipped(node, low, high)


def _bound(node: Node) -> View | Bounded:
    """Read Max and Min with a constant, on either side."""
    node.count(2, 2)
    node.attributes()
    turned = _turned(node)
    limit = turned.stored(1)
    return _clipped(turned, *((limit, None) if node.proto.op_type == "Max" else (None, limit)))


def _clipped(node: Node, low: Any, high: Any) -> View | Bounded:
    value, high = Bounded.split(node.inputs[0], high)
    view = replace(node, inputs=[value]).view(0)
    plain, name = replace(node, inputs=[view]), view.layer
    made = clip(None if name == "input" else node.builder.layer(name), low, high, node.refuse)
    if isinstance(made, float):
        return Bounded(view, made)
    cls, values = made
    return plain.same(cls, *values)


def _turned(node: Node) -> Node:
    """Return a node of two inputs with the constant as the second."""
    return replace(node, inputs=node.inputs[::-1]) if isinstance(node.inputs[0], np.ndarray) else node


def _softmax(node: Node, log: bool = False) -> View:
    node.count(1, 1)
    axis = node.attributes(axis=-1 if node.version >= 13 else 1)["axis"]
    name, shape = node.layout(node.view(0))
    flat_before_13 = node.version < 13 and len(shape) > 1
    if sample_axis(node, axis, shape) != 0 or flat_before_13:
        node.refuse(f"acts on axis {axis} of values of shape {shape}; use the channels, axis 1")
    return node.add(Softmax, log, inputs=(name,))


def _add(node: Node) -> View:
    if any(isinstance(value, np.ndarray) for value in node.inputs):
        return _affine(node)
    node.count(2, 2)
    node.attributes()
    names = tuple(node.layout(node.view(k))[0] for k in range(2))
    return node.add(Add, inputs=names)


def _affine(node: Node) -> View:
    """Add, subtract, multiply or divide by a constant for each channel."""
    node.count(2, 2)
    turned = _turned(node)
    if not isinstance(turned.inputs[1], np.ndarray):
        node.refuse("joins two computed values, of which only sums are understood; use a constant")
    return _affine_by(turned, node.proto.op_type, real(node, turned.stored(1)), left=turned is not node)


def _affine_by(node: Node, kind: str, constant: Array, left: bool) -> View:
    node.attributes()
    name, shape = node.layout(node.view(0))
    node.builder.charge(4 * 8 * shape[0])  # before they are made: the file says how many, and holds perhaps one
    arrays = affine(kind, constant, left, shape, node.refuse)
    return node.add(BatchNorm, *arrays, 0.0, inputs=(name,), known_as=kind)


def _shape(node: Node) -> NDArray[Any]:
    """Return the shape, which is a constant but for the number of samples."""
    node.count(1, 1)
    given = node.attributes(start=0, end=None)
    value = node.inputs[0]
    if isinstance(value, np.ndarray):
        whole = value.shape
    else:
        whole = (node.batch, *(value if isinstance(value, Padded) else node.view(0)).shape)
    return np.array(whole[given["start"] : given["end"]], dtype=np.int64)


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


READERS: dict[str, Callable[[Node], Any]] = {
    "convolution": _conv, "batch_norm": _batch_norm, "rectify": _relu, "clip": _clip,
    "maximum": _bound, "minimum": _bound, "absolute": _abs, "add": _add, "subtract": _affine, "multiply": _affine,
    "divide": _affine, "average_pool": _average_pool, "max_pool": _max_pool, "global_average": _global_average_pool,
    "mean": _reduce_mean, "flatten": flatten, "reshape": reshape, "squeeze": squeeze, "transpose": transpose,
    "length": _shape, "concatenate": _concat, "softmax": _softmax, "log_softmax": lambda node: _softmax(node, log=True),
    "drop": _dropout, "keep": identity, "constant": _constant, "negate": _negate, "pad": _pad, "compare": _compare,
    "transpose_convolution": transpose_convolution, "upsample": resize, "leaky": _leaky,
    "choose": _where, "cast": _cast, "unsqueeze": unsqueeze, "global_max": _global_max_pool, "largest": _reduce_max,
    "dense": lambda node: _gemm(node) if node.proto.op_type == "Gemm" else _matmul(node),
}  # fmt: skip
OPERATORS = spelled("onnx", READERS)
