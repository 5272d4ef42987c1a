"""Pictures of networks that learn: what the weights and the neurons do over an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "draw_activity",
    "draw_balance",
    "draw_distal_reward",
    "draw_regime",
    "draw_xor",
    "regime_panels",
    "reward_panels",
]


def draw_balance(dataset: xr.Dataset) -> Figure:
    """Draw the tuning of excitation and inhibition, the course of inhibitory weights, and the firing rate."""
    figure, axes = new_figure(1, 3, figsize=(11, 3.6), names=("tuning", "course", "rate"))
    tuned, course, rate = axes.flat
    largest = float(dataset.inhibitory_weight.max())
    excitatory = dataset.excitatory_weight / dataset.excitatory_weight.max()
    tuned.plot(dataset.signal, excitatory, "o-", color="C1", label="excitatory")
    tuned.plot(dataset.signal, dataset.inhibitory_weight / largest, "s-", color="C0", label="inhibitory, learned")
    tuned.plot(dataset.signal, dataset.course.isel(time=0) / largest, ":", color="C0", label="inhibitory, at the start")
    tuned.set(xlabel="signal", ylabel="weight / largest weight", ylim=(0, 1.1))
    tuned.set_title(f"correlation {float(dataset.tuning_correlation):.3f}", fontsize=9)
    colours = [f"C{number}" for number in range(7)] + ["0.6"]
    for one, colour in zip(dataset.course, colours, strict=True):
        course.plot(dataset.time, one, color=colour, label=f"signal {int(one.signal)}")
    course.set(xlabel="time (s)", ylabel="inhibitory weight / 350 pS")
    rate.plot(dataset.time, dataset.rate, label="simulated")
    rate.axhline(dataset.attrs["rho_0"], color="black", linestyle=":", label="rho_0", gid="rho_0")
    rate.set(xlabel="time (s)", ylabel="firing rate (Hz)", ylim=(0, None))
    for axis, columns in ((tuned, 1), (course, 2), (rate, 1)):
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, fontsize=8)
    return figure


def reward_panels(course: Axes, histogram: Axes, dataset: xr.Dataset) -> None:
    """Draw the course of the rewarded synapse among others, and the weights of all in the end."""
    limit = dataset.attrs["w_max"]
    course.plot(dataset.time, dataset.other_courses.T[:, :50], color="0.8", linewidth=0.6)
    course.plot(
        dataset.time,
        dataset.other_courses.mean("other"),
        color="black",
        label=f"mean of {dataset.sizes['other']} others",
    )
    course.plot(dataset.time, dataset.rewarded_course, color="C1", linewidth=2, label="rewarded synapse")
    course.axhline(limit, color="black", linestyle=":", label=f"bound, {limit:g} mV", gid="bound")
    course.set(xlabel="time (s)", ylabel="weight (mV)")
    histogram.hist(
        dataset.weight, np.linspace(0, limit, 41).tolist(), label=f"{dataset.sizes['synapse']} synapses, in the end"
    )
    histogram.axvline(float(dataset.rewarded_weight), color="C1", linewidth=2, label="rewarded synapse")
    histogram.set(xlabel="weight (mV)", ylabel="synapses", yscale="log")


def draw_distal_reward(dataset: xr.Dataset) -> Figure:
    """Draw the course of the rewarded synapse among others, and the weights of all in the end."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6))
    reward_panels(axes[0, 0], axes[0, 1], dataset)
    for axis in axes.flat:
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=8)
    return figure


def draw_xor(dataset: xr.Dataset) -> Figure:
    """Draw the firing rate of the output for each pattern over the epochs, and for each network after learning."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6))
    course, after = axes.flat
    smooth = dataset.rate_by_epoch.mean("network").rolling(epoch=5, center=True, min_periods=1).mean()
    for number, pattern in enumerate(dataset.pattern.values):
        course.plot(dataset.epoch, smooth.sel(pattern=pattern), color=f"C{number}", label=pattern)
    for edge in (0, dataset.attrs["epochs"]):
        course.axvline(edge, color="0.6", linestyle=":")
    course.set(xlabel="epoch; reward between the dotted lines", ylabel="firing rate of the output (Hz)")
    course.set_title(f"{dataset.attrs['rule']}, {dataset.attrs['coding']}: mean of {dataset.sizes['network']} networks")
    after.plot(dataset.pattern, dataset.after.T, "o-", color="0.5", markersize=3, linewidth=0.8)
    after.set(xlabel="pattern", ylabel="firing rate, after learning (Hz)", ylim=(0, None))
    after.set_title(f"solved by {float(dataset.solved):.0%}; before learning {float(dataset.solved_before):.0%}")
    course.legend()
    return figure


def regime_panels(raster: Axes, activity: Axes, dataset: xr.Dataset, shown: float) -> None:
    """Draw the spikes of some neurons, and below them the activity of all, in the last `shown` seconds."""
    end = float(dataset.time[-1])
    spikes = dataset.spike_time > end - shown
    late = dataset.time > end - shown
    times = 1000 * (dataset.spike_time[spikes] - end + shown)
    raster.plot(times, dataset.spike_neuron[spikes], "|", color="black", markersize=2.5)
    raster.set(ylabel="neuron", xlim=(0, 1000 * shown))
    raster.set_xticklabels([])
    activity.fill_between(1000 * (dataset.time[late] - end + shown), dataset.activity[late], color="C0", linewidth=0)
    activity.set(xlabel="time (ms)", ylabel="activity (Hz)", xlim=(0, 1000 * shown), ylim=(0, None))


def draw_activity(dataset: xr.Dataset) -> Figure:
    """Draw spikes of some neurons and the activity of all."""
    title = f"{dataset.attrs['neurons']} {dataset.attrs['neuron']} neurons: {float(dataset.rate):.1f} Hz"
    return _with_title(dataset, 0.5, title + _cv(dataset))


def draw_regime(dataset: xr.Dataset) -> Figure:
    """Draw spikes of some neurons, the activity of all, and how irregular the neurons are."""
    title = f"g = {dataset.attrs['g']:g}, nu_ext = {dataset.attrs['nu_ratio']:g} nu_thr: {float(dataset.rate):.1f} Hz"
    return _with_title(dataset, 0.2, f"{title}{_cv(dataset)}, {float(dataset.frequency):.0f} Hz")


def _cv(dataset: xr.Dataset) -> str:
    return "" if np.isnan(dataset.cv) else f", CV {float(dataset.cv):.2f}"


def _with_title(dataset: xr.Dataset, seconds: float, title: str) -> Figure:
    figure, axes = new_figure(2, 1, figsize=(6, 4.5), names=("raster", "activity"))
    raster, activity = axes.flat
    regime_panels(raster, activity, dataset, min(seconds, float(dataset.time[-1])))
    raster.set_title(title, fontsize=9)
    return figure
