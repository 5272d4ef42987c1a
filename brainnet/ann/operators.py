"""What operators of frameworks mean as layers, for all readers; `spellings` says what each framework calls them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.coverage import BLENDED
from brainnet.ann.layers import Add, BatchNorm, ClippedReLU, ConvTranspose, Layer, ReLU
from brainnet.ann.layers.base import Array, Shape
from brainnet.ann.layers.window import Padding
from brainnet.ann.pending import Padded
from brainnet.ann.windows import ceil_padding

__all__ = ["affine", "clip", "leaky", "mean_window", "padded_mean", "upsampled"]

Refuse = Callable[[str], NoReturn]
Part = tuple[type[Layer], tuple[Any, ...]]

# Factor and shift that stand for an operator with the constant c: on the right, x o c, and on the left, c o x.
AFFINE: dict[str, tuple[Callable[[Array], tuple[Any, Any]], Callable[[Array], tuple[Any, Any]] | None]] = {
    "Add": (lambda c: (1.0, c), lambda c: (1.0, c)),
    "Sub": (lambda c: (1.0, -c), lambda c: (-1.0, c)),
    "Mul": (lambda c: (c, 0.0), lambda c: (c, 0.0)),
    "Div": (lambda c: (1.0 / c, 0.0), None),
    "Neg": (lambda c: (-np.ones_like(c), 0.0), None),  # of any constant
}


def affine(operator: str, constant: Any, left: bool, shape: Shape, refuse: Refuse) -> tuple[Array, ...]:
    """Return the arrays of the `BatchNorm` without statistics that an operator with a constant is.

    Parameters
    ----------
    operator : {"Add", "Sub", "Mul", "Div", "Neg"}
    constant : array
        As broadcast with (samples, channels, ...): one number, or one per channel.
    left : bool
        Whether the constant stands before the value.
    shape : tuple of int
        Of one sample.
    refuse : function
        Raises the error that names the place.
    """
    c = np.asarray(constant, dtype=np.float64)
    axes = (*(1,) * (len(shape) + 1 - c.ndim), *c.shape)
    if len(axes) != len(shape) + 1 or c.size != axes[1] or axes[1] not in (1, shape[0]):
        refuse(f"takes a constant of shape {c.shape} for values of shape {shape}; use one number per channel")
    made = AFFINE[operator][left]
    if made is None:
        refuse("divides a constant by computed values, which is not linear; divide by the constant")
    if operator == "Div" and not c.all():
        refuse("divides by 0; use another constant")
    factor, shift = (np.resize(each, shape[0]) for each in made(c.ravel()))
    return np.zeros(shape[0]), np.ones(shape[0]), factor, shift


def clip(before: Layer | None, low: Any, high: Any, refuse: Refuse) -> Part | float:
    """Return the layer that clips from 0, to `high` or to nothing (None, infinity).

    Values that a layer `before` rectified need no lower bound; of others that have none the upper one is returned.
    """
    bounds = [None if each is None else np.asarray(each) for each in (low, high)]
    if any(each is not None and (each.size != 1 or each.dtype.kind not in "fiu") for each in bounds):
        refuse("clips to several bounds, or to none that are numbers; use one number each")
    lowest, highest = (None if each is None else float(each.ravel()[0]) for each in bounds)
    if lowest == -np.inf:
        lowest = None
    rectified = isinstance(before, ReLU | ClippedReLU) and (lowest is None or lowest <= 0)
    if lowest is None and not rectified and highest is not None and np.isfinite(highest):
        return highest
    if lowest != 0 and not rectified:
        refuse(f"clips from {lowest}, something else than 0; use a ReLU before it, or clip from 0")
    if highest is None or highest == np.inf:
        return ReLU, ()
    return ClippedReLU, (highest,)


def mean_window(
    lengths: Shape, fields: dict[str, Any], ceil_mode: bool, count_padding: bool, refuse: Refuse
) -> dict[str, Any]:
    """Return the fields of an `AveragePool` under rounding up.

    What lies beyond the end of input and padding is never counted, so that both ways to count are one without padding.
    """
    if not ceil_mode:
        return {**fields, "count_padding": count_padding}
    plain: Padding = fields["padding"]
    wider = ceil_padding(lengths, fields["kernel"], fields["stride"], plain, fields["dilation"])
    if wider != plain and count_padding:
        if any(each for pair in plain for each in pair):
            refuse("rounds up and counts padding; use count_include_pad=False, or ceil_mode=False")
        count_padding = False
    return {**fields, "padding": wider, "count_padding": count_padding}


def padded_mean(padded: Padded, fields: dict[str, Any], ceil_mode: bool) -> dict[str, Any] | None:
    """Return the fields of an `AveragePool` that pads by itself, or None where it pads on its own or rounds up."""
    own = any(each for pair in fields["padding"] for each in pair)
    extent = [(k - 1) * d for k, d in zip(fields["kernel"], fields["dilation"], strict=True)]
    wide = any(max(pair) > most for pair, most in zip(padded.padding, extent, strict=True))
    wide = wide or any(step != 1 for step in fields["dilation"])
    return None if own or wide or ceil_mode else {**fields, "padding": padded.padding, "count_padding": True}


def leaky(builder: GraphBuilder, source: str, slopes: Array, origin: str) -> str:
    r"""Add what multiplies values below 0, and return its name: the difference of two ReLUs.

    .. math:: y = \mathrm{ReLU}(x) - a \, \mathrm{ReLU}(-x)

    Parameters
    ----------
    builder : GraphBuilder
    source : str
        Layer that it takes.
    slopes : array (channels,)
        a of each channel, of any sign.
    origin : str
    """
    builder.charge(8 * 8 * len(slopes))
    zeros, ones = np.zeros(len(slopes)), np.ones(len(slopes))

    def times(factors: Array, name: str) -> str:
        return builder.add(BatchNorm, zeros, ones, factors, zeros, 0.0, inputs=(name,), origin=origin, known_as="")

    above = builder.add(ReLU, inputs=(source,), origin=origin)
    if not slopes.any():
        return above
    below = builder.add(ReLU, inputs=(times(-ones, source),), origin=origin)
    return builder.add(Add, inputs=(above, times(-slopes, below)), origin=origin)


def upsampled(
    builder: GraphBuilder, source: str, shape: Shape, factors: Sequence[Any], origin: str, refuse: Refuse
) -> str:
    """Add what repeats each value along the axes after the channels, and return its name.

    Parameters
    ----------
    builder : GraphBuilder
    source : str
        Layer that it takes.
    shape : tuple of int
        Of one sample of it.
    factors : sequence of numbers
        Of each axis after the channels; other than whole ones are refused.
    origin : str
    refuse : function
        Raises the error that names the place.
    """
    rank = len(shape) - 1
    if rank not in (1, 2) or len(factors) != rank:
        refuse(f"scales values of shape {shape} by {[*factors]}; give (channels, lengths) and a factor for each length")
    whole = tuple(round(each) if 1 <= each < 2**31 else 0 for each in factors)
    if any(abs(each - near) > 1e-6 or near < 1 for each, near in zip(factors, whole, strict=True)):
        refuse(BLENDED.text)
    if all(each == 1 for each in whole):
        builder.skip("Upsample")
        return source
    builder.charge(8 * shape[0] * (math.prod(whole) + 1))  # before they are made
    ones = np.ones((shape[0], 1, *whole))
    return builder.add(
        ConvTranspose, ones, np.zeros(shape[0]), inputs=(source,), origin=origin, stride=whole, groups=shape[0]
    )
