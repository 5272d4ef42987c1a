"""Pictures of published figures as they were drawn: the gallery, and what stands in the page of each.

``docs/figures/`` holds what ``brainnet figures`` writes: NAME.png, and NAME.json, which says how it was drawn.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.image import thumbnail

from brainnet import figures

DRAWN = Path(__file__).parents[1] / "figures"
COLUMNS = 3
WIDTH = 300  # of a thumbnail, in pixels


def record(name: str) -> dict[str, Any]:
    """Return what is known of the picture of a figure.

    Raises
    ------
    FileNotFoundError
        The figure has not been drawn for the documentation.
    """
    if not (DRAWN / f"{name}.png").exists():
        raise FileNotFoundError(f"figure {name} has no picture; brainnet figures {name} --quick --out docs/figures")
    found: dict[str, Any] = json.loads((DRAWN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def seconds(value: float) -> str:
    """Write a time as one reads it."""
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def number(value: Any) -> str:
    """Write a value with as many digits as tell something."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def how(said: dict[str, Any]) -> str:
    """Say in a sentence how a picture was drawn."""
    packages = ", ".join(f"{name} {said['versions'][name]}" for name in ("brainnet", "brian2", "numpy"))
    return (
        f"Drawn at {'the quick size' if said['quick'] else 'full size'} with seed {said['seed']}, on the target "
        f"{said['target']}, in {seconds(said['wall_seconds'])} of wall clock on a shared machine with two cores "
        f"({packages})."
    )


def results(said: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return a row for each number that the protocols of a figure gave: run, name, ours, published, unit, where."""
    rows = []
    for place, run in enumerate(said["runs"], 1):
        for name, each in run["results"].items():
            if isinstance(each["value"], dict | list | None):  # curves are in the picture
                continue
            theirs = each["reference"]
            published = "" if theirs is None else number(theirs)
            if theirs is not None and each["tolerance"] is not None:
                published += f" ± {number(each['tolerance'])}"
            unit = "" if each["unit"] == "1" else each["unit"]
            rows.append((str(place), name, number(each["value"]), published, unit, each["source"] if published else ""))
    return rows


def parameters(said: dict[str, Any]) -> list[tuple[str, ...]]:
    """Return a row for each parameter of the runs: protocol, name, and its values, once where they are all the same."""
    rows = []
    for protocol in dict.fromkeys(run["protocol"] for run in said["runs"]):
        runs = [run["parameters"] for run in said["runs"] if run["protocol"] == protocol]
        for name in runs[0]:
            values = [str(run[name]) for run in runs]
            rows.append((protocol, name, values[0] if len(set(values)) == 1 else "; ".join(values)))
    return rows


def write_thumbnails(folder: Path) -> None:
    """Write a small picture of each figure into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in figures:
        picture = DRAWN / f"{name}.png"
        record(name)
        width = int.from_bytes(picture.read_bytes()[16:20], "big")  # of a PNG file
        with rc_context({"figure.constrained_layout.use": False}):  # the whole picture is one axes
            small = str(folder / f"{name}.png")
            thumbnail(str(picture), small, scale=min(1.0, 2 * WIDTH / width))


def gallery() -> list[tuple[str, ...]]:
    """Return rows of small pictures, each a link to the page of its figure, and below them what they are."""
    names, rows = list(figures), []
    for first in range(0, len(names), COLUMNS):
        row = names[first : first + COLUMNS] + [""] * (first + COLUMNS - len(names))
        rows.append(tuple(name and f"[![{name}](thumbnails/{name}.png)](figures/{name}.md)" for name in row))
        rows.append(tuple(name and _below(name) for name in row))
    return rows


def _below(name: str) -> str:
    said = record(name)
    size = "quick size" if said["quick"] else "full size"
    return f"[{figures[name].title}](figures/{name}.md): {size}, {seconds(said['wall_seconds'])}"
