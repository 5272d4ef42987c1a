"""A deep network as spikes: what is left of it layer by layer, and when it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_residual"]


def draw_residual(dataset: xr.Dataset) -> Figure:
    """Draw correlation and spikes by layer, and the agreement of decisions by step."""
    figure, axes = new_figure(1, 3, figsize=(14, 4.6))
    names = [str(name) for name in dataset.layer.values]
    correlation, spikes, decided = axes[0]
    correlation.plot([str(name) for name in dataset.varying_layer.values], dataset.layer_correlation, "o-")
    correlation.set(ylabel="correlation of counts and activations", ylim=(min(0, correlation.get_ylim()[0]), 1.02))
    spikes.bar(names, dataset.spikes_per_neuron, color="C1")
    spikes.set(ylabel="spikes per neuron and image")
    for axis in (correlation, spikes):
        axis.tick_params(axis="x", labelrotation=90, labelsize=7)
    decided.plot(dataset.step, 100 * dataset.agreement_by_step, color="C2")
    decided.set(xscale="log", xlabel="time steps", ylabel="decisions as the trained network's (%)", ylim=(0, 102))
    figure.suptitle(
        f"{dataset.attrs['network']}, {dataset.attrs['layers']} layers, {int(dataset.neurons)} neurons, "
        f"{int(dataset.synapses)} connections, {dataset.attrs['samples']} images"
    )
    return figure
