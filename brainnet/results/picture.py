"""Pictures on disk."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from brainnet.errors import ResultsError
from brainnet.results.atomic import whole_file
from brainnet.results.file import prepare_file

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["prepare_picture", "save", "write_picture"]

DPI = 150


def save(figure: Figure, path: Path) -> None:
    """Draw `figure` without a window into `path`, and close it."""
    try:
        figure.savefig(path, dpi=DPI)  # chooses the canvas by the suffix: Agg for png
    finally:
        if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
            pyplot.close(figure)  # only pyplot keeps figures alive


def prepare_picture(path: str | Path, *, overwrite: bool = False) -> Path:
    """Check, before the experiment, that the picture can be written.

    Returns
    -------
    Path
        Absolute path for `write_picture`.

    Raises
    ------
    ResultsError
        Unknown format, a file that exists already, a folder that cannot be written.
    """
    from matplotlib.backend_bases import FigureCanvasBase

    path = Path(path).expanduser().resolve()
    if path.suffix[1:].lower() not in FigureCanvasBase.get_supported_filetypes():
        raise ResultsError(f"{path} is no picture file; end it with .png, .pdf or .svg")
    return prepare_file(path, overwrite=overwrite)


def write_picture(figure: Figure, path: Path) -> Path:
    """Write the picture whole or not at all.

    Raises
    ------
    ResultsError
        The disk is full, or the folder cannot be written.
    """
    with whole_file(path) as temporary:
        save(figure, temporary)
    return path
