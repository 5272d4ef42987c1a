"""The picture of ESCAPE-NET: accuracy by steps, one sample's spikes, silence, operations, energy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_escape"]


def draw_escape(dataset: xr.Dataset) -> Figure:
    """Draw what the protocol `escape_net` measured, as six panels."""
    figure, axes = new_figure(2, 3, figsize=(13, 7))
    draw = (_accuracy, _rasters, _histogram, _operations, _energy, _course)
    for panel, axis in zip(draw, axes.flat, strict=True):
        panel(axis, dataset)
    figure.suptitle(f"{dataset.attrs['images']} test signatures ({dataset.attrs['source']}); "
                    f"neurons: {dataset.attrs['neurons']}")  # fmt: skip
    return figure


def _accuracy(axis: Axes, data: xr.Dataset) -> None:
    axis.axhline(100 * float(data.ann_accuracy), color="black", linestyle="--", label="trained network")
    for reset in data.reset.values:
        axis.plot(data.step, 100 * data.converted_by_step.sel(reset=reset), label=f"converted, reset: {reset}")
    axis.plot(data.stdb_steps, 100 * data.stdb_accuracy, "ko-", markersize=4, label="STDB")
    axis.set(xscale="log", xlabel="time steps", ylabel="test accuracy (%)", title="accuracy")
    axis.legend(loc="lower right", fontsize=7)


def _rasters(axis: Axes, data: xr.Dataset) -> None:
    names, offset, ticks = [str(name) for name in data.layer.values], 0, []
    for number, name in enumerate(names):
        neuron, step = np.nonzero(data[f"{name}_raster"].values)
        axis.plot(step + 1, offset + neuron, ".", markersize=1.5, color=f"C{number}")
        ticks.append(offset + len(data[f"{name}_raster"]) / 2)
        offset += len(data[f"{name}_raster"])
        axis.axhline(offset, color="0.8", linewidth=0.5)
    axis.set(xlabel="time step", yticks=ticks, yticklabels=names, ylim=(0, offset))
    axis.set_title("STDB: spikes for the first signature, of some neurons")


def _histogram(axis: Axes, data: xr.Dataset) -> None:
    for number, name in enumerate(data.layer.values):
        counts = data.count_histogram.sel(layer=name).values
        shown = np.flatnonzero(counts)
        silent = 100 * float(data.silent_fraction.sel(layer=name))
        label = f"{name}: {silent:.0f} % silent"
        axis.plot(shown, 100 * counts[shown] / counts.sum(), ".-", color=f"C{number}", markersize=3, label=label)
    axis.set(yscale="log", xlabel="spikes of a neuron for one signature", ylabel="share of neurons (%)")
    axis.set_title("STDB: spikes per neuron")
    axis.legend(fontsize=7)


def _operations(axis: Axes, data: xr.Dataset) -> None:
    x = np.arange(data.sizes["ann_layer"])
    axis.bar(x - 0.2, data.macs, 0.4, color="0.5", label="trained: multiply-accumulates")
    axis.bar(x + 0.2, data.accumulations, 0.4, color="C0", label="spiking: accumulates")
    axis.set_xticks(x, [str(name) for name in data.ann_layer.values])
    axis.set(yscale="log", ylabel="operations for one signature", title="operations by layer")
    axis.legend(fontsize=7)


def _energy(axis: Axes, data: xr.Dataset) -> None:
    values = [1.0, float(data.energy_ratio), float(data.energy_ratio_counted)]
    bars = axis.bar(["trained", "spikes x MACs", "spikes x fan-out"], values, color=["0.5", "C0", "C1"])
    axis.bar_label(bars, [f"{value:.3g}" for value in values])
    axis.set(
        yscale="log", ylabel="energy / energy of the trained network", title=f"energy, table {data.attrs['table']}"
    )
    axis.margins(y=0.15)


def _course(axis: Axes, data: xr.Dataset) -> None:
    axis.plot(data.tuned_step, data.energy_by_step, color="C1")
    axis.set(xlabel="time step", ylabel="energy / energy of the trained network", ylim=(0, None))
    axis.set_title("energy so far (spikes x fan-out)")
