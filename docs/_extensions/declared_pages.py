"""Pages of models, protocols, figures and public names, made from the code whenever the documentation is built.

What is declared is what is shown: equations typeset, parameters, variants, results beside the published numbers,
sources with links. The pages stand in ``reference/`` and are not kept in git.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import shutil
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import drawn_figures
import standard_plots

import brainnet
from brainnet import figures, models, protocols
from brainnet.ann import coverage
from brainnet.ann.spellings import SPELLINGS
from brainnet.declare import Device, NeuronModel, SynapseModel

FOLDER = "reference"
KINDS = {
    "neurons": "Neuron models",
    "synapses": "Synapse models and learning rules",
    "devices": "Memory devices",
    "protocols": "Protocols",
    "figures": "Published figures",
}
# Rooms whose names are the command's, or lists of pictures.
HIDDEN = ("brainnet.cli", "brainnet.plot", "brainnet.guarded")
COMMAND = """# Command line

```{eval-rst}
.. click:: brainnet.cli.app:main
   :prog: brainnet
   :nested: full
```
"""
# Drawn and written by standard_plots.
PLOTS = "```{{include}} /reference/plots/{name}.md\n```"
DOI = re.compile(r"doi:(10\.\d{4,9}/[^\s,;]*[\w)])")


def plain(text: Any) -> str:
    """Text in which nothing is markup, in one line; DOIs are links."""
    words = re.sub(r"([\\`*_{}\[\]<>|$#~])", r"\\\1", " ".join(str(text).split()))
    return DOI.sub(lambda match: _link(match[1]), words)


def _link(doi: str) -> str:
    return f"[doi:{doi}](https://doi.org/{doi.replace(chr(92), '')})"


def code(text: Any) -> str:
    """Text as code in a line or in a cell of a table."""
    words = " ".join(str(text).replace("`", chr(39)).split()).replace("|", r"\|")
    return f"`{words}`" if words else "(empty)"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table without the columns that are empty, or nothing where there are no rows."""
    rows = [list(row) for row in rows]
    if not rows:
        return ""
    filled = [any(column) for column in zip(*rows, strict=True)]
    rows = [[cell for cell, kept in zip(row, filled, strict=True) if kept] for row in [list(head), *rows]]
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join("| " + " | ".join(cell or " " for cell in line) + " |" for line in lines)


def section(title: str, text: str) -> str:
    """Return a section, or nothing where it would be empty."""
    return f"## {title}\n\n{text}\n" if text.strip() else ""


def picture(name: str, said: dict[str, Any] | None) -> str:
    """Return the picture of a protocol and how it was drawn, and the figures of the gallery that run it."""
    where = ", ".join(f"[{plain(figures[each].title)}](../figures/{each}.md)" for each in drawn_figures.running(name))
    shown = f"![what {name} draws](/pictures/{name}.png)\n\n{plain(drawn_figures.how(said))}" if said else ""
    return "\n\n".join(filter(None, (shown, where and f"In the gallery: {where}.")))


def notes(doc: str | None) -> str:
    """Return a docstring as paragraphs; what is indented in it stands as it is."""
    blocks = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(doc or "")):
        indented = all(line.startswith("    ") for line in block.splitlines() if line)
        blocks.append(f"```text\n{inspect.cleandoc(block)}\n```" if indented and block else plain(block))
    return "\n\n".join(blocks)


def bounds(parameter: Any) -> str:
    """Return the range of a parameter in words."""
    if parameter.choices:
        return ", ".join(map(str, parameter.choices))
    words = (("low", "at least"), ("above", "above"), ("high", "at most"), ("below", "below"))
    return ", ".join(
        f"{word} {parameter.text(getattr(parameter, side))}"
        for side, word in words
        if getattr(parameter, side) is not None
    )


def _formulas(latex: str) -> str:
    """Equations as the typesetter gives them: an environment, then lines of formulas."""
    shown = []
    environment, end, rest = latex.rpartition(r"\end{align*}")
    if end:
        shown.append(f"```{{math}}\n:nowrap:\n\n{environment.strip()}\n{end}\n```")
    shown += [f"{line}\n" for line in rest.strip().splitlines() if line.strip()]
    return "\n".join(shown)


