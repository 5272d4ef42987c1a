"""What functions and methods of PyTorch do, as layers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import (
    Abs,
    Add,
    AveragePool,
    ClippedReLU,
    Concatenate,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Softmax,
)  # fmt: skip
from brainnet.ann.layers.base import Shape, whole_numbers
from brainnet.ann.windows import ceil_padding
from brainnet.errors import ModelFileError

__all__ = ["Call", "Size"]

GETITEM = "function 'getitem'"  # of a value it would be one sample, of its shape it is a length


@dataclass(frozen=True)
class Size:
    """The shape of a value; not whole: its first length, the number of samples."""

    whole: bool


@dataclass(frozen=True)
class Call:
    """One call: its arguments, what to name it in messages, and the module whose it is."""

    builder: GraphBuilder
    given: tuple[tuple[Any, ...], dict[str, Any]]
    where: str
    module: Any

    @property
    def source(self) -> str:
        """Name of the layer that the call takes."""
        return self.layer(self.given[0][0] if self.given[0] else self.given[1].get("input"))

    @property
    def shape(self) -> Shape:
        """Shape of one sample of what the call takes."""
        return self.builder.shapes[self.source]

    def layer(self, value: Any) -> str:
        """Return the name of a layer, or say that the value is none."""
        if not isinstance(value, str) or value not in self.builder.shapes:
            self.refuse(f"takes {value!r}, which is no value of the network; use layers only")
        return value

    def settings(self, **defaults: Any) -> dict[str, Any]:
        """Return the arguments after the first by name, defaults filled in; unknown ones are an error."""
        args, kwargs = self.given[0][1:], {name: value for name, value in self.given[1].items() if name != "input"}
        named = dict(zip(defaults, args, strict=False))
        unknown = [name for name in kwargs if name not in defaults]
        if len(args) > len(defaults) or unknown:
            self.refuse(f"has {unknown or len(args)} as arguments; use only {', '.join(defaults) or 'the input'}")
        return {**defaults, **named, **kwargs}

    def add(self, cls: type[Layer], *values: Any, inputs: tuple[str, ...] = (), **fields: Any) -> str:
        """Add a layer and return its name."""
        return self.builder.add(cls, *values, inputs=inputs or (self.source,), origin=self.where, **fields)

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that names this call."""
        raise ModelFileError(f"{self.where} {reason}")


def relu(call: Call) -> str:
    """Rectify."""
    call.settings(inplace=False)
    return call.add(ReLU)


def relu6(call: Call) -> str:
    """Rectify and clip at 6."""
    call.settings(inplace=False)
    return call.add(ClippedReLU, 6.0)


def hardtanh(call: Call) -> str:
    """Clip; from 0 on it is a clipped ReLU."""
    given = call.settings(min_val=-1.0, max_val=1.0, inplace=False)
    return clipped(call, given["min_val"], given["max_val"])


def clamp(call: Call) -> str:
    """Clip, from 0 on."""
    given = call.settings(min=None, max=None)
    return clipped(call, given["min"], given["max"])


def clipped(call: Call, low: Any, high: Any) -> str:
    """Clip from 0 to `high`, or to nothing."""
    if low != 0 or isinstance(low, str):
        call.refuse(f"clips from {low!r}; clip from 0")
    return call.add(ReLU) if high is None else call.add(ClippedReLU, high)


def absolute(call: Call) -> str:
    """Take the sign away."""
    call.settings()
    return call.add(Abs)


def add(call: Call) -> str:
    """Add two values of the network."""
    given = call.settings(other=None, alpha=1)
    if given["alpha"] != 1:
        call.refuse(f"has alpha={given['alpha']!r}; use 1")
    return call.add(Add, inputs=(call.source, call.layer(given["other"])))


def concatenate(call: Call) -> str:
    """Join values along an axis."""
    args, kwargs = call.given
    parts = args[0] if args else kwargs["tensors"]
    given = Call(call.builder, (("", *args[1:]), {k: v for k, v in kwargs.items() if k != "tensors"}), call.where, None)
    dim = given.settings(dim=0)["dim"]
    names = tuple(call.layer(part) for part in parts)
    return call.add(Concatenate, axis=sample_axis(call, dim, call.builder.shapes[names[0]]), inputs=names)


def sample_axis(call: Call, dim: Any, shape: Shape) -> int:
    """Return an axis of one sample for an axis of a batch."""
    if isinstance(dim, int) and -len(shape) <= dim < 0:
        return len(shape) + dim
    if not isinstance(dim, int) or not 0 < dim <= len(shape):
        call.refuse(f"works along axis {dim!r}; use an axis of a sample, 1 to {len(shape)}")
    return dim - 1


