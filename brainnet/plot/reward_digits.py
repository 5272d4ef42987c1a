"""Picture of digits that are learned from reward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.confusion import draw_confusion
from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_reward_digits"]


def draw_reward_digits(dataset: xr.Dataset) -> Figure:
    """Draw decisions that were right during learning, and the confusion of classes in the test."""
    figure, axes = new_figure(1, 2, figsize=(9, 3.6), names=("course", "confusion"))
    course, table = axes[0]
    course.plot(dataset.epoch, 100 * dataset.right_by_epoch, label="training, from random potentials")
    for name, style, label in (
        ("accuracy_before", "x", "test before learning"),
        ("accuracy", "o", "test after it"),
    ):
        at = 0 if name == "accuracy_before" else dataset.epoch[-1]
        course.plot([at], [100 * float(dataset[name])], style, color="black", label=label)
    course.axhline(
        100 * float(dataset.accuracy_logistic_regression), color="0.5", linestyle="--", label="logistic regression"
    )
    course.set(xlabel="epoch", ylabel="right (%)", ylim=(0, 101))
    course.legend(fontsize=8)
    draw_confusion(table, dataset.confusion, float(dataset.accuracy))
    return figure
