"""Pictures of spiking Boltzmann machines: how well they classify, and what they imagine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = [
    "draw_bits",
    "draw_gradient",
    "draw_optimisers",
    "draw_pattern",
    "draw_pcm",
    "draw_sampling",
    "draw_srbm",
    "draw_tiles",
]


def draw_srbm(dataset: xr.Dataset) -> Figure:
    """Draw the course of accuracy, weights before and after, and images imagined and completed."""
    names = "course", "spread", "generated", "before", "after", "completed"
    figure, ((course, spread, generated), (before, after, completed)) = new_figure(2, 3, figsize=(13, 8), names=names)
    height = dataset.attrs["height"]
    course.plot(dataset.image, 100 * dataset.accuracy_of_piece, label="training, before it is learned from")
    by_epoch = dataset.epoch * dataset.attrs["train_images"]
    course.plot(by_epoch, 100 * dataset.accuracy_by_epoch, "o", color="black", label="test, by free energy")
    course.plot(by_epoch[-1:], [100 * float(dataset.accuracy_label_neurons)], "x", color="C1", label="by label neurons")
    course.axhline(100 * float(dataset.accuracy_bernoulli_rbm), color="0.5", linestyle="--", label="BernoulliRBM")
    course.set(xlabel="images learned from", ylabel="right (%)", xlim=(0, None), ylim=(0, 101))
    course.legend(loc="lower right", fontsize=8)
    largest = np.quantile(np.abs(dataset.weights), 0.999)
    for axis, name, when in ((before, "first_weights", "before"), (after, "weights", "after")):
        _draw_weights(axis, dataset[name].values, height, largest, when)
        spread.hist(dataset[name].values.ravel(), np.linspace(-largest, largest, 60), histtype="step", label=when)
    spread.set(xlabel="weight (1/beta)", ylabel="weights", yscale="log")
    spread.legend(fontsize=8)
    _draw_imagined(generated, dataset)
    _draw_completed(completed, dataset, "given")
    return figure


def draw_pattern(dataset: xr.Dataset) -> Figure:
    """Draw the course of accuracy, conductances before and after, weights, and images completed."""
    figure, axes = new_figure(2, 2, figsize=(10, 8), names=("course", "cells", "weights", "completed"))
    (course, cells), (weights, completed) = axes
    height = dataset.attrs["height"]
    course.plot(dataset.epoch, 100 * dataset.accuracy_by_epoch, color="black", label="by free energy")
    course.plot(dataset.epoch[-1:], [100 * float(dataset.training_accuracy)], "x", color="C1", label="by label neurons")
    course.axhline(93, color="0.5", linestyle="--", label="published, 100 MNIST digits")
    course.set(xlabel="epochs", ylabel="images learned that are right (%)", ylim=(0, 101))
    course.legend(loc="lower right", fontsize=8)
    _draw_cells(cells, dataset)
    largest = np.quantile(np.abs(dataset.weights), 0.999)
    _draw_weights(weights, dataset.weights.values, height, largest, "after")
    _draw_completed(completed, dataset, "learned")
    return figure


def draw_pcm(dataset: xr.Dataset) -> Figure:
    """Draw accuracy by epoch beside what is reported, walks, their rates, cells, weights, and digits imagined."""
    names = ("course", "walks", "rates", "cells", "before", "weights", "generated", "completed")
    figure, axes = new_figure(2, 4, figsize=(18, 8), names=names)
    (course, walks, rates, cells), (before, weights, generated, completed) = axes
    height = dataset.attrs["height"]
    course.plot(dataset.epoch, 100 * dataset.accuracy_by_epoch, "o-", color="black", label="test, by free energy")
    course.plot(dataset.epoch[-1:], [100 * float(dataset.accuracy_label_neurons)], "x", color="C1", label="by labels")
    if dataset.attrs["task"] == "mnist":
        course.plot([9, 21], [87.7, 90], "s", color="C3", fillstyle="none", label="reported: 160 labels; rate alone")
    course.set(xlabel="epochs", ylabel="right (%)", xlim=(0, None), ylim=(0, 101))
    course.legend(loc="lower right", fontsize=8)
    times = 1e3 * dataset.attrs["dt"] * np.arange(dataset.sizes["step"])
    for k, z in enumerate(dataset.held.values):
        walks.plot(times, dataset.membrane[k] - 2 * k, linewidth=0.8, label=f"input {z:.1f}/beta")
        walks.axhline(0.1 - 2 * k, color="0.7", linewidth=0.8)
    walks.set(xlabel="time (ms)", ylabel="potential (V), 2 V apart; grey: threshold", ylim=(None, 2.5))
    walks.legend(loc="upper right", fontsize=8, ncols=3)
    z, most = dataset.z.values, 1 / dataset.attrs["t_ref"]
    rates.plot(z, most / (1 + np.exp(-z)), color="0.6", label="sigmoid")
    rates.plot(z, dataset.rate_of_input, color="black", label="neuron, computed")
    rates.plot(dataset.held[-1:], [float(dataset.rate_of_pixels)], "s", color="C1", label="bright pixels")
    rates.set(xlabel="input (1/beta)", ylabel="rate (Hz)")
    rates.legend(loc="upper left", fontsize=8)
    _draw_cells(cells, dataset)
    largest = np.quantile(np.abs(dataset.weights), 0.999)
    for axis, name, when in ((before, "first_weights", "before"), (weights, "weights", "after")):
        _draw_weights(axis, dataset[name].values, height, largest, when)
    _draw_imagined(generated, dataset)
    _draw_completed(completed, dataset, "given")
    return figure


def _draw_weights(axis: Any, weights: np.ndarray, height: int, largest: float, when: str) -> None:
    some = weights.T[:64]
    draw_tiles(axis, some, height, 8, "RdBu_r", -largest, largest)
    axis.set_title(f"weights of {len(some)} hidden neurons {when}, red > 0")


def _draw_imagined(axis: Any, dataset: xr.Dataset) -> None:
    draw_tiles(axis, dataset.generated.values, dataset.attrs["height"], 5)
    axis.set_title("rates of pixels, label clamped")


def _draw_completed(axis: Any, dataset: xr.Dataset, which: str) -> None:
    rows = np.stack([dataset.original.values, dataset.completed.values], axis=1).reshape(-1, dataset.sizes["pixel"])
    draw_tiles(axis, rows, dataset.attrs["height"], 4)
    axis.set_title(f"{which}, and lower half filled in")


def _draw_cells(axis: Any, dataset: xr.Dataset) -> None:
    for name, values in (("before", dataset.cells_before), ("after", dataset.cells_after)):
        axis.step(dataset.G, np.maximum(values, 1e-6), where="mid", label=name)
    axis.set(xlabel="conductance (part of the range)", ylabel="part of the cells", yscale="log")
    axis.legend(fontsize=8)


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


def draw_gradient(dataset: xr.Dataset) -> Figure:
    """Draw changes by spikes against the exact gradient, and their error against the size of the weights."""
    figure, axes = new_figure(1, 2, figsize=(10, 4), names=("changes", "errors"))
    changes, errors = axes[0]
    for size in (3.0, 1.0):
        measured, exact = dataset.measured.isel(cycle=0).sel(size=size), dataset.exact.sel(size=size)
        changes.plot(exact.values.ravel(), measured.values.ravel(), ".", label=f"weights times {size:g}")
    ends = [float(dataset.exact.min()), float(dataset.exact.max())]
    changes.plot(ends, ends, color="0.6", zorder=0)
    changes.set(xlabel="exact gradient", ylabel="change per cycle and learning rate")
    changes.legend(fontsize=8)
    for length, each in zip(dataset.cycle.values, dataset.error_by_size.values, strict=True):
        errors.plot(dataset["size"], each, "o-", label=f"cycles of {1e3 * length:g} ms")
    errors.set(xlabel="factor of weights and biases", ylabel="error over gradient", ylim=(0, None))
    errors.legend(fontsize=8)
    return figure
