"""The page in a browser: it opens from disk in silence, a click shows an arrow, and the numbers are the network's."""

import numpy as np
import pytest
from brian2 import mV

from brainnet.ann import Dense, LayerGraph
from brainnet.view import scene, view
from brainnet.view.parts import Arrow, Population, Scene
from brainnet.view.weights import Weights

pytest.importorskip("bokeh", reason="pages need brainnet[view]")
layout = pytest.importorskip("brainnet.view.layout", reason="pages need brainnet[view]")

SOURCES = "[...document.querySelectorAll('#detail [data-item]')].length"
# The data of all pictures that are shown now.
IMAGES = """() => Bokeh.documents.flatMap(doc => [...doc._all_models.values()])
    .filter(model => model.type === "ColumnDataSource" && "image" in model.data)
    .map(model => Array.from(model.data.image[0], value => Number.isNaN(value) ? null : value))"""


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page from disk; what the browser complains about, and what it asks the network for, is kept."""
    context = browser.new_context(offline=True, viewport={"width": 1500, "height": 1000})

    def open_page(page, name="page.html"):
        shown = context.new_page()
        shown.complaints, shown.requests = [], []
        shown.on("console", lambda told: told.type in ("error", "warning") and shown.complaints.append(told.text))
        shown.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.on("request", lambda request: shown.requests.append(request.url))
        shown.goto(page.save(tmp_path / name).as_uri())
        shown.wait_for_selector("body[data-shown=overview]")
        return shown

    yield open_page
    context.close()


def click_on_graph(shown, x, y):
    """Click a point of the graph, in its own pixels."""
    box = shown.locator("#graph canvas").first.bounding_box()
    shown.mouse.click(box["x"] + x, box["y"] + y)


def table(shown):
    """The table that is shown, as a dict."""
    rows = shown.locator("#detail table.numbers tr").all()
    cells = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    return {key: values for key, *values in cells}


def test_a_click_on_an_arrow_shows_the_matrix_of_the_network(network, opened):
    made = network()
    shown = opened(view(made))
    seen = layout.ordered(scene(made))
    (k,) = [k for k, each in enumerate(seen.arrows) if each.name == "stdp"]
    path, stdp = layout.lay_out(seen).paths[k], made["stdp"]
    click_on_graph(shown, path.x[8], path.y[8])
    shown.wait_for_selector(f"body[data-shown=arrow-{k}]")
    assert shown.locator("#detail h2").inner_text() == "source → exc"
    weights = np.asarray(stdp.w[:] / mV)
    assert table(shown)["synapses"] == [f"{len(weights):,}"]
    assert table(shown)["mean weight"] == [f"{weights.mean():.4g} mV"]
    assert table(shown)["smallest, largest"] == [f"{weights.min():.4g}, {weights.max():.4g} mV"]
    outgoing = np.bincount(stdp.i[:], minlength=16)
    assert table(shown)["out-degree"] == [f"{outgoing.min()} to {outgoing.max()}, mean {outgoing.mean():.4g}"]
    matrix = np.full((16, 12), np.nan)
    matrix[stdp.i[:], stdp.j[:]] = weights
    drawn = [np.array(each, dtype=float) for each in shown.evaluate(IMAGES)]
    (found,) = [each for each in drawn if each.size == matrix.size]
    np.testing.assert_allclose(found, matrix.ravel(), rtol=1e-6)
    fields = [each for each in drawn if each.size != matrix.size]
    assert np.nansum(fields[0]) == pytest.approx(weights.sum(), rel=1e-5)  # all twelve are drawn, as 4 x 4
    assert shown.complaints == []
    assert [each for each in shown.requests if not each.startswith(("file:", "data:", "blob:"))] == []


def test_a_click_on_a_population_shows_its_spikes(network, opened):
    made = network()
    shown = opened(view(made))
    click_on_graph(shown, *layout.lay_out(scene(made)).places["exc"])
    shown.wait_for_selector("body[data-shown^=box]")
    assert shown.locator("#detail h2").inner_text() == "exc"
    times = shown.evaluate(
        """() => Bokeh.documents.flatMap(doc => [...doc._all_models.values()])
            .filter(model => model.type === "ColumnDataSource" && "x" in model.data && "y" in model.data)
            .map(model => model.data.x.length)"""
    )
    assert len(made["spikes"].i) in times
    assert shown.complaints == []


def test_the_list_leads_to_every_arrow_and_back(opened):
    rng = np.random.default_rng(0)
    dense = [
        Dense(f"dense_{k}", rng.normal(size=(9, 9)), np.zeros(9), "relu" if k < 2 else "identity") for k in range(3)
    ]
    shown = opened(view(LayerGraph(tuple(dense), (3, 3), "net", "by hand")))
    assert shown.locator("#total-weights").inner_text() == "243"
    buttons = shown.locator("nav button[data-show^=arrow]")
    assert buttons.all_inner_texts() == ["input → dense_0", "dense_0 → dense_1", "dense_1 → dense_2"]
    for k in (2, 0, 1):
        buttons.nth(k).click()
        shown.wait_for_selector(f"body[data-shown=arrow-{k}]")
        images = [np.array(each) for each in shown.evaluate(IMAGES)]
        np.testing.assert_allclose(images[0], dense[k].weights.ravel(), rtol=1e-6)
    shown.locator("button[data-show=overview]").click()
    shown.wait_for_selector("body[data-shown=overview]")
    assert shown.evaluate(SOURCES) == 0
    assert shown.complaints == []


def test_before_and_after_stand_side_by_side(opened):
    weights = np.random.default_rng(0).normal(size=(6, 5))
    pruned = np.where(np.abs(weights) < 0.8, 0, weights)
    before, after = (
        LayerGraph((Dense("dense_0", each, np.zeros(5), "identity"),), (6,), "net", "") for each in (weights, pruned)
    )
    shown = opened(view(before, after))
    left = np.count_nonzero(pruned)
    assert shown.locator("#total-synapses").inner_text() == f"30 → {left}"
    shown.locator("nav button[data-show=arrow-0]").click()
    shown.wait_for_selector("body[data-shown=arrow-0]")
    assert table(shown)["synapses"] == ["30", str(left)]
    assert table(shown)["connectivity"] == ["100 %", f"{100 * left / 30:.2f} %"]
    first, second = (np.array(each, dtype=float) for each in shown.evaluate(IMAGES)[:2])
    np.testing.assert_allclose(first, weights.ravel(), rtol=1e-6)
    np.testing.assert_allclose(second, np.where(pruned == 0, np.nan, pruned).ravel(), rtol=1e-6)
    assert shown.complaints == []


def test_names_from_files_do_nothing(opened):
    name = "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">\x00$$x^2$$"
    populations = Population(name, name, 2, text=name), Population("second", name, 2)
    arrow = Arrow(name, name, name, "second", (2, 2), Weights(np.eye(2)), facts={name: name}, text=name, notes=(name,))
    seen = Scene(name, name, populations, (arrow,), (name,))
    shown = opened(view(seen))
    shown.locator("nav button[data-show=arrow-0]").click()
    shown.wait_for_selector("body[data-shown=arrow-0]")
    box, path = shown.locator("#graph canvas").first.bounding_box(), layout.lay_out(seen).paths[0]
    shown.mouse.move(box["x"] + path.x[12], box["y"] + path.y[12])  # its words are shown under the pointer
    shown.wait_for_timeout(300)
    assert shown.title().startswith("</script><script>document.title='taken'</script><img")
    assert shown.locator("img").count() == 0
    assert "\\x00" in shown.locator("h1").inner_text()
    assert shown.complaints == []
