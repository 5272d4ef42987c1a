"""A new figure in the house style, without pyplot and its global state."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["new_figure"]


def new_figure(nrows: int = 1, ncols: int = 1, figsize: tuple[float, float] | None = None) -> tuple[Figure, Any]:
    """Make a figure with axes in the house style.

    Parameters
    ----------
    nrows, ncols : int
        Rows and columns of axes.
    figsize : (float, float), optional
        Width and height in inches; 4 x 3 for each of the axes where not given.

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
        return figure, axes.item() if axes.size == 1 else axes
