"""Readers of trained networks, all into one layer graph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from brainnet.ann.dense import Dense
from brainnet.ann.graph import LayerGraph
from brainnet.ann.npz import read_npz, write_npz
from brainnet.ann.sklearn import from_sklearn
from brainnet.ann.torch import from_torch
from brainnet.errors import ModelFileError

__all__ = ["Dense", "LayerGraph", "from_sklearn", "from_torch", "read", "read_npz", "write_npz"]

UNDERSTOOD = "an npz file, a fitted scikit-learn MLPClassifier or MLPRegressor, or a torch.nn.Sequential"
PICKLED = (".pt", ".pth", ".pkl", ".pickle", ".joblib")


def read(source: Any) -> LayerGraph:
    """Read a trained network, whatever it comes as.

    Parameters
    ----------
    source : LayerGraph, path, scikit-learn estimator or torch module
        The network. scikit-learn and PyTorch are imported only if the object is theirs.

    Returns
    -------
    LayerGraph
        The network; a `LayerGraph` comes back as it is.

    Raises
    ------
    ModelFileError
        If the source is not understood.
    """
    if isinstance(source, LayerGraph):
        return source
    if isinstance(source, str | os.PathLike):
        return _read_path(Path(source))
    packages = {cls.__module__.partition(".")[0] for cls in type(source).__mro__}
    if "torch" in packages:
        return from_torch(source)
    if "sklearn" in packages:
        return from_sklearn(source)
    raise ModelFileError(f"a {type(source).__name__} is not understood as a network; give {UNDERSTOOD}")


def _read_path(path: Path) -> LayerGraph:
    """Read a file by its ending."""
    ending = path.suffix.lower()
    if ending in PICKLED:
        raise ModelFileError(
            f"{path}: pickles are never loaded; load it yourself and pass the object, or write an npz file"
        )
    if ending == ".npz":
        return read_npz(path)
    if not os.path.exists(path):  # unlike Path.exists, never raises
        raise ModelFileError(f"{path}: no such file; give {UNDERSTOOD}")
    raise ModelFileError(f"{path}: {ending or 'a file without ending'} is not understood yet; give {UNDERSTOOD}")
