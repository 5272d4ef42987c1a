"""Pictures of trainings by spike times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["correlation_panel", "draw_resume_capacity", "draw_spike_train", "raster_panel"]


def raster_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw spikes fired in every epoch of the first run, and the target as lines."""
    for time in dataset.target_time.values:
        axis.axvline(time, color="C1", linewidth=0.6, alpha=0.6)
    axis.plot(dataset.raster_time, dataset.raster_epoch, ".", color="black", markersize=1.5)
    axis.set(xlabel="time (ms)", ylabel="epoch", xlim=(0, dataset.attrs["duration"]))


def correlation_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw the correlation of every run and their median over epochs."""
    axis.plot(dataset.epoch, dataset.course.T, color="0.75", linewidth=0.6)
    axis.plot(dataset.epoch, dataset.course.median("run"), color="C0", label=f"median of {dataset.sizes['run']} runs")
    axis.axhline(dataset.attrs["reached"], color="C1", linestyle=":", label=f"{dataset.attrs['reached']:g}")
    axis.set(xlabel="epoch", ylabel="correlation with the target", ylim=(0, 1.02))
    axis.legend(loc="lower right")


def draw_spike_train(dataset: xr.Dataset) -> Figure:
    """Draw the spikes of the first run over epochs, and the correlation of all runs."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6), names=("raster", "correlation"))
    raster_panel(axes[0, 0], dataset)
    correlation_panel(axes[0, 1], dataset)
    axes[0, 0].set_title("spikes (points), target (lines)", fontsize=9)
    return figure


def draw_resume_capacity(dataset: xr.Dataset) -> Figure:
    """Draw correlations against the number of target spikes, and against jitter of the input."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6))
    panels = (
        (axes[0, 0], dataset.target_spikes.mean("run"), dataset.best, "run", "target spikes"),
        (axes[0, 1], dataset.jitter, dataset.jittered, "trial", "jitter of input spikes (ms)"),
    )
    for axis, x, values, over, label in panels:
        low, middle, high = np.quantile(values.transpose(over, ...), [0.25, 0.5, 0.75], axis=0)
        axis.fill_between(x, low, high, alpha=0.3, linewidth=0)
        axis.plot(x, middle, "o-", label="median and quartiles")
        axis.set(xlabel=label, ylabel="correlation with the target", ylim=(0, 1.02))
        axis.legend(loc="lower left")
    axes[0, 0].axhline(dataset.attrs["reached"], color="C1", linestyle=":")
    return figure
