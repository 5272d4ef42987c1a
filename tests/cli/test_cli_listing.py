"""brainnet list, show, --version, --help."""

import subprocess
import sys

import pytest

from brainnet import __version__
from brainnet.catalogue import Catalogue, content
from brainnet.declare.protocol import Protocol

FIGURE = '''
from brainnet.declare.figure import figure

@figure(doi="10.1/x", title="Figure 1 of Somebody")
def fig1(quick, seed, data):
    """Figure 1 of Somebody 2001, again.

    Deviations: none.
    """
'''


@pytest.fixture
def shelf(folder, monkeypatch):
    """Catalogues with one good and one broken protocol, and one broken figure."""
    for name in ("shelf", "drawings"):
        (folder / name).mkdir()
    (folder / "drawings" / "fig1.py").write_text("1 / 0")
    (folder / "shelf" / "experiment.py").write_text((folder / "experiment.py").read_text())
    (folder / "shelf" / "wrong.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(content, "protocols", Catalogue("protocols", Protocol, package="shelf"))
    monkeypatch.setattr(content, "figures", Catalogue("figures", Protocol, package="drawings"))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in ("shelf", "drawings")]:
        del sys.modules[name]


def test_list_shows_all_even_if_one_is_broken(shelf, call):
    done = call("list")
    assert done.exit_code == 0, done.stderr
    assert "  experiment  A small experiment.\n" in done.stdout
    assert "  wrong       broken: the file shelf/wrong.py cannot be imported: ZeroDivisionError" in done.stdout
    assert "figures\n  fig1  broken: the file drawings/fig1.py cannot" in done.stdout
    assert call("list", "protocols").stdout.startswith("protocols\n  experiment")
    assert "figures" not in call("list", "protocols").stdout
    assert "'thing' is not one of 'models'" in call("list", "thing").stderr


@pytest.mark.parametrize("name", ["experiment", "experiment.py"])
def test_show_a_protocol(shelf, call, name):
    lines = [" ".join(line.split()) for line in call("show", name).stdout.splitlines()]
    assert lines[0] == "A small experiment."
    assert "parameter default unit range quick meaning" in lines
    assert "tau 20 ms > 0 time constant" in lines
    assert "n 10 >= 1 and <= 50 2 how many" in lines
    assert "coding poisson poisson|regular input" in lines
    assert "accuracy 1 0.98 ± 0.01 (Somebody 2001) right ones" in lines
    assert lines[-1] == f"Run it: brainnet run {name} --data DIR"


def test_show_a_model_prints_it(call, monkeypatch):
    monkeypatch.setattr(content, "models", {"contributed": "dv/dt = -v/tau_m : volt"})
    assert call("show", "contributed").stdout == "dv/dt = -v/tau_m : volt\n"


def test_show_a_figure(call, folder):
    (folder / "fig1.py").write_text(FIGURE)
    shown = call("show", "fig1.py").stdout
    assert shown == (
        "Figure 1 of Somebody 2001, again.\n\nDeviations: none.\n\nFigure 1 of Somebody\nhttps://doi.org/10.1/x\n"
    )


def test_show_a_file_shows_everything_in_it(call, folder):
    (folder / "rules.py").write_text(
        "from brainnet import SynapseModel\none = SynapseModel('one')\ntwo = SynapseModel('two')\nsame = two\n"
    )
    shown = call("show", "rules.py").stdout
    assert [line for line in shown.splitlines() if line in ("one", "two")] == ["one", "two"]


def test_an_empty_catalogue_is_no_empty_list(call, monkeypatch):
    monkeypatch.setattr(content, "models", Catalogue("models", object, package="no_such.models"))
    for words in (["list"], ["show", "lif"]):
        done = call(*words)
        assert done.exit_code == 2
        assert "the catalogue of models is empty: no package no_such.models" in done.stderr


def test_show_unknown_names_the_nearest_of_all_kinds(shelf, call):
    done = call("show", "experimant")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "brainnet: error: there is no model, protocol or figure 'experimant'; did you mean 'experiment'?\n"
    )


def test_version_and_help(call):
    assert call("--version").stdout == f"brainnet {__version__}\n"
    assert "brainnet demo" in call("-h").stdout
    for command in ("run", "demo", "convert", "figure"):
        shown = call(command, "--help").stdout
        assert "[default: cpp]" in shown
        assert "--seed" in shown
    assert call("list", "--help").exit_code == 0


def test_the_package_is_a_command():
    done = subprocess.run([sys.executable, "-m", "brainnet", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"brainnet {__version__}\n"), done.stderr
    wrong = subprocess.run([sys.executable, "-m", "brainnet", "shwo"], capture_output=True, text=True)
    assert wrong.returncode == 2
    assert "see brainnet --help" in wrong.stderr


def test_show_of_a_model_says_what_its_file_says(call):
    shown = call("show", "adex").stdout
    assert shown.startswith("Adaptive exponential integrate-and-fire neuron")
    assert "V_T = V_T_max" in shown
    assert "V_T_max = -30.4 mV" in shown or "-30.4*mV" in shown


def test_show_of_a_figure_names_its_deviations(call):
    assert "Deviations: " in call("show", "song_2000").stdout