def _variants(model: Any) -> str:
    rows = []
    for axis, choices in model.variants.items():
        for choice, content in choices.items():
            used = " (default)" if choice == model.choice(axis) else ""
            rows.append((code(f"{axis}={choice!r}") + used, plain(content.get("meaning", ""))))
    return table(("choice", "meaning"), rows)


def _parameters(model: Any) -> str:
    declared = model.resolved_parameters()
    more = {}
    for axis, choices in model.variants.items():
        for choice, content in choices.items():
            for name, parameter in content.get("parameters", {}).items():
                if name not in declared:
                    more.setdefault(name, (parameter, []))[1].append(f"{axis}={choice!r}")
    rows = [(code(n), code(p.text()), plain(p.meaning), plain(bounds(p))) for n, p in declared.items()]
    rows += [
        (code(n), code(p.text()), f"{plain(p.meaning)}; with {', '.join(map(code, where))}", plain(bounds(p)))
        for n, (p, where) in more.items()
    ]
    return table(("name", "value", "meaning", "range"), rows)


def model_page(name: str, model: Any) -> str:
    """Return the page of a model."""
    module = sys.modules.get(f"brainnet.catalogue.models.{name}")
    use = {
        "neurons": f"group = models.{name}.group(100)",
        "synapses": f"synapses = models.{name}.connect(source, target, weights)",
        "devices": f"cells = DeviceArray(models.{name}, (784, 800), seed=1)",
    }[_kind(model)]
    more = "from brainnet.hardware import DeviceArray\n" if _kind(model) == "devices" else ""
    parts = [
        f"# {name}\n\n{plain(getattr(model, 'summary', ''))}\n",
        f"```python\nfrom brainnet import models\n{more}\n{use}\n```\n",
        section("Equations", _formulas(model.latex())),
        section("Standard plots", PLOTS.format(name=name) if standard_plots.is_drawn(model) else ""),
        section("Parameters", _parameters(model)),
        section("Variants", _variants(model)),
        section("Notes", notes(inspect.getdoc(module))),
        section("As declared", f"What `brainnet show {name}` prints:\n\n```text\n{model}\n```"),
        section("Source", plain(getattr(model, "source", ""))),
    ]
    return "\n".join(filter(None, parts))


def _reference(result: Any, values: Any) -> str:
    try:
        reference = result.reference_for(values)
    except (KeyError, TypeError, ValueError):  # only known once it ran
        return "by parameters"
    if reference is None:
        return ""
    return f"{reference:g}" + (f" ± {result.tolerance:g}" if result.tolerance is not None else "")


def protocol_page(name: str, found: Any) -> str:
    """Return the page of a protocol."""
    values = found.bind({})
    said = drawn_figures.picture(name)
    here = drawn_figures.values(said) if said else {}
    rows = [
        (
            code(key),
            code(each.text()),
            code(each.text(each.quick)) if each.quick is not None else "",
            plain(each.meaning),
            plain(bounds(each)),
        )
        for key, each in found.parameters.items()
    ]
    results = [
        (
            code(key),
            plain(each.unit),
            plain(each.meaning),
            plain(here.get(key, "")),
            _reference(each, values),
            plain(each.source),
        )
        for key, each in found.results.items()
    ]
    data = " --data DIR" if found.takes_data else ""
    # The first line of the function's docstring stands at the top already.
    doc = inspect.getdoc(found.module), (inspect.getdoc(found.function) or "").partition("\n")[2]
    parts = [
        f"# {name}\n\n{plain(found.summary)}\n",
        f"```sh\nbrainnet run {name} --quick{data}\n```\n",
        section("Picture", picture(name, said)),
        section("Parameters", table(("name", "value", "quick", "meaning", "range"), rows)),
        section("Results", table(("key", "unit", "meaning", "quick size", "published", "where"), results)),
        section("Notes", notes("\n\n".join(filter(None, doc)))),
        section("Source", plain(found.source)),
    ]
    return "\n".join(filter(None, parts))


