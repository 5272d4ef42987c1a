"""A data set of the user's own, in one npz file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.data.dataset import Dataset
from brainnet.errors import DataError, ModelFileError
from brainnet.guarded.archive import read_archive
from brainnet.guarded.limits import max_bytes

__all__ = ["load_npz"]

KEYS = ("x_train", "y_train", "x_test", "y_test")
MAX_BYTES = 2**32


def load_npz(path: str | os.PathLike[str], *, bounded: bool = True) -> Dataset:
    """Load the arrays ``x_train``, ``y_train``, ``x_test`` and ``y_test`` of an npz file.

    Parameters
    ----------
    path : path
        File written by ``np.savez``; other arrays in it are left alone. Where both x are of type uint8 and hold
        values above 1, they are pixels and are divided by 255.
    bounded : bool
        Refuse images with values outside of [0, 1].

    Returns
    -------
    Dataset
        Named after the file.

    Raises
    ------
    DataError
        If the file is missing, damaged, larger than 4 GiB as float32 (BRAINNET_MAX_BYTES raises it), or
        lacks an array.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file; give an npz file with {', '.join(KEYS)}")
    arrays = _read(path)
    pixels = [arrays["x_train"], arrays["x_test"]]
    if all(x.dtype == np.uint8 and x.size for x in pixels) and max(x.max() for x in pixels) > 1:
        for key in ("x_train", "x_test"):
            arrays[key] = arrays[key].astype(np.float32)
            arrays[key] /= np.float32(255)  # in place: one copy less of what may be large
    x_train, y_train, x_test, y_test = (arrays[key] for key in KEYS)
    return Dataset(path.stem, x_train, y_train, x_test, y_test, str(path), bounded)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """Read the four arrays, bounded in memory."""
    try:
        # images become float32, labels are few
        arrays = read_archive(path, _check_member, max_bytes(MAX_BYTES), only=KEYS, itemsize=4, empty=True)
    except ModelFileError as error:
        raise DataError(str(error)) from error
    if missing := [key for key in KEYS if key not in arrays]:
        raise DataError(f"{path}: {', '.join(missing)} missing; write {', '.join(KEYS)} with np.savez")
    return arrays


def _check_member(key: str, dtype: np.dtype[Any]) -> None:
    """Take any type here: the data set tells what it wants."""
