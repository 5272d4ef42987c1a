"""What functions and methods of PyTorch do that take means and maxima over windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.ann.layers import AveragePool, GlobalAveragePool, MaxPool
from brainnet.ann.layers.base import whole_numbers
from brainnet.ann.operators import mean_window, padded_mean
from brainnet.ann.pending import Means, Padded
from brainnet.ann.torch_call import Call, sample_axis
from brainnet.ann.views import View
from brainnet.ann.windows import ceil_padding


def mean(call: Call) -> str | View | Means:
    """Average over all axes after the channels, at once or one after the other."""
    given = call.settings(dim=None, keepdim=False)
    dims = given["dim"] if isinstance(given["dim"], tuple | list) else (given["dim"],)
    value = call.value
    if not isinstance(value, Means):
        name = call.source
        value = Means(name, tuple(range(len(call.builder.shapes[name]))))
    shape = call.builder.shapes[value.layer]
    seen = tuple(shape[own] for own in value.seen)
    value = value.further([sample_axis(call, dim, seen) for dim in dims], bool(given["keepdim"]), call.refuse)
    if len(value.over) < len(shape) - 1:
        return value
    name = call.add(GlobalAveragePool, inputs=(value.layer,))
    return name if len(value.seen) == len(shape) else View(name, (shape[0], *(1,) * (len(value.seen) - 1)))


def largest(call: Call) -> str | View:
    """Take the maximum over all axes after the channels."""
    given, shape = call.settings(dim=(), keepdim=False), call.shape
    dims = given["dim"] if isinstance(given["dim"], tuple | list) else (given["dim"],)
    if {sample_axis(call, dim, shape) for dim in dims} != set(range(1, len(shape))) or len(shape) not in (2, 3):
        call.refuse("takes the largest over some axes only; take it over all axes after the channels")
    name = call.add(MaxPool, shape[1:])
    return name if given["keepdim"] else View(name, shape[:1])


def max_pool(call: Call) -> str:
    """Pool by the maximum."""
    return pooled_by_maximum(
        call,
        call.settings(kernel_size=1, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False),
    )


def pooled_by_maximum(call: Call, given: dict[str, Any]) -> str:
    """Pool by the maximum with the settings of `torch.nn.MaxPool2d`."""
    if given["return_indices"]:
        call.refuse("returns indices; use return_indices=False")
    return call.add(MaxPool, **_window(call, given))


def average_pool(call: Call) -> str:
    """Pool by the mean."""
    return pooled_by_mean(
        call,
        call.settings(
            kernel_size=1, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
        ),
    )


def pooled_by_mean(call: Call, given: dict[str, Any]) -> str:
    """Pool by the mean with the settings of `torch.nn.AvgPool2d`."""
    if given.get("divisor_override") is not None:
        call.refuse("divides by divisor_override; leave it out")
    window = _window(call, {**given, "dilation": 1, "ceil_mode": False})
    up, count = bool(given["ceil_mode"]), bool(given["count_include_pad"])
    padded = call.value
    merged = padded_mean(padded, window, up) if isinstance(padded, Padded) else None
    if isinstance(padded, Padded) and merged is not None:
        return call.add(AveragePool, inputs=(padded.layer,), **merged)
    return call.add(AveragePool, **mean_window(call.shape[1:], window, up, count, call.refuse))


def _window(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """Return kernel, stride, padding and dilation, rounding up included."""
    rank = len(call.shape) - 1
    if rank not in (1, 2):
        call.refuse(f"pools values of shape {call.shape}; give (channels, lengths)")
    stride = given["stride"] if given["stride"] not in (None, [], ()) else given["kernel_size"]
    read = {"kernel": given["kernel_size"], "stride": stride, "dilation": given["dilation"]}
    fields: dict[str, Any] = {key: whole_numbers(each, f"{call.where}: {key}", rank, 1) for key, each in read.items()}
    numbers = whole_numbers(given["padding"], f"{call.where}: padding", rank, 0)
    fields["padding"] = tuple((each, each) for each in numbers)
    if given["ceil_mode"]:
        parts = fields["kernel"], fields["stride"], fields["padding"], fields["dilation"]
        fields["padding"] = ceil_padding(call.shape[1:], *parts)
    return fields


def pool_to(call: Call) -> str:
    """Pool to a given size."""
    return pooled_to(call, call.settings(output_size=1)["output_size"])


def pooled_to(call: Call, wanted: Any) -> str:
    """Pool by the mean to a size that divides the input."""
    sizes = _sizes(call, wanted)
    if all(each == 1 for each in sizes):
        return call.add(GlobalAveragePool)
    return call.add(AveragePool, _equal_windows(call, sizes))


def maxima_to(call: Call) -> str:
    """Pool by the maximum to a given size."""
    given = call.settings(output_size=1, return_indices=False)
    if given["return_indices"]:
        call.refuse("returns indices; use return_indices=False")
    return maxima_pooled_to(call, given["output_size"])


def maxima_pooled_to(call: Call, wanted: Any) -> str:
    """Pool by the maximum to a size that divides the input."""
    return call.add(MaxPool, _equal_windows(call, _sizes(call, wanted)))


def _sizes(call: Call, wanted: Any) -> tuple[Any, ...]:
    lengths = call.shape[1:]
    sizes = wanted if isinstance(wanted, tuple | list) else (wanted,) * len(lengths)
    sizes = tuple(n if each is None else each for n, each in zip(lengths, sizes, strict=False))
    if len(sizes) != len(lengths) or not lengths:
        call.refuse(f"pools {call.shape} to {wanted!r}; give (channels, lengths)")
    return sizes


def _equal_windows(call: Call, sizes: tuple[Any, ...]) -> tuple[int, ...]:
    lengths = call.shape[1:]
    if any(not isinstance(each, int) or each < 1 or n % each for n, each in zip(lengths, sizes, strict=True)):
        call.refuse(f"pools {lengths} to {sizes}, which are windows of unequal size; use sizes that divide the input")
    return tuple(int(k) for k in np.floor_divide(lengths, sizes))
