"""HDF5 files from anywhere, read by a process of its own with limits on time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.children import run_guarded
from brainnet.errors import ModelFileError
from brainnet.guarded import hdf5_dump
from brainnet.guarded.archive import read_archive
from brainnet.guarded.limits import allowed
from brainnet.leftovers import temporary_folder

__all__ = ["probe_netcdf", "read_hdf5"]

# Files of the size that max_bytes allows are read in seconds, on a busy machine in tens of them.
SECONDS = 120

Tree = dict[str, Any]


def read_hdf5(path: Path, max_bytes: int) -> Tree:
    """Read all groups and data of an HDF5 file.

    Links to other files or places, data in other files, references and filters that come as plug-ins are refused.
    Attributes are not read.

    Parameters
    ----------
    path : Path
    max_bytes : int
        Most that all data may take; checked before any are read.

    Returns
    -------
    dict
        Of dicts (groups), arrays, str and lists of str.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large, or holds something else.
    """
    if not path.is_file():
        raise ModelFileError("no such file; give the path of an HDF5 file")
    with temporary_folder() as folder:
        copy = folder / "copy.npz"
        _run(path, str(copy), max_bytes)
        try:
            arrays = read_archive(copy, _check_member, 2 * max_bytes + 2**20)
        except ModelFileError as error:
            raise ModelFileError(f"cannot be read ({error.__cause__ or error}); write it again") from error
    tree = json.loads(arrays.pop("tree").tobytes())
    return _filled(tree, arrays)


def probe_netcdf(path: Path, max_bytes: int) -> None:
    """Read all variables and attributes of a netCDF file in a process of its own, which then forgets them.

    Raises
    ------
    ModelFileError
        If that process fails, takes too long, or finds something that `read_hdf5` refuses.
    """
    _run(path, "", max_bytes)


def _run(path: Path, copy: str, max_bytes: int) -> None:
    """Have the file read by a process with limits on time and memory."""
    try:
        most, remedy = allowed(path, max_bytes)
        # -P: the folder of the script is not searched for modules
        command = [sys.executable, "-P", hdf5_dump.__file__, str(path.resolve()), copy, str(most), remedy]
        # no plug-ins; and no memory put aside for threads that have nothing to do
        environment = {**os.environ, "HDF5_PLUGIN_PRELOAD": "::", "OPENBLAS_NUM_THREADS": "1"}
        done = run_guarded(command, environment, SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ModelFileError(f"reading takes more than {SECONDS} s; the file is damaged, write it again") from error
    except OSError as error:
        raise ModelFileError(f"cannot be read ({error.strerror or error}); check the file") from error
    if done.returncode:
        cause = " ".join(done.stderr.decode(errors="replace").split())[-300:]
        if done.returncode < 0 or not cause:
            cause = f"the HDF5 library gave up with code {done.returncode}"
        raise ModelFileError(f"cannot be read ({cause}); write it again")


def _check_member(key: str, dtype: np.dtype[Any]) -> None:
    """Take numbers only."""
    if dtype.kind not in "fiu":
        raise ModelFileError(f"array {key!r} has type {dtype}; use numbers")


def _filled(tree: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Put the arrays in place of their numbers; the depth was checked when the tree was made."""
    if isinstance(tree, dict):
        return {name: _filled(member, arrays) for name, member in tree.items()}
    return arrays[f"array_{tree}"] if isinstance(tree, int) else tree
