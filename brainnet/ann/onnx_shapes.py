"""Operators of ONNX that only look at values in another shape or order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.layers.base import Shape
from brainnet.ann.onnx_nodes import Node, Value
from brainnet.ann.views import View, permuted, reshaped

__all__ = ["flatten", "identity", "reshape", "sample_axis", "squeeze", "transpose", "unsqueeze"]


def sample_axis(node: Node, axis: int, shape: Shape) -> int:
    """Return an axis of one sample for an axis of a batch.

    Raises
    ------
    ModelFileError
        If it is that of the samples, or none.
    """
    found = axis - 1 if axis >= 0 else len(shape) + axis
    if not 0 <= found < len(shape):
        node.refuse(f"works along axis {axis} of values of shape {shape}; use an axis of a sample")
    return found


def identity(node: Node) -> Value:
    """Return the input, a constant or not."""
    node.count(1, 1)
    node.attributes()
    value = node.inputs[0]
    if isinstance(value, View):
        node.builder.skip("Identity")
    return node.stored(0) if value is None else value


def flatten(node: Node) -> View:
    """Make one axis of all axes of a sample."""
    node.count(1, 1)
    axis, view = node.attributes(axis=1)["axis"], node.view(0)
    if axis not in (1, -len(view.shape)):
        node.refuse(f"flattens from axis {axis}; use 1")
    return node.seen(reshaped(view, (math.prod(view.shape),)))


def reshape(node: Node) -> View:
    """Look at the values of a sample in another shape."""
    node.count(1, 2)
    given = node.attributes(allowzero=0, shape=[])
    view, axes = node.view(0), node.numbers(1) or given["shape"]
    n = math.prod(view.shape)
    whole = (-1, *view.shape)
    if given["allowzero"] and 0 in axes:
        node.refuse("makes an axis of length 0; export the model again")
    lengths = [whole[k] if axis == 0 and k < len(whole) else axis for k, axis in enumerate(axes)]
    # the samples: copied (0), the rest (-1), or as many as the file declares
    rest = lengths[1:]
    kept = bool(rest) and (axes[0] in (0, -1) or axes[0] == node.batch)
    if kept and rest.count(-1) == 1 and axes[0] != -1:
        known = -math.prod(rest)
        rest = [n // known if length == -1 and known > 0 else length for length in rest]
    if not kept or min(rest) < 1 or math.prod(rest) != n:
        node.refuse(f"reshapes a sample of shape {view.shape} to {axes}; keep the samples, use Flatten")
    return node.seen(reshaped(view, tuple(rest)))


def squeeze(node: Node) -> View:
    """Leave out axes of length 1."""
    node.count(1, 2)
    axes, view = node.attributes(axes=[])["axes"] or node.numbers(1) or [], node.view(0)
    gone = {sample_axis(node, axis, view.shape) for axis in axes}
    if not gone or any(view.shape[axis] != 1 for axis in gone) or len(gone) == len(view.shape):
        node.refuse(f"leaves out the axes {axes} of shape {view.shape}; use axes of length 1, and not all")
    kept = tuple(length for axis, length in enumerate(view.shape) if axis not in gone)
    return node.seen(reshaped(view, kept))


def unsqueeze(node: Node) -> View:
    """Put in axes of length 1."""
    node.count(1, 2)
    axes, view = node.attributes(axes=[])["axes"] or node.numbers(1) or [], node.view(0)
    rank = 1 + len(view.shape) + len(axes)
    new = {axis % rank for axis in axes if -rank <= axis < rank}
    if not new or len(new) != len(axes) or 0 in new:
        node.refuse(f"puts the axes {axes} into samples of shape {view.shape}; put in axes of a sample, 1 on")
    rest = iter(view.shape)
    return node.seen(reshaped(view, tuple(1 if axis in new else next(rest) for axis in range(1, rank))))


def transpose(node: Node) -> View | NDArray[Any]:
    """Look at the values of a sample in another order."""
    node.count(1, 1)
    axes = node.attributes(perm=[])["perm"]
    value = node.inputs[0]
    if isinstance(value, np.ndarray):
        axes = axes or list(range(value.ndim))[::-1]
        if sorted(axes) != list(range(value.ndim)):
            node.refuse(f"has perm {axes} for shape {value.shape}; export the model again")
        return np.transpose(value, axes)
    view = node.view(0)
    if sorted(axes) != list(range(len(view.shape) + 1)) or axes[0] != 0:
        node.refuse(f"has perm {axes} for samples of shape {view.shape}; keep the axis of the samples first")
    perm = [axis - 1 for axis in axes[1:]]
    return node.seen(permuted(view, perm, node.builder))