def figure_page(name: str, found: Any) -> str:
    """Return the page of a published figure."""
    said = drawn_figures.record(name)
    run = f"brainnet figure {name}" + (" --quick" if said["quick"] else "")
    results = [tuple(map(plain, row)) for row in drawn_figures.results(said)]
    parameters = [(code(protocol), code(key), code(value)) for protocol, key, value in drawn_figures.parameters(said)]
    parts = [
        f"# {name}\n\n{plain(found.title)}, {_link(found.doi.removeprefix('doi:'))}\n",
        f"![{plain(found.summary)}](/figures/{name}.png)\n\n{plain(drawn_figures.how(said))}\n",
        f"```sh\n{run}\n```\n",
        section("Notes", notes(found.doc)),
        section("Numbers", table(("run", "result", "here", "published", "unit", "where"), results)),
        section("Parameters", table(("protocol", "name", "value"), parameters)),
    ]
    return "\n".join(filter(None, parts))


def gallery_page() -> str:
    """Return the page of all figures as small pictures."""
    opening = (
        "Each published figure that brainnet draws again. A picture leads to the figure's page, which has it at its "
        "size, how it was drawn, and its numbers beside the published ones. `brainnet figures --all` draws them."
    )
    head = [" "] * drawn_figures.COLUMNS
    return f"# Gallery\n\n{opening}\n\n{plain(drawn_figures.quick_only())}\n\n{table(head, drawn_figures.gallery())}\n"


def _spelled(names: Any) -> tuple[str, str]:
    """Return what PyTorch and ONNX call a layer, each in a cell."""
    calls = f"{names.modules} {names.functions} {names.methods}".split()
    short = dict.fromkeys(name.removeprefix("nn.").replace("functional.", "F.") for name in calls)
    return ", ".join(map(code, short)), ", ".join(map(code, names.onnx.split()))


def layers_page() -> str:
    """Return the page of the layers of trained networks: what becomes of them, and why others are refused."""
    rows = [
        (plain(meaning.replace("_", " ")), *_spelled(SPELLINGS[meaning]), plain(each.becomes), plain(each.error))
        for meaning, each in coverage.CONVERTED.items()
    ]
    refused = [
        (*_spelled(row.names), plain(row.reason), plain(row.instead)) for row in (*coverage.REFUSED, coverage.BLENDED)
    ]
    opening = (
        "What becomes of the layers of a trained network when it is converted to spikes. The readers of PyTorch, ONNX "
        "and NIR take their refusals from this table. NIR has nodes for linear layers and neurons only."
    )
    error = (
        "The error is that of the value which the spike counts of a layer decode to after T steps, for an input "
        "that is held and below the scale lambda (the value that one spike a step stands for), with reset by "
        "subtraction. "
        "Layers further on add up the errors of those before them. Linear layers that follow each other and make no "
        "single kernel or matrix have neurons between them, with the error of a ReLU."
    )
    end = "Layers that stand in neither table are refused by name, with a list of those that are understood."
    return "\n".join([
        f"# Layers of trained networks\n\n{opening}\n",
        section("Converted", f"{error}\n\n{table(('layer', 'PyTorch', 'ONNX', 'becomes', 'error'), rows)}"),
        section("Refused", f"{table(('PyTorch', 'ONNX', 'because it', 'instead'), refused)}\n\n{end}"),
    ])  # fmt: skip


def _kind(model: Any) -> str:
    kinds = {NeuronModel: "neurons", SynapseModel: "synapses", Device: "devices"}
    return next(kind for declared, kind in kinds.items() if isinstance(model, declared))


def pages() -> dict[str, dict[str, tuple[str, str]]]:
    """Return {kind: {name: (summary, page)}} of all that the catalogues hold.

    Raises
    ------
    BrainnetError
        Content that is broken: the documentation is not built without it.
    """
    found: dict[str, dict[str, tuple[str, str]]] = {kind: {} for kind in KINDS}
    for name in models:
        model = models[name]
        found[_kind(model)][name] = getattr(model, "summary", ""), model_page(name, model)
    for name in protocols:
        found["protocols"][name] = protocols[name].summary, protocol_page(name, protocols[name])
    for name in figures:
        found["figures"][name] = figures[name].title, figure_page(name, figures[name])
    return found


