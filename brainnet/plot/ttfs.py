"""The picture of a network of first spikes: one sample's spikes, their times, what they stand for, accuracy in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_ttfs"]


def draw_ttfs(dataset: xr.Dataset) -> Figure:
    """Draw what `brainnet.measure.evaluate` measured of first spikes, as four panels."""
    figure, axes = new_figure(2, 2, figsize=(10, 7.5))
    for panel, axis in zip((_raster, _times, _values, _accuracy), axes.flat, strict=True):
        panel(axis, dataset)
    figure.suptitle(
        f"{dataset.attrs['samples']} test images, mapping {dataset.attrs['mapping']}, windows of "
        f"{dataset.attrs['window']} steps, "
        f"{float(dataset.mean_spikes_per_neuron):.3f} spikes a neuron, energy ratio {float(dataset.energy_ratio):.3g} "
        f"(table {dataset.energy_ratio.attrs['table']})"
    )
    return figure


def _raster(axis: Axes, data: xr.Dataset) -> None:
    window, ticks, offset = int(data.attrs["window"]), [], 0
    names = [str(name) for name in data.firing_layer.values]
    begins = np.atleast_1d(data.attrs["begins"])
    for number, name in enumerate(names):
        neuron = data[f"{name}_raster_neuron"].values
        height = int(neuron.max(initial=0)) + 1
        begin = int(begins[number])
        axis.axvspan(begin, begin + window, color=f"C{number}", alpha=0.08)
        axis.plot(begin + data[f"{name}_raster_step"], offset + neuron, ".", markersize=2, color=f"C{number}")
        ticks.append(offset + height / 2)
        offset += height
        axis.axhline(offset, color="0.8", linewidth=0.5)
    axis.set(xlabel="time step", yticks=ticks, yticklabels=names, ylim=(0, max(offset, 1)))
    axis.set_title("spikes for the first test image; each layer in its window")


def _times(axis: Axes, data: xr.Dataset) -> None:
    rates = data.spikes_per_neuron.to_series()
    samples = int(data.attrs["samples"])
    for number, name in enumerate(data.firing_layer.values):
        of_layer = data.time_histogram.sel(firing_layer=name)
        label = f"{name}, {rates[str(name)]:.3f} spikes a neuron"
        axis.step(data.time, of_layer / samples, where="mid", color=f"C{number}", label=label)
    highest = float(data.time_histogram.max()) / samples
    axis.set(xlabel="step of the window", ylabel="spikes an image", ylim=(0, 1.3 * highest or 1))
    axis.set_title("times of spikes: the earlier, the larger")
    axis.legend()


def _values(axis: Axes, data: xr.Dataset) -> None:
    correlation = data.layer_correlation.to_series()
    for number, name in enumerate(str(each) for each in data.firing_layer.values):
        if f"{name}_value" in data:
            label = f"{name}, r = {correlation[name]:.5f}" if name in correlation else name
            axis.plot(
                np.maximum(data[f"{name}_activation"], 0), data[f"{name}_value"], ".", markersize=3, color=f"C{number}",
                label=label,
            )  # fmt: skip
    axis.plot([0, 1], [0, 1], color="black", linewidth=0.7, label="equal")
    axis.set(xlabel="activation / scale (positive part)", ylabel="value that the time stands for")
    axis.set_title("times follow activations")
    axis.legend(loc="upper left")


def _accuracy(axis: Axes, data: xr.Dataset) -> None:
    axis.axhline(100 * float(data.ann_accuracy), color="black", linestyle="--", label="trained network")
    axis.plot(data.step, 100 * data.accuracy_by_step, label="spiking network")
    axis.set(xlabel="step of the window in which outputs receive", ylabel="test accuracy (%)", ylim=(0, 101))
    axis.set_title(f"accuracy: {100 * float(data.ann_accuracy):.2f} % becomes {100 * float(data.snn_accuracy):.2f} %")
    axis.legend(loc="lower right")
