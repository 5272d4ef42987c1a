"""A data set of the user's own, in one npz file."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.data.dataset import Dataset
from brainnet.errors import DataError

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
        If the file is missing, damaged, larger than 4 GiB unpacked, or lacks an array.
    """
    path = Path(path)
    if not path.is_file():
        raise DataError(f"{path}: no such file; give an npz file with {', '.join(KEYS)}")
    arrays = _read(path)
    pixels = [arrays["x_train"], arrays["x_test"]]
    if all(x.dtype == np.uint8 and x.size for x in pixels) and max(x.max() for x in pixels) > 1:
        arrays["x_train"], arrays["x_test"] = (x.astype(np.float32) / np.float32(255) for x in pixels)
    x_train, y_train, x_test, y_test = (arrays[key] for key in KEYS)
    return Dataset(path.stem, x_train, y_train, x_test, y_test, str(path), bounded)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    """Read the four arrays, bounded in memory."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: info for info in archive.infolist()}
            missing = [key for key in KEYS if f"{key}.npy" not in members]
            wanted = [members[f"{key}.npy"] for key in KEYS if key not in missing]
    except Exception as error:  # zipfile raises many types on damaged bytes
        raise DataError(f"{path}: not an npz file ({error}); write it with np.savez") from error
    if missing:
        raise DataError(f"{path}: {', '.join(missing)} missing; write {', '.join(KEYS)} with np.savez")
    # zipfile never unpacks more of a member than the directory declares, so this bounds the memory
    if sum(info.file_size for info in wanted) > MAX_BYTES:
        raise DataError(f"{path}: more than {MAX_BYTES} bytes unpacked; save float32, or fewer samples")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in KEYS}
    except Exception as error:  # so do NumPy and zlib
        cause = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path}: cannot be read ({cause}); write plain arrays with np.savez") from error
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise DataError(f"{path}: a member is no npy file; write it with np.savez")
    return arrays
