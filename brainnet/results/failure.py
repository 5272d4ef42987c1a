"""One line for what the operating system says."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from brainnet.errors import ResultsError

__all__ = ["write_error"]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_FOLDER = (errno.ENOTDIR, errno.EEXIST)


def write_error(error: OSError, path: Path) -> ResultsError:
    """Return the error to raise when `path` could not be written because of `error`."""
    code = error.errno
    if code in _FULL:
        return ResultsError(f"no space left on the device that holds {path}; free some or choose another --out")
    if code in _DENIED:
        reason = f"{os.strerror(code).lower()}; change its permissions"
    elif code in _NO_FOLDER:
        reason = "a part of that path is a file; rename it"
    else:
        reason = f"{os.strerror(code) if code else ' '.join(str(error).split())}; correct that"
    return ResultsError(f"cannot write {path}: {reason} or choose another --out")
