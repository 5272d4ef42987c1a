"""One call of a traced PyTorch module: its arguments, and the layers that it becomes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import Layer
from brainnet.ann.layers.base import Shape
from brainnet.ann.pending import Bounded, Compared, Means, Padded
from brainnet.ann.views import View, layout, permuted, reshaped
from brainnet.errors import ModelFileError

__all__ = ["Call", "Size", "sample_axis"]


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
    def value(self) -> Any:
        """What the call takes: the name of a layer, a view of one, or what waits for more."""
        value = self.given[0][0] if self.given[0] else self.given[1].get("input")
        self.shape_of(value)
        return value

    @property
    def view(self) -> View:
        """What the call takes, as it sees it."""
        return self.seen(self.value)

    @property
    def source(self) -> str:
        """Name of the layer that the call takes."""
        return self.settled(self.value)

    @property
    def shape(self) -> Shape:
        """Shape of one sample of what the call takes."""
        return self.shape_of(self.given[0][0] if self.given[0] else self.given[1].get("input"))

    def knows(self, value: Any) -> bool:
        """Whether a value is computed by the network."""
        if isinstance(value, str):
            return value in self.builder.shapes
        return isinstance(value, View | Padded | Means | Bounded | Compared)

    def shape_of(self, value: Any) -> Shape:
        """Return the shape of one sample of a value, or say that it is none."""
        if isinstance(value, View | Padded):
            return value.shape
        if isinstance(value, Bounded):
            return self.shape_of(value.value)
        if isinstance(value, Means | Compared):
            return ()
        if not self.knows(value):
            self.refuse(f"takes {value!r}, which is no value of the network; use layers only")
        return self.builder.shapes[value]

    def seen(self, value: Any) -> View:
        """Return a value as a view, or say what it still waits for."""
        self.shape_of(value)
        if isinstance(value, Means | Bounded | Compared):
            self.refuse(value.needs)
        if isinstance(value, Padded):
            value = value.settled(self.builder, self.where)
        return value if isinstance(value, View) else View(value, self.builder.shapes[value])

    def settled(self, value: Any) -> str:
        """Return the name of the layer that a value is."""
        return layout(self.seen(value), self.builder, self.where, self.refuse)[0]

    def settings(self, **defaults: Any) -> dict[str, Any]:
        """Return the arguments after the first by name, defaults filled in; unknown ones are an error."""
        args, kwargs = self.given[0][1:], {name: value for name, value in self.given[1].items() if name != "input"}
        named = dict(zip(defaults, args, strict=False))
        unknown = [name for name in kwargs if name not in defaults]
        if len(args) > len(defaults) or unknown:
            self.refuse(f"has {unknown or len(args)} as arguments; use only {', '.join(defaults) or 'the input'}")
        return {**defaults, **named, **kwargs}

    def several(self, name: str) -> tuple[Any, ...]:
        """Return arguments after the first that may be given one by one, or as one tuple of that name."""
        args = self.given[0][1:] or (self.given[1].get(name),)
        return tuple(args[0]) if len(args) == 1 and isinstance(args[0], tuple | list) else args

    def add(self, cls: type[Layer], *values: Any, inputs: tuple[str, ...] = (), **fields: Any) -> str:
        """Add a layer and return its name."""
        return self.builder.add(cls, *values, inputs=inputs or (self.source,), origin=self.where, **fields)

    def same(self, value: Any, cls: type[Layer], *values: Any) -> str | View:
        """Add a layer that works on each value by itself, through the view of a value."""
        view = self.seen(value)
        name = self.add(cls, *values, inputs=(view.layer,))
        return self._shown(replace(view, layer=name))

    def look(self, shape: Sequence[int], kind: str) -> str | View:
        """Look at the values of a sample in another shape, and count what does so."""
        view = self.view
        lengths = tuple(int(each) for each in shape)
        if math.prod(lengths) != math.prod(view.shape) or min(lengths, default=0) < 1:
            self.refuse(f"reshapes a sample of shape {view.shape} to {lengths}; use torch.flatten(x, 1)")
        self.builder.skip(kind)
        return self._shown(reshaped(view, lengths))

    def permute(self, axes: Sequence[int]) -> str | View:
        """Look at the values with the axes of a batch in another order."""
        view = self.view
        if sorted(axes) != list(range(len(view.shape) + 1)) or axes[0] != 0:
            self.refuse(f"orders the axes as {tuple(axes)}; keep the axis of the samples first")
        self.builder.skip("Transpose")
        return self._shown(permuted(view, [axis - 1 for axis in axes[1:]], self.builder))

    def reordered(self, split: Shape, perm: Sequence[int], shape: Shape) -> str | View:
        """Look at the values in a shape with more axes, these in another order, and the result in another shape."""
        moved = permuted(reshaped(self.view, split), perm, self.builder)
        self.builder.skip("Transpose")
        return self._shown(reshaped(moved, shape))

    def _shown(self, view: View) -> str | View:
        plain = view.order is None and view.shape == self.builder.shapes[view.layer]
        return view.layer if plain else view

    def constant(self, value: Any) -> Any:
        """Return a number, or an array of the module."""
        if isinstance(value, bool) or not isinstance(value, int | float | np.ndarray):
            computed = "joins two computed values, of which only sums are understood; use a constant"
            self.refuse(
                computed
                if self.knows(value)
                else f"takes {value!r}, which is neither a number nor a buffer of the module; use one"
            )
        return value

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that names this call."""
        raise ModelFileError(f"{self.where} {reason}")


def sample_axis(call: Call, dim: Any, shape: Shape) -> int:
    """Return an axis of one sample for an axis of a batch."""
    if isinstance(dim, int) and -len(shape) <= dim < 0:
        return len(shape) + dim
    if not isinstance(dim, int) or not 0 < dim <= len(shape):
        call.refuse(f"works along axis {dim!r}; use an axis of a sample, 1 to {len(shape)}")
    return dim - 1
