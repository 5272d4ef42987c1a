"""Readers of trained networks, all into one layer graph."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import (
    QCFS,
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Concatenate,
    Conv1d,
    Conv2d,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalAveragePool,
    Layer,
    MaxPool,
    ReLU,
    Softmax,
)
from brainnet.ann.merge_pooling import merge_pooling
from brainnet.ann.npz import read_npz, write_npz
from brainnet.ann.onnx import read_onnx
from brainnet.ann.residual import random_residual_network
from brainnet.ann.simplify import drop_flatten, fold_batch_norm, fuse_activations, simplify
from brainnet.ann.sklearn import from_sklearn
from brainnet.ann.torch import from_torch
from brainnet.errors import ModelFileError

__all__ = [
    "QCFS",
    "Abs",
    "Add",
    "AveragePool",
    "BatchNorm",
    "ClippedReLU",
    "Concatenate",
    "Conv1d",
    "Conv2d",
    "ConvTranspose",
    "Dense",
    "Flatten",
    "GlobalAveragePool",
    "Layer",
    "LayerGraph",
    "MaxPool",
    "ReLU",
    "Softmax",
    "drop_flatten",
    "fold_batch_norm",
    "from_sklearn",
    "from_torch",
    "fuse_activations",
    "merge_pooling",
    "random_residual_network",
    "read",
    "read_npz",
    "read_onnx",
    "simplify",
    "write_npz",
]

UNDERSTOOD = "an npz or onnx file, a fitted scikit-learn MLPClassifier or MLPRegressor, or a torch.nn.Module"
PICKLED = (".pt", ".pth", ".pkl", ".pickle", ".joblib")


def read(source: Any, input_shape: Sequence[int] | None = None) -> LayerGraph:
    """Read a trained network, whatever it comes as.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        The network. scikit-learn and PyTorch are imported only if the object is theirs.
    input_shape : sequence of int, optional
        Shape of one sample, channels first, where a torch module or an ONNX file does not say it.

    Returns
    -------
    LayerGraph
        The network; a `LayerGraph` comes back as it is.

    Raises
    ------
    ModelFileError
        If the source is not understood, or says its own input shape.
    """
    packages = {cls.__module__.partition(".")[0] for cls in type(source).__mro__}
    if isinstance(source, str | os.PathLike):
        return _read_path(Path(source), input_shape)
    if "torch" in packages:
        return from_torch(source, input_shape)
    if input_shape is not None:
        raise ModelFileError(f"a {type(source).__name__} says its own input shape; leave input_shape out")
    if isinstance(source, LayerGraph):
        return source
    if "sklearn" in packages:
        return from_sklearn(source)
    raise ModelFileError(f"a {type(source).__name__} is not understood as a network; give {UNDERSTOOD}")


def _read_path(path: Path, input_shape: Sequence[int] | None) -> LayerGraph:
    """Read a file by its ending."""
    ending = path.suffix.lower()
    if ending in PICKLED:
        raise ModelFileError(
            f"{path}: pickles are never loaded; load it yourself and pass the object, or write an npz file"
        )
    if ending == ".nir":
        raise ModelFileError(f"{path}: a spiking network is nothing to convert; read it with brainnet.spiking.read_nir")
    if ending == ".onnx":
        return read_onnx(path, input_shape)
    if ending == ".npz" and input_shape is not None:
        raise ModelFileError(f"{path}: an npz file says its own input shape; leave input_shape out")
    if ending == ".npz":
        return read_npz(path)
    if not os.path.exists(path):  # unlike Path.exists, never raises
        raise ModelFileError(f"{path}: no such file; give {UNDERSTOOD}")
    raise ModelFileError(f"{path}: {ending or 'a file without ending'} is not understood yet; give {UNDERSTOOD}")
