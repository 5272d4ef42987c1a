"""Pictures of spiking Boltzmann machines: how well they classify, and what they imagine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_bits", "draw_optimisers", "draw_sampling", "draw_srbm", "draw_tiles"]


def draw_srbm(dataset: xr.Dataset) -> Figure:
    """Draw the course of accuracy, weights of some hidden neurons, and images imagined and completed."""
    figure, axes = new_figure(2, 2, figsize=(10, 8), names=("course", "weights", "generated", "completed"))
    (course, weights), (generated, completed) = axes
    height = dataset.attrs["height"]
    course.plot(dataset.image, 100 * dataset.accuracy_of_piece, label="training, before it is learned from")
    by_epoch = dataset.epoch * dataset.attrs["train_images"]
    course.plot(by_epoch, 100 * dataset.accuracy_by_epoch, "o", color="black", label="test, by free energy")
    course.plot(by_epoch[-1:], [100 * float(dataset.accuracy_label_neurons)], "x", color="C1", label="by label neurons")
    course.axhline(100 * float(dataset.accuracy_bernoulli_rbm), color="0.5", linestyle="--", label="BernoulliRBM")
    course.set(xlabel="images learned from", ylabel="right (%)", xlim=(0, None), ylim=(0, 101))
    course.legend(loc="lower right", fontsize=8)
    largest = np.quantile(np.abs(dataset.weights), 0.999)
    some = dataset.weights.values.T[:100]
    draw_tiles(weights, some, height, 10, "RdBu_r", -largest, largest)
    weights.set_title(f"weights of {len(some)} hidden neurons (1/beta)")
    draw_tiles(generated, dataset.generated.values, height, 5)
    generated.set_title("rates of pixels, label clamped")
    rows = np.stack([dataset.original.values, dataset.completed.values], axis=1).reshape(-1, dataset.sizes["pixel"])
    draw_tiles(completed, rows, height, 4)
    completed.set_title("given, and lower half filled in")
    return figure


def draw_tiles(
    axis: Any, images: np.ndarray, height: int, across: int, colours: str = "gray", low: float = 0.0, high: float = 1.0
) -> None:
    """Draw rows of pixels as images side by side, `across` of them in a line."""
    width, down = images.shape[1] // height, -(-len(images) // across)
    tiles = np.full((down * across, height + 1, width + 1), low)
    tiles[: len(images), :height, :width] = images.reshape(-1, height, width)
    sheet = tiles.reshape(down, across, height + 1, width + 1).swapaxes(1, 2)
    axis.imshow(sheet.reshape(down * (height + 1), -1), cmap=colours, vmin=low, vmax=high)
    axis.set(xticks=[], yticks=[])
    axis.grid(False)


def draw_sampling(dataset: xr.Dataset) -> Figure:
    """Draw rates against the sigmoid, and how often states are met against how often they should be."""
    figure, axes = new_figure(1, 2, figsize=(9, 4), names=("rates", "states"))
    rates, states = axes[0]
    z = np.linspace(float(dataset.z[0]), float(dataset.z[-1]), 200)
    rates.plot(z, 1 / (1 + np.exp(-z)), color="0.6", label="sigmoid")
    rates.plot(dataset.z, dataset.p_computed, label="computed")
    rates.plot(dataset.z, dataset.p_measured, "o", color="black", markersize=4, label="measured")
    rates.set(xlabel="input (1/beta)", ylabel="rate times refractory time")
    rates.legend(loc="upper left", fontsize=8)
    for k in range(dataset.sizes["machine"]):
        states.loglog(dataset.exact[k], np.maximum(dataset.sampled[k], 1e-8), ".", markersize=3)
    ends = [1e-8, 1]
    states.plot(ends, ends, color="0.6")
    states.set(xlabel="exact probability of a state", ylabel="share of time", xlim=(1e-8, 1), ylim=(1e-8, 1))
    states.set_title(f"{dataset.attrs['seconds']:g} s, divergence {float(dataset.divergence):.3f}")
    return figure


def draw_bits(dataset: xr.Dataset) -> Figure:
    """Draw accuracy against bits, for each range."""
    figure, axis = new_figure(1, 1, figsize=(5.5, 4), names=("bits",))
    for k, reach in enumerate(dataset.range.values):
        label = f"range of the mean +- {reach:g} SD"
        axis.plot(dataset.bits, 100 * dataset.accuracy_by_bits[k], "o-", label=label)
    axis.axhline(100 * float(dataset.accuracy), color="0.5", linestyle="--", label="not rounded")
    axis.set(xlabel="bits", ylabel="right, by free energy (%)")
    axis.legend(loc="lower right", fontsize=8)
    return figure


def draw_optimisers(dataset: xr.Dataset) -> Figure:
    """Draw the course of each variant, before images were learned from, and its accuracy on test images."""
    figure, axis = new_figure(1, 1, figsize=(6.5, 4.5), names=("course",))
    ends = dataset.epoch * dataset.attrs["train_images"]
    for k, name in enumerate(dataset.variant.values):
        (line,) = axis.plot(dataset.image, 100 * dataset.accuracy_of_piece[k], alpha=0.6, label=str(name))
        axis.plot(ends, 100 * dataset.accuracy_by_epoch[k], "o", color=line.get_color())
    # What machines are right in before they have learned anything is left out: differences are small.
    least = max(0.0, 100 * float(dataset.accuracy_by_epoch.min()) - 15)
    axis.set(xlabel="images learned from", ylabel="right, by free energy (%)", xlim=(0, None), ylim=(least, 101))
    axis.set_title("lines: training images before they are learned from; dots: test", fontsize=9)
    axis.legend(loc="lower right", fontsize=8)
    return figure
