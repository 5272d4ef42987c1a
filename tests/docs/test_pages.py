"""Pages that the documentation makes from declarations: nothing that is declared is without one, or left out of it."""

import json
import re
import sys
from pathlib import Path

import pytest

from brainnet import NeuronModel, Parameter, figures, models, protocols

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS / "_extensions"))

import declared_pages  # noqa: E402

from brainnet.ann import coverage  # noqa: E402
from brainnet.ann.spellings import SPELLINGS  # noqa: E402


@pytest.fixture(scope="module")
def pages():
    return declared_pages.pages()


def test_everything_has_a_page(pages):
    shown = [name for kind, entries in pages.items() if kind not in ("protocols", "figures") for name in entries]
    assert sorted(shown) == sorted(models)
    assert list(pages["protocols"]) == list(protocols)
    assert list(pages["figures"]) == list(figures)


def test_a_page_of_a_model_shows_what_is_declared(pages):
    for kind in ("neurons", "synapses", "devices"):
        for name, (summary, page) in pages[kind].items():
            model = models[name]
            assert summary == model.summary
            for key, parameter in model.resolved_parameters().items():
                assert f"| `{key}` | `{parameter.text()}` | {declared_pages.plain(parameter.meaning)}" in page, name
            for axis, choices in model.variants.items():
                for choice, content in choices.items():
                    assert f"`{axis}={choice!r}`" in page, name
                    assert all(f"| `{key}` |" in page for key in content.get("parameters", {})), name
            assert str(model) in page, name
            for formula in re.findall(r"\\begin{align\*}.*?\\end{align\*}", model.latex(), re.S):
                assert formula.removesuffix(r"\end{align*}").strip() in page, name


def test_a_page_of_a_protocol_shows_parameters_and_published_numbers(pages):
    for name, (_, page) in pages["protocols"].items():
        found = protocols[name]
        assert f"brainnet run {name}" in page
        for key in (*found.parameters, *found.results):
            assert f"| `{key}` |" in page, (name, key)
    assert re.search(r"\| `accuracy` .*\| 0\.87 \|", pages["protocols"]["unsupervised_mnist"][1])


def test_a_page_of_a_protocol_shows_its_picture_and_what_it_gave(pages):
    """Every protocol has one: `brainnet pictures NAME --quick --out docs/pictures`."""
    drawn = {name for name in protocols if protocols[name].draw is not None}
    assert {each.stem for each in (DOCS / "pictures").glob("*.png")} == drawn
    assert {each.stem for each in (DOCS / "pictures").glob("*.json")} == drawn
    for name in drawn:
        page = pages["protocols"][name][1]
        said = json.loads((DOCS / "pictures" / f"{name}.json").read_text())
        assert said["protocol"] == name
        assert said["quick"]
        assert said["parameters"].keys() == protocols[name].parameters.keys(), f"{name} is to be drawn again"
        assert f"](/pictures/{name}.png)" in page
        assert f"Drawn at the quick size with seed {said['seed']}" in page
        assert (DOCS / "pictures" / f"{name}.png").stat().st_size < 60_000, name
    assert "(../figures/song_2000.md)" in pages["protocols"]["song_abbott"][1]
    row = next(line for line in pages["protocols"]["stdp_window"][1].splitlines() if line.startswith("| `max_error`"))
    said = json.loads((DOCS / "pictures" / "stdp_window.json").read_text())
    assert f"| {said['results']['max_error']['value']:.4g} | 0 ± 1e-12 |" in row


def test_sources_are_links_and_in_the_bibliography(pages):
    text = declared_pages.bibliography(pages)
    for name in models:
        for doi in declared_pages.DOI.findall(getattr(models[name], "source", "")):
            assert f"](https://doi.org/{doi})" in text, (name, doi)
    assert "[triplet\\_stdp](synapses/triplet_stdp.md)" in text


