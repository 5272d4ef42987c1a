"""Networks as plain arrays in an npz file.

The file holds ``weight_0``, ``weight_1``... of shape (n_in, n_out), so that y = x @ weight + bias, and where wanted

- ``bias_0``, ``bias_1``... of shape (n_out,); zero where missing;
- ``activations``: one string a layer (0-d for a single layer); ``relu`` for all but the last, and ``identity`` for the
  last, where missing;
- ``input_shape``: integers, the shape of one sample; (n_in,) of the first layer where missing;
- ``classes``: the label of each output, numbers or strings; 0, 1, 2... where missing.

Nothing else: an unknown name is an error, and so are objects, since pickles are never loaded.
"""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.archive import read_archive
from brainnet.ann.dense import Dense
from brainnet.ann.graph import LayerGraph, identifier
from brainnet.errors import ModelFileError, nearest

__all__ = ["read_npz", "write_npz"]

KINDS = {"weight": "fiu", "bias": "fiu", "activations": "U", "input_shape": "iu", "classes": "fiubU"}


def read_npz(path: str | os.PathLike[str], max_bytes: int = 2**31) -> LayerGraph:
    """Read a network from an npz file; the module says what it holds.

    Parameters
    ----------
    path : path
        The file.
    max_bytes : int
        Most that all arrays together may take in memory; checked before any is read.

    Returns
    -------
    LayerGraph
        Layers ``dense_0``, ``dense_1``..., named after the file.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large, or holds something that is not understood.
    """
    path = Path(path)
    arrays = read_archive(path, _check_member, max_bytes)
    numbers = sorted(int(key.removeprefix("weight_")) for key in arrays if key.startswith("weight_"))
    n_layers = len(numbers)
    if numbers != list(range(n_layers)) or not n_layers:
        gap = next(i for i in range(n_layers + 1) if i not in numbers)
        raise ModelFileError(f"{path}: weight_{gap} is missing; number the layers weight_0, weight_1... without gaps")
    orphans = [key for key in arrays if key.startswith("bias_") and int(key.removeprefix("bias_")) >= n_layers]
    if orphans:
        raise ModelFileError(f"{path}: {orphans[0]} has no weight of that number; number weights and biases alike")
    activations = _strings(arrays, path, n_layers)
    try:
        layers = []
        for i, activation in enumerate(activations):
            weights = arrays[f"weight_{i}"]
            bias = arrays.get(f"bias_{i}", np.zeros(weights.shape[-1:]))
            layers.append(Dense(f"dense_{i}", weights, bias, activation))
        input_shape = arrays["input_shape"].tolist() if "input_shape" in arrays else (layers[0].n_in,)
        classes = np.atleast_1d(arrays["classes"]).tolist() if "classes" in arrays else None
        return LayerGraph(tuple(layers), input_shape, identifier(path.stem), str(path), classes)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except (TypeError, ValueError) as error:
        raise ModelFileError(f"{path}: cannot be understood ({error}); write it with write_npz") from error


def write_npz(graph: LayerGraph, path: str | os.PathLike[str]) -> None:
    """Write a network to an npz file, whole or not at all.

    Parameters
    ----------
    graph : LayerGraph
        The network; its names are not kept.
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
    arrays: dict[str, Any] = {
        "activations": np.array([layer.activation for layer in graph.layers]),
        "input_shape": np.array(graph.input_shape),
    }
    for i, layer in enumerate(graph.layers):
        arrays[f"weight_{i}"], arrays[f"bias_{i}"] = layer.weights, layer.bias
    if graph.classes is not None:
        arrays["classes"] = np.array(graph.classes)
        if arrays["classes"].tolist() != list(graph.classes) or arrays["classes"].dtype.kind not in KINDS["classes"]:
            raise ModelFileError(
                f"{path}: classes {graph.classes} are of mixed types; use numbers only or strings only"
            )
    # beside the target, since a rename across file systems is not atomic
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            np.savez(file, **arrays)
        part.replace(path)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be written ({error.strerror or error}); check the folder") from error
    finally:
        part.unlink(missing_ok=True)


def _check_member(key: str, dtype: np.dtype[Any]) -> None:
    """Refuse an unknown name or a type that does not belong to it."""
    match = re.fullmatch("(weight|bias)_(0|[1-9][0-9]{0,5})", key)
    kind = match[1] if match else key
    if not match and key not in ("activations", "input_shape", "classes"):
        names = ["weight_0", "bias_0", "activations", "input_shape", "classes"]
        raise ModelFileError(f"array {key!r} is not understood; {nearest(key, names)}")
    if dtype.kind not in KINDS[kind]:
        raise ModelFileError(
            f"array {key!r} has type {dtype}; give {'strings' if KINDS[kind] == 'U' else 'real numbers'}"
        )


def _strings(arrays: dict[str, NDArray[Any]], path: Path, n_layers: int) -> list[str]:
    """Return the activation of each layer."""
    if "activations" not in arrays:
        return ["relu"] * (n_layers - 1) + ["identity"]
    activations = np.atleast_1d(arrays["activations"])
    if activations.shape != (n_layers,):
        raise ModelFileError(
            f"{path}: activations have shape {activations.shape} for {n_layers} layers; give one string a layer"
        )
    return [str(activation) for activation in activations]
