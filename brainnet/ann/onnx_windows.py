"""Weights and windows of ONNX nodes: strides, pads and dilations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.layers.base import Array, Shape
from brainnet.ann.onnx_nodes import Node
from brainnet.ann.windows import same_padding_strided

__all__ = ["WINDOW", "decimal", "real", "window_of"]

WINDOW: dict[str, Any] = {"auto_pad": "NOTSET", "dilations": [], "kernel_shape": [], "pads": [], "strides": []}


def real(node: Node, array: NDArray[Any]) -> Array:
    """Return weights as float64."""
    if array.dtype.kind != "f":
        node.refuse(f"has weights of type {array.dtype}; use floating-point weights")
    return array.astype(np.float64)


def window_of(node: Node, lengths: Shape, kernel: Shape, given: dict[str, Any]) -> dict[str, Any]:
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


def decimal(attribute: float) -> float:
    """Return the shortest decimal that an attribute, a 32-bit number, stands for: what was written."""
    return float(str(np.float32(attribute)))
