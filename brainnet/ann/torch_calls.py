"""What functions and methods of PyTorch do, as layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import (
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    Concatenate,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    Softmax,
)  # fmt: skip
from brainnet.ann.layers.base import Shape, whole_numbers
from brainnet.ann.operators import Bounded, Means, affine, clip, mean_window
from brainnet.ann.windows import ceil_padding
from brainnet.errors import ModelFileError

__all__ = ["CALLS", "Call", "Size"]

ALPHA = {"alpha": 1}
GETITEM = "function 'getitem'"  # of a value it would be one sample, of its shape it is a length


@dataclass(frozen=True)
class Size:
    """The shape of a sample of a value; not whole: its first length, the number of samples."""

    whole: bool
    shape: Shape = ()


@dataclass(frozen=True)
class Call:
    """One call: its arguments, what to name it in messages, and the module whose it is."""

    builder: GraphBuilder
    given: tuple[tuple[Any, ...], dict[str, Any]]
    where: str
    module: Any
    name: str = ""

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
            if isinstance(value, Means | Bounded):
                self.refuse(value.needs)
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


def rectify(call: Call) -> str | Bounded:
    """Rectify."""
    call.settings(inplace=False)
    return clipped(call, 0.0, None)


def bounds(call: Call) -> str | Bounded:
    """Clip, from 0 on."""
    if call.name == "relu6":
        call.settings(inplace=False)
        return clipped(call, 0.0, 6.0)
    if call.name.startswith("hardtanh"):
        given = call.settings(min_val=-1.0, max_val=1.0, inplace=False)
        return clipped(call, given["min_val"], given["max_val"])
    given = call.settings(min=None, max=None)
    return clipped(call, given["min"], given["max"])


def bound(which: str) -> Callable[[Call], str | Bounded]:
    """Return what takes the maximum ("min", the lower bound) or minimum ("max") with a constant."""

    def read(call: Call) -> str | Bounded:
        turned = _turned(call)
        key = which if call.name.startswith("clamp") else "other"
        limit = _constant(turned, turned.settings(**{key: None})[key])
        return clipped(turned, *((limit, None) if which == "min" else (None, limit)))

    return read


def dense(call: Call) -> str:
    """Multiply by weights that the module holds itself."""
    if call.name == "linear":
        given = call.settings(weight=None, bias=None)
        weights, bias = np.asarray(_constant(call, given["weight"])).T, given["bias"]
    else:
        weights, bias = _constant(call, call.settings(other=None)["other"]), None
    if len(call.shape) != 1 or np.ndim(weights) != 2:
        call.refuse(f"takes values of shape {call.shape}, weights of {np.shape(weights)}; use a Flatten and a matrix")
    n_out = weights.shape[1]
    return call.add(Dense, weights, np.zeros(n_out) if bias is None else _constant(call, bias), "identity")


def _turned(call: Call) -> Call:
    """Return the call with the constant, which may stand on the left, as its second argument."""
    args, kwargs = call.given
    if len(args) < 2 or not isinstance(args[0], int | float | np.ndarray):
        return call
    return replace(call, given=((args[1], args[0], *args[2:]), kwargs))


def _constant(call: Call, value: Any) -> Any:
    """Return a number, or an array of the module."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.ndarray):
        call.refuse(f"takes {value!r}, which is neither a number nor a buffer of the module; use one")
    return value


def clipped(call: Call, low: Any, high: Any) -> str | Bounded:
    """Clip from 0 to `high`, or to nothing; an upper bound alone waits for the lower one."""
    args, kwargs = call.given
    value, high = Bounded.split(args[0] if args else kwargs.get("input"), high)
    name = call.layer(value)
    made = clip(None if name == "input" else call.builder.layer(name), low, high, call.refuse)
    if isinstance(made, float):
        return Bounded(name, made)
    cls, values = made
    return call.add(cls, *values, inputs=(name,))


def absolute(call: Call) -> str:
    """Take the sign away."""
    call.settings()
    return call.add(Abs)


