"""Picture of a network that becomes small while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_stdp_compression"]


def draw_stdp_compression(dataset: xr.Dataset) -> Figure:
    """Draw the course of both trainings, the weights of both, and receptive fields of some neurons."""
    figure, axes = new_figure(1, 4, figsize=(16, 4), names=("course", "weights", "dense", "pruned"))
    course, weights, *fields = axes[0]
    _draw_course(course, dataset)
    _draw_weights(weights, dataset)
    for axis, name in zip(fields, ("dense", "pruned"), strict=True):
        _draw_fields(axis, dataset, name)
    return figure


def _draw_course(axis: Any, dataset: xr.Dataset) -> None:
    for name, color in (("dense", "C0"), ("pruned", "C1")):
        axis.plot(dataset.image, 100 * dataset.accuracy_of_piece.sel(network=name), color=color, label=f"{name} (%)")
    for key, color in (("accuracy_dense", "C0"), ("accuracy", "C1")):
        axis.plot(dataset.image[-1:], [100 * float(dataset[key])], "o", color=color)
    axis.plot([], [], "o", color="black", label="test, by labels of the end (%)")
    axis.plot(dataset.image, 100 * dataset.connectivity_of_piece, ":", color="black", label="synapses left (%)")
    axis.set(xlabel="images learned from", xlim=(0, None), ylim=(0, 102))
    axis.legend(loc="center right", fontsize=8)
    axis.set_title(f"pruned by {dataset.attrs['criterion']}")


def _draw_weights(axis: Any, dataset: xr.Dataset) -> None:
    left, dense = dataset.weights_left.values, dataset.weights_dense.values
    bins = np.linspace(0, max(left.max(), dense.max()) * 1.02, 80)
    axis.hist(dense, bins, color="C0", alpha=0.7, label=f"dense, {dense.size:,}")
    axis.hist(left, bins, color="C1", alpha=0.7, label=f"pruned, {left.size:,} in {int(dataset.levels)} levels")
    axis.set(xlabel="weight", ylabel="synapses", yscale="log")
    axis.legend(fontsize=8)


def _draw_fields(axis: Any, dataset: xr.Dataset, name: str) -> None:
    weights = dataset.weights.sel(network=name).values
    height = dataset.attrs["height"]
    width, side = len(weights) // height, int(np.ceil(np.sqrt(weights.shape[1])))
    tiles = np.zeros((side * side, height, width))
    tiles[: weights.shape[1]] = weights.T.reshape(-1, height, width)
    sheet = tiles.reshape(side, side, height, width).swapaxes(1, 2).reshape(side * height, side * width)
    axis.imshow(sheet, cmap="inferno", vmin=0, vmax=max(np.quantile(weights, 0.999), 1e-9))
    axis.set(xticks=[], yticks=[])
    axis.grid(False)
    axis.set_title(f"weights, {name}: {weights.shape[1]} of {dataset.attrs['neurons']} neurons")
