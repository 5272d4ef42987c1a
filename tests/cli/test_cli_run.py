"""brainnet run, demo, figure, convert."""

import json
import re

import pytest
import xarray as xr

from brainnet.catalogue import content, load_file
from brainnet.declare import Parameter, Protocol, protocol
from brainnet.results import read_run


def left_over(folder):
    return {path.name for path in folder.iterdir()} - {"experiment.py"}


def test_run_writes_the_folder_and_prints_the_results(call, folder, used):
    done = call(
        "run", "experiment.py", "--set", "tau=10*ms", "--seed", "3", "--out", "out", "--threads", "2", "--data", "d"
    )
    assert done.exit_code == 0, done.stderr
    assert used == [("cpp", {"threads": 2, "dtype": "float64", "progress": True})]
    assert re.search(r"accuracy +0\.5 +0\.98 ± 0\.01 \(Somebody 2001\)", done.stdout)
    assert re.search(r"by_step +0\.9 \(at 9, the last of 10\) +Hz", done.stdout)
    assert done.stdout.endswith(f"written to {folder / 'out'}\n")
    summary, _ = read_run(folder / "out")
    assert summary["parameters"] == {"tau": "10*ms", "n": 10, "coding": "poisson"}
    assert (summary["seed"], summary["target"], summary["threads"], summary["data"]) == (3, "cpp", 2, "d")
    assert left_over(folder) == {"out"}


def test_the_default_folder_and_the_quick_size(call, folder, used):
    for _ in range(2):  # in the same second, too
        assert call("run", "experiment.py", "--quick", "--target", "numpy").exit_code == 0
    runs = list((folder / "runs").iterdir())
    assert len(runs) == 2
    assert all(re.fullmatch(r"experiment-\d{8}-\d{6}(-\d+)?", run.name) for run in runs)
    assert read_run(runs[0])[0]["parameters"]["n"] == 2


def test_demo_runs_the_digits(call, folder, monkeypatch):
    digits = load_file(folder / "experiment.py", Protocol)
    monkeypatch.setattr(content, "protocols", {"digits_conversion": digits})
    assert call("demo", "--out", "out").exit_code == 0
    assert (folder / "out" / "figure.png").exists()
    assert "--overwrite" in call("demo", "--out", "out").stderr
    assert call("demo", "--out", "out", "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--set", "n"], "--set 'n' is not NAME=VALUE; write e.g."),
        (["--set", "n="], "--set 'n=' is not NAME=VALUE"),
        (["--set", "n=1", "--set", "n=2"], "--set n is given twice"),
        (["--set", "tua=3"], "has no parameter 'tua'; did you mean 'tau'?"),
        (["--set", "tau=3*mV"], "tau has the unit"),
        (["--set", "tau=__import__"], "is not a number"),
        (["--set", "n=100"], "is out of range; give at most 50"),
        (["--set", "coding=poison"], "did you mean 'poisson'?"),
        (["--target", "gpu"], "'gpu' is not one of 'numpy', 'cython', 'cpp'; see brainnet run --help"),
        (["--seed", "-1"], "Invalid value for '--seed'"),
        (["--out", "experiment.py"], "is a file; choose another --out"),
        (["--out", "."], "cannot be replaced; name a folder in it"),
    ],
)
def test_bad_input_is_one_line_before_anything_runs(call, folder, used, words, message):
    done = call("run", "experiment.py", *words)
    assert done.exit_code == 2
    assert done.stderr.startswith("brainnet: error: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr
    assert not used
    assert not left_over(folder)


def test_unknown_protocol_names_the_nearest(call, monkeypatch, tmp_path):
    assert "is not a Python file" in call("run", "nowhere.py").stderr
    assert "there is no protocol 'no_such'" in call("run", "no_such").stderr
    assert "Did you mean" in call("rum").stderr or "No such command" in call("rum").stderr


def test_a_bug_in_a_protocol_is_one_line_too(call, folder):
    done = call("run", "experiment.py", "--set", "coding=regular")
    assert done.exit_code == 1
    assert re.fullmatch(
        r"brainnet: error: ZeroDivisionError: a bug \(.*experiment\.py, line \d+\); add --debug for the traceback\n",
        done.stderr,
    )
    assert not left_over(folder)


def test_debug_shows_the_traceback(call, monkeypatch):
    assert "Traceback" in call("run", "experiment.py", "--set", "n=0", "--debug").stderr
    monkeypatch.setenv("BRAINNET_DEBUG", "1")
    assert "Traceback" in call("run", "experiment.py", "--set", "n=0").stderr


FIGURE = '''
from brainnet.plot import new_figure
from brainnet.declare.figure import figure

@figure(doi="10.1/x", title="Figure 1 of Somebody 2001")
def fig1(quick, seed, data):
    """Figure 1 of Somebody 2001, again."""
    return new_figure()[0]
'''


def test_a_figure_is_drawn_on_a_target(call, folder, used):
    (folder / "fig1.py").write_text(FIGURE)
    done = call("figure", "fig1.py", "--target", "numpy", "--quick")
    assert done.exit_code == 0, done.stderr
    assert used[0][0] == "numpy"
    assert left_over(folder) == {"fig1.py", "fig1.png"}
    assert "exists; choose another --out or add --overwrite" in call("figure", "fig1.py").stderr
    assert call("figure", "fig1.py", "--overwrite").exit_code == 0
    assert "there is no figure 'fig2'" in call("figure", "fig2").stderr


def test_convert_passes_everything_on(call, folder, monkeypatch):
    asked = {}

    @protocol(parameters={name: Parameter(name, "text") for name in ("model", "coding", "steps")}, results={})
    def convert_model(seed, data=None, **values):
        asked.update(values, seed=seed, data=data)
        return xr.Dataset()

    monkeypatch.setattr("brainnet.catalogue.content.protocols", {"convert_model": convert_model})
    (folder / "net.npz").write_bytes(b"")
    words = ["convert", "net.npz", "--steps", "50", "--set", "coding=regular", "--out", "out"]
    assert "give --data DIR" in call(*words).stderr
    done = call(*words, "--data", "digits", "--seed", "2")
    assert done.exit_code == 0, done.stderr
    assert asked == {"model": "net.npz", "data": "digits", "steps": "50", "coding": "regular", "seed": 2}
    assert json.loads((folder / "out" / "summary.json").read_text())["parameters"]["model"] == "net.npz"
    assert "write --steps" in call("convert", "net.npz", "--data", "digits", "--set", "steps=3").stderr
    assert "no quick size" in call("convert", "net.npz", "--data", "digits", "--quick").stderr
    assert "does not exist" in call("convert", "nothing.npz", "--data", "digits").stderr
