"""Pictures of the Tempotron."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brainnet.plot.confusion import draw_confusion
from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_capacity", "draw_classification"]


def draw_capacity(dataset: xr.Dataset) -> Figure:
    """Draw the share of solved tasks, and the epochs that they took, against the load."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.4), names=("solved", "epochs"))
    shares, epochs = axes[0]
    loads = dataset.load_axis.values
    for name, style, label in (
        ("solved", "o-", "spike times"),
        ("control_solved", "s-", "without times"),
        ("control_separable", ":", "without times: separable"),
    ):
        shares.plot(loads, dataset[name].mean("task"), style, label=label)
    shares.set(xlabel="patterns / synapses", ylabel="share of tasks learned", ylim=(-0.05, 1.05))
    shares.legend(loc="lower left")
    for name, mark, label in (("", "o-", "spike times"), ("control_", "s-", "without times")):
        used = dataset[f"{name}epochs"].where(dataset[f"{name}solved"])
        middle = [np.nanmedian(row) if np.isfinite(row).any() else np.nan for row in used.values]
        epochs.plot(loads, middle, mark, label=label)
    epochs.set(xlabel="patterns / synapses", ylabel="epochs (median of learned tasks)", yscale="log")
    return figure


def draw_classification(dataset: xr.Dataset) -> Figure:
    """Draw the errors of the training, and which classes are taken for which."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6))
    errors, table = axes[0]
    share = dataset.errors.sum("output") / dataset.attrs["train"]
    errors.plot(dataset.epoch, share, "-")
    errors.set(xlabel="epoch", ylabel="errors of all neurons / samples", yscale="log")
    draw_confusion(table, dataset.confusion, float(dataset.accuracy))
    return figure
