"""Pictures of memory devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_device_window"]


def draw_device_window(dataset: xr.Dataset) -> Figure:
    """Draw the change of conductance by one pair of spikes against dt, and the closed form."""
    figure, axis = new_figure(figsize=(5, 3.4))
    axis.axhline(0, color="0.8", linewidth=0.8)
    axis.plot(dataset["dt"], dataset.closed_form * 1e3, color="black", linewidth=0.8, label="closed form")
    axis.plot(dataset["dt"], dataset.change * 1e3, ".", label="simulated voltages")
    title = f"{dataset.attrs['device']}, {dataset.attrs['tail']} tail"
    axis.set(xlabel="t_post - t_pre (µs)", ylabel="change of G (nS)", title=title)
    axis.legend()
    return figure
