"""The picture of a spiking network from a file: accuracy in time, and spikes by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_nir"]


def draw_nir(dataset: xr.Dataset) -> Figure:
    """Draw what `brainnet convert MODEL.nir` measured."""
    figure, axes = new_figure(1, 2)
    accuracy, spikes = axes.flat
    accuracy.plot(dataset.step, 100 * dataset.accuracy_by_step)
    accuracy.set(xlabel="time steps", ylabel="test accuracy (%)", ylim=(0, 101))
    accuracy.set_title(f"{100 * float(dataset.snn_accuracy):.2f} %, {dataset.attrs['samples']} samples")
    spikes.barh(dataset.layer, dataset.spikes_per_neuron)
    spikes.invert_yaxis()
    spikes.set(xlabel="spikes of a neuron and sample")
    spikes.set_title(f"{float(dataset.synaptic_operations):.3g} synaptic operations a sample")
    return figure
