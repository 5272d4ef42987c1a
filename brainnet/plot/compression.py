"""Accuracy of compressed networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_tradeoff"]

# By method, so that what is in both panels looks alike.
MARKERS = {"ADMM": "o", "magnitude, retrained": "s"}


def draw_tradeoff(dataset: xr.Dataset) -> Figure:
    """Draw accuracy against connectivity and against levels, one line per method."""
    figure, ((left, right),) = new_figure(1, 2, figsize=(10, 4.2), names=("connectivity", "levels"))
    _panel(left, dataset, "pruned_accuracy", "pruning", "connectivity")
    for name, marker, label in (("pruned", "D", "ADMM, aimed at"), ("both", "*", "the same on 3 levels")):
        place = float(dataset[f"connectivity_{name}"])
        left.plot(
            place,
            100 * dataset[f"accuracy_{name}"],
            marker,
            color="black",
            markersize=6 if marker == "D" else 9,
            label=label,
            gid=name,
        )
    left.set(xscale="log", xlabel="weights left (%)", ylabel="test accuracy (%)", title="pruned")
    ticks = sorted({*dataset.connectivity.values.tolist()})
    left.set_xticks(ticks, [f"{100 * each:g}" for each in ticks])
    left.minorticks_off()
    left.invert_xaxis()
    _panel(right, dataset, "quantised_accuracy", "quantisation", "levels")
    right.plot(3, 100 * dataset.accuracy_3_levels, "D", color="black", markersize=6, label="ADMM, aimed at", gid="few")
    right.set(xscale="log", xlabel="levels", title="quantised")
    right.set_xticks(dataset.levels.values, [str(each) for each in dataset.levels.values])
    right.minorticks_off()
    right.invert_xaxis()
    for axis in (left, right):
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)
    return figure


def _panel(axis: Axes, dataset: xr.Dataset, values: str, methods: str, along: str) -> None:
    for name in dataset[methods].values:
        line: Any = dataset[values].sel({methods: name}).dropna(along)
        if not line.size:
            continue
        marker = MARKERS.get(str(name), ".")
        axis.plot(line[along], 100 * line, marker=marker, linewidth=1.2, label=str(name), gid=f"{along}: {name}")
    axis.axhline(100 * dataset.accuracy_dense, color="black", linestyle="--", linewidth=0.8, label="not compressed")
