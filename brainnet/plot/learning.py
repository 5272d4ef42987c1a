"""Pictures of networks that learn: what the weights and the neurons do over an experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_balance"]


def draw_balance(dataset: xr.Dataset) -> Figure:
    """Draw the tuning of excitation and inhibition, the course of inhibitory weights, and the firing rate."""
    figure, axes = new_figure(1, 3, figsize=(11, 3.6))
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
    rate.axhline(dataset.attrs["rho_0"], color="black", linestyle=":", label="rho_0")
    rate.set(xlabel="time (s)", ylabel="firing rate (Hz)", ylim=(0, None))
    for axis, columns in ((tuned, 1), (course, 2), (rate, 1)):
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=columns, fontsize=8)
    return figure
