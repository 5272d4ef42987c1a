"""A lab as an app in a browser, as a student's own copy, and as a notebook or page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from brainnet.children import run_guarded
from brainnet.errors import BrainnetError, MissingExtraError, ParameterError
from brainnet.labs.shipped import lab_file
from brainnet.leftovers import temporary_folder
from brainnet.results import prepare_file, write_text

__all__ = ["exported", "marimo_command", "own_copy"]

_LONGEST = 300  # s for an export, which runs the lab where the result holds pictures
_FORMATS = {".ipynb": "ipynb", ".html": "html"}


def marimo_command(*words: str) -> list[str]:
    """Return the command line of marimo, in this Python.

    Raises
    ------
    MissingExtraError
        marimo is not installed.
    """
    if find_spec("marimo") is None:
        raise MissingExtraError("a lab needs marimo; pip install 'brainnet[labs]'")
    return [sys.executable, "-m", "brainnet.labs.started", *words]


def own_copy(name: str, path: str | Path) -> tuple[Path, bool]:
    """Copy a lab to a file to work in, unless the file is there: then it is left as it is.

    Returns
    -------
    path : Path
    made : bool
        Whether the copy was made now.

    Raises
    ------
    UnknownNameError, ParameterError, ResultsError
        There is no such lab; the path is no .py file; it cannot be written.
    """
    source, path = lab_file(name), Path(path).expanduser().resolve()
    if path.suffix != ".py":
        raise ParameterError(f"{path.name} is no Python file, which a lab is; name it {path.stem or name}.py")
    if path.is_file():
        return path, False
    return write_text(prepare_file(path), source.read_text(encoding="utf-8")), True


def exported(name: str, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write a lab as a Jupyter notebook (without outputs) or as an HTML page (run, with outputs).

    Parameters
    ----------
    name : str
    path : path
        Ends in .ipynb or .html.
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    UnknownNameError, ParameterError, ResultsError, MissingExtraError
        There is no such lab; another ending; the file exists or cannot be written; marimo is not installed.
    BrainnetError
        marimo could not export it.
    """
    source, ending = lab_file(name), Path(path).suffix
    if ending not in _FORMATS:
        raise ParameterError(f"a lab is not exported to {ending or Path(path).name!r}; end the name in .ipynb or .html")
    needed = "nbformat" if ending == ".ipynb" else "marimo"
    command = marimo_command("export", _FORMATS[ending])
    if find_spec(needed) is None:
        raise MissingExtraError(f"a notebook needs {needed}; pip install 'brainnet[labs]'")
    path = prepare_file(path, overwrite=overwrite)
    # What marimo says is UTF-8, whatever the terminal's.
    environment = {**os.environ, "PYTHONUTF8": "1", "MPLBACKEND": "Agg"}
    try:
        with temporary_folder() as folder:  # marimo writes a folder beside what it exports
            copy = Path(shutil.copy(source, folder))
            done = run_guarded([*command, str(copy)], environment, _LONGEST)
    except subprocess.TimeoutExpired:
        raise BrainnetError(f"the export of {name} took more than {_LONGEST} s; export a copy that does less") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise BrainnetError(
            f"marimo could not export {name} ({last}); see: marimo {' '.join([*command[3:], str(source)])}"
        )
    return write_text(path, done.stdout.decode())
