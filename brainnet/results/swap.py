"""Two folders exchange their names in one step, where the system has one for it."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

__all__ = ["exchange"]

_AT_FDCWD, _EXCHANGE = -100, 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_UNKNOWN = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


def exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders; False, and nothing done, where system or file system cannot.

    Raises
    ------
    OSError
        It can, and fails.
    """
    if os.name != "posix":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):  # Linux
        failed = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, ctypes.c_uint(_EXCHANGE))
    elif hasattr(library, "renamex_np"):  # macOS
        failed = library.renamex_np(first, second, ctypes.c_uint(_EXCHANGE))
    else:
        return False
    if failed and (code := ctypes.get_errno()) not in _UNKNOWN:
        raise OSError(code, os.strerror(code), str(other))
    return not failed