def test_text_of_a_declaration_is_text():
    """Nothing in a summary, a meaning or a source is taken for markup, a cell or a tag."""
    hostile = "<script>alert(1)</script> | a *b* _c_ `d` [e](f) $g$ # h"
    model = NeuronModel(
        name="odd", summary=hostile, equations="v : 1", parameters={"a": Parameter(1.0, hostile)}, source=hostile,
        initial={"v": "a"},
    )  # fmt: skip
    page = declared_pages.model_page("odd", model).partition("## As declared")[0]
    row = next(line for line in page.splitlines() if line.startswith("| `a` |"))
    assert len(re.split(r"(?<!\\)\|", row)) == 5  # without the column of ranges, which is empty
    for mark in "<>*_[]$#":
        assert not re.search(rf"(?<!\\){re.escape(mark)}", row.replace("`a`", "").replace("`1.0`", "")), mark


def test_public_names_stand_once():
    rooms = declared_pages.public_names()
    things = [id(getattr(sys.modules[room], name)) for room, names in rooms.items() for name in names]
    assert len(things) == len(set(things)) > 150
    assert "NeuronModel" in rooms["brainnet"]
    assert "convert" in rooms["brainnet.convert"]


def test_pages_are_written_anew(tmp_path):
    folder = tmp_path / "reference"
    (folder / "neurons").mkdir(parents=True)
    (folder / "neurons" / "gone.md").write_text("a model of yesterday")
    declared_pages.write(folder)
    assert not (folder / "neurons" / "gone.md").exists()
    assert (folder / "neurons" / "lif.md").read_text().startswith("# lif")
    index = (folder / "index.md").read_text()
    for kind in ("neurons", "synapses", "devices", "protocols", "figures", "api/index", "command", "bibliography"):
        assert f"\n{kind}\n" in index
        assert list(folder.glob(f"{kind}.*"))


def test_every_written_page_is_in_the_index_of_the_documentation():
    index = (DOCS / "index.md").read_text()
    for folder in ("", "tutorials/", "howto/"):
        for page in (DOCS / folder).glob("*.md"):
            assert page.stem == "index" or f"\n{folder}{page.stem}\n" in index, page.name


def test_a_page_of_a_figure_shows_its_picture_and_its_numbers(pages):
    for name, (_, page) in pages["figures"].items():
        said = json.loads((DOCS / "figures" / f"{name}.json").read_text())
        assert said["figure"] == name
        assert f"](/figures/{name}.png)" in page
        assert f"with seed {said['seed']}" in page
        assert ("--quick" in page.partition("## ")[0]) == said["quick"]
        for run in said["runs"]:
            declared = protocols[run["protocol"]]
            assert run["parameters"].keys() == declared.parameters.keys(), f"{name} is to be drawn again"
            assert all(f"| `{key}` |" in page for key in run["parameters"]), name
    assert "| 1 | rewarded\\_weight | 3.989 | 4 | mV |" in pages["figures"]["izhikevich_2007_fig1"][1]


def test_the_gallery_shows_every_figure_and_is_small():
    page = declared_pages.gallery_page()
    for name in figures:
        assert f"[![{name}](thumbnails/{name}.png)](figures/{name}.md)" in page
        if json.loads((DOCS / "figures" / f"{name}.json").read_text())["quick"]:  # why, before the pictures
            assert declared_pages.plain(name) in page.partition("[![")[0], name
    drawn = [*(DOCS / "figures").iterdir()]
    assert {each.stem for each in drawn} == set(figures)
    assert sum(each.stat().st_size for each in drawn) < 3_000_000


def test_the_page_of_layers_is_the_table_that_the_readers_use():
    page, _, refused = declared_pages.layers_page().partition("## Refused")
    for meaning, each in coverage.CONVERTED.items():
        shown = f"{declared_pages.plain(each.becomes)} | {declared_pages.plain(each.error)} |"
        assert shown in page, meaning
        for name in SPELLINGS[meaning].onnx.split():
            assert f"`{name}`" in page, name
    for row in (*coverage.REFUSED, coverage.BLENDED):
        assert f"{declared_pages.plain(row.reason)} | {declared_pages.plain(row.instead)} |" in refused
        for name in f"{row.names.onnx} {row.names.modules.replace('nn.', '')}".split():
            assert f"`{name}`" in refused, name
