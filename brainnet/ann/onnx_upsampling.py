"""Operators of ONNX that make maps larger."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.ann.coverage import BLENDED
from brainnet.ann.layers import ConvTranspose
from brainnet.ann.onnx_nodes import OPEN, Node
from brainnet.ann.onnx_windows import WINDOW, real, window_of
from brainnet.ann.operators import upsampled
from brainnet.ann.views import View

__all__ = ["resize", "transpose_convolution"]

# How a position is found and rounded: for whole factors all of these repeat each value.
REPEATS = {
    ("asymmetric", "floor"),
    *(
        (way, side)
        for way in ("half_pixel", "half_pixel_symmetric")
        for side in ("round_prefer_floor", "round_prefer_ceil")
    ),
}


def transpose_convolution(node: Node) -> View:
    """Read ConvTranspose."""
    node.count(2, 3)
    given = node.attributes(**WINDOW, group=1, output_padding=[], output_shape=[])
    if given["auto_pad"] != "NOTSET" or given["output_shape"]:
        node.refuse("finds its pads from a shape; export it with pads and output_padding")
    name, shape = node.layout(node.view(0))
    weights, bias = real(node, node.stored(1)), node.constant(2)
    kernel = weights.shape[2:]
    if given["kernel_shape"] and tuple(given["kernel_shape"]) != kernel:
        node.refuse(f"has kernels {kernel} and kernel_shape {given['kernel_shape']}; export the model again")
    window = window_of(node, shape[1:], kernel, given)
    more = tuple(given["output_padding"]) or (0,) * len(kernel)
    node.builder.charge(8 * weights.shape[1] * max(given["group"], 0))  # before they are made: the file says how many
    bias = np.zeros(weights.shape[1] * max(given["group"], 0)) if bias is None else real(node, bias)
    return node.add(ConvTranspose, weights, bias, inputs=(name,), groups=given["group"], output_padding=more, **window)


def resize(node: Node) -> View:
    """Read Resize, and Upsample of older files, by whole factors and without blending."""
    old = node.proto.op_type == "Upsample"
    node.count(1, 2 if old or node.version < 11 else 4)
    given: dict[str, Any] = node.attributes(
        mode="nearest", scales=[], antialias=0, axes=[], coordinate_transformation_mode="half_pixel",
        cubic_coeff_a=-0.75, exclude_outside=0, extrapolation_value=0.0, keep_aspect_ratio_policy="stretch",
        nearest_mode="round_prefer_floor",
    )  # fmt: skip
    way = given["coordinate_transformation_mode"], given["nearest_mode"]
    if given["mode"] != "nearest" or (not old and node.version >= 11 and way not in REPEATS):
        node.refuse(BLENDED.text)
    if given["axes"] or given["keep_aspect_ratio_policy"] != "stretch":
        node.refuse("names axes or keeps proportions; export it with the scales of all axes")
    name, shape = node.layout(node.view(0))
    scales = given["scales"] or node.constant(1 if old or node.version < 11 else 2)
    sizes = node.numbers(3) if len(node.inputs) > 3 else None
    if sizes and node.batch == OPEN != sizes[0]:
        node.refuse(
            f"stores the sizes {sizes}, which fix the number of samples that the file leaves open; "
            "export it with scales (scale_factor in PyTorch)"
        )
    if sizes:
        scales = [n / m for n, m in zip(sizes, (node.batch, *shape), strict=False)]
    factors = np.asarray([] if scales is None else scales, dtype=np.float64).ravel()
    if len(factors) != len(shape) + 1 or (factors[:2] != 1).any():
        node.refuse(f"scales {['samples', 'channels', *shape[1:]]} by {factors.tolist()[:8]}; scale the lengths only")
    made = upsampled(node.builder, name, shape, factors[2:].tolist(), node.where, node.refuse)
    return View(made, node.builder.shapes[made])
