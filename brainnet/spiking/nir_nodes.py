"""What the nodes of a NIR file are, as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.ann.windows import same_padding
from brainnet.spiking.neurons import IF, LI, LIF, CubaLI, CubaLIF, Delay, I, Scale, SumPool, Threshold
from brainnet.spiking.nir_fields import EXTENSION, NirNode

__all__ = ["NODES"]

Make = Callable[[GraphBuilder, NirNode, str], str]

# Where a file of an older version leaves them out.
DEFAULTS = {"v_reset": 0.0, "w_in": 1.0}


def _affine(builder: GraphBuilder, node: NirNode, source: str) -> str:
    """Read Affine and Linear, W x + b with W of shape (n_out, n_in)."""
    node.check(("weight", "bias") if node.kind == "Affine" else ("weight",))
    weight = node.array("weight")
    if weight.ndim != 2 or len(builder.shapes[source]) != 1:
        node.refuse(f"has weights of shape {weight.shape} for {builder.shapes[source]}; use two axes after a Flatten")
    bias = node.array("bias") if node.kind == "Affine" else np.zeros(len(weight))
    return builder.add(Dense, weight.T, bias, "identity", inputs=(source,), origin=node.where)


def _convolution(builder: GraphBuilder, node: NirNode, source: str) -> str:
    node.check(("input_shape", "weight", "stride", "padding", "dilation", "groups", "bias"))
    shape, weight = builder.shapes[source], node.array("weight")
    if "input_shape" in node.fields and tuple(node.whole("input_shape")) != shape[1:]:
        node.refuse(f"has the input_shape {node.whole('input_shape')} and gets {shape}; make them the same")
    dilation: Any = node.whole("dilation")
    padding: Any = node.fields.get("padding")
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            node.refuse(f"has the padding {padding[:40]!r}; use numbers, same or valid")
        kernel = weight.shape[2:]
        spread = dilation * len(kernel) if len(dilation) == 1 else dilation
        if len(spread) != len(kernel):
            node.refuse(f"has the dilation {dilation} for kernels {kernel}; give one per axis")
        padding = same_padding(kernel, spread) if padding == "same" else 0
    else:
        padding = node.whole("padding")
    return builder.add(
        Conv1d if node.kind == "Conv1d" else Conv2d,
        weight,
        node.array("bias"),
        inputs=(source,),
        origin=node.where,
        stride=node.whole("stride"),
        padding=padding[0] if isinstance(padding, list) and len(padding) == 1 else padding,
        dilation=dilation,
        groups=node.whole("groups"),
    )


def _pool(cls: type[Layer]) -> Make:
    def make(builder: GraphBuilder, node: NirNode, source: str) -> str:
        node.check(("kernel_size", "stride", "padding"))
        kernel, stride, padding = (node.whole(field) for field in ("kernel_size", "stride", "padding"))
        sizes = [each * 2 if len(each) == 1 else each for each in (kernel, stride, padding)]
        return builder.add(cls, *sizes, inputs=(source,), origin=node.where)

    return make


def _flatten(builder: GraphBuilder, node: NirNode, source: str) -> str:
    """Read Flatten; axes count from that of the channels, or from the samples where the type names these too."""
    node.check(("start_dim", "end_dim", "input_type"))
    shape = builder.shapes[source]
    declared = node.whole("input_type") if "input_type" in node.fields else list(shape)
    (start,), (end,) = node.whole("start_dim", 1), node.whole("end_dim", -1)
    samples = len(declared) - len(shape)
    if samples not in (0, 1) or tuple(declared[samples:]) != shape:
        node.refuse(f"has the input_type {declared} and gets {shape}; make them the same")
    if (start - samples > 0 and len(shape) > 1) or end not in (-1, len(declared) - 1) or start < 0:
        node.refuse(f"flattens axes {start} to {end} of {declared}; use all axes but that of the samples")
    return builder.add(Flatten, inputs=(source,), origin=node.where)


def _parameters(cls: type[Any]) -> Make:
    def make(builder: GraphBuilder, node: NirNode, source: str) -> str:
        node.check(cls.arrays)
        values: dict[str, Any] = {field: node.array(field, DEFAULTS.get(field)) for field in cls.arrays}
        said = {field.name for field in fields(cls)}.intersection(EXTENSION)
        extension = node.extension(tuple(said))
        return builder.add(cls, inputs=(source,), origin=node.where, **values, **extension)

    return make


NODES: dict[str, Make] = {
    "Affine": _affine,
    "Linear": _affine,
    "Conv1d": _convolution,
    "Conv2d": _convolution,
    "AvgPool2d": _pool(AveragePool),
    "SumPool2d": _pool(SumPool),
    "Flatten": _flatten,
    **{cls.__name__: _parameters(cls) for cls in (Scale, Threshold, I, IF, LI, LIF, CubaLI, CubaLIF, Delay)},
}
