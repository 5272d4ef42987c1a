"""What functions and methods of PyTorch do, as layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from brainnet.ann import torch_pooling as pooling
from brainnet.ann import torch_shapes as shapes
from brainnet.ann.layers import Abs, Add, BatchNorm, Concatenate, Conv1d, Conv2d, Dense, Softmax
from brainnet.ann.layers.base import Array, whole_numbers
from brainnet.ann.operators import affine, clip, leaky
from brainnet.ann.pending import Bounded, Compared, Padded, selected
from brainnet.ann.torch_call import Call, sample_axis
from brainnet.ann.torch_upsampling import interpolate, transpose_convolution
from brainnet.ann.views import View, sorted_rows
from brainnet.ann.windows import same_padding

__all__ = [
    "CALLS",
    "batch_norm",
    "clipped",
    "convolution",
    "leaking",
    "linear",
    "rectified_from",
    "skipped",
    "softmax_along",
    "softmin_along",
]

ALPHA = {"alpha": 1}
Shown = str | View


def rectify(call: Call) -> Shown | Bounded:
    """Rectify."""
    call.settings(inplace=False)
    return clipped(call, 0.0, None)


def bounds(call: Call) -> Shown | Bounded:
    """Clip, from 0 on."""
    if call.name == "relu6":
        call.settings(inplace=False)
        return clipped(call, 0.0, 6.0)
    if call.name.startswith("hardtanh"):
        given = call.settings(min_val=-1.0, max_val=1.0, inplace=False)
        return clipped(call, given["min_val"], given["max_val"])
    given = call.settings(min=None, max=None)
    return clipped(call, given["min"], given["max"])


def bound(which: str) -> Callable[[Call], Shown | Bounded]:
    """Return what takes the maximum ("min", the lower bound) or minimum ("max") with a constant."""

    def read(call: Call) -> Shown | Bounded:
        turned = _turned(call)
        key = which if call.name.startswith("clamp") else "other"
        limit = turned.settings(**{key: None})[key]
        if key == "other" and not isinstance(limit, np.ndarray) and not call.knows(limit):
            call.refuse("is taken along an axis or over everything; use a max pooling, or a tensor of one number")
        limit = turned.constant(limit)
        return clipped(turned, *((limit, None) if which == "min" else (None, limit)))

    return read


def threshold(call: Call) -> Shown | Bounded:
    """Keep what is above 0, as a ReLU."""
    given = call.settings(threshold=None, value=None, inplace=False)
    return rectified_from(call, given["threshold"], given["value"])


def rectified_from(call: Call, low: Any, value: Any) -> Shown | Bounded:
    """Keep what is above a threshold, which must be 0, and replace all else by 0."""
    if low != 0 or value != 0:
        call.refuse(f"has the threshold {low!r} and the value {value!r} below it; use 0 and 0, or a ReLU")
    return clipped(call, 0.0, None)


def compare(call: Call) -> Compared:
    """Compare with 0."""
    turned = _turned(call)
    above = call.name.startswith("g") is (turned is call)
    constant = turned.constant(turned.settings(other=None)["other"])
    if not isinstance(turned.value, Padded):  # which becomes a layer where it is used
        call.seen(turned.value)
    return Compared.of(turned.value, constant, above, call.refuse)


def choose(call: Call) -> Shown | Bounded:
    """Choose by a comparison what a ReLU gives."""
    if call.name == "masked_fill":  # x.masked_fill(x < 0, 0)
        given = call.settings(mask=None, value=None)
        parts = (given["mask"], given["value"], call.value)
    else:
        args, kwargs = call.given
        parts = tuple({**dict(zip(("condition", "input", "other"), args, strict=False)), **kwargs}.values())
        if len(parts) != 3:
            call.refuse("finds places instead of choosing between two values; use a ReLU")
    return clipped(replace(call, given=((selected(parts, call.refuse),), {})), 0.0, None)


def negate(call: Call) -> str:
    """Change the sign."""
    call.settings()
    return call.add(BatchNorm, *affine("Neg", 0.0, False, call.shape, call.refuse), 0.0, known_as="Neg")


def dense(call: Call) -> str:
    """Multiply by weights that the module holds itself."""
    bias: Any = None
    if call.name == "addmm":  # bias + x @ weights
        bias = call.given[0][0] if call.given[0] else None
        call = replace(call, given=(call.given[0][1:], call.given[1]))
        weights = call.constant(call.settings(mat2=None)["mat2"])
    elif call.name == "linear":
        given = call.settings(weight=None, bias=None)
        weights, bias = np.asarray(call.constant(given["weight"])).T, given["bias"]
    else:
        key = "mat2" if call.name == "mm" else "other"
        weights = call.constant(call.settings(**{key: None})[key])
    if np.ndim(weights) != 2:
        call.refuse(f"takes weights of shape {np.shape(weights)}; use a matrix")
    return linear(call, weights, np.zeros(weights.shape[1]) if bias is None else call.constant(bias))


def linear(call: Call, weights: Array, bias: Array) -> str:
    """Add a dense layer; weights are (n_in, n_out)."""
    view = call.view
    if len(view.shape) != 1:
        call.refuse(f"acts on the last axis of values of shape {view.shape}; put a Flatten before it")
    if view.shape[0] != len(weights):
        call.refuse(f"has weights for {len(weights)} values and takes {view.shape[0]}; give as many")
    bias = np.resize(bias, weights.shape[1]) if np.size(bias) == 1 else bias
    return call.add(Dense, sorted_rows(view, weights), bias, "identity", inputs=(view.layer,))


def convolve(call: Call) -> str:
    """Convolve with kernels that the module holds itself."""
    given = call.settings(weight=None, bias=None, stride=1, padding=0, dilation=1, groups=1)
    weights, bias = np.asarray(call.constant(given.pop("weight"))), given.pop("bias")
    return convolution(call, weights, None if bias is None else call.constant(bias), given)


def convolution(call: Call, weights: Array, bias: Array | None, given: dict[str, Any]) -> str:
    """Add a convolution with stride, padding, dilation and groups as PyTorch has them."""
    kernel, value = weights.shape[2:], call.value
    rank, padding = len(kernel), given["padding"]
    if rank not in (1, 2) or len(call.shape) != rank + 1:
        call.refuse(f"slides {kernel} over values of shape {call.shape}; give (channels, lengths)")
    if isinstance(padding, str):
        dilation = whole_numbers(given["dilation"], f"{call.where}: dilation", rank, 1)
        padding = same_padding(kernel, dilation) if padding == "same" else 0
    if not isinstance(padding, tuple) or not all(isinstance(each, tuple) for each in padding):
        padding = tuple((each, each) for each in whole_numbers(padding, f"{call.where}: padding", rank, 0))
    padded = isinstance(value, Padded)
    fields = {**{key: given[key] for key in ("stride", "dilation", "groups")}, "padding": padding}
    if padded:  # its zeros become those of the convolution
        fields["padding"] = value.joined(padding)
    return call.add(
        Conv1d if rank == 1 else Conv2d, weights, np.zeros(len(weights)) if bias is None else bias,
        inputs=(value.layer if padded else call.source,), **fields,
    )  # fmt: skip


def normalise(call: Call) -> str:
    """Normalise by statistics that the module holds itself."""
    given = call.settings(running_mean=None, running_var=None, weight=None, bias=None, training=False, momentum=0.1,
                          eps=1e-5)  # fmt: skip
    if given["training"]:
        call.refuse("takes the statistics of the batch; use training=self.training")
    parts = (given[key] for key in ("running_mean", "running_var", "weight", "bias"))
    return batch_norm(call, *(None if each is None else np.asarray(call.constant(each)) for each in parts),
                      eps=given["eps"])  # fmt: skip


def batch_norm(
    call: Call, mean: Array | None, variance: Array | None, gamma: Array | None, beta: Array | None, *, eps: float
) -> str:
    """Add a batch norm as at inference."""
    if mean is None or variance is None:
        call.refuse("keeps no running statistics; train it with track_running_stats=True")
    gamma = np.ones(len(mean)) if gamma is None else gamma
    return call.add(BatchNorm, mean, variance, gamma, np.zeros(len(mean)) if beta is None else beta, float(eps))


def _turned(call: Call) -> Call:
    """Return the call with the constant, which may stand on the left, as its second argument."""
    args, kwargs = call.given
    if len(args) < 2 or not isinstance(args[0], int | float | np.ndarray):
        return call
    return replace(call, given=((args[1], args[0], *args[2:]), kwargs))


def clipped(call: Call, low: Any, high: Any) -> Shown | Bounded:
    """Clip from 0 to `high`, or to nothing; an upper bound alone waits for the lower one."""
    value, high = Bounded.split(call.value, high)
    view = call.seen(value)
    made = clip(None if view.layer == "input" else call.builder.layer(view.layer), low, high, call.refuse)
    if isinstance(made, float):
        return Bounded(view, made)
    cls, values = made
    return call.same(view, cls, *values)


def leak(call: Call) -> str:
    """Multiply what is below 0, by a number or by one that the module holds for each channel."""
    if call.name == "prelu":
        return leaking(call, call.constant(call.settings(weight=None)["weight"]))
    return leaking(call, call.settings(negative_slope=0.01, inplace=False)["negative_slope"])


def leaking(call: Call, slope: Any) -> str:
    """Add a leaky ReLU with one slope, or one for each channel."""
    source, shape = call.source, call.shape
    slopes = np.ravel(call.constant(slope))
    if len(slopes) > 1:
        slopes = slopes.reshape(-1, *(1,) * (len(shape) - 1))
    _, _, factors, _ = affine("Mul", slopes, False, shape, call.refuse)
    return leaky(call.builder, source, factors, call.where)


def absolute(call: Call) -> Shown:
    """Take the sign away."""
    call.settings()
    return call.same(call.value, Abs)


def arithmetic(operator: str) -> Callable[[Call], Any]:
    """Return what adds, subtracts, multiplies or divides by a constant, and adds two values of the network.

    Parameters
    ----------
    operator : {"Add", "Sub", "Mul", "Div"}
    """

    def read(call: Call) -> Any:
        left = call.name == "rsub"  # whose second argument stands on the left
        turned = _turned(call)
        scaled = operator in ("Add", "Sub")
        given = turned.settings(other=None, **ALPHA) if scaled else turned.settings(other=None)
        other, alpha = given["other"], given.get("alpha", 1)
        if alpha != 1 and (turned is not call or left):
            call.refuse(f"has alpha={alpha!r} for a value of the network; use 1, and multiply before")
        if operator == "Add" and call.knows(other):
            added = call.settled(other)
            if alpha != 1:
                scale = affine("Mul", call.constant(alpha), False, call.shape_of(other), call.refuse)
                added = call.add(BatchNorm, *scale, 0.0, inputs=(added,), known_as="Mul")
            return call.add(Add, inputs=(call.source, added))
        constant, shape = turned.constant(other), turned.shape
        constant = constant if alpha == 1 else np.asarray(constant) * call.constant(alpha)
        arrays = affine(operator, constant, left is not (turned is not call), shape, call.refuse)
        return turned.add(BatchNorm, *arrays, 0.0, known_as=operator)

    return read


def concatenate(call: Call) -> str:
    """Join values along an axis."""
    args, kwargs = call.given
    parts = args[0] if args else kwargs["tensors"]
    given = Call(call.builder, (("", *args[1:]), {k: v for k, v in kwargs.items() if k != "tensors"}), call.where, None)
    dim = given.settings(dim=0)["dim"]
    names = tuple(call.settled(part) for part in parts)
    return call.add(Concatenate, axis=sample_axis(call, dim, call.builder.shapes[names[0]]), inputs=names)


def dropout(call: Call) -> Any:
    """Do nothing, as at inference."""
    words = call.given[1]
    if True in (words.get("training"), words.get("train"), *call.given[0][2:3]):
        call.refuse("drops values at inference too; use training=self.training")
    return skipped(call, "Dropout")


def skipped(call: Call, kind: str) -> Any:
    """Do nothing, and count it."""
    call.builder.skip(kind)
    return call.value


def convert(call: Call) -> Any:
    """Keep values that become floating-point numbers, or move to another device."""
    import torch

    value, words = call.value, (*call.given[0][1:], *call.given[1].values())
    types = [each for each in words if isinstance(each, torch.dtype)]
    places = (torch.device, str) if call.name != "type" else ()
    known = all(isinstance(each, (torch.dtype, bool, *places)) or call.knows(each) for each in words)
    if not known or any(each not in (torch.float32, torch.float64) for each in types) or isinstance(value, Compared):
        call.refuse("makes other than floating-point numbers; remove it, or use x.float()")
    return value


def softmax(call: Call, log: bool = False) -> str:
    """Turn logits into probabilities over the channels."""
    given = call.settings(dim=None, _stacklevel=3, dtype=None)
    return softmax_along(call, given["dim"], log)


def softmax_along(call: Call, dim: Any, log: bool) -> str:
    """Turn logits into probabilities along an axis, which must be that of the channels."""
    if dim not in (1, -len(call.shape)) and not (dim is None and len(call.shape) == 1):
        call.refuse(f"must act on axis 1 and acts on {dim!r}; use dim=1")
    return call.add(Softmax, log=log)


def softmin(call: Call) -> str:
    """Turn negative logits into probabilities over the channels."""
    dim = call.settings(dim=None, _stacklevel=3, dtype=None)["dim"]
    return softmin_along(call, dim)


def softmin_along(call: Call, dim: Any) -> str:
    """Take a softmax of the values with the other sign."""
    negative = negate(replace(call, given=((call.value,), {})))
    return softmax_along(replace(call, given=((negative,), {})), dim, log=False)


def log_softmax(call: Call) -> str:
    """Turn logits into logarithms of probabilities."""
    return softmax(call, log=True)


CALLS: dict[str, Callable[[Call], Any]] = {
    "dense": dense, "convolution": convolve, "batch_norm": normalise, "rectify": rectify, "threshold": threshold,
    "transpose_convolution": transpose_convolution, "upsample": interpolate, "leaky": leak,
    "clip": bounds, "maximum": bound("min"), "minimum": bound("max"), "absolute": absolute, "negate": negate,
    "compare": compare, "choose": choose, "add": arithmetic("Add"), "subtract": arithmetic("Sub"),
    "multiply": arithmetic("Mul"), "divide": arithmetic("Div"), "average_pool": pooling.average_pool,
    "max_pool": pooling.max_pool, "global_average": pooling.pool_to, "global_max": pooling.maxima_to,
    "mean": pooling.mean, "largest": pooling.largest, "flatten": shapes.flatten, "reshape": shapes.reshape,
    "unflatten": lambda call: shapes.unflattened(call, *call.settings(dim=None, sizes=None).values()),
    "squeeze": shapes.squeeze, "unsqueeze": shapes.unsqueeze, "transpose": shapes.permuted,
    "swap": lambda call: _swap(call), "move": shapes.moved, "pad": shapes.padded_with, "attribute": shapes.attribute,
    "length": shapes.size, "concatenate": concatenate, "softmax": softmax, "log_softmax": log_softmax,
    "softmin": softmin,
    "drop": dropout, "keep": lambda call: call.value, "cast": convert,
    "shuffle": lambda call: shapes.shuffled(call, call.settings(groups=None)["groups"]),
    "unshuffle": lambda call: shapes.unshuffled(call, call.settings(downscale_factor=None)["downscale_factor"]),
}  # fmt: skip
AXES = {"transpose": ("dim0", "dim1"), "swapaxes": ("axis0", "axis1"), "swapdims": ("dim0", "dim1")}


def _swap(call: Call) -> Shown:
    return shapes.swapped(*AXES[call.name])(call)
