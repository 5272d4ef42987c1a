"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from brainnet.errors import ResultsError
from brainnet.leftovers import REPLACED, hidden_file, hidden_folder, hold
from brainnet.results.failure import write_error
from brainnet.results.swap import exchange

__all__ = ["Draft", "missing_parents", "sync", "whole_file", "whole_folder"]

_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


@dataclass
class Draft:
    """A folder that is being written.

    Parameters
    ----------
    folder : Path
        Hidden, to fill.
    placed : Path
        Where it is to be; where it is, once it is whole.
    """

    folder: Path
    placed: Path


@contextmanager
def whole_folder(out: Path, *, replace: bool = True) -> Iterator[Draft]:
    """Give a hidden folder beside `out` to fill; on success it becomes `out`, on any failure it is removed.

    A folder with content that stands at `out` then is replaced, in one step where the system has it, and deleted only
    when the new one is in its place; or, if it may not be replaced, is left alone and the new one becomes NAME-2
    beside it.

    Parameters
    ----------
    out : Path
        Absolute path of the folder.
    replace : bool
        Whether a folder with content may be replaced.

    Raises
    ------
    ResultsError
        From any OSError: full disk, no permission.
    """
    made: list[Path] = []
    try:
        made = missing_parents(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        with hidden_folder(out) as temporary:
            draft = Draft(temporary, out)
            yield draft
            for file in sorted(temporary.rglob("*")):
                sync(file)
            sync(temporary)
            draft.placed = _placed(temporary, out, replace)
    except BaseException as error:
        _remove_empty(made)
        if isinstance(error, OSError) and not isinstance(error, ResultsError):
            raise write_error(error, out) from error
        raise
    with suppress(OSError):  # the run is complete; some file systems cannot sync a folder
        sync(out.parent)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a hidden path beside `path` to write; on success it becomes `path`, on any failure it is removed.

    Raises
    ------
    ResultsError
        From any OSError: full disk, no permission.
    """
    made: list[Path] = []
    try:
        made = missing_parents(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        with hidden_file(path) as temporary:
            yield temporary
            sync(temporary)
            os.replace(temporary, path)
    except BaseException as error:
        _remove_empty(made)
        if isinstance(error, OSError) and not isinstance(error, ResultsError):
            raise write_error(error, path) from error
        raise


def missing_parents(path: Path) -> list[Path]:
    """Return the folders above `path` that do not exist, outermost first."""
    return [folder for folder in path.parents if not folder.exists()][::-1]


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _placed(temporary: Path, out: Path, replace: bool) -> Path:
    """Give a complete folder its name; of two runs that want one the later takes the next, and neither is lost."""
    number, place = 1, out
    while True:
        try:
            os.rename(temporary, place)  # onto nothing or an empty folder
            return place
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
        if replace:
            if not exchange(temporary, out):
                _swap(temporary, out)
            return out
        number += 1
        place = out.with_name(f"{out.name}-{number}")


def _swap(temporary: Path, out: Path) -> None:
    """Exchange in two steps; a process that is killed between them leaves the old run, which `sweep` puts back."""
    old = temporary.with_suffix(REPLACED)
    handle = hold(out)
    try:
        os.rename(out, old)
        try:
            os.rename(temporary, out)
        finally:
            if not out.exists():
                os.rename(old, out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        if handle is not None:
            os.close(handle)


def _remove_empty(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):  # somebody else uses it by now
            folder.rmdir()
