"""The pictures of one arrow, or of one population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import Any

import numpy as np
from bokeh.models import BasicTicker, FixedTicker, HoverTool

from brainnet.view.numbers import number
from brainnet.view.parts import Arrow, Raster
from brainnet.view.style import AFTER, BEFORE, INK, SINGLE, Colors, plot
from brainnet.view.weights import Tiles, Weights, binned, sampled_tiles

__all__ = ["Panel", "arrow_panels", "raster_panels", "rate_panel"]

BINS = 60
LONG = 5000.0  # ms, from which on time is given in seconds
BIN = {"ms": 5.0, "s": 0.005}  # width of the bins of a rate; a step where it is in steps
SPIKES = 20_000  # spikes that a page shows of one population; of more an even sample


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture, or several side by side, and what must be known about it.

    Parameters
    ----------
    figures : tuple of bokeh figures
    note : str
    """

    figures: tuple[Any, ...]
    note: str = ""


def arrow_panels(arrows: Sequence[Arrow], shape: tuple[int, ...] | None, cells: int) -> list[Panel]:
    """Return the pictures of an arrow, or of one before and after.

    Parameters
    ----------
    arrows : one or two Arrow
    shape : tuple of int or None
        Of the source, where it is an image.
    cells : int
        Numbers that a picture may take.
    """
    weights = [each.weights for each in arrows if each.weights is not None and each.weights.number]
    if len(weights) < len(arrows):
        return []
    colors = Colors.of(each.values for each in weights)
    panels = [_matrices(weights, cells), _histogram(weights)]
    tiles = [sampled_tiles(each, shape, cells) for each in weights]
    if all(each is not None for each in tiles):
        panels.append(_mosaics([each for each in tiles if each is not None], weights, colors))
    panels += [panel for side in (0, 1) if (panel := _degrees(weights, side)) is not None]
    if (panel := _delays(arrows[-1])) is not None:
        panels.append(panel)
    return panels


def _titles(n: int) -> list[str]:
    return [""] if n == 1 else ["before", "after"]


def _titled(what: str, which: str) -> str:
    return f"{what}, {which}" if which else what


def _matrices(weights: list[Weights], cells: int) -> Panel:
    figures, note = [], ""
    all_drawn = [binned(each, cells) for each in weights]
    colors = Colors.of(each.mean for each in all_drawn)
    for each, drawn, which in zip(weights, all_drawn, _titles(len(weights)), strict=True):
        n_rows, n_columns = each.shape
        x, y = ("channel", "element of the kernel") if each.kernel is not None else ("target neuron", "source neuron")
        made = plot(
            _titled("Weight matrix", which), x, y, width=400, height=370, x_range=(-0.5, n_columns - 0.5),
            y_range=(n_rows - 0.5, -0.5),
        )  # fmt: skip
        data: dict[str, Any] = {"image": [drawn.mean]}
        # A last cell may be smaller than the others: the picture is as large as whole cells.
        (high, wide), (rows, columns) = drawn.block, drawn.mean.shape
        tooltips = [("source, target", "$y{0}, $x{0}"), ("weight", "@image{0.0000a}")]
        if drawn.share is not None:
            data["share"] = [drawn.share]
            tooltips.append(("connected", "@share{0.0%}"))
        shown = made.image(
            "image", source=data, x=-0.5, y=-0.5, dw=columns * wide, dh=rows * high, color_mapper=colors.mapper()
        )
        made.grid.visible = False
        made.xaxis.ticker, made.yaxis.ticker = BasicTicker(min_interval=1), BasicTicker(min_interval=1)
        made.add_layout(colors.bar(each.unit), "right")
        made.add_tools(HoverTool(renderers=[shown], tooltips=tooltips))
        figures.append(made)
        if (high, wide) != (1, 1):
            note = (
                f"{n_rows:,} × {n_columns:,} weights are drawn as {rows:,} × {columns:,} cells: each the mean of the "
                f"synapses among {high} × {wide} pairs."
            )
        elif drawn.share is not None:
            note = "Grey: no synapse."
    return Panel(tuple(figures), note)


def _histogram(weights: list[Weights]) -> Panel:
    unit = f" ({weights[0].unit})" if weights[0].unit else ""
    counted = "synapses" if weights[0].kernel is None else "elements of the kernel"
    everything = np.concatenate([each.values for each in weights])
    edges = np.histogram_bin_edges(everything, bins=min(BINS, max(10, len(np.unique(everything[:10_000])))))
    made = plot("Histogram of weights", f"weight{unit}", counted, width=400 if len(weights) == 1 else 560, height=300)
    made.y_range.start = 0
    for each, which in zip(weights, _titles(len(weights)), strict=True):
        counts, _ = np.histogram(each.values, edges)
        style = _series(which)
        shown = made.quad(
            left=edges[:-1], right=edges[1:], bottom=0, top=counts, line_color="#ffffff", line_width=0.5, **style
        )
        made.add_tools(HoverTool(renderers=[shown], tooltips=[("weight", "@left to @right"), (counted, "@top{0,0}")]))
    return Panel((_legend(made),))


def _series(which: str) -> dict[str, Any]:
    if not which:
        return {"fill_color": SINGLE}
    style: dict[str, Any] = {"fill_color": BEFORE if which == "before" else AFTER, "legend_label": which}
    return style | {"fill_alpha": 0.7 if which == "before" else 0.6}


def _legend(made: Any) -> Any:
    for legend in made.legend:
        legend.border_line_color, legend.label_text_color, legend.background_fill_alpha = None, INK, 0.7
    return made


