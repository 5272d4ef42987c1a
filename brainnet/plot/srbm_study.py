"""The picture of `srbm_rate_study`: where rates, thresholds, leaks and steps lead, and what neurons fire on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_study"]


def draw_study(dataset: xr.Dataset) -> Figure:
    """Draw accuracy over rate, what neurons fire, and accuracy over leak and step."""
    names = ("rates", "fired", "saturated", "moved", "walk", "map")
    figure, axes = new_figure(2, 3, figsize=(14, 8), names=names)
    (rates, fired, saturated), (moved, walk, table) = axes
    shown, largest = dataset.attrs["shown_threshold"], dataset.attrs["largest_rate"]
    here = dataset.sel(threshold=shown)
    for k, limit in enumerate(dataset.threshold.values):
        label = f"brightness > {limit:g} ({100 * float(dataset.bright[k]):.0f} % bright)"
        rates.plot(dataset.rate, 100 * dataset.accuracy_of_rate[k], "o-", label=label)
    rates.set(ylabel="right, by free energy (%)")
    fired.plot(dataset.rate, here.rate_data_of_rate, "o-", color="C0", label="bright pixels, data")
    fired.plot(dataset.rate, here.rate_free_of_rate, "o--", color="C0", label="bright pixels, free run")
    fired.plot(dataset.rate, here.hidden_data_of_rate, "o-", color="C1", label="hidden neurons, data")
    fired.plot(dataset.rate, here.hidden_first_of_rate, "o:", color="C1", label="the same before learning")
    fired.set(ylabel="measured rate (Hz)", ylim=(0, None))
    saturated.plot(dataset.rate, dataset.synchrony, "s-", color="C3", label="synchrony of clamped neurons")
    saturated.plot(dataset.rate, here.full_of_rate, "o-", color="C1", label="hidden neurons at their largest rate")
    saturated.set(ylabel="share", ylim=(0, None))
    for axis in (rates, fired, saturated):
        axis.set(xlabel="rate of bright pixels (Hz)")
        axis.axvline(largest, color="0.6", linestyle=":", label="1/t_ref")
    part = dataset.rate / largest
    for k, leak in enumerate(dataset.tau_m.values):
        moved.plot(part, 100 * dataset.accuracy_of_leak[k], "o-", label=f"tau_m = {1e3 * leak:g} ms")
    other = 1e3 * dataset.attrs["other_t_ref"]
    moved.plot(part, 100 * dataset.accuracy_of_t_ref, "^--", color="black", label=f"t_ref = {other:g} ms")
    share = dataset.attrs["share"]
    moved.plot(part, 100 * dataset.accuracy_of_share, "v--", color="0.5", label=f"{share:g} of the learning rate")
    bias = dataset.attrs["other_b_0"]
    moved.plot(part, 100 * dataset.accuracy_of_b_0, "s--", color="0.7", label=f"hidden biases begin at {bias:g}")
    moved.axvline(1, color="0.6", linestyle=":")
    moved.set(xlabel="rate of bright pixels, part of 1/t_ref", ylabel="right (%)")
    ratio = (dataset.beta_of_walk / dataset.attrs["beta"]).values.ravel()
    for known, marker, label in ((True, "o", "computed for these neurons"), (False, "x", "of the declared neurons")):
        values = dataset.accuracy_of_walk.sel(calibrated=known).values.ravel()
        walk.semilogx(ratio, 100 * values, marker, label=f"constants {label}")
    walk.set(xlabel="slope of the sigmoid, part of the declared one", ylabel="right (%)", ylim=(0, 100))
    _table(table, dataset)
    for axis in (rates, fired, saturated, moved, walk):
        axis.legend(fontsize=7)
    return figure


def _table(axis: Any, dataset: xr.Dataset) -> None:
    """Accuracy by leak and step with the constants of the declared neurons, as numbers on colours."""
    values = 100 * dataset.accuracy_of_walk.sel(calibrated=False).values
    axis.imshow(values, vmin=0, vmax=100, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axis.text(column, row, f"{value:.0f}", ha="center", va="center", color="white" if value < 60 else "black")
    axis.set_xticks(range(dataset.sizes["step"]), [f"{1e3 * each:g}" for each in dataset.step.values])
    axis.set_yticks(range(dataset.sizes["tau_m"]), [f"{1e3 * each:g}" for each in dataset.tau_m.values])
    axis.set(xlabel="step of the walk (mV)", ylabel="tau_m (ms)")
    axis.set_title("right (%), constants of the declared neurons", fontsize=9)
    axis.grid(False)
