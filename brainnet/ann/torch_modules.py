"""What the modules of torch.nn do, as layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from brainnet.ann import torch_qcfs
from brainnet.ann.layers import QCFS, BatchNorm, ClippedReLU, Conv1d, Conv2d, Dense
from brainnet.ann.layers.base import Array
from brainnet.ann.operators import Bounded
from brainnet.ann.spellings import spelled
from brainnet.ann.torch_calls import (
    Call,
    clipped,
    flattened,
    pooled_by_maximum,
    pooled_by_mean,
    pooled_to,
    skipped,
    softmax_along,
)  # fmt: skip
from brainnet.ann.windows import same_padding

__all__ = ["MODULES"]


def array(call: Call, tensor: torch.Tensor) -> Array:
    """Return the values of a tensor as float64."""
    if tensor.is_meta or not tensor.is_floating_point():
        call.refuse(f"holds {tensor.dtype} on {tensor.device}; load real floating-point values")
    return np.array(tensor.detach().cpu().double().numpy())


def _bias(call: Call, n: int) -> Array:
    return np.zeros(n) if call.module.bias is None else array(call, call.module.bias)


def _linear(call: Call) -> str:
    if len(call.shape) != 1:
        call.refuse(f"acts on the last axis of values of shape {call.shape}; put a Flatten before it")
    weights = array(call, call.module.weight).T
    return call.add(Dense, weights, _bias(call, weights.shape[1]), "identity")


def _convolution(call: Call) -> str:
    part = call.module
    if part.padding_mode != "zeros":
        call.refuse(f"has padding_mode {part.padding_mode!r}; use zeros")
    padding: Any = part.padding
    if isinstance(padding, str):
        padding = same_padding(part.kernel_size, part.dilation) if padding == "same" else 0
    return call.add(
        Conv1d if isinstance(part, nn.Conv1d) else Conv2d,
        array(call, part.weight),
        _bias(call, part.out_channels),
        stride=part.stride,
        padding=padding,
        dilation=part.dilation,
        groups=part.groups,
    )


def _batch_norm(call: Call) -> str:
    part, n = call.module, call.module.num_features
    if part.running_mean is None or part.running_var is None:
        call.refuse("keeps no running statistics; train it with track_running_stats=True")
    gamma = np.ones(n) if part.weight is None else array(call, part.weight)
    beta = np.zeros(n) if part.bias is None else array(call, part.bias)
    mean, variance = array(call, part.running_mean), array(call, part.running_var)
    return call.add(BatchNorm, mean, variance, gamma, beta, float(part.eps))


def _max_pool(call: Call) -> str:
    return pooled_by_maximum(call, vars(call.module))


def _average_pool(call: Call) -> str:
    return pooled_by_mean(call, vars(call.module))


def _qcfs(call: Call) -> str:
    threshold = float(array(call, call.module.threshold))
    if call.module.levels is None:
        return call.add(ClippedReLU, threshold)
    return call.add(QCFS, threshold, call.module.levels)


def _clip(call: Call) -> str | Bounded:
    part = call.module
    return clipped(call, *((0.0, 6.0) if isinstance(part, nn.ReLU6) else (part.min_val, part.max_val)))


READERS: dict[str, Callable[[Call], Any]] = {
    "dense": _linear,
    "convolution": _convolution,
    "batch_norm": _batch_norm,
    "max_pool": _max_pool,
    "average_pool": _average_pool,
    "global_average": lambda call: pooled_to(call, call.module.output_size),
    "flatten": lambda call: flattened(call, call.module.start_dim, call.module.end_dim),
    "rectify": lambda call: clipped(call, 0.0, None),
    "clip": _clip,
    "qcfs": _qcfs,
    "softmax": lambda call: softmax_along(call, call.module.dim, log=False),
    "log_softmax": lambda call: softmax_along(call, call.module.dim, log=True),
    "keep": lambda call: skipped(call, "Identity"),
    "drop": lambda call: skipped(call, "Dropout"),
}


def _found(name: str) -> type[nn.Module]:
    package, kind = name.split(".")
    found: type[nn.Module] = getattr(nn if package == "nn" else torch_qcfs, kind)
    return found


MODULES = spelled("modules", READERS, _found)
