"""The IDX format of the original MNIST files, plain or compressed with gzip.

Two zero bytes, one byte for the type, one for the number of axes; then the length of each axis as a big-endian 32-bit
unsigned integer; then the values, big-endian, last axis fastest.
"""

from __future__ import annotations

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError
from brainnet.guarded.limits import VARIABLE, allowed, max_bytes

__all__ = ["read_idx"]

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
MAX_BYTES = 2**31
MAX_AXES = 32  # what every NumPy can hold
CHUNK = 2**20
GZIP_MAGIC = b"\x1f\x8b"


def read_idx(path: str | os.PathLike[str]) -> NDArray[np.generic]:
    """Read one IDX file.

    Parameters
    ----------
    path : path
        The file; gzip is recognised by its first bytes.

    Returns
    -------
    array of the declared shape
        Values in the native byte order of the machine.

    Raises
    ------
    DataError
        If the file is missing or damaged, or declares more than it holds, than 2 GiB (BRAINNET_MAX_BYTES sets another
        limit), or than a file of its size unpacks to.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise DataError(f"{path}: no such file; give the path of an IDX file")
        with path.open("rb") as raw:
            start = raw.read(2)
            raw.seek(0)
            if not start:
                raise DataError(f"{path}: the file is empty; fetch it again")
            if start == GZIP_MAGIC:
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    return _read(unpacked, path, size=None)
            if path.suffix == ".gz":
                raise DataError(f"{path}: not a gzip file; fetch it again, or drop .gz from its name if it is unpacked")
            return _read(raw, path, size=os.fstat(raw.fileno()).st_size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: the gzip data are damaged ({error}); fetch the file again") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}); check the file") from error


def _read(file: IO[bytes] | gzip.GzipFile, path: Path, size: int | None) -> NDArray[np.generic]:
    """Read header and values; size is that of the whole file where it is known beforehand."""
    dtype, shape = _read_header(file, path)
    n_bytes = math.prod(shape) * dtype.itemsize
    most, remedy = max_bytes(MAX_BYTES), f"fetch it again, or raise {VARIABLE}"
    if size is None:
        most, remedy = allowed(path, most)
    if n_bytes > most:
        raise DataError(f"{path}: the header declares {n_bytes} bytes, over the limit of {most}; {remedy}")
    header_bytes = 4 + 4 * len(shape)
    if size is not None and size != header_bytes + n_bytes:
        kind = "truncated" if size < header_bytes + n_bytes else "followed by trailing bytes"
        raise DataError(
            f"{path}: {kind}: {size} bytes where shape {shape} needs {header_bytes + n_bytes}; fetch it again"
        )
    payload = bytearray()  # grows with what is there, not with what a header says
    while len(payload) < n_bytes:
        chunk = file.read(min(CHUNK, n_bytes - len(payload)))
        if not chunk:
            raise DataError(f"{path}: truncated: {len(payload)} bytes of values, {n_bytes} declared; fetch it again")
        payload += chunk
    if file.read(1):  # reaching the end also makes gzip compare its checksum
        raise DataError(f"{path}: followed by trailing bytes after {n_bytes} bytes of values; fetch it again")
    values = np.frombuffer(payload, dtype).reshape(shape)
    return values.astype(dtype.newbyteorder("="), copy=False)


def _read_header(file: IO[bytes] | gzip.GzipFile, path: Path) -> tuple[np.dtype[np.generic], tuple[int, ...]]:
    """Read type and shape."""
    magic = file.read(4)
    if magic[:2] != b"\0\0"[: len(magic)]:
        raise DataError(f"{path}: starts with {magic.hex(' ')}, not with the two zero bytes of IDX; give an IDX file")
    if len(magic) < 4:
        raise DataError(f"{path}: truncated in its header; fetch it again")
    code, n_axes = magic[2], magic[3]
    if code not in TYPES:
        known = ", ".join(f"0x{known:02X}" for known in TYPES)
        raise DataError(f"{path}: IDX type 0x{code:02X} does not exist; use one of {known}")
    if not 1 <= n_axes <= MAX_AXES:
        raise DataError(f"{path}: the header declares {n_axes} axes; 1 to {MAX_AXES} can be read")
    lengths = file.read(4 * n_axes)
    if len(lengths) < 4 * n_axes:
        raise DataError(f"{path}: truncated in its header; fetch it again")
    shape = struct.unpack(f">{n_axes}I", lengths)
    if 0 in shape:
        raise DataError(f"{path}: shape {shape} holds no values; give a file that does")
    return np.dtype(TYPES[code]), shape
