"""Where brainnet keeps what it need not compute again, and whom it trusts there."""

from __future__ import annotations

import os
import stat
import warnings
from pathlib import Path

from platformdirs import user_cache_dir

__all__ = ["cache_folder", "is_trusted", "make_private", "read_trusted"]

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_warned: set[str] = set()


def cache_folder() -> Path:
    """Return the folder of brainnet's caches: the user's cache directory, or what BRAINNET_CACHE names."""
    return Path(os.environ.get("BRAINNET_CACHE") or user_cache_dir("brainnet"))


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, for their owner only; one that exists stays as it is."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def is_trusted(folder: Path) -> bool:
    """Tell whether nobody else can put something into a folder of the cache; warn once, with the reason, if so.

    A folder is trusted that belongs to the user or to root and that no group and no others may write. So must be the
    folder of the caches above it, save that one with the sticky bit, such as ``/tmp``, may be written by all.

    Raises
    ------
    OSError
        There is no such folder.
    """
    above = cache_folder()
    looked_at = [(folder, False)] if folder == above else [(folder, False), (above, True)]
    return all(_trusts(each, each.stat(), sticky) for each, sticky in looked_at)


def read_trusted(path: Path) -> bytes | None:
    """Return the content of a file of the cache; None, with a warning, if somebody else can have written it.

    What is looked at is the file that is read, not what has its name a moment later.

    Raises
    ------
    OSError
        There is no such file, it is a link, or it cannot be read.
    """
    if not is_trusted(path.parent):
        return None
    # without waiting: a pipe of that name would never be opened
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no file")
        return file.read() if _trusts(path, found) else None


def _trusts(path: Path, found: os.stat_result, sticky: bool = False) -> bool:
    if not hasattr(os, "geteuid"):  # owners and modes tell nothing on this system
        return True
    if found.st_uid not in (0, os.geteuid()):
        reason, remedy = "belongs to another user", "set BRAINNET_CACHE to a folder of your own"
    elif found.st_mode & _OTHERS_WRITE and not (sticky and found.st_mode & stat.S_ISVTX):
        reason, remedy = "can be written by other users", f"chmod go-w {path}, or set BRAINNET_CACHE to another folder"
    else:
        return True
    if str(path) not in _warned:
        _warned.add(str(path))
        warnings.warn(f"the cache is not used, since {path} {reason}; {remedy}", stacklevel=2)
    return False
