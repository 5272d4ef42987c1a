"""The picture of a conversion: one sample's spikes, accuracy, rates against activations, operations, energy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainnet.plot.style import new_mosaic

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_conversion"]

# Layers whose names and numbers are written side by side.
_MANY = 4
# A legend that covers nothing.
_BELOW: dict[str, Any] = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.22)}


def draw_conversion(dataset: xr.Dataset) -> Figure:
    """Draw what `brainnet.measure.evaluate` measured, as six panels."""
    figure, axes = new_mosaic("AAAB;CDEF", figsize=(11, 6.4))
    draw = (_raster, _accuracy, _scatter, _histogram, _operations, _energy)
    for panel, (_, axis) in zip(draw, sorted(axes.items()), strict=True):
        panel(axis, dataset)
        axis.set_gid(panel.__name__.removeprefix("_"))
    return figure


def _accuracy(axis: Axes, data: xr.Dataset) -> None:
    trained, spiking = (100 * float(data[name]) for name in ("ann_accuracy", "snn_accuracy"))
    axis.axhline(trained, color="black", linestyle="--", label=f"trained, {trained:.2f} %")
    axis.plot(data.step, 100 * data.accuracy_by_step, label=f"spiking, {spiking:.2f} %")
    axis.set(xscale="log", xlabel="time steps", ylabel="test accuracy (%)", ylim=(0, 101))
    axis.legend(**_BELOW)


def _raster(axis: Axes, data: xr.Dataset) -> None:
    offset, ticks = 0, []
    layers = [str(name) for name in data.firing_layer.values]
    for number, name in enumerate(layers):
        neuron = data[f"{name}_raster_neuron"].values
        height = max(60, int(neuron.max(initial=0)) + 1)
        scale = height / (int(neuron.max(initial=0)) + 1)
        axis.plot(
            data[f"{name}_raster_step"],
            offset + scale * (neuron + 0.5),
            "|",
            markersize=2 if scale < 2 else 6,
            color=f"C{number}",
        )
        ticks.append(offset + height / 2)
        offset += height
        axis.axhline(offset, color="0.8", linewidth=0.5)
    axis.set(
        xlabel="time step; spikes for one image",
        yticks=ticks,
        yticklabels=layers,
        ylim=(0, max(offset, 1)),
    )
    if not layers:
        _say_silent(axis)
    image = data.first_sample.values
    if image.ndim == 2:
        inset = axis.inset_axes((1.01, 0.0, 0.11, 0.34))
        inset.imshow(image, cmap="gray_r")
        inset.set(xticks=[], yticks=[])
        inset.set_title("the image", fontsize="small", loc="center")


def _say_silent(axis: Axes) -> None:
    axis.text(0.5, 0.5, "no layer fires: read-out by potential", ha="center", transform=axis.transAxes)


def _histogram(axis: Axes, data: xr.Dataset) -> None:
    for number, name in enumerate(data.firing_layer.values):
        counts = data.count_histogram.sel(firing_layer=name)
        share = 100 * counts / counts.sum()
        shown = share.values > 0
        axis.plot(
            np.arange(share.size)[shown],
            share.values[shown],
            ".-",
            markersize=3,
            linewidth=0.7,
            color=f"C{number}",
            label=str(name),
        )
    axis.set(
        yscale="log",
        xlabel="spikes of a neuron for one image",
        ylabel="share of neurons (%)",
    )
    if 0 < data.firing_layer.size <= 2 * _MANY:
        axis.legend(**_BELOW, fontsize=7 if data.firing_layer.size > _MANY else None)
    elif not data.firing_layer.size:
        _say_silent(axis)


def _scatter(axis: Axes, data: xr.Dataset) -> None:
    correlation = data.layer_correlation.to_series()
    for name in (str(n) for n in data.layer.values if f"{n}_rate" in data):
        number = [str(n) for n in data.firing_layer.values].index(name)
        label = f"{name}, r = {correlation[name]:.4f}" if name in correlation else f"{name}, constant"
        axis.plot(
            np.maximum(data[f"{name}_activation"], 0),
            data[f"{name}_rate"],
            ".",
            markersize=3,
            color=f"C{number}",
            label=label,
        )
    axis.plot([0, 1], [0, 1], color="black", linewidth=0.7, label="equal")
    axis.set(xlabel="activation / scale (positive part)", ylabel="spikes per step")
    if len(data.firing_layer) <= 2 * _MANY:
        axis.legend(**_BELOW, fontsize=7 if len(data.firing_layer) > _MANY else None)


def _bars(axis: Axes, names: list[str], groups: list[tuple[str, Any, str]]) -> None:
    x, width = np.arange(len(names)), 0.8 / len(groups)
    for number, (label, values, colour) in enumerate(groups):
        bars = axis.bar(x + (number - (len(groups) - 1) / 2) * width, values, width, label=label, color=colour)
        if len(names) > _MANY:  # numbers would lie over each other
            continue
        axis.bar_label(bars, [f"{value:.3g}" if value else "" for value in values], fontsize=7)
    axis.set_xticks(x, names, rotation=90 if len(names) > _MANY else 0, fontsize=7 if len(names) > _MANY else None)


def _operations(axis: Axes, data: xr.Dataset) -> None:
    names = [str(name) for name in data.ann_layer.values]
    groups = [
        ("multiply-accumulates, trained", data.mac_operations_by_layer.values, "0.5"),
        ("accumulates, spiking", data.synaptic_operations_by_layer.values, "C0"),
    ]
    if float(data.analog_macs):
        # A current is computed once per image, by multiplication.
        analog = np.array([float(data.analog_macs)] + [0.0] * (len(names) - 1))
        groups.append(("multiply-accumulates of analog input", analog, "C1"))
    _bars(axis, names, groups)
    axis.set(yscale="log", ylabel="operations per image")
    axis.margins(y=0.1)
    axis.legend(**_BELOW, fontsize=7)


def _energy(axis: Axes, data: xr.Dataset) -> None:
    nanojoule, attrs = 1e9, data.energy_ratio.attrs
    trained = float(data.energy_ann) * nanojoule
    _bars(axis, ["trained", "spiking"], [("", [trained, trained * float(data.energy_ratio)], "C2")])
    axis.set(ylabel="energy per image (nJ)", xlabel=f"table {attrs['table']}")
    axis.margins(y=0.15)
