"""Values of a layer as a source sees them after reshaping and transposing, for all readers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import Flatten
from brainnet.ann.layers.base import Array, Shape

__all__ = ["View", "layout", "permuted", "reshaped", "sorted_rows"]


@dataclass(frozen=True, eq=False)
class View:
    """Values of a layer as the source sees them.

    Parameters
    ----------
    layer : str
    shape : tuple of int
        Of one sample, as seen.
    order : integer array or None
        Position among the flattened values of the layer of each value as seen; None where that is the same.
    """

    layer: str
    shape: Shape
    order: NDArray[np.int64] | None = None


def reshaped(view: View, shape: Shape) -> View:
    """Return the same values in the same order in another shape."""
    return View(view.layer, shape, view.order)


def permuted(view: View, perm: Sequence[int], builder: GraphBuilder) -> View:
    """Return the values with the axes of a sample in another order; charged as memory, since views are kept."""
    builder.charge(16 * math.prod(view.shape))
    order = np.arange(math.prod(view.shape)) if view.order is None else view.order
    moved = order.reshape(view.shape).transpose(perm).ravel()
    same = np.array_equal(moved, np.arange(moved.size))
    return View(view.layer, tuple(view.shape[axis] for axis in perm), None if same else moved)


def sorted_rows(view: View, weights: Array) -> Array:
    """Return the weights of a dense layer behind a flat view as they are behind its layer: rows follow the order."""
    if view.order is None:
        return weights
    rows = np.empty_like(weights)
    rows[view.order] = weights
    return rows


def layout(view: View, builder: GraphBuilder, origin: str, refuse: Callable[[str], NoReturn]) -> tuple[str, Shape]:
    """Return the layer behind a view that shows it as it is, or flat, and its shape.

    Parameters
    ----------
    view : View
    builder : GraphBuilder
    origin : str
        What takes the values.
    refuse : function
        Raises the error that names it.
    """
    own = builder.shapes[view.layer]
    if view.order is not None:
        hint = "export with channels first (tf2onnx: --inputs-as-nchw)" if view.layer == "input" else "remove it"
        refuse(f"takes values that a transpose put in another order, which a Flatten and a dense layer undo; {hint}")
    if view.shape == own:
        return view.layer, own
    if len(view.shape) == 1:
        name = builder.add(Flatten, inputs=(view.layer,), origin=origin, known_as="")
        return name, view.shape
    if view.layer == "input" and not builder.layers:
        builder.reshape_input(view.shape)
        return view.layer, view.shape
    refuse(f"takes values of shape {own} reshaped to {view.shape}; only flattening is understood, so remove it")
