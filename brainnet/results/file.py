"""Single files that a user names with --out: checked before the work, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from brainnet.errors import ResultsError
from brainnet.results.atomic import whole_file

__all__ = ["prepare_file", "write_text"]


def prepare_file(path: str | Path, *, overwrite: bool = False) -> Path:
    """Check, before the work, that a file can be written; leave nothing.

    Returns
    -------
    Path
        Absolute path.

    Raises
    ------
    ResultsError
        A folder, a file that exists already, a folder that cannot be written.
    """
    path = Path(path).expanduser().resolve()
    try:
        if path.is_dir():
            raise ResultsError(f"{path} is a folder; choose another --out")
        if path.exists() and not overwrite:
            raise ResultsError(f"{path} exists; choose another --out or add --overwrite")
    except ResultsError:
        raise
    except OSError as error:
        raise ResultsError(f"cannot look at {path}: {error.strerror}; choose another --out") from error
    try:
        with whole_file(path):
            raise _Enough
    except _Enough:
        return path


class _Enough(Exception):
    """Leaves a trial before anything is put in place."""


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole or not at all.

    Raises
    ------
    ResultsError
        The disk is full, or the folder cannot be written.
    """
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return path
