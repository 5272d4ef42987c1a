"""The picture of all populations and the arrows between them."""

from __future__ import annotations

import math
from typing import Any

from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, TapTool

from brainnet.view.layout import BOX, Layout, lay_out
from brainnet.view.numbers import delay_text, plain, short, sizes_text, synapse_text
from brainnet.view.parts import Arrow, Scene
from brainnet.view.style import FONT, INK, MUTED, bare_figure

__all__ = ["ARROWS", "BOXES", "graph_figure"]

ARROWS, BOXES = "arrows", "boxes"  # names of the sources that the page listens to
STATIC, PLASTIC, NO_WEIGHTS = "#51617a", "#d9642c", "#aab4c2"


def graph_figure(scene: Scene, after: Scene | None = None) -> Any:
    """Return the figure, one line an arrow and one box a population, both to be clicked."""
    placed = lay_out(scene)
    made = bare_figure(round(placed.width), round(placed.height))
    colors = [_color(arrow) for arrow in scene.arrows]
    lines = {
        "xs": [path.x.tolist() for path in placed.paths],
        "ys": [path.y.tolist() for path in placed.paths],
        "color": colors,
        "width": [_width(arrow) for arrow in scene.arrows],
        "name": [plain(arrow.name) for arrow in scene.arrows],
        "ends": [plain(f"{arrow.source} → {arrow.target}") for arrow in scene.arrows],
        "words": [_words(arrow, None) for arrow in scene.arrows],
    }
    source = ColumnDataSource(lines, name=ARROWS)
    made.multi_line("xs", "ys", source=source, color="color", line_width="width", line_cap="round",
                    selection_line_width=6, nonselection_line_alpha=0.55)  # fmt: skip
    # A thin line is hard to hit: what is clicked is a wide one that is not seen.
    unseen = {"line_alpha": 0.0, "selection_line_alpha": 0.0, "nonselection_line_alpha": 0.0}
    touched = made.multi_line(
        "xs", "ys", source=source, line_width=18, hover_line_alpha=0.12, hover_line_color=PLASTIC, **unseen
    )
    made.scatter(
        [path.x[-1] - 5 * math.cos(path.angle) for path in placed.paths],
        [path.y[-1] - 5 * math.sin(path.angle) for path in placed.paths],
        marker="triangle", size=11, angle=[-path.angle - math.pi / 2 for path in placed.paths], color=colors,
    )  # fmt: skip
    boxes = _draw_boxes(made, scene, placed.places)
    _write_words(made, scene, after, placed)
    made.add_tools(
        TapTool(renderers=[touched, boxes]),
        HoverTool(
            renderers=[touched], tooltips=[("", "@ends"), ("name", "@name"), ("", "@words")], line_policy="nearest"
        ),
    )
    return made


def _write_words(made: Any, scene: Scene, after: Scene | None, placed: Layout) -> None:
    """Write sizes and delays beside the arrows that have room; those of the others are shown under the pointer."""
    afters = after.arrows if after is not None else [None] * len(scene.arrows)
    words = [_lines(*both) for both in zip(scene.arrows, afters, strict=True)]
    shown = [(path, lines) for path, lines in zip(placed.paths, words, strict=True) if path.words]
    for line, color in ((0, INK), (1, MUTED)):
        made.text(
            [path.label[0] for path, _ in shown], [path.label[1] - 7 + 14 * line for path, _ in shown],
            [lines[line] for _, lines in shown], text_align=[path.align for path, _ in shown], text_color=color,
            text_font=value(FONT), text_font_size="11px", text_baseline="middle", background_fill_color="#ffffff",
            background_fill_alpha=0.8,
        )  # fmt: skip


def _draw_boxes(made: Any, scene: Scene, places: dict[str, tuple[float, float]]) -> Any:
    x, y = ([places[each.name][axis] for each in scene.populations] for axis in (0, 1))
    source = ColumnDataSource({"x": x, "y": y}, name=BOXES)
    boxes = made.rect(
        "x", "y", BOX[0], BOX[1], source=source, border_radius=9, fill_color="#ffffff", line_color="#c3ccd8",
        line_width=1.3, hover_line_color="#3b6fb6", selection_line_color="#3b6fb6", selection_line_width=2.5,
        nonselection_fill_alpha=1.0, nonselection_line_alpha=1.0,
    )  # fmt: skip
    style = {"text_font": value(FONT), "text_align": "center", "text_baseline": "middle"}
    names = [short(each.name, 20) for each in scene.populations]
    made.text(
        x, [each - 9 for each in y], names, text_color=INK, text_font_style="bold", text_font_size="13px", **style
    )
    sizes = [short(f"{each.size:,} · {each.kind}" if each.size else each.kind, 25) for each in scene.populations]
    made.text(x, [each + 10 for each in y], sizes, text_color=MUTED, text_font_size="11px", **style)
    return boxes


def _color(arrow: Arrow) -> str:
    return PLASTIC if arrow.plastic else STATIC if arrow.weights is not None else NO_WEIGHTS


def _width(arrow: Arrow) -> float:
    return 1.4 if arrow.weights is None else 1.4 + 0.35 * math.log10(1 + arrow.weights.number)


def _lines(arrow: Arrow, after: Arrow | None) -> tuple[str, str]:
    """Return the two lines beside an arrow: how many, and when they arrive."""
    first = synapse_text(arrow)
    if after is not None and arrow.weights is not None and after.weights is not None:
        first = f"{arrow.weights.number:,} → {after.weights.number:,}"
    delay = delay_text(arrow)
    return first, "" if delay == "none" else f"delay {delay}"


def _words(arrow: Arrow, after: Arrow | None) -> str:
    return "; ".join(filter(None, [sizes_text(arrow), *_lines(arrow, after)]))
