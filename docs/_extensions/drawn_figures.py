"""Pictures of published figures and of protocols as they were drawn: the gallery, and what stands in the page of each.

``docs/figures/`` holds what ``brainnet figures`` writes, ``docs/pictures/`` what ``brainnet pictures --quick`` does:
NAME.png, and NAME.json, which says how it was drawn.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.image import thumbnail

from brainnet import figures

DRAWN = Path(__file__).parents[1] / "figures"
PICTURES = Path(__file__).parents[1] / "pictures"
COLUMNS = 3
# Of figures that stand in the gallery at the quick size only.
WHY_QUICK = {
    "diehl_cook_2015": "it trains 100 and 400 neurons on 60,000 images each",
    "gutig_2006_fig3": "it trains on 50 random tasks in up to 2,000 epochs each",
    "vogels_2011_fig2": "it simulates 1,000 s in steps of 0.1 ms",
}
WIDTH = 300  # of a thumbnail, in pixels


def record(name: str) -> dict[str, Any]:
    """Return what is known of the picture of a figure.

    Raises
    ------
    FileNotFoundError
        The figure has not been drawn for the documentation.
    """
    if not (DRAWN / f"{name}.png").exists():
        raise FileNotFoundError(f"figure {name} has no picture; brainnet figures {name} --small --out docs/figures")
    found: dict[str, Any] = json.loads((DRAWN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def picture(name: str) -> dict[str, Any] | None:
    """Return what is known of the picture of a protocol, or None where it has none."""
    path = PICTURES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


@cache
def _runs() -> dict[str, list[str]]:
    """Return the protocols that each figure ran."""
    return {name: [run["protocol"] for run in record(name)["runs"]] for name in figures}


def running(protocol: str) -> list[str]:
    """Return the names of the figures that run a protocol."""
    return [name for name, ran in _runs().items() if protocol in ran]


def values(said: dict[str, Any]) -> dict[str, str]:
    """Return the numbers that the run behind a picture of a protocol gave, curves left out."""
    given = {name: each["value"] for name, each in said["results"].items()}
    return {name: number(value) for name, value in given.items() if not isinstance(value, dict | list | None)}


def seconds(value: float) -> str:
    """Write a time as one reads it."""
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def number(value: Any) -> str:
    """Write a value with as many digits as tell something."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def how(said: dict[str, Any]) -> str:
    """Say in a sentence how a picture was drawn."""
    packages = ", ".join(f"{name} {said['versions'][name]}" for name in ("brainnet", "brian2", "numpy"))
    data = f" and the data set {said['data']}" if said.get("data") else ""
    return (
        f"Drawn at {'the quick size' if said['quick'] else 'full size'} with seed {said['seed']}{data}, on the target "
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


def quick_only() -> str:
    """Say which figures are shown at the quick size, and why."""
    told = [f"{name} ({why})" for name, why in WHY_QUICK.items() if record(name)["quick"]]
    if not told:
        return ""
    return (
        "At the quick size a picture looks alike or only begins to, and its numbers are rough. These are shown at it, "
        f"since the full size takes minutes or more on two cores: {'; '.join(told)}."
    )


def _below(name: str) -> str:
    said = record(name)
    size = "quick size" if said["quick"] else "full size"
    return f"[{figures[name].title}](figures/{name}.md): {size}, {seconds(said['wall_seconds'])}"
