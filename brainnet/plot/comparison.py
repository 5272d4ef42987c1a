"""One picture of several methods: a bar each in every measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brainnet.plot.style import new_figure

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["draw_comparison"]

_PANELS = (("accuracy", "test accuracy"), ("spikes", "spikes per image"), ("seconds", "training time (s)"))


def draw_comparison(dataset: xr.Dataset) -> Figure:
    """Draw accuracy, spikes and training time of every method."""
    figure, axes = new_figure(1, len(_PANELS), figsize=(11, 3.2))
    names = [str(name) for name in dataset.method.values]
    for axis, (key, label) in zip(axes.flat, _PANELS, strict=True):
        bars = axis.barh(range(len(names)), dataset[key], color=[f"C{k}" for k in range(len(names))])
        axis.bar_label(bars, fmt="%.3g", padding=2, fontsize=8)
        axis.set_yticks(range(len(names)), names)
        axis.invert_yaxis()
        axis.set(xlabel=label)
        axis.margins(x=0.15)
    axes[0, 0].plot(
        dataset.train_accuracy, range(len(names)), "|", color="black", markersize=12, label="training images"
    )
    axes[0, 0].set(xlim=(0, 1.12))
    axes[0, 0].legend(loc="lower left", fontsize=8)
    figure.suptitle(
        f"digits, {dataset.attrs['samples']} training images, {dataset.attrs['epochs']} epochs, "
        f"{dataset.attrs['input_spikes']:.0f} input spikes an image", fontsize=9,
    )  # fmt: skip
    return figure
