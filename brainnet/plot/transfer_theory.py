"""Accuracy over time steps, by where thresholds come from and by what a trained network does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_theory"]


def draw_theory(dataset: xr.Dataset) -> Figure:
    """Draw accuracy against time steps, one line for each normalisation, and for each parameter."""
    figure, ((left, right),) = new_figure(1, 2, figsize=(10, 4.2), names=("normalisation", "parameter"))
    for axis, along, title in (
        (left, "normalisation", "where thresholds come from"), (right, "parameter", "what has no counterpart"),
    ):  # fmt: skip
        for name in dataset[along].values:
            line = dataset[f"{along}_by_step"].sel({along: name})
            axis.plot(dataset.step, 100 * line, linewidth=1.2, label=str(name), gid=f"{along} {name}")
        axis.axhline(100 * float(dataset.accuracy_written), color="black", linestyle="--", linewidth=0.8)
        axis.set(xlabel="time step", ylabel="test accuracy (%)", title=title)
        axis.legend(fontsize=7, loc="lower right")
    return figure
