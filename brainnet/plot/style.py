"""A new figure in the house style, without pyplot and its global state."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from brainnet.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["house_style", "in_house_style", "new_figure", "new_mosaic", "panel_letter", "part"]


@contextmanager
def house_style() -> Iterator[None]:
    """Draw what the body draws in the house style; matplotlib's own settings come back afterwards."""
    import matplotlib.style

    with as_file(files("brainnet.plot") / "brainnet.mplstyle") as style, matplotlib.style.context(style):
        yield


def in_house_style(function: Callable[..., Figure], *arguments: Any, **named: Any) -> Figure:
    """Call a function that draws, in the house style, and return its figure with the colours that the style means."""
    from matplotlib.colors import to_hex
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    with house_style():
        figure = function(*arguments, **named)
        # A name such as C0 would be looked up when the figure is shown, in the settings of that moment.
        for line in figure.findobj(Line2D):
            faces = line.get_markerfacecolor(), line.get_markeredgecolor()
            line.set_color(to_hex(line.get_color(), keep_alpha=True))
            line.set_markerfacecolor(to_hex(faces[0], keep_alpha=True))
            line.set_markeredgecolor(to_hex(faces[1], keep_alpha=True))
        for text in figure.findobj(Text):
            text.set_color(to_hex(text.get_color(), keep_alpha=True))
    return figure


def new_figure(
    nrows: int = 1,
    ncols: int = 1,
    figsize: tuple[float, float] | None = None,
    names: Sequence[str] = (),
    *,
    letters: bool = True,
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
    letters : bool
        Put A, B, ... beside the axes, row by row, where there are two or more.

    Returns
    -------
    figure : matplotlib.figure.Figure
        Not known to pyplot: no window, and freed when it is no longer used.
    axes : Axes, or ndarray of Axes of shape (nrows, ncols)
        One where there is one.
    """
    from matplotlib.figure import Figure

    with house_style():
        figure = Figure(figsize=figsize or (4 * ncols, 3 * nrows))
        axes = figure.subplots(nrows, ncols, squeeze=False)
        for axis, name in zip(axes.flat, names, strict=False):
            axis.set_gid(name)
        if letters and axes.size > 1:
            for axis, letter in zip(axes.flat, string.ascii_uppercase, strict=False):
                panel_letter(axis, letter)
        return figure, axes.item() if axes.size == 1 else axes


def new_mosaic(layout: str, figsize: tuple[float, float]) -> tuple[Figure, dict[str, Axes]]:
    """Make a figure in the house style whose panels have different sizes.

    Parameters
    ----------
    layout : str
        As matplotlib's ``subplot_mosaic`` takes it, such as ``"AAB;CCB"``: letters are those beside the panels.
    figsize : (float, float)
        Width and height in inches.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : dict of str to Axes
        By letter.
    """
    from matplotlib.figure import Figure

    with house_style():
        figure = Figure(figsize=figsize)
        axes: dict[str, Axes] = figure.subplot_mosaic(layout)
        for letter, axis in sorted(axes.items()):
            panel_letter(axis, letter)
        return figure, axes


def panel_letter(axis: Axes, letter: str) -> None:
    """Put a letter beside the upper left corner of the axes, left of a title."""
    axis.annotate(
        letter, (0, 1), xycoords="axes fraction", xytext=(-8, 5), textcoords="offset points", ha="right", va="bottom",
        weight="bold", size="x-large", gid=f"panel {letter}", annotation_clip=False,
    )  # fmt: skip


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
