"""Pictures of networks trained by surrogate gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_surrogate"]


def draw_surrogate(dataset: xr.Dataset) -> Figure:
    """Draw accuracy by step, spikes by layer, and the spikes of the first layer for the first image."""
    figure, axes = new_figure(1, 3, figsize=(11, 3.4))
    accuracy, spikes, raster = axes.flat
    accuracy.plot(dataset.step, dataset.accuracy_by_step, "o-", label="Brian2")
    accuracy.axhline(float(dataset.torch_accuracy), color="black", linestyle=":", label="training framework")
    accuracy.set(xlabel="step", ylabel="test accuracy", ylim=(0, 1.02))
    accuracy.legend(loc="lower right")
    spikes.bar(range(dataset.sizes["layer"]), dataset.spikes_per_neuron)
    spikes.set_xticks(range(dataset.sizes["layer"]), [str(name) for name in dataset.layer.values], rotation=20)
    spikes.set(ylabel=f"spikes per neuron in {dataset.sizes['step']} steps")
    raster.plot(dataset.raster_step, dataset.raster_neuron, ".", color="black", markersize=1.5)
    raster.set(xlabel="step", ylabel="neuron of the first layer", title="first image")
    return figure
