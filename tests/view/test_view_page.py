"""The page as a file: complete in itself, escaped, of bounded size, written whole or not at all."""

import html
import json
import os
import re
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

from brainnet.ann import Dense, LayerGraph, write_npz
from brainnet.cli import main
from brainnet.errors import ResultsError
from brainnet.view import view
from brainnet.view.parts import Arrow, Population, Raster, Run, Scene
from brainnet.view.weights import Weights

pytest.importorskip("bokeh", reason="pages need brainnet[view]")
page_module = pytest.importorskip("brainnet.view.page")

NASTY = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\x00\x1b[2J&amp;"


@pytest.fixture
def nasty():
    """A scene whose every text would break a page that trusts it."""
    weights = Weights(np.eye(2), zero_is_none=True)
    raster = Raster(np.array([0, 1]), np.array([1.0, 2.0]), 2, 5.0)
    populations = tuple(
        Population(name, NASTY, 2, None, facts={NASTY: NASTY}, text=NASTY, raster=raster) for name in (NASTY, "second")
    )
    arrow = Arrow(NASTY, NASTY, NASTY, "second", (2, 2), weights, facts={NASTY: NASTY}, text=NASTY, notes=(NASTY,))
    run = Run({NASTY: ((NASTY, NASTY), (NASTY, NASTY))}, {NASTY: raster}, {})
    return Scene(NASTY, NASTY, populations, (arrow,), (NASTY,), run)


def test_text_stays_text(nasty):
    written = page_module.make_page(nasty).html
    assert re.search(r"<(script|img)[^>]*(taken|src=x)", written) is None
    assert "<script>document" not in written
    assert len(re.findall(r"</script>", written.replace("\\u003c", "<!"))) == written.count("<script")
    assert [each for each in written if ord(each) < 32 and each not in "\n\t"] == []
    assert html.escape(NASTY.partition("\x00")[0]).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in written
    assert "\\x00\\x1b[2J&amp;amp;" in written


def test_the_page_loads_nothing_and_runs_only_what_it_brought(nasty):
    written = page_module.make_page(nasty).html
    head = written[: written.index("<style>")]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', head)[1]
    assert policy.startswith("default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'sha256-")
    assert "unsafe-eval" not in policy
    outside = re.sub(r"<script>.*?</script>", "", written, flags=re.S)
    assert re.findall(r"<(?:link|script|img|iframe)[^>]*(?:src|href)=[\"'](?!data:)", outside) == []
    for block in re.findall(r'<script type="application/json" id="[\w-]+">(.*?)</script>', written, flags=re.S):
        assert json.loads(block)["doc"]


def test_a_million_weights_stay_small():
    rng = np.random.default_rng(0)
    layers = tuple(
        Dense(f"dense_{k}", rng.normal(size=(n, m)), np.zeros(m), "relu" if k < 3 else "identity")
        for k, (n, m) in enumerate([(784, 800), (800, 500), (500, 100), (100, 10)])
    )
    graph = LayerGraph(layers, (784,), "large", "")
    start = time.perf_counter()
    page = view(graph)
    assert time.perf_counter() - start < 60
    assert page.megabytes < 6
    assert (
        "784 × 800 weights are drawn as 196 × 267 cells: each the mean of the synapses among 4 × 3 pairs" in page.html
    )
    assert f"this page takes {page.megabytes:.1f} MB" in page.html
    assert "1,078,200" in page.html


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(nasty):
    page = page_module.make_page(nasty)
    shown = page._repr_html_()
    assert shown.startswith('<iframe srcdoc="')
    assert shown.count("<") == 2
    assert html.unescape(shown.partition('srcdoc="')[2].partition('" style')[0]) == page.html


def test_many_spikes_are_sampled_and_that_is_said():
    rng = np.random.default_rng(0)
    raster = Raster(rng.integers(0, 50, 100_000), rng.uniform(0, 1000, 100_000), 50, 1000.0)
    scene = Scene("busy", "", (Population("busy", "group", 50, raster=raster),), ())
    page = page_module.make_page(scene)
    assert "20,000 of 100,000 spikes are drawn, chosen at random" in page.html
    assert page.megabytes < 3


def test_a_page_is_written_whole_or_not_at_all(nasty, tmp_path, monkeypatch):
    page, path = page_module.make_page(nasty), tmp_path / "folder" / "page.html"
    assert page.save(path) == path
    assert path.read_text(encoding="utf-8") == page.html
    with pytest.raises(ResultsError, match=r"page.html exists; choose another --out or add --overwrite"):
        page.save(path)
    path.write_text("mine")
    page.save(path, overwrite=True)
    assert path.read_text(encoding="utf-8") == page.html

    def fails(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(ResultsError, match="no space left"):
        page.save(tmp_path / "other.html")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Call the command in a folder with two trained networks."""
    monkeypatch.chdir(tmp_path)
    for name, last in (("net", 3), ("wider", 4)):
        layer = Dense("dense_0", np.arange(4.0 * last).reshape(4, last), np.zeros(last), "identity")
        write_npz(LayerGraph((layer,), (4,), name, ""), tmp_path / f"{name}.npz")
    return lambda *words: CliRunner().invoke(main, ["view", *words], prog_name="brainnet")


def test_the_command_writes_a_page(call, tmp_path):
    done = call("net.npz")
    assert done.exit_code == 0, done.stderr
    assert re.fullmatch(rf"written to {re.escape(str(tmp_path))}/net.html \(1\.\d MB\)\n", done.stdout)
    assert call("net.npz", "net.npz", "--out", "both.html").exit_code == 0
    assert "before and after" in (tmp_path / "both.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.npz"], "nothing.npz"),
        (["lfi"], "there is no file, run folder, model or protocol 'lfi'; did you mean 'lif'?"),
        (["."], "there is no summary.json; give the folder"),
        (
            ["net.npz", "wider.npz"],
            "population 'dense_0' is 3 before and 4 after; give two networks of equal structure",
        ),
        (["net.npz", "--out", "taken.html"], "taken.html exists; choose another --out or add --overwrite"),
        (["net.npz", "--out", "."], "is a folder; choose another --out"),
        (["net.npz", "--out", "net.npz/page.html"], "a part of that path is a file; rename it or choose another --out"),
        (
            ["net.npz", "--shape", "input=9"],
            "--shape 'input=9' is not NAME=HEIGHTxWIDTH; write e.g. --shape input=28x28",
        ),
        (["net.npz", "--shape", "input=2x2"], "says its own shapes; leave shapes out"),
        (["net.npz", "--set", "n=2"], "leave values, data and seed out"),
        (["song_abbott", "--set", "dration=1*second"], "has no parameter 'dration'; did you mean 'duration'?"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(call, tmp_path, words, message):
    (tmp_path / "taken.html").write_text("mine")
    before = sorted(tmp_path.iterdir())
    done = call(*words)
    assert done.exit_code == 2
    assert done.stderr.startswith("brainnet: error: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "taken.html").read_text() == "mine"


def test_without_bokeh_the_extra_is_named(call, monkeypatch):
    for name in [each for each in list(sys.modules) if each.startswith(("bokeh", "brainnet.view.page"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bokeh", None)
    assert "a page needs Bokeh and networkx; pip install brainnet[view]" in call("net.npz").stderr
