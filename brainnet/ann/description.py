"""Layers as text: everything but their arrays, as a JSON object."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from numpy.typing import NDArray

from brainnet.ann.layers import KINDS, Layer
from brainnet.errors import ModelFileError, nearest

__all__ = ["described", "from_description"]

# A graph fills it in.
DERIVED = ("input_shapes",)


def described(layer: Layer) -> str:
    """Return a JSON object of the kind of the layer and all its values but the arrays.

    Examples
    --------
    >>> from brainnet.ann import ReLU
    >>> described(ReLU("relu_0", inputs=("conv2d_0",)))
    '{"kind": "ReLU", "name": "relu_0", "inputs": ["conv2d_0"], "origin": ""}'
    """
    kept = [field.name for field in fields(layer) if field.name not in (*layer.arrays, *DERIVED)]
    return json.dumps({"kind": layer.kind, **{name: getattr(layer, name) for name in kept}})


def from_description(text: str, arrays: Mapping[str, NDArray[Any]], what: str) -> Layer:
    """Make the layer that `described` made the text of.

    Parameters
    ----------
    text : str
        From anywhere: nothing in it is run.
    arrays : mapping of str to array
        The arrays of the layer, by field.
    what : str
        What to call it in messages as long as its name is not known.

    Raises
    ------
    ModelFileError
        If the text is no JSON object, or a field is missing, unknown or wrong.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{what}: {text[:40]!r} is no JSON object; write it with write_npz") from error
    kind = given.pop("kind", None) if isinstance(given, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise ModelFileError(f"{what}: kind {kind!r} is not understood; understood: {', '.join(KINDS)}")
    cls = KINDS[kind]
    known = [field.name for field in fields(cls) if field.name not in (*cls.arrays, *DERIVED)]
    for name in given:
        if name not in known:
            raise ModelFileError(f"{what} ({kind}) has no {name!r}; {nearest(name, known)}")
    missing = [name for name in ("name", *cls.arrays) if name not in given and name not in arrays]
    surplus = [name for name in arrays if name not in cls.arrays]
    if missing or surplus:
        problem = f"lacks {missing[0]}" if missing else f"has no {surplus[0]}"
        raise ModelFileError(f"{what} ({kind}) {problem}; give {', '.join(['name', *cls.arrays])}")
    inputs, origin = given.get("inputs", []), given.get("origin", "")
    if not isinstance(inputs, list) or not isinstance(origin, str):
        raise ModelFileError(f"{what} ({kind}): inputs is a list of names and origin is text; write it with write_npz")
    try:
        return cls(**{**given, **arrays, "inputs": tuple(inputs)})
    except (TypeError, ValueError) as error:
        if isinstance(error, ModelFileError):
            raise
        cause = " ".join(str(error).split())
        raise ModelFileError(f"{what} ({kind}) cannot be understood ({cause}); write it with write_npz") from error
