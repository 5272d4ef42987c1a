"""How much a file may take in memory."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from brainnet.errors import ParameterError

__all__ = ["VARIABLE", "allowed", "max_bytes", "read_text"]

VARIABLE = "BRAINNET_MAX_BYTES"
# Data that shrink more than that are zeros, or made to fill a memory; below the floor it does no harm.
RATIO, FLOOR = 200, 2**28


def max_bytes(default: int) -> int:
    """Return what BRAINNET_MAX_BYTES names, else the default.

    Raises
    ------
    ParameterError
        It is no whole number of bytes.
    """
    text = os.environ.get(VARIABLE, "")
    if text and not (text.isascii() and text.isdigit() and int(text)):
        raise ParameterError(
            f"{VARIABLE} = {text!r} is no number of bytes; set it to one, such as {default}, or unset it"
        )
    return int(text or default)


def allowed(path: Path, most: int, beside: int = 0) -> tuple[int, str]:
    """Return how many bytes the data of a file may take, and what to do where they take more.

    Parameters
    ----------
    path : Path
    most : int
        The limit for files of any size.
    beside : int
        Bytes of the same data that lie in other files.

    Raises
    ------
    OSError
        There is no such file.
    """
    size = path.stat().st_size + beside
    believable = max(FLOOR, RATIO * size)
    if believable < most:
        return believable, f"a file of {size} bytes has no such data; if you trust it, save it uncompressed"
    return most, f"raise max_bytes, or {VARIABLE}, if you trust the file"


def read_text(path: Path, most: int) -> str | None:
    """Return the text of a file, or None where it has more than `most` bytes; devices and pipes are no files.

    Raises
    ------
    OSError
        It cannot be read.
    ValueError
        It is no UTF-8.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is no file")
    with path.open("rb") as file:
        content = file.read(most + 1)
    return None if len(content) > most else content.decode("utf-8")
