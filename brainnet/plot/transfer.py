"""Quantised weight transfer: the STDP curve, levels, weight maps, accuracy and pulses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "accuracy_panel",
    "curve_panel",
    "draw_sweep",
    "draw_weight_transfer",
    "histogram_panel",
    "map_panel",
    "pulses_panel",
    "weight_map_panel",
]

PUBLISHED = 0.9758  # 3 levels, of a network of the same size


def draw_weight_transfer(dataset: xr.Dataset) -> Figure:
    """Draw the curve of the device, one weight map, accuracy and pulses against the number of levels."""
    figure, ((curve, weights), (accuracy, pulses)) = new_figure(
        2, 2, figsize=(9.5, 7), names=("curve", "map", "accuracy", "pulses")
    )
    curve_panel(curve, dataset)
    map_panel(weights, dataset)
    accuracy_panel(accuracy, dataset)
    pulses_panel(pulses, dataset)
    return figure


def curve_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw what a pair of pulses changes, against its time difference."""
    if dataset.sizes["difference"]:
        axis.plot(1e6 * dataset.difference, 1e9 * dataset.change, gid="change")
    axis.axhline(0, color="0.7", linewidth=0.8)
    axis.axvline(0, color="0.7", linewidth=0.8)
    axis.set(xlabel="$t_{post} - t_{pre}$ (µs)", ylabel="change of conductance (nS)", title="STDP curve")


def map_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw the levels of the first neurons, one row each."""
    steps = dataset["map"].values[0].T
    most = np.abs(steps).max()
    axis.imshow(steps, aspect="auto", cmap="RdBu_r", vmin=-most, vmax=most, interpolation="nearest", gid="levels")
    axis.set(xlabel="input", ylabel="neuron", title=f"levels of the first neurons, {int(dataset.levels[0])} levels")
    axis.grid(visible=False)


def weight_map_panel(axis: Axes, dataset: xr.Dataset, neuron: int, level: int) -> None:
    """Draw which inputs of a neuron take one level, as an image where they are one; the first number of levels."""
    mask = dataset["map"].values[0][:, neuron] == level
    side = round(np.sqrt(mask.size))
    image = mask.reshape(side, side) if side**2 == mask.size else mask[None]
    axis.imshow(image, cmap="binary", interpolation="nearest", gid=f"level {level}")
    axis.set(title=f"level {level:+d}, {int(mask.sum())} synapses", xticks=[], yticks=[])
    axis.spines[:].set_visible(True)
    axis.grid(visible=False)


def histogram_panel(axis: Axes, dataset: xr.Dataset, levels: int) -> None:
    """Draw how many weights of the hidden layer take which value, as trained and on levels."""
    places: Any = dataset.weight.values
    counts = dataset.histogram.sel(levels=levels).values
    axis.fill_between(places, np.maximum(dataset.histogram_float, 0.5), 0.5, step="mid", color="0.75", label="float")
    there = counts > 0
    axis.vlines(places[there], 0.5, counts[there], color="C1", linewidth=2, label=f"{levels} levels", gid=f"{levels}")
    axis.set(yscale="log", xlabel="weight over largest weight", ylabel="synapses", title=f"{levels} levels")
    axis.legend(fontsize=8)


def accuracy_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw accuracy against the number of levels, with the published value."""
    for name, label, style in (
        ("accuracy_rounded", "rounded", "o:"),
        ("accuracy_quantised", "quantised", "s--"),
        ("accuracy_transferred", "written, as spikes", "D-"),
    ):
        axis.plot(dataset.levels, 100 * dataset[name], style, label=label, gid=name, markersize=4)
    axis.axhline(100 * float(dataset.accuracy_float), color="black", linestyle="--", linewidth=0.8, label="float")
    theirs = "Hwang et al. 2021, on MNIST"
    axis.plot(3, 100 * PUBLISHED, "*", color="black", markersize=11, label=theirs, gid="published")
    lowest = float(dataset.accuracy_transferred.min())
    axis.set(ylabel="test accuracy (%)", title="accuracy", ylim=(min(100 * min(lowest, PUBLISHED) - 0.5, 97), None))
    _levels(axis, dataset)
    axis.legend(fontsize=8, loc="lower right")


def pulses_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw pairs of pulses against the number of levels, both ways of writing."""
    axis.plot(dataset.levels, dataset.pulses_one_by_one, "o--", label="one by one", gid="one by one")
    axis.plot(dataset.levels, dataset.pulses, "D-", label="map by map", gid="map by map")
    axis.set(ylabel="pairs of pulses", title="pulses", yscale="log")
    _levels(axis, dataset)
    axis.legend(fontsize=8)


def _levels(axis: Axes, dataset: xr.Dataset) -> None:
    axis.set(xlabel="levels", xscale="log")
    axis.set_xticks(dataset.levels.values, [str(each) for each in dataset.levels.values])
    axis.minorticks_off()


def draw_sweep(dataset: xr.Dataset) -> Figure:
    """Draw accuracy and error of written weights along what is varied, one line per variant.

    The data set has ``accuracy`` and ``error`` over (variant, along), the dimension that the attribute ``along`` names;
    attributes ``label`` and ``log`` say how the axis reads, and ``scale`` what SI units are multiplied by.
    """
    along, names = dataset.attrs["along"], [str(name) for name in dataset.variant.values]
    figure, ((left, right),) = new_figure(1, 2, figsize=(10, 4.2), names=("accuracy", "error"))
    places: Any = dataset.attrs.get("scale", 1.0) * dataset[along].values
    for axis, values, factor, label in (
        (left, "accuracy", 100, "test accuracy (%)"), (right, "error", 100, "rms error (% of the largest level)"),
    ):  # fmt: skip
        for name in names:
            axis.plot(
                places,
                factor * dataset[values].sel(variant=name),
                "o-",
                markersize=3.5,
                label=name,
                gid=f"{values} {name}",
            )
        axis.set(xlabel=dataset.attrs["label"], ylabel=label)
        if dataset.attrs.get("log"):
            axis.set_xscale("log")
        else:
            axis.set_xticks(places)
    left.axhline(100 * float(dataset.accuracy_float), color="black", linestyle="--", linewidth=0.8, label="float")
    left.legend(fontsize=7)
    return figure