def flatten(call: Call) -> str:
    """Make one axis of all axes of a sample."""
    given = call.settings(start_dim=0, end_dim=-1)
    return flattened(call, given["start_dim"], given["end_dim"])


def flattened(call: Call, start: Any, end: Any) -> str:
    """Flatten, if it is all axes of a sample and no other."""
    if start != 1 or end not in (-1, len(call.shape)):
        call.refuse(f"flattens axes {start} to {end}; use Flatten() of 1 to -1")
    return call.add(Flatten)


def reshape(call: Call) -> str:
    """Flatten, which is all that is understood of reshaping."""
    sizes = call.given[0][1:] or (call.given[1].get("shape"),)
    axes = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    values = math.prod(call.shape)
    if len(axes) != 2 or not (
        (axes[0] == Size(whole=False) and axes[1] in (-1, values)) or tuple(axes) == (-1, values)
    ):
        call.refuse("is no flattening of each sample; use torch.flatten(x, 1)")
    return call.add(Flatten)


def size(call: Call) -> Size:
    """Remember that a value is the number of samples."""
    args = call.given[0]
    if args[1:] in ((), ("shape",)) and isinstance(args[0], str):
        return Size(whole=True)
    if args[1:] == (0,) and (args[0] == Size(whole=True) or (isinstance(args[0], str) and call.where != GETITEM)):
        return Size(whole=False)
    call.refuse("is understood for the number of samples only, x.size(0) or x.shape[0]")


def mean(call: Call) -> str:
    """Average over all axes after the channels."""
    given = call.settings(dim=None, keepdim=False)
    dims = given["dim"] if isinstance(given["dim"], tuple | list) else (given["dim"],)
    wanted = list(range(1, len(call.shape)))
    if not wanted or sorted(sample_axis(call, dim, call.shape) for dim in dims) != wanted:
        call.refuse(f"averages over {given['dim']!r}; average over all axes after the channels")
    name = call.add(GlobalAveragePool)
    return name if given["keepdim"] else call.add(Flatten, inputs=(name,))


def dropout(call: Call) -> str:
    """Do nothing, as at inference."""
    if call.given[1].get("training") is True or True in call.given[0][2:3]:
        call.refuse("drops values at inference too; use training=self.training")
    return skipped(call, "Dropout")


def skipped(call: Call, kind: str) -> str:
    """Do nothing, and count it."""
    call.builder.skip(kind)
    return call.source


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
    plain = _window(call, {**given, "dilation": 1, "ceil_mode": False})
    window = _window(call, {**given, "dilation": 1})
    count = bool(given["count_include_pad"])
    if window != plain and count:
        if any(each for pair in plain["padding"] for each in pair):
            call.refuse("rounds up and counts padding; use count_include_pad=False, or ceil_mode=False")
        count = False  # what lies beyond the end is never counted
    return call.add(AveragePool, **window, count_padding=count)


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
    lengths = call.shape[1:]
    sizes = wanted if isinstance(wanted, tuple | list) else (wanted,) * len(lengths)
    sizes = tuple(n if each is None else each for n, each in zip(lengths, sizes, strict=False))
    if len(sizes) != len(lengths) or not lengths:
        call.refuse(f"pools {call.shape} to {wanted!r}; give (channels, lengths)")
    if all(each == 1 for each in sizes):
        return call.add(GlobalAveragePool)
    if any(not isinstance(each, int) or each < 1 or n % each for n, each in zip(lengths, sizes, strict=True)):
        call.refuse(f"pools {lengths} to {sizes}, which are windows of unequal size; use sizes that divide the input")
    return call.add(AveragePool, tuple(int(k) for k in np.floor_divide(lengths, sizes)))


def softmax(call: Call, log: bool = False) -> str:
    """Turn logits into probabilities over the channels."""
    given = call.settings(dim=None, _stacklevel=3, dtype=None)
    return softmax_along(call, given["dim"], log)


def softmax_along(call: Call, dim: Any, log: bool) -> str:
    """Turn logits into probabilities along an axis, which must be that of the channels."""
    if dim not in (1, -len(call.shape)) and not (dim is None and len(call.shape) == 1):
        call.refuse(f"must act on axis 1 and acts on {dim!r}; use dim=1")
    return call.add(Softmax, log=log)


def log_softmax(call: Call) -> str:
    """Turn logits into logarithms of probabilities."""
    return softmax(call, log=True)
