"""MNIST, handwritten digits of 28 x 28 pixels (LeCun, Bottou, Bengio & Haffner 1998, doi:10.1109/5.726791)."""

from __future__ import annotations

import http.client
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from brainnet.data.dataset import Dataset
from brainnet.data.idx import read_idx
from brainnet.errors import DataError

__all__ = ["load_mnist"]

N_TRAIN = 60_000
PARTS = {"train": "train", "test": "t10k"}


def load_mnist(directory: str | os.PathLike[str] | None = None) -> Dataset:
    """Load MNIST from a folder with the four IDX files, or from OpenML.

    Parameters
    ----------
    directory : path, optional
        Folder with ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``, ``t10k-images-idx3-ubyte`` and
        ``t10k-labels-idx1-ubyte``; with or without ``.gz``, and also spelt ``train-images.idx3-ubyte``. Without a
        folder, ``mnist_784`` is fetched from OpenML and kept in scikit-learn's cache; its first 60000 rows are the
        training part.

    Returns
    -------
    Dataset
        x of shape (n, 28, 28): pixels / 255; y in 0..9.

    Raises
    ------
    DataError
        If a file is missing, damaged or does not fit the others, or OpenML cannot be reached.
    """
    if directory is None:
        return _from_openml()
    folder = Path(directory)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; give the folder with the four MNIST IDX files")
    files = {part: (_find(folder, f"{prefix}-images", 3), _find(folder, f"{prefix}-labels", 1))
             for part, prefix in PARTS.items()}  # fmt: skip
    (x_train, y_train), (x_test, y_test) = (_read_part(*files[part]) for part in PARTS)
    return Dataset("mnist", x_train, y_train, x_test, y_test, f"IDX files in {folder}")


def has_idx_files(folder: Path) -> bool:
    """Say whether a folder holds any of the four MNIST files."""
    names = {entry.name for entry in folder.iterdir()}
    stems = [(f"{prefix}-{kind}", rank) for prefix in PARTS.values() for kind, rank in (("images", 3), ("labels", 1))]
    return any(not names.isdisjoint(_spellings(stem, rank)) for stem, rank in stems)


def _spellings(stem: str, rank: int) -> list[str]:
    """Names under which a file is found in the wild, the preferred first."""
    return [f"{stem}{mark}idx{rank}-ubyte{gz}" for gz in ("", ".gz") for mark in "-."]


def _find(folder: Path, stem: str, rank: int) -> Path:
    """Return the file under any of its spellings."""
    for name in _spellings(stem, rank):
        if (folder / name).is_file():
            return folder / name
    raise DataError(f"{stem}-idx{rank}-ubyte(.gz) is missing in {folder}; put the four MNIST IDX files there")


def _read_part(images_path: Path, labels_path: Path) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Read the images and labels of one part and compare them."""
    images, labels = read_idx(images_path), read_idx(labels_path)
    for path, array, rank in ((images_path, images, 3), (labels_path, labels, 1)):
        if array.ndim != rank or array.dtype != np.uint8:
            raise DataError(
                f"{path}: {array.ndim} axes of {array.dtype}, not {rank} of uint8; give the original MNIST file"
            )
    if len(images) != len(labels):
        raise DataError(
            f"{images_path} has {len(images)} images and {labels_path.name} has {len(labels)} labels; "
            "take both from the same source"
        )
    if labels.max() > 9:
        raise DataError(f"{labels_path}: label {labels.max()} is outside 0..9; give the original MNIST file")
    return images.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def _from_openml() -> Dataset:
    """Fetch the 70000 digits from OpenML."""
    try:
        # here, since scikit-learn takes a second to import and a folder of IDX files does not need it
        from sklearn.datasets import fetch_openml

        x, y = fetch_openml("mnist_784", version=1, as_frame=False, parser="auto", return_X_y=True)
        images = (np.asarray(x, dtype=np.float32) / np.float32(255)).reshape(-1, 28, 28)
        labels = np.asarray(y).astype(np.int64)
    except (OSError, ValueError, ImportError, http.client.HTTPException) as error:
        cause = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"MNIST could not be fetched from OpenML ({cause}); pass --data DIR with the four IDX files"
        ) from error
    if len(images) <= N_TRAIN:
        raise DataError(
            f"MNIST could not be fetched from OpenML ({len(images)} images came); "
            "pass --data DIR with the four IDX files"
        )
    parts = images[:N_TRAIN], labels[:N_TRAIN], images[N_TRAIN:], labels[N_TRAIN:]
    return Dataset("mnist", *parts, "OpenML mnist_784, version 1")