def arithmetic(operator: str) -> Callable[[Call], Any]:
    """Return what adds, subtracts, multiplies or divides by a constant, and adds two values of the network.

    Parameters
    ----------
    operator : {"Add", "Sub", "Mul", "Div"}
    """

    def read(call: Call) -> Any:
        args, left = call.given[0], call.name == "rsub"  # whose second argument stands on the left
        if operator == "Mul" and len(args) == 2 and all(type(each) is int for each in args):
            return args[0] * args[1]  # lengths of a shape
        turned = _turned(call)
        given = turned.settings(other=None, **ALPHA) if operator in ("Add", "Sub") else turned.settings(other=None)
        if given.get("alpha", 1) != 1:
            call.refuse(f"has alpha={given['alpha']!r}; use 1")
        other = given["other"]
        if operator == "Add" and isinstance(other, str):
            return call.add(Add, inputs=(call.source, call.layer(other)))
        constant, shape = _constant(turned, other), turned.shape
        arrays = affine(operator, constant, left is not (turned is not call), shape, call.refuse)
        return turned.add(BatchNorm, *arrays, 0.0, known_as=operator)

    return read


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


def squeeze(call: Call) -> str:
    """Leave axes of length 1 out, if what remains is flat."""
    given, shape = call.settings(dim=None)["dim"], call.shape
    dims = range(1, len(shape) + 1) if given is None else given if isinstance(given, tuple | list) else (given,)
    axes = {sample_axis(call, dim, shape) for dim in dims}
    kept = [n for axis, n in enumerate(shape) if axis not in axes or n != 1]
    if len(kept) > 1 or given is None:
        call.refuse("keeps several axes, or leaves out that of a single sample; use torch.flatten(x, 1)")
    return call.add(Flatten) if len(shape) > 1 else call.source


def size(call: Call) -> Size | int:
    """Return a length, or remember that a value is the number of samples."""
    args = call.given[0]
    if args[1:] in ((), ("shape",)) and isinstance(args[0], str):
        return Size(whole=True, shape=call.shape)
    whole = isinstance(args[0], Size) and args[0].whole
    if len(args) == 2 and type(args[1]) is int and (whole or (isinstance(args[0], str) and call.where != GETITEM)):
        shape = args[0].shape if whole else call.shape
        axis = args[1] if args[1] >= 0 else len(shape) + 1 + args[1]
        if 0 <= axis <= len(shape):
            return Size(whole=False) if axis == 0 else shape[axis - 1]
    call.refuse("is understood for lengths only, such as x.size(0) or x.shape[0]")


def mean(call: Call) -> str | Means:
    """Average over all axes after the channels, at once or one after the other."""
    given = call.settings(dim=None, keepdim=False)
    dims = given["dim"] if isinstance(given["dim"], tuple | list) else (given["dim"],)
    value = call.given[0][0] if call.given[0] else call.given[1].get("input")
    if not isinstance(value, Means):
        value = Means(call.source, tuple(range(len(call.shape))))
    shape = call.builder.shapes[value.layer]
    seen = tuple(shape[own] for own in value.seen)
    value = value.further([sample_axis(call, dim, seen) for dim in dims], bool(given["keepdim"]), call.refuse)
    if len(value.over) < len(shape) - 1:
        return value
    name = call.add(GlobalAveragePool, inputs=(value.layer,))
    if len(value.seen) == len(shape):
        return name
    if len(value.seen) > 1:
        call.refuse("keeps some of the axes of length 1; keep all (keepdim=True), or none")
    return call.add(Flatten, inputs=(name,))


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
    window = _window(call, {**given, "dilation": 1, "ceil_mode": False})
    up, count = bool(given["ceil_mode"]), bool(given["count_include_pad"])
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


CALLS: dict[str, Callable[[Call], Any]] = {
    "dense": dense, "rectify": rectify, "clip": bounds, "maximum": bound("min"), "minimum": bound("max"),
    "absolute": absolute, "add": arithmetic("Add"), "subtract": arithmetic("Sub"), "multiply": arithmetic("Mul"),
    "divide": arithmetic("Div"), "average_pool": average_pool, "max_pool": max_pool, "global_average": pool_to,
    "mean": mean, "flatten": flatten, "reshape": reshape, "squeeze": squeeze, "length": size,
    "concatenate": concatenate, "softmax": softmax, "log_softmax": log_softmax, "drop": dropout,
    "keep": lambda call: call.source,
}  # fmt: skip
