"""What functions and modules of PyTorch do that make maps larger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.ann.coverage import BLENDED
from brainnet.ann.layers import ConvTranspose
from brainnet.ann.layers.base import Array, whole_numbers
from brainnet.ann.operators import upsampled
from brainnet.ann.torch_call import Call

__all__ = ["interpolate", "repeated", "transpose_convolution", "transposed"]


def transpose_convolution(call: Call) -> str:
    """Convolve, transposed, with kernels that the module holds itself."""
    given = call.settings(weight=None, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1)
    weights, bias = np.asarray(call.constant(given.pop("weight"))), given.pop("bias")
    return transposed(call, weights, None if bias is None else call.constant(bias), given)


def transposed(call: Call, weights: Array, bias: Array | None, given: Mapping[str, Any]) -> str:
    """Add a transposed convolution with the settings of PyTorch."""
    rank = np.ndim(weights) - 2
    if rank not in (1, 2) or len(call.shape) != rank + 1:
        call.refuse(f"slides {np.shape(weights)[2:]} over values of shape {call.shape}; give (channels, lengths)")
    groups = whole_numbers(given["groups"], f"{call.where}: groups", 1, 1)[0]
    call.builder.charge(8 * weights.shape[1] * groups)  # before they are made
    bias = np.zeros(weights.shape[1] * groups) if bias is None else bias
    fields = {key: given[key] for key in ("stride", "output_padding", "dilation", "groups")}
    pairs = tuple((each, each) for each in whole_numbers(given["padding"], f"{call.where}: padding", rank, 0))
    return call.add(ConvTranspose, weights, bias, padding=pairs, **fields)


def interpolate(call: Call) -> str:
    """Scale the lengths."""
    given = call.settings(size=None, scale_factor=None, mode="nearest", align_corners=None,
                          recompute_scale_factor=None, antialias=False)  # fmt: skip
    return repeated(call, given["size"], given["scale_factor"], given["mode"])


def repeated(call: Call, size: Any, scale: Any, mode: str) -> str:
    """Repeat each value, by sizes or by scales."""
    source, shape = call.source, call.shape
    rank = len(shape) - 1
    if mode == "nearest-exact":
        call.refuse("has mode='nearest-exact', which exporters write in many parts; use mode='nearest'")
    if mode != "nearest":
        call.refuse(BLENDED.text)
    asked = scale if size is None else size
    each = tuple(asked) if isinstance(asked, tuple | list) else (asked,) * rank
    if not each or any(isinstance(n, bool) or not isinstance(n, int | float) for n in each):
        call.refuse(f"scales by {asked!r}; give numbers")
    factors = each if size is None else tuple(n / m for n, m in zip(each, shape[1:], strict=False))
    return upsampled(call.builder, source, shape, factors, call.where, call.refuse)