def bibliography(found: dict[str, dict[str, tuple[str, str]]]) -> str:
    """Return the page of all works that a declaration names by DOI, and what names them."""
    named: dict[str, list[str]] = {}
    for kind, entries in found.items():
        for name, (_, page) in entries.items():
            for doi in dict.fromkeys(re.findall(r"\[doi:(\S+?)\]\(", page)):
                named.setdefault(doi, []).append(f"[{plain(name)}]({kind}/{name}.md)")
    rows = [(_link(doi), ", ".join(where)) for doi, where in sorted(named.items())]
    return (
        f"# Bibliography\n\nEvery work that a model, protocol or figure cites.\n\n{table(('work', 'cited by'), rows)}\n"
    )


def public_names() -> dict[str, list[str]]:
    """Return {room: its public classes and functions}, each in one room only; the package itself comes first."""
    rooms = ["brainnet", *(f"brainnet.{each.name}" for each in pkgutil.iter_modules(brainnet.__path__) if each.ispkg)]
    found, seen = {}, set()
    for room in rooms:
        module = import_module(room)
        things = {name: getattr(module, name) for name in sorted(getattr(module, "__all__", ()))}
        names = [name for name, each in things.items() if inspect.isroutine(each) or isinstance(each, type)]
        names = [name for name in names if id(things[name]) not in seen]
        seen |= {id(things[name]) for name in names}
        if names and room not in HIDDEN:
            found[room] = names
    return found


def write_names(folder: Path) -> None:
    """Write a page for each room, from which the pages of its names are made."""
    folder.mkdir()
    rooms = public_names()
    for room, names in rooms.items():
        doc = (inspect.getdoc(import_module(room)) or "").split("\n\n")[0]
        rows = "\n".join(f"   ~{room}.{name}" for name in names)
        text = f"{room}\n{'=' * len(room)}\n\n{doc}\n\n.. autosummary::\n   :toctree: names\n\n{rows}\n"
        (folder / f"{room}.rst").write_text(text, encoding="utf-8")
    tree = "\n".join(rooms)
    opening = "Public names, by the part of the package they come from."
    text = f"# Python interface\n\n{opening}\n\n```{{toctree}}\n\n{tree}\n```\n"
    (folder / "index.md").write_text(text, encoding="utf-8")


def write(folder: Path) -> None:
    """Write all pages anew below `folder`."""
    found = pages()
    shutil.rmtree(folder, ignore_errors=True)
    for kind, entries in found.items():
        if not entries:
            continue
        (folder / kind).mkdir(parents=True)
        for name, (_, page) in entries.items():
            (folder / kind / f"{name}.md").write_text(page, encoding="utf-8")
        rows = [(f"[{plain(name)}]({kind}/{name}.md)", plain(summary)) for name, (summary, _) in entries.items()]
        tree = "\n".join(f"{kind}/{name}" for name in entries)
        text = f"# {KINDS[kind]}\n\n{table(('name', 'what it is'), rows)}\n\n```{{toctree}}\n:hidden:\n\n{tree}\n```\n"
        (folder / f"{kind}.md").write_text(text, encoding="utf-8")
    (folder / "bibliography.md").write_text(bibliography(found), encoding="utf-8")
    write_names(folder / "api")
    kinds = [kind for kind, entries in found.items() if entries]
    (folder / "layers.md").write_text(layers_page(), encoding="utf-8")
    (folder / "gallery.md").write_text(gallery_page(), encoding="utf-8")
    drawn_figures.write_thumbnails(folder / "thumbnails")
    contents = "\n".join(["gallery", *kinds, "layers", "api/index", "command", "bibliography"])
    (folder / "command.md").write_text(COMMAND, encoding="utf-8")
    opening = "Made from the declarations themselves: what a page shows is what runs."
    (folder / "index.md").write_text(
        f"# Reference\n\n{opening}\n\n```{{toctree}}\n:maxdepth: 1\n\n{contents}\n```\n", encoding="utf-8"
    )


def _prepare(app: Any, config: Any) -> None:
    """Write the pages, and name those from which pages of public names are made: new ones are not looked for."""
    write(Path(app.srcdir) / FOLDER)
    standard_plots.write(Path(app.srcdir) / FOLDER / "plots", Path(app.srcdir) / "_build" / "plots")
    config.autosummary_generate = [f"{FOLDER}/api/{room}.rst" for room in public_names()]


def setup(app: Any) -> dict[str, Any]:
    """Write the pages before sources are looked for."""
    app.connect("config-inited", _prepare)
    return {"parallel_read_safe": True}
