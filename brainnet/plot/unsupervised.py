"""Pictures of unsupervised learning: what neurons have learned, how well, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.plot.confusion import draw_confusion
from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_course", "draw_fields", "draw_unsupervised"]

_MOST = 400  # receptive fields that can still be seen


def draw_unsupervised(dataset: xr.Dataset) -> Figure:
    """Draw receptive fields, the confusion of classes, and the course of the training."""
    figure, axes = new_figure(1, 3, figsize=(13, 4), names=("fields", "confusion", "course"))
    fields, table, course = axes[0]
    draw_fields(fields, dataset)
    draw_confusion(table, dataset.confusion, float(dataset.accuracy))
    draw_course(course, dataset)
    return figure


def draw_fields(axis: Any, dataset: xr.Dataset) -> None:
    """Draw the weights of each neuron as an image, neurons side by side in the order of their classes."""
    weights = dataset.weights.values
    order = np.argsort(dataset.assignment.values[:_MOST], kind="stable")
    height = dataset.attrs["height"]
    width, side = len(weights) // height, int(np.ceil(np.sqrt(len(order))))
    tiles = np.zeros((side * side, height, width))
    tiles[: len(order)] = weights.T[order].reshape(-1, height, width)
    sheet = tiles.reshape(side, side, height, width).swapaxes(1, 2).reshape(side * height, side * width)
    axis.imshow(sheet, cmap="inferno", vmin=0, vmax=np.quantile(weights, 0.999))
    axis.set(xticks=[], yticks=[])
    axis.grid(False)
    some = "" if dataset.attrs["neurons"] == len(order) else f"{len(order)} of "
    axis.set_title(f"weights of {some}{dataset.attrs['neurons']} neurons, by class")


def draw_course(axis: Any, dataset: xr.Dataset) -> None:
    """Draw accuracy and presentations against the images seen."""
    mark = "." if dataset.image.size < 10 else None  # a line of one point is none
    axis.plot(dataset.image, 100 * dataset.accuracy_of_piece, marker=mark, label="training, by labels of the moment")
    axis.plot(
        dataset.image[-1:], [100 * float(dataset.accuracy)], "o", color="black", label="test, by labels of the end"
    )
    axis.plot(
        dataset.image,
        10 * dataset.attempts_of_piece,
        ":",
        marker=mark,
        color="C1",
        label="presentations per image x 10",
    )
    axis.set(xlabel="images learned from", ylabel="accuracy (%); presentations x 10", xlim=(0, None), ylim=(0, 101))
    axis.legend(loc="center right", fontsize=8)
