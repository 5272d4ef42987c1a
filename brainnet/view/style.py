"""Colours and looks that all pictures of a page share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.models import ColorBar, LinearColorMapper
from bokeh.palettes import Blues9, Oranges9, RdBu11, interp_palette
from bokeh.plotting import figure

__all__ = ["AFTER", "BEFORE", "INK", "MUTED", "PAPER", "SINGLE", "Colors", "bare_figure", "plot"]

INK, MUTED, PAPER, LINES = "#1f2733", "#6b7686", "#ffffff", "#e3e7ed"
BEFORE, AFTER, SINGLE = "#9aa7b8", "#d9642c", "#3b6fb6"
ABSENT = "#f0f2f5"  # where nothing is connected
SHADES = 255
FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def plot(title: str, x: str, y: str, *, width: int = 360, height: int = 230, **options: Any) -> Any:
    """Return a figure with axes; titles and names of axes are never text from a file."""
    made = figure(
        width=width, height=height, title=title, x_axis_label=x, y_axis_label=y, toolbar_location="above",
        tools="pan,box_zoom,wheel_zoom,reset", background_fill_color=PAPER, border_fill_color=PAPER, **options,
    )  # fmt: skip
    made.toolbar.logo, made.toolbar.autohide = None, True
    made.toolbar.active_scroll = None
    made.title.text_font, made.title.text_color, made.title.text_font_size = FONT, INK, "13px"
    made.outline_line_color = LINES
    made.grid.grid_line_color = LINES
    for axis in made.axis:
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_font_style, axis.axis_label_text_font_size = "normal", "12px"
        axis.axis_label_text_color = axis.major_label_text_color = MUTED
        axis.axis_line_color = axis.major_tick_line_color = axis.minor_tick_line_color = LINES
    return made


def bare_figure(width: int, height: int, **options: Any) -> Any:
    """Return a figure of exactly that many pixels, y down, without axes."""
    made = figure(
        frame_width=width, frame_height=height, x_range=(0, width), y_range=(height, 0), min_border=0,
        toolbar_location=None, outline_line_color=None, background_fill_color=None, border_fill_color=None, **options,
    )  # fmt: skip
    made.axis.visible = False
    made.grid.visible = False
    return made


@dataclass(frozen=True)
class Colors:
    """Colours for weights, which several pictures share.

    Parameters
    ----------
    palette : tuple of str
    low, high : float
        Weights of the first and the last colour.
    """

    palette: tuple[str, ...]
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[np.ndarray]) -> Colors:
        """Return colours for these weights: white is 0, blue positive, red negative; a single sign takes one hue.

        The 0.2 % that are largest do not decide: beside a few of them all others would be white.
        """
        known = np.concatenate([each[np.isfinite(each)].ravel() for each in values] or [np.zeros(1)])
        ends = np.quantile(known, (0.002, 0.998)) if known.size else (0.0, 0.0)
        low, high = min(0.0, float(ends[0])), max(0.0, float(ends[1]))
        if low == high and known.size:
            low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
        if low < 0 < high:
            largest = max(-low, high)
            return cls(tuple(interp_palette(RdBu11[::-1], SHADES)), -largest, largest)
        if low < 0:
            return cls(tuple(interp_palette(Oranges9, SHADES)), low, 0.0)
        return cls(tuple(interp_palette(Blues9[::-1], SHADES)), 0.0, high or 1.0)

    def mapper(self, absent: Any = ABSENT) -> Any:
        """Return the colours for one picture, and one for where nothing is connected."""
        return LinearColorMapper(palette=list(self.palette), low=self.low, high=self.high, nan_color=absent)

    def bar(self, unit: str) -> Any:
        """Return the scale beside a picture; `unit` is Brian2's name of a unit."""
        return ColorBar(
            color_mapper=self.mapper(), width=10, padding=6, title=unit or None, title_text_font_style="normal",
            title_text_font=FONT, title_text_font_size="11px", title_text_color=MUTED, bar_line_color=None,
            major_tick_line_color=None, major_label_text_color=MUTED, major_label_text_font=FONT,
            background_fill_color=PAPER,
        )  # fmt: skip
