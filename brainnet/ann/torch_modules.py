"""What the modules of torch.nn do, as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from brainnet.ann import torch_qcfs
from brainnet.ann.layers import QCFS, ClippedReLU
from brainnet.ann.layers.base import Array
from brainnet.ann.pending import Bounded
from brainnet.ann.spellings import spelled
from brainnet.ann.torch_call import Call
from brainnet.ann.torch_calls import (
    batch_norm,
    clipped,
    convolution,
    leaking,
    linear,
    rectified_from,
    skipped,
    softmax_along,
    softmin_along,
)  # fmt: skip
from brainnet.ann.torch_pooling import maxima_pooled_to, pooled_by_maximum, pooled_by_mean, pooled_to
from brainnet.ann.torch_shapes import flattened, padded_by, shuffled, unflattened, unshuffled
from brainnet.ann.torch_upsampling import repeated, transposed
from brainnet.ann.views import View

__all__ = ["MODULES"]


def array(call: Call, tensor: torch.Tensor) -> Array:
    """Return the values of a tensor as float64."""
    if tensor.is_meta or not tensor.is_floating_point():
        call.refuse(f"holds {tensor.dtype} on {tensor.device}; load real floating-point values")
    return np.array(tensor.detach().cpu().double().numpy())


def _optional(call: Call, tensor: torch.Tensor | None) -> Array | None:
    return None if tensor is None else array(call, tensor)


def _linear(call: Call) -> str:
    weights = array(call, call.module.weight).T
    bias = _optional(call, call.module.bias)
    return linear(call, weights, np.zeros(weights.shape[1]) if bias is None else bias)


def _convolution(call: Call) -> str:
    part = call.module
    if part.padding_mode != "zeros":
        call.refuse(f"has padding_mode {part.padding_mode!r}; use zeros")
    return convolution(call, array(call, part.weight), _optional(call, part.bias), vars(part))


def _transposed(call: Call) -> str:
    part = call.module
    if call.settings(output_size=None)["output_size"] is not None:
        call.refuse("is called with output_size; use output_padding")
    return transposed(call, array(call, part.weight), _optional(call, part.bias), vars(part))


def _upsample(call: Call) -> str:
    part = call.module
    return repeated(call, part.size, part.scale_factor, part.mode)


def _leaky(call: Call) -> str:
    part = call.module
    return leaking(call, array(call, part.weight) if isinstance(part, nn.PReLU) else part.negative_slope)


def _batch_norm(call: Call) -> str:
    part = call.module
    parts = (part.running_mean, part.running_var, part.weight, part.bias)
    return batch_norm(call, *(_optional(call, each) for each in parts), eps=part.eps)


def _pad(call: Call) -> Any:
    return padded_by(call, call.module.padding, "constant", getattr(call.module, "value", 0.0))


def _maxima_to(call: Call) -> str:
    if call.module.return_indices:
        call.refuse("returns indices; use return_indices=False")
    return maxima_pooled_to(call, call.module.output_size)


def _max_pool(call: Call) -> str:
    return pooled_by_maximum(call, vars(call.module))


def _average_pool(call: Call) -> str:
    return pooled_by_mean(call, vars(call.module))


def _qcfs(call: Call) -> str:
    threshold = float(array(call, call.module.threshold))
    if call.module.levels is None:
        return call.add(ClippedReLU, threshold)
    return call.add(QCFS, threshold, call.module.levels)


def _clip(call: Call) -> str | View | Bounded:
    part = call.module
    return clipped(call, *((0.0, 6.0) if isinstance(part, nn.ReLU6) else (part.min_val, part.max_val)))


READERS: dict[str, Callable[[Call], Any]] = {
    "dense": _linear,
    "convolution": _convolution,
    "transpose_convolution": _transposed,
    "upsample": _upsample,
    "leaky": _leaky,
    "batch_norm": _batch_norm,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "global_average": lambda call: pooled_to(call, call.module.output_size),
    "global_max": _maxima_to,
    "pad": _pad,
    "threshold": lambda call: rectified_from(call, call.module.threshold, call.module.value),
    "shuffle": lambda call: shuffled(call, call.module.groups),
    "unshuffle": lambda call: unshuffled(call, call.module.downscale_factor),
    "unflatten": lambda call: unflattened(call, call.module.dim, call.module.unflattened_size),
    "flatten": lambda call: flattened(call, call.module.start_dim, call.module.end_dim),
    "rectify": lambda call: clipped(call, 0.0, None),
    "clip": _clip,
    "qcfs": _qcfs,
    "softmax": lambda call: softmax_along(call, call.module.dim, log=False),
    "softmin": lambda call: softmin_along(call, call.module.dim),
    "softmax_2d": lambda call: softmax_along(call, 1, log=False),
    "log_softmax": lambda call: softmax_along(call, call.module.dim, log=True),
    "keep": lambda call: skipped(call, "Identity"),
    "drop": lambda call: skipped(call, "Dropout"),
}


def _found(name: str) -> type[nn.Module]:
    package, kind = name.split(".")
    found: type[nn.Module] = getattr(nn if package == "nn" else torch_qcfs, kind)
    return found


MODULES = spelled("modules", READERS, _found)
