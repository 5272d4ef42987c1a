"""A new figure in the house style, without pyplot and its global state."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from brainnet.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["new_figure", "part"]


def new_figure(
    nrows: int = 1, ncols: int = 1, figsize: tuple[float, float] | None = None, names: Sequence[str] = ()
) -> tuple[Figure, Any]:
    """Make a figure with axes in the house style.

    Parameters
    ----------
    nrows, ncols : int
        Rows and columns of axes.
    figsize : (float, float), optional
        Width and height in inches; 4 x 3 for each of the axes where not given.
    names : sequence of str, optional
        Of the axes, row by row, by which `part` finds them.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Not known to pyplot: no window, and freed when it is no longer used.
    axes : Axes, or ndarray of Axes of shape (nrows, ncols)
        One where there is one.
    """
    import matplotlib.style
    from matplotlib.figure import Figure

    with as_file(files("brainnet.plot") / "brainnet.mplstyle") as style, matplotlib.style.context(style):
        figure = Figure(figsize=figsize or (4 * ncols, 3 * nrows))
        axes = figure.subplots(nrows, ncols, squeeze=False)
        for axis, name in zip(axes.flat, names, strict=False):
            axis.set_gid(name)
        return figure, axes.item() if axes.size == 1 else axes


def part(figure: Figure, name: str) -> Any:
    """Return the axes, line or other part of a picture that was given a name (matplotlib's ``gid``).

    Raises
    ------
    UnknownNameError
        The picture has no part of that name.
    """
    named = {str(artist.get_gid()): artist for artist in figure.findobj(lambda artist: bool(artist.get_gid()))}
    if name not in named:
        raise UnknownNameError(f"the picture has no part {name!r}; {nearest(name, named)}")
    return named[name]
