"""Data sets: digits (bundled with scikit-learn), MNIST (IDX folder or OpenML), nerve signatures and npz files."""

from __future__ import annotations

import os
from pathlib import Path

from brainnet.data.dataset import Dataset
from brainnet.data.digits import load_digits
from brainnet.data.idx import read_idx
from brainnet.data.mnist import has_idx_files, load_mnist
from brainnet.data.nerve import nerve_signatures
from brainnet.data.npz import load_npz
from brainnet.errors import DataError

__all__ = ["Dataset", "load", "load_digits", "load_mnist", "load_npz", "nerve_signatures", "read_idx"]

UNDERSTOOD = "'digits', 'mnist', a folder with the four MNIST IDX files, or an npz file (or the folder of one)"


def load(where: str | os.PathLike[str], *, bounded: bool = True) -> Dataset:
    """Load a data set by name or path.

    Parameters
    ----------
    where : str or path
        ``"digits"``; ``"mnist"`` (fetched from OpenML); a folder with the four MNIST IDX files; an npz file with
        ``x_train``, ``y_train``, ``x_test``, ``y_test``, or a folder with one such file. A folder that is itself
        called ``digits`` is reached as ``./digits``.
    bounded : bool
        Refuse images with values outside of [0, 1]; not all codings need them there.

    Returns
    -------
    Dataset
        The checked data set.

    Raises
    ------
    DataError
        If nothing is there, or what is there cannot be read.

    Examples
    --------
    >>> load("digits").sample_shape
    (8, 8)
    """
    if where == "digits":
        return load_digits()
    if where == "mnist":
        return load_mnist()
    if not isinstance(where, str | os.PathLike) or not os.fspath(where):
        raise DataError(f"data {where!r} is not understood; give {UNDERSTOOD}")
    path = Path(where)
    if os.path.isdir(path):
        return _load_folder(path, bounded)
    if not os.path.exists(path):  # unlike Path.exists, never raises
        raise DataError(f"data {str(where)!r} is no data set and no path; give {UNDERSTOOD}")
    if path.suffix.lower() != ".npz":
        raise DataError(f"{path}: not an npz file; give {UNDERSTOOD}")
    return load_npz(path, bounded=bounded)


def _load_folder(folder: Path, bounded: bool) -> Dataset:
    """Load what a folder holds: IDX files or one npz file."""
    try:
        is_mnist, archives = has_idx_files(folder), sorted(folder.glob("*.npz"))
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror or error}); check its permissions") from error
    if is_mnist:
        return load_mnist(folder)
    if not archives:
        raise DataError(f"{folder}: holds neither MNIST IDX files nor an npz file; give {UNDERSTOOD}")
    if len(archives) > 1:
        raise DataError(f"{folder}: holds {len(archives)} npz files; name one, such as {archives[0]}")
    return load_npz(archives[0], bounded=bounded)
