"""What functions and methods of PyTorch do that only look at values in another shape or order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from brainnet.ann.pending import Padded, zero_padding
from brainnet.ann.torch_call import Call, Size, sample_axis
from brainnet.ann.views import View

__all__ = [
    "attribute",
    "flatten",
    "flattened",
    "moved",
    "padded_by",
    "padded_with",
    "permuted",
    "reshape",
    "shuffled",
    "size",
    "squeeze",
    "swapped",
    "unflattened",
    "unshuffled",
    "unsqueeze",
]

GETITEM = "function 'getitem'"  # of a value it would be one sample, of its shape it is a length


def flatten(call: Call) -> str | View:
    """Make one axis of some axes of a sample."""
    given = call.settings(start_dim=0, end_dim=-1)
    return flattened(call, given["start_dim"], given["end_dim"])


def flattened(call: Call, start: Any, end: Any) -> str | View:
    """Flatten from one axis of a batch to another."""
    shape = call.shape
    rank = len(shape) + 1
    first, last = (dim % rank - 1 if type(dim) is int and -rank <= dim < rank else -1 for dim in (start, end))
    if not 0 <= first <= last:
        call.refuse(f"flattens axes {start} to {end}; use Flatten() of 1 to -1")
    return call.look((*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]), "Flatten")


def unflattened(call: Call, dim: Any, sizes: Any) -> str | View:
    """Make several axes of one."""
    shape = call.shape
    axis = sample_axis(call, dim, shape)
    if not isinstance(sizes, tuple | list) or not all(isinstance(each, int) for each in sizes):
        call.refuse(f"makes axes of the sizes {sizes!r}; give whole numbers")
    return call.look((*shape[:axis], *_filled(tuple(sizes), shape[axis]), *shape[axis + 1 :]), "Flatten")


def reshape(call: Call) -> str | View:
    """Look at the values of a sample in another shape, such as flat."""
    axes = call.several("other" if call.name.endswith("_as") else "shape")
    if call.name.endswith("_as"):
        axes = (Size(whole=True, shape=call.shape_of(axes[0])),)
    values = math.prod(call.shape)
    if len(axes) == 1 and isinstance(axes[0], Size) and axes[0].whole:  # the shape of another value
        axes = (Size(whole=False), *axes[0].shape)
    rest = axes[1:]
    whole = bool(rest) and all(isinstance(each, int) for each in rest)
    samples = axes[:1] == (Size(whole=False),) or (axes[:1] == (-1,) and -1 not in rest)
    lengths = _filled(rest, values) if whole else ()
    if not samples or not whole or min(lengths) < 1 or math.prod(lengths) != values:
        call.refuse("is no flattening of each sample; use torch.flatten(x, 1)")
    return call.look(lengths, "Flatten" if len(lengths) == 1 else "Reshape")


def _filled(sizes: tuple[int, ...], n: int) -> tuple[int, ...]:
    """Return sizes with the one that is left open (-1) filled in."""
    known = -math.prod(sizes)
    return tuple(n // known if each == -1 and known > 0 else each for each in sizes)


def squeeze(call: Call) -> str | View:
    """Leave axes of length 1 out."""
    given, shape = call.settings(dim=None)["dim"], call.shape
    if given is None:
        call.refuse("leaves out the axis of a single sample too; use torch.flatten(x, 1)")
    dims = given if isinstance(given, tuple | list) else (given,)
    axes = {sample_axis(call, dim, shape) for dim in dims}
    kept = [n for axis, n in enumerate(shape) if axis not in axes or n != 1]
    return call.look(kept or (1,), "Squeeze")


def unsqueeze(call: Call) -> str | View:
    """Put an axis of length 1 in."""
    dim, shape = call.settings(dim=0)["dim"], call.shape
    axis = sample_axis(call, dim, (*shape, 1))
    return call.look((*shape[:axis], 1, *shape[axis:]), "Unsqueeze")


def permuted(call: Call) -> str | View:
    """Put all axes of a batch in another order."""
    axes, rank = call.several("dims"), 1 + len(call.shape)
    return call.permute(_axes(call, axes, rank))


def swapped(*names: str) -> Callable[[Call], str | View]:
    """Return what exchanges two axes of a batch, whose arguments have these names."""

    def read(call: Call) -> str | View:
        given, rank = call.settings(**dict.fromkeys(names)), 1 + len(call.shape)
        first, second = _axes(call, tuple(given.values()), rank)
        axes = list(range(rank))
        axes[first], axes[second] = second, first
        return call.permute(axes)

    return read


def moved(call: Call) -> str | View:
    """Move axes of a batch elsewhere."""
    given, rank = call.settings(source=None, destination=None), 1 + len(call.shape)
    pairs = [given[key] if isinstance(given[key], tuple | list) else (given[key],) for key in given]
    source, destination = (_axes(call, tuple(each), rank) for each in pairs)
    if not len(source) == len(set(source)) == len(destination) == len(set(destination)):
        call.refuse(f"moves the axes {source} to {destination}; give as many, each once")
    rest = iter(axis for axis in range(rank) if axis not in source)
    return call.permute(
        [source[destination.index(axis)] if axis in destination else next(rest) for axis in range(rank)]
    )


def _axes(call: Call, dims: tuple[Any, ...], rank: int) -> list[int]:
    if not dims or not all(type(dim) is int and -rank <= dim < rank for dim in dims):
        call.refuse(f"takes the axes {dims!r} of {rank}; give whole numbers below {rank}")
    return [dim % rank for dim in dims]


def shuffled(call: Call, groups: Any) -> str | View:
    """Take the channels of all groups in turn."""
    shape = call.shape
    if type(groups) is not int or len(shape) < 2 or groups < 1 or shape[0] % groups:
        call.refuse(f"shuffles the channels of {shape} in {groups!r} groups; use groups of one size")
    split = (groups, shape[0] // groups, *shape[1:])
    return call.reordered(split, [1, 0, *range(2, len(split))], shape)


def unshuffled(call: Call, factor: Any) -> str | View:
    """Make channels of the pixels of each square."""
    shape = call.shape
    if type(factor) is not int or len(shape) != 3 or factor < 1 or shape[1] % factor or shape[2] % factor:
        call.refuse(f"takes squares of {factor!r} pixels of {shape}; use a factor of both lengths")
    c, h, w = shape[0], shape[1] // factor, shape[2] // factor
    return call.reordered((c, h, factor, w, factor), [0, 2, 4, 1, 3], (c * factor**2, h, w))


def attribute(call: Call) -> Any:
    """Return the shape of a value, or look at it transposed."""
    value, name = call.given[0][:2]
    rank = 1 + len(call.shape) if call.knows(value) else 0
    if name == "mT" and rank > 2:
        return call.permute([*range(rank - 2), rank - 1, rank - 2])
    if name in ("T", "mT", "H", "mH") and rank:
        call.refuse(f"x.{name} moves the axis of the samples; use x.transpose(1, 2) or such")
    return size(call)


def size(call: Call) -> Any:
    """Return a length, or remember that a value is the number of samples."""
    args = call.given[0]
    if args[1:] in ((), ("shape",)) and call.knows(args[0]):
        return Size(whole=True, shape=call.shape)
    whole = isinstance(args[0], Size) and args[0].whole
    if len(args) == 2 and (whole or (call.knows(args[0]) and call.where != GETITEM)):
        lengths = (Size(whole=False), *(args[0].shape if whole else call.shape))
        if type(args[1]) is int and -len(lengths) <= args[1] < len(lengths):
            return lengths[args[1]]
        if isinstance(args[1], slice):
            return lengths[args[1]]
    call.refuse("is understood for lengths only, such as x.size(0) or x.shape[0]; use modules")


def padded_with(call: Call) -> Padded:
    """Put zeros around the values."""
    given = call.settings(pad=(), mode="constant", value=None)
    return padded_by(call, given["pad"], given["mode"], 0.0 if given["value"] is None else given["value"])


def padded_by(call: Call, pad: Any, mode: str, value: Any) -> Padded:
    """Put values around others; the numbers begin with the last axis."""
    shape, numbers = call.shape, pad
    if not isinstance(pad, tuple | list) or len(pad) % 2 or not all(type(each) is int for each in pad):
        call.refuse(f"pads by {pad!r}; give two whole numbers per axis")
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))[::-1]
    if len(pairs) > len(shape):
        call.refuse("pads the samples; pad the axes after the channels")
    pairs = [(0, 0)] * (len(shape) - len(pairs)) + pairs
    return zero_padding(call.source, shape, pairs, mode, value, call.refuse)