def _mosaics(tiles: list[Tiles], weights: list[Weights], colors: Colors) -> Panel:
    figures = []
    for each, one, which in zip(tiles, weights, _titles(len(tiles)), strict=True):
        n, height, width = each.images.shape
        across = ceil(sqrt(n * height / width)) if n > 3 else n
        down = ceil(n / across)
        gap = 1
        whole = np.full((down * (height + gap) - gap, across * (width + gap) - gap), np.nan, dtype=np.float32)
        at = [(k // across * (height + gap), k % across * (width + gap)) for k in range(n)]
        for (row, column), image in zip(at, each.images, strict=True):
            whole[row : row + height, column : column + width] = image
        made = plot(
            _titled(each.what[0].upper() + each.what[1:], which), "", "", width=400,
            height=int(np.clip(400 * whole.shape[0] / whole.shape[1] + 60, 150, 640)),
            x_range=(0, whole.shape[1]), y_range=(whole.shape[0], 0),
        )  # fmt: skip
        made.axis.visible = made.grid.visible = False
        shown = made.image(
            [whole], x=0, y=0, dw=whole.shape[1], dh=whole.shape[0], color_mapper=colors.mapper((0, 0, 0, 0.0))
        )
        made.add_layout(colors.bar(one.unit), "right")
        made.add_tools(HoverTool(renderers=[shown], tooltips=[("weight", "@image{0.0000a}")]))
        if n <= 100:
            made.text(
                [c for _, c in at], [r for r, _ in at], [str(k) for k in each.labels], text_font_size="9px",
                text_color=INK, text_baseline="top", background_fill_color="#ffffff", background_fill_alpha=0.7,
            )  # fmt: skip
        figures.append(made)
    some = tiles[0]
    note = (
        f"{len(some.images)} of {some.total:,}, evenly chosen; the numbers are theirs."
        if len(some.images) < some.total
        else ""
    )
    return Panel(tuple(figures), note)


def _degrees(weights: list[Weights], side: int) -> Panel | None:
    """Return the distribution of synapses of a neuron; none where all have the same number."""
    counts = [each.degrees[side] for each in weights]
    low, high = min(int(each.min()) for each in counts), max(int(each.max()) for each in counts)
    if low == high:
        return None
    step = max(1, ceil((high - low + 1) / BINS))
    edges = np.arange(low, high + step + 1, step) - 0.5
    way, whose = (("Out-degrees", "source"), ("In-degrees", "target"))[side]
    made = plot(way, f"synapses of a {whose} neuron", "neurons", width=400, height=260)
    made.y_range.start = 0
    for each, which in zip(counts, _titles(len(counts)), strict=True):
        top, _ = np.histogram(each, edges)
        made.quad(
            left=edges[:-1], right=edges[1:], bottom=0, top=top, line_color="#ffffff", line_width=0.5, **_series(which)
        )
    if high - low < 6:
        made.xaxis.ticker = FixedTicker(ticks=list(range(low, high + 1)))
    return Panel((_legend(made),))


def _delays(arrow: Arrow) -> Panel | None:
    if arrow.delay is None or len(np.unique(arrow.delay)) < 2:
        return None
    counts, edges = np.histogram(arrow.delay, bins=40)
    made = plot("Delays", "delay (ms)", "synapses", width=400, height=260)
    made.y_range.start = 0
    made.quad(left=edges[:-1], right=edges[1:], bottom=0, top=counts, fill_color=SINGLE, line_color="#ffffff")
    return Panel((made,))


def raster_panels(raster: Raster) -> list[Panel]:
    """Return the spikes and the rate of a population."""
    n, note = len(raster.time), ""
    if raster.unit == "ms" and raster.duration >= LONG:
        raster = replace(raster, time=raster.time / 1000, duration=raster.duration / 1000, unit="s")
    keep: Any = slice(None)
    if n > SPIKES:
        keep = np.sort(np.random.default_rng(0).choice(n, SPIKES, replace=False))
        note = f"{SPIKES:,} of {n:,} spikes are drawn, chosen at random; the rate is of all."
    made = plot(
        "Spikes", f"time ({raster.unit})", "neuron", width=400, height=280, x_range=(0, max(raster.duration, 1e-9)),
        y_range=(-0.5, max(raster.neurons - 0.5, 0.5)),
    )  # fmt: skip
    made.scatter(
        raster.time[keep].astype(np.float32), raster.neuron[keep].astype(np.int32), size=2.5, color=INK, alpha=0.7
    )
    panels = [Panel((made,), note)]
    if n:
        bins = int(np.clip(raster.duration / BIN.get(raster.unit, 1.0), 10, 200))
        counts, edges = np.histogram(raster.time, bins=bins, range=(0, raster.duration))
        wide = edges[1] - edges[0]
        per = {"ms": 1000.0, "s": 1.0}.get(raster.unit, 1.0)
        rate = counts * (per / (wide * raster.neurons))
        unit = "spikes per step" if raster.unit == "steps" else "Hz"
        note = f"In bins of {number(float(wide))} {raster.unit}."
        panels.append(
            rate_panel(edges[:-1] + wide / 2, rate, raster.unit, f"rate of a neuron ({unit})", note, raster.duration)
        )
    return panels


def rate_panel(time: np.ndarray, rate: np.ndarray, unit: str, axis: str, note: str = "", end: float = 0.0) -> Panel:
    """Return a rate over time, to its end."""
    end = end or float(np.max(time, initial=1e-9))
    made = plot("Rate", f"time ({unit})", axis, width=400, height=280, x_range=(0, end))
    made.y_range.start = 0
    made.line(time, rate, line_color=SINGLE, line_width=1.8)
    return Panel((made,), note)
