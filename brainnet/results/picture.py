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


def save(figure: Figure, path: Path, dpi: int = DPI, small: bool = False) -> None:
    """Draw `figure` without a window into `path`, and close it."""
    try:
        figure.savefig(path, dpi=dpi)  # chooses the canvas by the suffix: Agg for png
    finally:
        if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
            pyplot.close(figure)  # only pyplot keeps figures alive
    if small and path.suffix.lower() == ".png":
        from PIL import Image

        with Image.open(path) as opened:
            picture = opened.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        picture.save(path, "PNG", optimize=True, dpi=(dpi, dpi))


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


def write_picture(figure: Figure, path: Path, *, dpi: int = DPI, small: bool = False) -> Path:
    """Write the picture whole or not at all.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : Path
        As `prepare_picture` gives it.
    dpi : int
        Pixels per inch, where it has pixels.
    small : bool
        A PNG has 256 colours at most, which takes a third of the bytes.

    Raises
    ------
    ResultsError
        The disk is full, or the folder cannot be written.
    """
    with whole_file(path) as temporary:
        save(figure, temporary, dpi, small)
    return path
