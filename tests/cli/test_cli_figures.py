"""`brainnet figures` draws many, and loses none by the failure of another."""

import json

from brainnet import protocols

FIGURE = '''"""Fig."""
from matplotlib.figure import Figure
from brainnet import figure

@figure(doi="10.1/x", title="Somebody 2001, fig. 1")
def {name}(quick, seed, data):
    """A line."""
    {body}
    drawn = Figure()
    drawn.subplots().plot([0, 1])
    return drawn
'''


def test_one_figure_that_fails_loses_no_other(folder, call):
    (folder / "bad.py").write_text(FIGURE.format(name="bad", body="raise ZeroDivisionError('a bug')"))
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    done = call("figures", "bad.py", "good.py", "--out", "drawn", "--format", "svg", "--target", "numpy", "--quick")
    assert done.exit_code == 1
    assert "bad  failed: ZeroDivisionError: a bug" in done.stderr
    assert "1 of 2 figures written" in done.stdout
    assert sorted(each.name for each in (folder / "drawn").iterdir()) == ["good.json", "good.svg"]
    assert (folder / "drawn" / "good.svg").read_text().startswith("<?xml")
    again = ("figures", "good.py", "--out", "drawn", "--format", "pdf", "--target", "numpy")
    assert "exists; choose another --out" in call(*again).stderr
    assert call(*again, "--overwrite").exit_code == 0
    assert (folder / "drawn" / "good.pdf").read_bytes().startswith(b"%PDF")


def test_beside_a_picture_stands_how_it_was_drawn(folder, call):
    body = "from brainnet import protocols; protocols.stdp_window(quick=quick, seed=seed)"
    (folder / "good.py").write_text(FIGURE.format(name="good", body=body))
    done = call("figures", "good.py", "--out", "drawn", "--target", "numpy", "--quick", "--seed", "3")
    assert done.exit_code == 0, done.stderr
    record = json.loads((folder / "drawn" / "good.json").read_text())
    said = {"figure": "good", "doi": "10.1/x", "quick": True, "seed": 3, "target": "numpy", "threads": 1}
    assert said.items() <= record.items()
    (run,) = record["runs"]
    assert run["protocol"] == "stdp_window"
    assert run["parameters"].keys() == protocols.stdp_window.parameters.keys()
    assert run["results"].keys() == protocols.stdp_window.results.keys()
    assert 0 < run["wall_seconds"] < record["wall_seconds"]


def test_a_figure_for_one_target_is_refused_on_others(call):
    done = call("figures", "izhikevich_2007_fig1", "--quick", "--target", "numpy")
    assert done.exit_code == 1
    assert "would take far too long on numpy; draw it on cpp: --target cpp" in done.stderr


def test_which_figures_are_meant_is_said(folder, call):
    for words in (("figures",), ("figures", "--all", "song_2000")):
        assert "give names of figures, or --all" in call(*words).stderr
    assert "there is no figure 'sing_2000'" in call("figures", "sing_2000").stderr
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    assert "two figures have the same name" in call("figures", "good.py", "good.py").stderr
    assert "does not end in .svg" in call("figure", "good.py", "--out", "a.png", "--format", "svg").stderr
