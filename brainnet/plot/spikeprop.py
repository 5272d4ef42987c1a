"""Pictures of SpikeProp: error over epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_errors", "error_panel"]


def draw_errors(dataset: xr.Dataset) -> Figure:
    """Draw the error of each variant over epochs, median over the runs."""
    figure, axes = new_figure(figsize=(5.5, 3.6))
    error_panel(axes[0, 0], dataset)
    return figure


def error_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw into one panel. A run that has ended counts with its last error."""
    courses = dataset.error.ffill("epoch").median("run")
    for name in dataset.variant.values:
        course = courses.sel(variant=name)
        axis.plot(course.epoch, course, label=str(name).replace("_", " "))
    ends = dataset.epochs_taken.where(dataset.epochs_taken < float("inf")).max()
    axis.set(xlabel="epoch", ylabel="E (ms$^2$)", yscale="log", xlim=(0, max(10.0, 1.05 * float(ends.fillna(10)))))
    axis.legend()
