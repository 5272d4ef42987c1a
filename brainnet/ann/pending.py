"""What is no layer by itself and waits for what comes after it, for all readers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NoReturn

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import Conv1d, Conv2d
from brainnet.ann.layers.base import Shape
from brainnet.ann.layers.window import Padding

__all__ = ["Bounded", "Compared", "Means", "Padded", "selected", "zero_padding"]

Refuse = Callable[[str], NoReturn]


@dataclass(frozen=True, eq=False)
class Bounded:
    """Values with an upper bound alone, which wait for the lower one: no layer clips so, and ReLU does with it.

    Parameters
    ----------
    value : Any
        What the reader has for them.
    high : float
    """

    value: Any
    high: float
    needs: ClassVar[str] = "takes values with an upper bound only; clip them from 0 too, as a ReLU does"

    @classmethod
    def split(cls, value: Any, high: Any) -> tuple[Any, Any]:
        """Return the values alone, and the lower of two upper bounds."""
        if not isinstance(value, cls):
            return value, high
        return value.value, value.high if high is None else np.minimum(value.high, high)


@dataclass(frozen=True)
class Means:
    """Means over some axes of a layer; over all after the channels they are a `GlobalAveragePool`.

    Parameters
    ----------
    layer : str
    seen : tuple of int
        Axes of a sample of the layer that the value still has.
    over : frozenset of int
        Axes averaged so far.
    """

    layer: str
    seen: tuple[int, ...]
    over: frozenset[int] = field(default=frozenset())
    needs: ClassVar[str] = "takes means over some axes only; average over all axes after the channels"

    def further(self, axes: Sequence[int], keep: bool, refuse: Refuse) -> Means:
        """Return the means over further axes, counted among those that are seen."""
        if not axes or len(set(axes)) != len(axes) or any(self.seen[axis] == 0 for axis in axes):
            refuse(f"averages over the axes {[axis + 1 for axis in axes]}; average over all axes after the channels")
        seen = tuple(own for k, own in enumerate(self.seen) if keep or k not in axes)
        return Means(self.layer, seen, self.over | {self.seen[axis] for axis in axes})


@dataclass(frozen=True, eq=False)
class Compared:
    """Whether values are above 0 (or below), which waits for what chooses by it: a ReLU written so.

    Parameters
    ----------
    value : Any
        What the reader has for the values.
    above : bool
    """

    value: Any
    above: bool
    needs: ClassVar[str] = "takes a comparison, which is understood as part of a ReLU only; use a ReLU"

    @classmethod
    def of(cls, value: Any, constant: Any, above: bool, refuse: Refuse) -> Compared:
        """Compare with a constant, which must be 0."""
        if np.size(constant) != 1 or np.any(constant):
            refuse("compares with something else than 0; use a ReLU")
        return cls(value, above)


def selected(parts: Sequence[Any], refuse: Refuse) -> Any:
    """Return the values that a choice by a comparison rectifies: themselves above 0, else 0.

    Parameters
    ----------
    parts : (comparison, value where it holds, value where not)
    refuse : function
        Raises the error that names the place.
    """
    choice, yes, no = parts
    if not isinstance(choice, Compared):
        refuse("chooses between values by something else than a comparison with 0; use a ReLU")
    kept, dropped = (yes, no) if choice.above else (no, yes)
    constant = isinstance(dropped, int | float | np.ndarray) and not isinstance(dropped, bool)
    same = kept is choice.value or (isinstance(kept, str) and kept == choice.value)
    if not constant or np.size(dropped) != 1 or np.any(dropped) or not same:
        refuse("is a choice between values other than of a ReLU, which keeps them above 0; use a ReLU")
    return choice.value


@dataclass(frozen=True, eq=False)
class Padded:
    """Values with zeros around them, which the next convolution or mean takes as its own padding.

    Parameters
    ----------
    layer : str
    padding : pair (before, after) for each axis after the channels
    shape : tuple of int
        Of one sample, zeros included.
    """

    layer: str
    padding: Padding
    shape: Shape

    def settled(self, builder: GraphBuilder, origin: str) -> str:
        """Add what pads for anything else: a convolution of each channel with 1."""
        channels, rank = self.shape[0], len(self.padding)
        builder.charge(2 * 8 * channels)  # before they are made
        one = np.ones((channels, 1, *(1,) * rank))
        return builder.add(
            Conv1d if rank == 1 else Conv2d, one, np.zeros(channels), inputs=(self.layer,), origin=origin,
            known_as="Pad", padding=self.padding, groups=channels,
        )  # fmt: skip

    def joined(self, padding: Padding) -> Padding:
        """Return these zeros and those that the next layer adds."""
        return tuple((a + c, b + d) for (a, b), (c, d) in zip(self.padding, padding, strict=True))


def zero_padding(
    layer: str, shape: Shape, pairs: Sequence[tuple[int, int]], mode: str, value: Any, refuse: Refuse
) -> Padded:
    """Return a layer with zeros around it.

    Parameters
    ----------
    layer : str
    shape : tuple of int
        Of one sample.
    pairs : sequence of (before, after)
        For each axis of a sample, the channels first.
    mode : str
    value : number or array of one
    refuse : function
        Raises the error that names the place.
    """
    if mode != "constant" or np.size(value) != 1 or np.any(value):
        refuse(f"pads by {'something else than 0' if mode == 'constant' else mode}; pad with zeros")
    if len(shape) not in (2, 3) or len(pairs) != len(shape):
        refuse(f"pads values of shape {shape}; pad the one or two axes after the channels")
    if tuple(pairs[0]) != (0, 0) or any(each < 0 for pair in pairs for each in pair):
        refuse(f"pads by {list(pairs)}, the channels or less than 0; pad the axes after the channels, by 0 or more")
    padding = tuple((int(before), int(after)) for before, after in pairs[1:])
    lengths = (n + before + after for n, (before, after) in zip(shape[1:], padding, strict=True))
    return Padded(layer, padding, (shape[0], *lengths))
