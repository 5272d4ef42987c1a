"""The page: one HTML file with everything in it, Bokeh's JavaScript included."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from bokeh.embed import json_item
from bokeh.resources import Resources
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from brainnet.results import prepare_file, write_text
from brainnet.view.graph import graph_figure
from brainnet.view.layout import ordered
from brainnet.view.numbers import arrow_numbers, delay_text, plain, scene_numbers, synapse_text
from brainnet.view.panels import Panel, arrow_panels, raster_panels, rate_panel
from brainnet.view.parts import Scene

__all__ = ["Page", "make_page"]

CELLS = 1_000_000  # numbers that the pictures of weights of a page may take together, 4 bytes each
FEWEST, MOST = 2_500, 65_536  # of one picture
OVERVIEW = 8  # populations whose spikes the first view shows
SIZE = "@SIZE@"


@dataclass(frozen=True, eq=False)
class Page:
    """A page that shows a network; in a notebook it shows itself.

    Parameters
    ----------
    html : str
    """

    html: str

    @property
    def megabytes(self) -> float:
        """Size of the file."""
        return len(self.html.encode()) / 1e6

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the page, whole or not at all.

        Returns
        -------
        Path
            Absolute path of the file.

        Raises
        ------
        ResultsError
            The file exists and may not be replaced, or cannot be written.
        """
        return write_text(prepare_file(path, overwrite=overwrite), self.html)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" style="width: 100%; height: 800px; border: 0"></iframe>'

    def __repr__(self) -> str:
        return f"<page of {self.megabytes:.1f} MB; save it with save('report.html')>"


class _Items:
    """Figures as JSON, each under a name; a browser draws one when it is shown."""

    def __init__(self) -> None:
        self.made: dict[str, Markup] = {}

    def add(self, figure: Any) -> str:
        name = f"item-{len(self.made)}"
        text = json.dumps(json_item(figure), separators=(",", ":"), allow_nan=False)
        self.made[name] = Markup(text.replace("<", "\\u003c"))  # no text in it can end the script element
        return name

    def panels(self, panels: Sequence[Panel]) -> list[dict[str, Any]]:
        return [{"items": [self.add(each) for each in panel.figures], "note": panel.note} for panel in panels]


def make_page(scene: Scene, after: Scene | None = None) -> Page:
    """Draw a scene, or two of equal structure side by side."""
    scene = ordered(scene)
    after = after and after.in_order_of(scene)
    items = _Items()
    pictures = max(1, sum(each.weights is not None for each in scene.arrows)) * (1 if after is None else 2)
    cells = max(FEWEST, min(MOST, CELLS // (2 * pictures)))  # a matrix and its receptive fields
    shapes = {each.name: each.shape for each in scene.populations}
    arrows = []
    for k, arrow in enumerate(scene.arrows):
        both = [arrow] if after is None else [arrow, after.arrows[k]]
        numbers = [arrow_numbers(each) for each in both]
        rows = [(key, *(each.get(key, "") for each in numbers)) for key in {**numbers[0], **numbers[-1]}]
        arrows.append(
            {
                "arrow": arrow, "rows": rows, "panels": items.panels(arrow_panels(both, shapes[arrow.source], cells)),
                "beside": synapse_text(arrow), "delay": delay_text(arrow),
            }
        )  # fmt: skip
    populations = [
        {"population": each, "panels": items.panels(raster_panels(each.raster) if each.raster else [])}
        for each in (after or scene).populations
    ]
    run = (after or scene).run
    scripts = [_bokeh(), (files("brainnet.view") / "page.js").read_text(encoding="utf-8")]
    html = _template().render(
        scene=scene,
        after=after,
        numbers=_both_numbers(scene, after),
        graph=items.add(graph_figure(scene, after)) if scene.populations else "",
        arrows=arrows,
        populations=populations,
        active=[k for k, each in enumerate(populations) if each["panels"]][:OVERVIEW],
        run=run,
        run_panels=items.panels(_run_panels(scene if after is None else after)),
        picture=b64encode(run.picture).decode() if run else "",
        items=items.made,
        style=Markup((files("brainnet.view") / "page.css").read_text(encoding="utf-8")),
        scripts=[Markup(script) for script in scripts],
        hashes=Markup(" ".join(map(_hash, scripts))),
        size=SIZE,
    )
    return Page(html.replace(SIZE, f"{len(html.encode()) / 1e6:.1f} MB"))


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _both_numbers(scene: Scene, after: Scene | None) -> dict[str, str]:
    numbers = scene_numbers(scene)
    if after is None:
        return numbers
    then = scene_numbers(after)
    return {key: value if then[key] == value else f"{value} → {then[key]}" for key, value in numbers.items()}


def _run_panels(scene: Scene) -> list[Panel]:
    if scene.run is None:
        return []
    panels = [panel for raster in scene.run.rasters.values() for panel in raster_panels(raster)]
    for time, rate, unit in scene.run.rates.values():
        panels.append(rate_panel(time, rate, unit, "rate (Hz)"))
    return panels


def _bokeh() -> str:
    """Return Bokeh's JavaScript without what no figure here needs: widgets, tables, formulas."""
    return "\n".join(Resources(mode="inline", components=["bokeh"], log_level="warn").js_raw)


def _template() -> Any:
    def finalize(value: Any) -> Any:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, finalize=finalize, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((files("brainnet.view") / "page.html").read_text(encoding="utf-8"))
