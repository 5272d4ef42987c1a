"""Scale factors that a user gives, checked before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from brainnet.convert.plan import Plan
from brainnet.errors import ConversionError, ParameterError, UnknownNameError, nearest

__all__ = ["check_scales"]


def check_scales(plan: Plan, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scales of a plan, "input" first.

    Parameters
    ----------
    plan : Plan
    given : mapping of str to float, or to array (channels,)
        As `normalise` returns it; "input" may be missing where the input is a current.

    Raises
    ------
    ParameterError
        No mapping, or a value that is no positive number, or not one a channel.
    UnknownNameError
        A name that is no population.
    ConversionError
        A population without scale, or one that cannot have the scale given.
    """
    if not isinstance(given, Mapping):
        raise ParameterError(f"convert: scales is a {type(given).__name__}; give the dict that normalise returned")
    shapes = {"input": plan.graph.input_shape, **{each.name: each.shape for each in plan.populations}}
    for name in given:
        if name not in shapes:
            raise UnknownNameError(f"convert: scales names {name!r}, which is no population; {nearest(name, shapes)}")
    known = {"input": 1.0, **given} if plan.analog else given
    output, scales = plan.populations[-1].name, dict[str, Any]()
    for name, shape in shapes.items():
        if name not in known:
            raise ConversionError(
                f"convert: scales has none for {name!r}; give one number for each of {', '.join(shapes)}"
            )
        channels = shape[0] if len(shape) > 1 and name not in ("input", output) else 0
        scales[name] = _positive(name, known[name], channels)
    for each in plan.populations:
        source = each.branches[0].source if each.gated else each.name
        if not np.array_equal(scales[each.name], scales[source]):
            raise ConversionError(
                f"convert: layer {each.name!r} passes the spikes of {source!r} as they are; give both the same scale"
            )
    return scales


def _positive(name: str, given: Any, channels: int) -> Any:
    """Return a number, or an array of one number a channel."""
    try:
        scale = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        scale = np.asarray(np.nan)
    wanted = f"a positive number{f', or {channels} of them' if channels else ''}"
    if scale.shape not in ((), (channels,)) or not (np.isfinite(scale).all() and (scale > 0).all()):
        raise ParameterError(f"convert: the scale of {name!r} is {given!r}; give {wanted}")
    return scale if scale.ndim else float(scale)
