"""Pictures of the protocols of plasticity: ours as lines, what was measured or published as points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    from typing import Any

    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "bars_with_points",
    "bursts_panel",
    "draw_bcm",
    "draw_bursts",
    "draw_frequency",
    "draw_hippocampal",
    "draw_histogram",
    "draw_schemes",
    "draw_window",
    "frequency_panel",
]

_THEIRS: dict[str, Any] = {"fmt": "o", "color": "black", "capsize": 2, "markersize": 3.5, "linewidth": 1}


def _what(dataset: xr.Dataset) -> str:
    sets = dataset.attrs.get("parameters", "default")
    return f"{dataset.attrs['rule']}, {sets}" if sets != "default" else str(dataset.attrs["rule"])


def _with_error(label: str, error: xr.DataArray) -> str:
    """Add how far from the measured changes a rule is, where that can be said."""
    return f"{label}, E = {float(error):.2f}" if np.isfinite(error) else label


def draw_window(dataset: xr.Dataset) -> Figure:
    """Draw the change by one pair against dt, and the closed form."""
    figure, axis = new_figure(figsize=(5, 3.4))
    axis.axhline(0, color="0.8", linewidth=0.8)
    if "closed_form" in dataset:
        axis.plot(dataset["dt"], dataset.closed_form, color="black", linewidth=0.8, label="closed form")
    axis.plot(dataset["dt"], dataset.change, ".", label="simulated")
    axis.set(xlabel="t_post - t_pre (ms)", ylabel="change of the weight / w_max", title=_what(dataset))
    axis.legend()
    return figure


def draw_schemes(dataset: xr.Dataset) -> Figure:
    """Draw the spikes and the course of the weight under each pairing scheme, one panel per pair of trains."""
    names = [str(name).removesuffix("_weight") for name in dataset.data_vars if str(name).endswith("_weight")]
    figure, axes = new_figure(1, len(names), figsize=(5 * len(names), 4.2), names=names)
    for axis, name in zip(np.ravel(axes), names, strict=True):
        time = np.concatenate([[0.0], dataset[f"{name}_time"].values])
        for scheme in dataset.scheme.values:
            course = np.concatenate([[dataset.attrs["w_init"]], dataset[f"{name}_weight"].sel(scheme=scheme)])
            axis.step(time, course, where="post", label=f"{scheme}: {course[-1]:.6f}")
        axis.set(xlabel="time (ms)", ylabel="weight", title=f"{name} trains")
        axis.margins(y=0.25)
        for side, height, colour in (("post", 0.97, "black"), ("pre", 0.91, "0.55")):
            spikes = dataset[f"{name}_{side}"].values
            axis.plot(spikes, np.full(len(spikes), height), "|", color=colour, markersize=7,
                      transform=axis.get_xaxis_transform())  # fmt: skip
            axis.text(1.01, height, side, color=colour, transform=axis.transAxes, va="center", fontsize=8)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2, fontsize=8)
    return figure


def frequency_panel(axis: Axes, dataset: xr.Dataset) -> None:
    """Draw measured changes, the rule and the best pair rule against the frequency of pairing."""
    axis.axhline(0, color="0.8", linewidth=0.8)
    for number, dt in enumerate(np.unique(dataset["dt"])[::-1]):
        part = dataset.isel(condition=np.flatnonzero(dataset["dt"] == dt))
        style = _THEIRS | {"fmt": "os"[number], "color": f"C{number}"}
        axis.errorbar(part.rho, part.measured, part.standard_error, label=f"measured, {dt:+d} ms", **style)
        axis.plot(part.rho, part.prediction, color=f"C{number}", label=_with_error(f"rule, {dt:+d} ms", dataset.E))
        if "pair_prediction" in part:
            label = _with_error(f"best pair rule, {dt:+d} ms", dataset.pair_E)
            axis.plot(part.rho, part.pair_prediction, ":", color=f"C{number}", label=label)
    axis.set(xlabel="frequency of pairing (Hz)", ylabel="change of the weight")
    axis.set_title(_what(dataset), fontsize=9)
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, fontsize=8)


def draw_frequency(dataset: xr.Dataset) -> Figure:
    """Draw the changes against the frequency of pairing."""
    figure, axis = new_figure(figsize=(6, 4.4))
    frequency_panel(axis, dataset)
    return figure


def bursts_panel(axis: Axes, dataset: xr.Dataset, *, theirs: bool = True, style: str = "-") -> None:
    """Draw the weight after bursts of pairings against their frequency, and the published values."""
    axis.axhline(100, color="0.8", linewidth=0.8)
    for number, (dt, part) in enumerate((each, dataset.sel(dt=each)) for each in dataset["dt"].values):
        order, colour = "pre-post" if float(dt) > 0 else "post-pre", f"C{number}"
        label = f"ours, {order}, from {dataset.attrs['start']}"
        axis.plot(dataset["rho"], np.ravel(part.weight), style, color=colour, label=label)
        if theirs and "published" in dataset:
            points = _THEIRS | {"fmt": "os"[number], "color": colour}
            axis.errorbar(dataset.rho_published, np.ravel(part.published), label=f"theirs, {order}", **points)
    axis.set(xlabel="frequency of pairing (Hz)", ylabel="weight (% of the first)", title=dataset.attrs["neuron"])


def draw_bursts(dataset: xr.Dataset) -> Figure:
    """Draw the weight after bursts against the frequency of pairing."""
    figure, axis = new_figure(figsize=(5, 3.4))
    bursts_panel(axis, dataset)
    axis.legend(fontsize=8)
    return figure


def bars_with_points(axis: Axes, dataset: xr.Dataset, kind: str) -> None:
    """Draw bars of the rule and of the best pair rule at the conditions of one kind, and what was measured."""
    part = dataset.isel(condition=np.flatnonzero(dataset.kind == kind))
    place = np.arange(part.sizes["condition"])
    axis.bar(place - 0.2, part.prediction, 0.4, label=_with_error("rule", dataset.E))
    axis.bar(place + 0.2, part.pair_prediction, 0.4, color="0.75", label=_with_error("best pair rule", dataset.pair_E))
    axis.errorbar(place, part.measured, part.standard_error, label="measured", **_THEIRS)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xticks(place, [str(name).removeprefix(kind).strip() for name in part.condition.values])
    axis.set(title=kind, xlabel="intervals (ms)", ylabel="change of the weight")


def draw_hippocampal(dataset: xr.Dataset) -> Figure:
    """Draw pairs, both kinds of triplets, and quadruplets over T."""
    figure, axes = new_figure(2, 2, figsize=(9, 6))
    for axis, kind in zip(axes.flat, ("pair", "pre-post-pre", "post-pre-post"), strict=False):
        bars_with_points(axis, dataset, kind)
    axes[0, 0].legend()
    axis = axes[1, 1]
    part = dataset.isel(condition=np.flatnonzero(dataset.kind == "quadruplet"))
    times = [float(str(name).split()[-1]) for name in part.condition.values]
    for side in (dataset["T"] < 0, dataset["T"] > 0):
        axis.plot(dataset["T"][side], dataset.quadruplet_curve[side], color="C0")
    axis.errorbar(times, part.measured, part.standard_error, **_THEIRS)
    axis.set(title="quadruplet", xlabel="T (ms)", ylabel="change of the weight")
    return figure


def draw_bcm(dataset: xr.Dataset) -> Figure:
    """Draw the mean change of the weight against the postsynaptic rate, and the closed form."""
    figure, axis = new_figure(figsize=(5, 3.4))
    axis.axhline(0, color="0.8", linewidth=0.8)
    if "closed_form" in dataset:
        axis.plot(dataset.rho_y, dataset.closed_form, label="closed form")
    axis.errorbar(dataset.rho_y, dataset.drift, dataset.standard_error, label="simulated", **_THEIRS)
    if np.isfinite(dataset.closed_threshold):
        axis.axvline(float(dataset.closed_threshold), color="0.6", linestyle=":", label="threshold")
    axis.set(xlabel="postsynaptic rate (Hz)", ylabel="change of the weight / w_max (1/s)")
    axis.set_title(f"{_what(dataset)}, presynaptic {dataset.attrs['rate']:g} Hz", fontsize=9)
    axis.legend()
    return figure


def draw_histogram(dataset: xr.Dataset) -> Figure:
    """Draw the weights at the start and in the end, and how the response to repeated volleys comes earlier."""
    figure, axes = new_figure(1, 3, figsize=(12, 3.6), names=("histogram", "latency", "weights"))
    histogram, latency, weights = axes.flat
    edges = np.linspace(0, 1, 21)
    histogram.hist(dataset.weight, edges, label=f"after {dataset.attrs['duration']:g} s")
    histogram.hist(dataset.weight_at_start, edges, histtype="step", color="black", label="at the start")
    histogram.set(xlabel="weight / g_max", ylabel="synapses")
    latency.plot(1 + np.arange(dataset.sizes["volley"]), dataset.first_spike, ".", markersize=2)
    latency.set(xlabel="volley", ylabel="latency of the first spike (ms)", ylim=(0, 80), xscale="log")
    weights.plot(dataset.volley_input, dataset.volley_weight, ".", markersize=4, label="in the end")
    weights.axhline(0.5, color="black", linestyle=":", label="at the start")
    weights.set(xlabel="latency of the input (ms)", ylabel="weight / g_max")
    for axis in (histogram, weights):
        axis.legend()
    return figure
