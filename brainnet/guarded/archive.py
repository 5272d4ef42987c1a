"""npz archives from anywhere: headers are checked before data are read, and nothing is unpickled."""

from __future__ import annotations

import math
import os
import struct
import sys
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from brainnet.errors import ModelFileError
from brainnet.guarded.limits import allowed
from brainnet.leftovers import hidden_file

__all__ = ["read_archive", "save_arrays", "write_archive"]

Header = tuple[tuple[int, ...], bool, "np.dtype[Any]", int]  # shape, Fortran order, type, bytes of the header


@dataclass
class Bound:
    """What the arrays of a file may take, and what to do if that is not enough."""

    n_bytes: int
    remedy: str
    itemsize: int
    empty: bool


def read_archive(
    path: Path,
    check: Callable[[str, np.dtype[Any]], None],
    max_bytes: int,
    *,
    only: Collection[str] | None = None,
    itemsize: int = 1,
    empty: bool = False,
) -> dict[str, NDArray[Any]]:
    """Read the arrays of an npz file.

    Parameters
    ----------
    path : Path
        The file.
    check : callable
        Called with the name and type of every array before any is read; raises `ModelFileError` to refuse it.
    max_bytes : int
        Most that all arrays together may take; less for a file that is much smaller.
    only : collection of str, optional
        Names of the arrays to read; others are left alone.
    itemsize : int
        Bytes that a number takes once the caller has converted it, where it takes less in the file.
    empty : bool
        Take arrays without elements.

    Returns
    -------
    dict of str to array
        By name, without ``.npy``.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large or refused.
    """
    try:
        if not path.is_file():
            raise ModelFileError("no such file; give the path of an npz file")
        with zipfile.ZipFile(path) as archive:
            _check_count(archive, path)
            bound = Bound(*allowed(path, max_bytes), itemsize, empty)
            headers = _headers(archive, check, only, bound)
            return {key: _values(archive, f"{key}.npy", header) for key, header in headers.items()}
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except zipfile.BadZipFile as error:
        raise ModelFileError(f"{path}: not an npz file, or damaged; write it again with np.savez") from error
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror or error}); check the file") from error
    except Exception as error:  # zipfile, zlib and NumPy raise a dozen types on damaged bytes
        raise ModelFileError(f"{path}: not an npz file, or damaged; write it again with np.savez") from error


def save_arrays(file: Any, arrays: Mapping[str, Any]) -> None:
    """Write arrays of numbers and texts in the format npz, never a pickle.

    NumPy's own word for that, ``allow_pickle=False``, is an array of this name until 2.0.
    """
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    if any(array.dtype.hasobject for array in arrays.values()):
        raise TypeError("arrays of objects would be pickled; give numbers and texts")
    np.savez(file, **arrays)


def write_archive(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to an npz file, whole or not at all.

    Parameters
    ----------
    path : Path
        Replaced if it exists.
    arrays : mapping of str to array

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    try:
        with hidden_file(path) as part:
            with part.open("wb") as file:
                save_arrays(file, arrays)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be written ({error.strerror or error}); check the folder") from error


def _check_count(archive: zipfile.ZipFile, path: Path) -> None:
    """Compare the number of members; zipfile does not, and a damaged length makes members vanish without a word."""
    with path.open("rb") as file:
        file.seek(-22 - len(archive.comment), 2)  # the end record: 22 bytes and a comment
        (declared,) = struct.unpack("<10xH10x", file.read(22))
    if declared != len(archive.infolist()):
        raise ModelFileError(
            f"the zip directory declares {declared} members and lists {len(archive.infolist())}; "
            "the file is damaged, write it again"
        )


def _headers(
    archive: zipfile.ZipFile, check: Callable[[str, np.dtype[Any]], None], only: Collection[str] | None, bound: Bound
) -> dict[str, Header]:
    """Read and check what every member says that it is."""
    headers: dict[str, Header] = {}
    total = 0
    for info in archive.infolist():
        key = info.filename.removesuffix(".npy")
        if key == info.filename or key in headers:
            raise ModelFileError(f"member {info.filename!r} is no npy file or there twice; write it with np.savez")
        if only is not None and key not in only:
            continue
        # other methods unpack a whole block at once, however large
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ModelFileError(f"member {info.filename!r} is compressed in an unusual way; write it with np.savez")
        header = _header(archive, info)
        shape, _, dtype, n_header = header
        if dtype.hasobject:
            raise ModelFileError(f"array {key!r} holds objects; pickles are never loaded, save plain numbers")
        check(key, dtype)
        n_bytes = math.prod(shape) * dtype.itemsize
        total += math.prod(shape) * max(dtype.itemsize, bound.itemsize)
        if total > bound.n_bytes:
            raise ModelFileError(f"the arrays take more than {bound.n_bytes} bytes; {bound.remedy}")
        if n_bytes == 0 and not bound.empty:
            raise ModelFileError(f"array {key!r} of shape {shape} is empty; leave it out or fill it")
        if info.file_size != n_header + n_bytes:
            raise ModelFileError(
                f"array {key!r} declares {n_bytes} bytes and has {info.file_size - n_header}; write it with np.savez"
            )
        headers[key] = header
    return headers


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Header:
    """Read the npy header of a member."""
    with archive.open(info) as member:
        version = npy.read_magic(member)
        # version 1 holds every plain array in a header of 64 KiB at most; later ones allow headers of 4 GiB
        if version != (1, 0):
            raise ModelFileError(
                f"member {info.filename!r} has npy version {version}; write plain arrays with np.savez"
            )
        shape, fortran, dtype = npy.read_array_header_1_0(member)
        if any(length < 0 for length in shape):
            raise ModelFileError(f"member {info.filename!r} declares shape {shape}; write it with np.savez")
        return shape, fortran, dtype, member.tell()


def _values(archive: zipfile.ZipFile, name: str, header: Header) -> NDArray[Any]:
    """Read the data of a member whose header has been checked; zipfile compares the checksum at its end."""
    shape, fortran, dtype, n_header = header
    with archive.open(name) as member:
        member.read(n_header)
        data = member.read()
    # NumPy takes any 32 bits for a character, and fails with a SystemError when it is looked at
    if dtype.kind == "U" and data and np.frombuffer(data, f"{dtype.byteorder}u4").max() > sys.maxunicode:
        raise ModelFileError(f"member {name!r} holds no text; write it with np.savez")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
