"""Networks as plain arrays in an npz file.

A chain of dense layers is ``weight_0``, ``weight_1``... of shape (n_in, n_out), so that y = x @ weight + bias, and
where wanted

- ``bias_0``, ``bias_1``... of shape (n_out,); zero where missing;
- ``activations``: one string per layer (0-d for a single one); ``relu`` for all but the last, and ``identity`` for the
  last, where missing;
- ``input_shape``: integers, the shape of one sample, channels first; (n_in,) of the first layer where missing;
- ``classes``: the label of each output, numbers or strings; 0, 1, 2... where missing.

Any other network has ``layers`` in place of ``activations``: one string per layer, a JSON object of its ``kind`` (a
class of `brainnet.ann.layers`), ``name``, ``inputs`` (names; ``input`` for the samples) and the numbers and words of
that class (``stride``, ``activation``...). Its arrays are ``weight_3`` and ``bias_3``, or ``mean_3``, ``variance_3``,
``gamma_3`` and ``beta_3``, for the layer at position 3, and ``input_shape`` is required.

Nothing else: an unknown name is an error, and so are objects, since pickles are never loaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.description import described, from_description
from brainnet.ann.graph import LayerGraph, identifier
from brainnet.ann.layers import KINDS, Dense
from brainnet.errors import ModelFileError, nearest
from brainnet.guarded.archive import read_archive, write_archive

__all__ = ["read_npz", "write_npz"]

# Fields of layers that hold arrays, and what they are called in the file.
FIELDS = [field for cls in KINDS.values() for field in cls.arrays]
STORED = {field: "weight" if field == "weights" else field for field in FIELDS}
TYPES = {
    "activations": "U",
    "layers": "U",
    "input_shape": "iu",
    "classes": "fiubU",
    **dict.fromkeys(STORED.values(), "fiu"),
}


def read_npz(path: str | os.PathLike[str], max_bytes: int = 2**31) -> LayerGraph:
    """Read a network from an npz file; the module says what it holds.

    Parameters
    ----------
    path : path
        The file.
    max_bytes : int
        Most that all arrays together may take in memory, as float64; checked before any is read.

    Returns
    -------
    LayerGraph
        Named after the file. Layers ``dense_0``, ``dense_1``..., or as the file calls them.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large, or holds something that is not understood.
    """
    path = Path(path)
    arrays = read_archive(path, _check_member, max_bytes, itemsize=8)  # layers compute in float64
    try:
        layers = _described_layers(arrays) if "layers" in arrays else _dense_layers(arrays)
        if "input_shape" in arrays:
            input_shape = arrays["input_shape"].tolist()
        elif isinstance(layers[0], Dense) and "layers" not in arrays:
            input_shape = (layers[0].n_in,)
        else:
            raise ModelFileError("input_shape is missing; give the shape of one sample, channels first")
        classes = np.atleast_1d(arrays["classes"]).tolist() if "classes" in arrays else None
        return LayerGraph(tuple(layers), input_shape, identifier(path.stem), str(path), classes)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        cause = " ".join(str(error).split())
        raise ModelFileError(f"{path}: cannot be understood ({cause}); write it with write_npz") from error


def write_npz(graph: LayerGraph, path: str | os.PathLike[str]) -> None:
    """Write a network to an npz file, whole or not at all.

    Parameters
    ----------
    graph : LayerGraph
        The network; its name is not kept, nor are those of the layers in a chain of dense layers.
    path : path
        The file, ending in ``.npz``; replaced if it exists.

    Raises
    ------
    ModelFileError
        If the network cannot be stored, or the file not written.
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise ModelFileError(f"{path}: does not end in .npz; give it that ending")
    arrays: dict[str, Any] = {"input_shape": np.array(graph.input_shape)}
    if graph.is_chain and all(isinstance(layer, Dense) for layer in graph.layers):
        arrays["activations"] = np.array([layer.activation for layer in graph.layers])
    else:
        arrays["layers"] = np.array([described(layer) for layer in graph.layers])
    for i, layer in enumerate(graph.layers):
        arrays.update({f"{STORED[field]}_{i}": getattr(layer, field) for field in layer.arrays})
    if graph.classes is not None:
        arrays["classes"] = np.array(graph.classes)
        if arrays["classes"].tolist() != list(graph.classes) or arrays["classes"].dtype.kind not in TYPES["classes"]:
            raise ModelFileError(
                f"{path}: classes {graph.classes} are of mixed types; use numbers only or strings only"
            )
    write_archive(path, arrays)


def _dense_layers(arrays: Mapping[str, NDArray[Any]]) -> list[Dense]:
    """Make the chain that is described by its weights alone."""
    numbers = sorted(int(key.removeprefix("weight_")) for key in arrays if key.startswith("weight_"))
    n_layers = len(numbers)
    if numbers != list(range(n_layers)) or not n_layers:
        gap = next(i for i in range(n_layers + 1) if i not in numbers)
        raise ModelFileError(f"weight_{gap} is missing; number the layers weight_0, weight_1... without gaps")
    for key in arrays:
        stem, _, number = key.rpartition("_")
        if stem in STORED.values() and (stem not in ("weight", "bias") or int(number) >= n_layers):
            raise ModelFileError(f"{key} has no weight of that number; number weights and biases alike")
    layers = []
    for i, activation in enumerate(_activations(arrays, n_layers)):
        weights = arrays[f"weight_{i}"]
        bias = arrays.get(f"bias_{i}", np.zeros(weights.shape[-1:]))
        layers.append(Dense(f"dense_{i}", weights, bias, activation))
    return layers


def _described_layers(arrays: Mapping[str, NDArray[Any]]) -> list[Any]:
    """Make the layers from their descriptions."""
    if "activations" in arrays:
        raise ModelFileError("activations and layers exclude each other; put each activation into its layer")
    layers, used = [], set()
    for i, text in enumerate(np.atleast_1d(arrays["layers"]).ravel().tolist()):
        mine = {field: arrays[f"{name}_{i}"] for field, name in STORED.items() if f"{name}_{i}" in arrays}
        used |= {f"{STORED[field]}_{i}" for field in mine}
        layers.append(from_description(text, mine, f"layer {i}"))
    for key in arrays:
        if key.rpartition("_")[0] in STORED.values() and key not in used:
            raise ModelFileError(f"{key} has no layer of that number; give it one in layers")
    return layers


def _check_member(key: str, dtype: np.dtype[Any]) -> None:
    """Refuse an unknown name or a type that does not belong to it."""
    match = re.fullmatch(f"({'|'.join(STORED.values())})_(0|[1-9][0-9]{{0,5}})", key)
    kind = match[1] if match else key
    others = [name for name in TYPES if name not in STORED.values()]
    if not match and key not in others:
        names = ["weight_0", "bias_0", *others]
        raise ModelFileError(f"array {key!r} is not understood; {nearest(key, names)}")
    if dtype.kind not in TYPES[kind]:
        raise ModelFileError(
            f"array {key!r} has type {dtype}; give {'strings' if TYPES[kind] == 'U' else 'real numbers'}"
        )


def _activations(arrays: Mapping[str, NDArray[Any]], n_layers: int) -> list[str]:
    """Return the activation of each layer."""
    if "activations" not in arrays:
        return ["relu"] * (n_layers - 1) + ["identity"]
    activations = np.atleast_1d(arrays["activations"])
    if activations.shape != (n_layers,):
        raise ModelFileError(
            f"activations have shape {activations.shape} for {n_layers} layers; give one string per layer"
        )
    return [str(activation) for activation in activations]
