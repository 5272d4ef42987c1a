"""Pictures of SpikeProp: error over epochs, accuracies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_errors", "draw_folds", "error_panel"]


def draw_errors(dataset: xr.Dataset) -> Figure:
    """Draw the error of each variant over epochs, median over the runs."""
    figure, axis = new_figure(figsize=(5.5, 3.6))
    error_panel(axis, dataset)
    return figure


def draw_folds(dataset: xr.Dataset) -> Figure:
    """Draw the accuracy on every fold, and the means."""
    figure, axis = new_figure(figsize=(4, 3.4))
    for position, part in enumerate(("train", "test")):
        each = dataset[part].values.ravel()
        axis.plot([position] * len(each), each, "o", alpha=0.4)
        axis.plot([position - 0.2, position + 0.2], [each.mean()] * 2, color="black")
    axis.set(ylabel="accuracy of a fold", xticks=[0, 1], xticklabels=["train", "test"], xlim=(-0.6, 1.6))
    return figure


def error_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw into one panel."""
    courses = dataset.error.median("run")
    for name in dataset.variant.values:
        course = courses.sel(variant=name)
        axis.plot(course.epoch, course, label=str(name).replace("_", " "))
    ends = dataset.epochs_taken.where(dataset.epochs_taken < float("inf")).max()
    axis.set(xlabel="epoch", ylabel="E (ms$^2$)", yscale="log", xlim=(0, max(10.0, 1.05 * float(ends.fillna(10)))))
    axis.legend()
