"""Pictures of polychronisation: rhythms before and after, weights, and a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_polychronisation"]


def _raster(axis: Axes, dataset: xr.Dataset, name: str, when: str) -> None:
    times, neurons = dataset[f"time_{name}"], dataset[f"neuron_{name}"]
    fast = (neurons >= dataset.attrs["excitatory"]).values
    for chosen, colour in ((~fast, "black"), (fast, "C1")):
        axis.plot(1000 * times[chosen], neurons[chosen], ".", color=colour, markersize=1.2)
    axis.set(xlabel="time (ms)", ylabel="neuron", xlim=(0, 1000), ylim=(0, dataset.attrs["neurons"]))
    axis.set_title(when, fontsize=9)


def _group(axis: Axes, dataset: xr.Dataset) -> None:
    if not dataset.sizes["group"]:
        axis.text(0.5, 0.5, "no groups", ha="center", transform=axis.transAxes)
        axis.set(xlabel="time (ms)", ylabel="neuron")
        return
    time, neuron = dataset.group_time.values, dataset.group_neuron.values
    for pre, post in zip(dataset.group_pre.values, dataset.group_post.values, strict=True):
        axis.plot(time[[pre, post]], neuron[[pre, post]], color="0.75", linewidth=0.6)
    fast = neuron >= dataset.attrs["excitatory"]
    for chosen, colour in ((~fast, "black"), (fast, "C1")):
        axis.plot(time[chosen], neuron[chosen], "o", color=colour, markersize=4)
    axis.plot(time[:3], neuron[:3], "o", color="C0", markersize=5, label="first three")
    axis.set(xlabel="time (ms)", ylabel="neuron", ylim=(0, dataset.attrs["neurons"]))
    axis.set_title(
        f"one of {int(dataset.groups)} groups, half have over {float(dataset.group_size):.0f} spikes",
        fontsize=8,
    )
    axis.legend(fontsize=8)


def draw_polychronisation(dataset: xr.Dataset) -> Figure:
    """Draw spikes of a second before and after, spectra, the course of the rate, weights, and a group."""
    names = ("before", "after", "spectrum", "rate", "weights", "group")
    figure, axes = new_figure(2, 3, figsize=(13, 7.2), names=names)
    before, after, spectrum, rate, weights, group = axes.flat
    _raster(before, dataset, "before", "the first second")
    _raster(after, dataset, "after", f"the last of {dataset.attrs['duration']:g} s")
    within = (dataset.frequency >= 1) & (dataset.frequency <= 120)
    for name, colour in (("before", "0.5"), ("after", "C0")):
        spectrum.plot(
            dataset.frequency[within], dataset.spectrum.sel(window=name)[within], color=colour,
            label="at the start" if name == "before" else "in the end",
        )  # fmt: skip
    spectrum.axhline(1, color="black", linestyle=":", label="independent neurons")
    spectrum.set(xlabel="frequency (Hz)", ylabel="power of the excitatory activity", xscale="log", yscale="log")
    rate.plot(dataset.time, dataset.rate_course)
    rate.set(xlabel="time (s)", ylabel="excitatory firing rate (Hz)", ylim=(0, None))
    weights.hist(dataset.weight, np.linspace(0, dataset.attrs["w_max"], 41).tolist())
    weights.set(xlabel="weight (mV/ms, for 1 ms), excitatory to excitatory", ylabel="synapses", yscale="log")
    weights.set_title(f"{float(dataset.strong_synapses):.0%} strong", fontsize=9)
    _group(group, dataset)
    spectrum.legend(fontsize=8)
    return figure
