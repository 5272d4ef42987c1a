"""Accuracy against time steps, of several ways to convert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_latency", "draw_methods"]


def draw_methods(dataset: xr.Dataset) -> Figure:
    """Draw one panel for each coding (rows) and reset (columns), with a line for each normalisation."""
    rows, columns = dataset.sizes["coding"], dataset.sizes["reset"]
    figure, axes = new_figure(rows, columns, figsize=(4 * columns, 3 * rows + 0.8))
    axes = np.reshape(axes, (rows, columns))
    for row, coding in enumerate(dataset.coding.values):
        for column, reset in enumerate(dataset.reset.values):
            axis = axes[row, column]
            _trained(axis, float(dataset.ann_accuracy))
            for name in dataset.normalisation.values:
                chosen = dataset.accuracy_by_step.sel(normalisation=name, reset=reset, coding=coding)
                axis.plot(dataset.step, 100 * chosen, linewidth=1.2, label=str(name))
            _finish(axis, f"reset {reset}, {coding}", first=column == 0, last=row == rows - 1)
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=len(names), fontsize=7)
    return figure


def draw_latency(dataset: xr.Dataset) -> Figure:
    """Draw accuracy against steps, one line a conversion, and how many neurons count what they were trained to."""
    figure, axes = new_figure(1, 2, figsize=(10, 4))
    axis, bars = axes[0]
    for name in dataset.conversion.values:
        (line,) = axis.plot(dataset.step, 100 * dataset.accuracy_by_step.sel(conversion=name), label=str(name))
        _trained(axis, float(dataset.trained_accuracy.sel(conversion=name)), color=line.get_color(), label=None)
    _finish(axis, "dashed: the trained networks", first=True, last=True)
    axis.legend(loc="lower right")
    names = [str(name) for name in dataset.layer.values]
    drawn = bars.bar(names, 100 * dataset.equal_to_quantised, color=line.get_color())
    bars.bar_label(drawn, [f"{value:.2f}" for value in 100 * dataset.equal_to_quantised.values], fontsize=7)
    bars.set(ylabel="counts equal to the trained values (%)", ylim=(0, 110))
    bars.set_title(f"QCFS in T = L = {dataset.attrs['levels']} steps")
    return figure


def _trained(axis: Axes, accuracy: float, color: Any = "black", label: str | None = "trained") -> None:
    axis.axhline(100 * accuracy, color=color, linestyle="--", linewidth=0.8, label=label)


def _finish(axis: Axes, title: str, *, first: bool, last: bool) -> None:
    axis.set(xscale="log", ylim=(0, 102), title=title)
    axis.set_xlabel("time steps" if last else "")
    axis.set_ylabel("test accuracy (%)" if first else "")
