"""`brainnet lab`: list, copy, export, solution; nothing is overwritten."""

import json

import pytest

from brainnet import labs
from brainnet.cli import main
from brainnet.labs import lab_file, opened


def call(*words):
    with pytest.raises(SystemExit) as ended:
        main(["lab", *words])
    return ended.value.code


@pytest.fixture
def started(monkeypatch):
    """Catch the command that would take this process's place."""
    commands = []
    monkeypatch.setattr("brainnet.cli.lab._become", commands.append)
    return commands


def test_all_are_listed(capsys):
    assert call() == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == 15
    assert listed[0].split(maxsplit=1) == ["lif", "The leaky integrate-and-fire neuron and its f-I curve"]


def test_a_solution_is_printed(capsys):
    assert call("lif", "--solution") == 0
    assert "def estimate(lab)" in capsys.readouterr().out


def test_a_copy_is_made_once_and_never_overwritten(tmp_path, capsys, started):
    pytest.importorskip("marimo")
    copy = tmp_path / "mine.py"
    assert call("lif", "--edit", str(copy)) == 0
    assert copy.read_text() == labs.lab_file("lif").read_text()
    copy.write_text("changed")
    assert call("lif", "--edit", str(copy)) == 0
    assert copy.read_text() == "changed"
    assert "there already" in capsys.readouterr().out
    assert call("lif", "--no-browser", "--port", "2718") == 0
    assert [command[3] for command in started] == ["edit", "edit", "run"]
    assert started[0][-1] == str(copy)
    assert started[2][-4:-1] == ["--port", "2718", "--headless"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["liff"], "did you mean 'lif'?"),
        (["lif", "--export", "lif.pdf"], "end the name in .ipynb or .html"),
        (["lif", "--edit", "lif.ipynb"], "name it lif.py"),
        (["lif", "--edit", "a.py", "--solution"], "choose one"),
        (["lif", "--overwrite"], "acts only with --export"),
        (["lif", "--export", "lif.ipynb", "--port", "8000"], "act only where a lab is opened"),
        (["--no-browser"], "act only where a lab is opened"),
        (["--solution"], "needs the name of a lab"),
    ],
)
def test_what_cannot_be_done_is_said(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pytest.importorskip("marimo")
    assert call(*words) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_marimo_an_error_says_how_to_install_it(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(opened, "find_spec", lambda name: None)
    for words in (["lif"], ["lif", "--edit", str(tmp_path / "a.py")], ["lif", "--export", str(tmp_path / "a.ipynb")]):
        assert call(*words) == 2
        assert "pip install 'brainnet[labs]'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_is_written_and_not_overwritten(tmp_path, capsys):
    pytest.importorskip("marimo")
    pytest.importorskip("nbformat")
    file = tmp_path / "lif.ipynb"
    assert call("lif", "--export", str(file)) == 0
    cells = json.loads(file.read_text())["cells"]
    assert any("f-I curve" in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert any("models.lif.group" in "".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    file.write_text("mine")
    assert call("lif", "--export", str(file)) == 2
    assert "add --overwrite" in capsys.readouterr().err
    assert file.read_text() == "mine"


def test_a_page_has_the_outputs_and_nothing_is_left_beside_the_lab(tmp_path):
    pytest.importorskip("marimo")
    file = tmp_path / "lif.html"
    assert call("lif", "--export", str(file)) == 0
    page = file.read_text()
    assert "LIF and the f-I curve" in page
    assert "data:image/png;base64" in page
    assert [each.name for each in tmp_path.iterdir()] == ["lif.html"]
    assert not (lab_file("lif").parent / "__marimo__").exists()
