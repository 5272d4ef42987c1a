"""A table of which classes are taken for which."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["draw_confusion"]


def draw_confusion(axis: Any, counts: Any, accuracy: float) -> None:
    """Draw counts of classes (rows) by predicted class (columns) as shades of their logarithm, with the numbers."""
    counts = np.asarray(counts)
    axis.imshow(np.log1p(counts), cmap="Greys")
    for row, column in zip(*np.nonzero(counts), strict=True):
        colour = "white" if counts[row, column] > np.sqrt(counts.max()) else "black"
        axis.text(column, row, counts[row, column], ha="center", va="center", color=colour, fontsize=6)
    ticks = np.arange(len(counts))
    axis.set(xlabel="predicted", ylabel="class", xticks=ticks, yticks=ticks)
    axis.set_title(f"test: {accuracy:.2%} right")
