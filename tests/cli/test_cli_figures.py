"""`brainnet figures` draws many, and loses none by the failure of another."""

import json

from PIL import Image

from brainnet import protocols

FIGURE = '''"""Fig."""
from matplotlib.figure import Figure
from PIL import Image

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


def test_small_pictures_have_few_colours(folder, call):
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    for small, mode in ((["--small"], "P"), ([], "RGBA")):
        done = call("figures", "good.py", "--out", "drawn", "--target", "numpy", "--overwrite", *small)
        assert done.exit_code == 0, done.stderr
        with Image.open(folder / "drawn" / "good.png") as picture:
            assert picture.mode == mode
    done = call("figures", "good.py", "--small", "--format", "svg")
    assert "--small is for PNG files, and --format is svg" in done.stderr


def test_which_figures_are_meant_is_said(folder, call):
    for words in (("figures",), ("figures", "--all", "song_2000")):
        assert "give names of figures, or --all" in call(*words).stderr
    assert "there is no figure 'sing_2000'" in call("figures", "sing_2000").stderr
    (folder / "good.py").write_text(FIGURE.format(name="good", body=""))
    assert "two figures have the same name" in call("figures", "good.py", "good.py").stderr
    assert "does not end in .svg" in call("figure", "good.py", "--out", "a.png", "--format", "svg").stderr


def test_pictures_of_protocols_stand_beside_their_summaries(folder, call):
    words = ("pictures", "stdp_window", "pairing_schemes", "--out", "drawn", "--target", "numpy", "--quick")
    done = call(*words, "--set", "span=50*ms")  # of one of them only
    assert done.exit_code == 1
    assert "pairing_schemes  failed: protocol pairing_schemes has no parameter 'span'" in done.stderr
    assert done.output.index("pairing_schemes  failed") < done.output.index("stdp_window  "), (
        "told before the first runs"
    )
    assert "1 of 2 pictures written" in done.stdout
    assert sorted(each.name for each in (folder / "drawn").iterdir()) == ["stdp_window.json", "stdp_window.png"]
    record = json.loads((folder / "drawn" / "stdp_window.json").read_text())
    said = {"protocol": "stdp_window", "quick": True, "seed": 0, "target": "numpy", "threads": 1, "data": None}
    assert said.items() <= record.items()
    assert record["parameters"].keys() == protocols.stdp_window.parameters.keys()
    assert record["parameters"]["span"] == "50*ms"
    assert record["results"].keys() == protocols.stdp_window.results.keys()
    first = (folder / "drawn" / "stdp_window.png").stat().st_size
    assert call(*words[:2], *words[3:], "--overwrite", "--dpi", "50").exit_code == 0
    assert (folder / "drawn" / "stdp_window.png").stat().st_size < first


def test_what_pictures_cannot_draw_is_said(folder, call):
    bare = "from brainnet import protocol\nimport xarray as xr\n\n@protocol(parameters={}, results={})\n"
    (folder / "bare.py").write_text(bare + "def bare(seed):\n    return xr.Dataset()\n")
    assert "bare declares no picture; use `brainnet run`" in call("pictures", "bare.py", "--out", "drawn").stderr
    assert "--set does not fit every protocol" in call("pictures", "--all", "--set", "span=50*ms").stderr
    assert "--data does not fit every protocol" in call("pictures", "--all", "--data", "digits").stderr
    assert "give names of protocols, or --all" in call("pictures").stderr
    assert not (folder / "drawn").exists()
