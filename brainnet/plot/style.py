"""A new figure in the house style, without pyplot and its global state."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure

__all__ = ["new_figure"]


def new_figure(nrows: int = 1, ncols: int = 1, figsize: tuple[float, float] | None = None) -> tuple[Figure, np.ndarray]:
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
    axes : ndarray of Axes, shape (nrows, ncols)
    """
    import matplotlib.style
    from matplotlib.figure import Figure

    with as_file(files("brainnet.plot") / "brainnet.mplstyle") as style, matplotlib.style.context(style):
        figure = Figure(figsize=figsize or (4 * ncols, 3 * nrows))
        return figure, figure.subplots(nrows, ncols, squeeze=False)
