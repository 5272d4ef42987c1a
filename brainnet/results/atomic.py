"""Folders and files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from brainnet.errors import ResultsError
from brainnet.results.failure import write_error

__all__ = ["missing_parents", "sync", "whole_file", "whole_folder"]


@contextmanager
def whole_folder(out: Path, *, replace: bool = True) -> Iterator[Path]:
    """Give a hidden folder beside `out` to fill; on success it becomes `out`, on any failure it is removed.

    A folder that stands at `out` then is replaced, and deleted only when the new one is in its place; or, if it may not
    be replaced, is left alone and the new one is kept beside it.

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
    temporary = old = None
    try:
        made = missing_parents(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".partial", dir=out.parent))
        temporary.chmod(0o777 & ~_umask())  # mkdtemp makes a folder that only its owner may read
        yield temporary
        for file in sorted(temporary.rglob("*")):
            sync(file)
        sync(temporary)
        if not replace and out.is_dir() and any(out.iterdir()):
            raise _keep_beside(temporary, out)
        if out.exists():
            old = temporary.with_suffix(".replaced")
            os.rename(out, old)
        os.rename(temporary, out)
    except BaseException as error:
        if old is not None and old.exists():
            if out.exists():  # interrupted after the swap: the new folder is complete
                shutil.rmtree(old, ignore_errors=True)
            else:
                os.rename(old, out)
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        _remove_empty(made)
        if isinstance(error, OSError) and not isinstance(error, ResultsError):
            raise write_error(error, out) from error
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
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
    temporary = None
    try:
        made = missing_parents(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        # The suffix stays at the end: writers choose the format by it.
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=f".partial{path.suffix}", dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o666 & ~_umask())
        yield temporary
        sync(temporary)
        os.replace(temporary, path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
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


def _keep_beside(temporary: Path, out: Path) -> ResultsError:
    """Give a complete folder another name: somebody else was quicker, and neither run is lost."""
    number = 2
    while (beside := out.with_name(f"{out.name}-{number}")).exists():
        number += 1
    os.rename(temporary, beside)
    return ResultsError(f"another run has written {out} meanwhile; this one is in {beside}")


def _remove_empty(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with suppress(OSError):  # somebody else uses it by now
            folder.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
