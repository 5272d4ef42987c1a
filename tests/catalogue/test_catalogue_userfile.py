"""Content from a file of the user's own."""

import pickle
import sys

import pytest

from brainnet.catalogue import load_file
from brainnet.declare.protocol import Protocol
from brainnet.errors import BrainnetError, UnknownNameError

PROTOCOL = """
import xarray as xr
from brainnet.declare.protocol import protocol

@protocol(parameters={}, results={})
def %s(seed):
    "One line."
    return xr.Dataset()
"""


def test_the_one_object_is_found_whatever_its_name(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(PROTOCOL % "experiment")
    assert load_file(str(file), Protocol).name == "experiment"
    assert not (tmp_path / "__pycache__").exists()


def test_of_several_the_one_named_as_the_file(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(PROTOCOL % "other" + PROTOCOL % "mine")
    assert load_file(file, Protocol).name == "mine"
    file.write_text(PROTOCOL % "a" + PROTOCOL % "b")
    with pytest.raises(UnknownNameError, match=r"several objects of class Protocol \(a, b\); name the one to use mine"):
        load_file(file, Protocol)


def test_none_and_imported_ones_do_not_count(tmp_path, monkeypatch):
    (tmp_path / "elsewhere.py").write_text(PROTOCOL % "borrowed")
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "mine.py"
    file.write_text("from elsewhere import borrowed")
    with pytest.raises(UnknownNameError, match="defines no Protocol; define one, named mine"):
        load_file(file, Protocol)
    sys.modules.pop("elsewhere")


def test_files_of_one_name_do_not_collide_and_edits_are_seen(tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.py").write_text(f"mine = ['{name}']\nclass Local: pass")
    assert load_file(tmp_path / "a" / "mine.py", list) == ["a"]
    assert load_file(tmp_path / "b" / "mine.py", list) == ["b"]
    (tmp_path / "a" / "mine.py").write_text("mine = ['c']\nclass Local: pass")
    assert load_file(tmp_path / "a" / "mine.py", list) == ["c"]


def test_classes_of_the_file_pickle(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("class Local(list): pass\nmine = Local([1])")
    assert pickle.loads(pickle.dumps(load_file(file, list))) == [1]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("a = 1\nb = a +\n", r"SyntaxError: invalid syntax \(.*mine\.py, line 2\)"),
        ("\n\n1 / 0\n", r"ZeroDivisionError: division by zero \(.*mine\.py, line 3\)"),
        ("import json\njson.loads('{')\n", r"JSONDecodeError: .* \(.*mine\.py, line 2\)"),
        ("import no_such_package\n", r"ModuleNotFoundError: No module named 'no_such_package' \(.*mine\.py, line 1\)"),
        ("import sys\nsys.exit(3)", r"SystemExit: 3 \(.*line 2\)"),
    ],
)
def test_a_broken_file_is_one_line_with_its_place(tmp_path, text, cause):
    file = tmp_path / "mine.py"
    file.write_text(text)
    with pytest.raises(BrainnetError, match=cause) as caught:
        load_file(file, Protocol)
    assert caught.value.__cause__ is not None
    assert "\n" not in str(caught.value)
    assert str(file) not in {getattr(module, "__file__", None) for module in sys.modules.values()}


@pytest.mark.parametrize("name", ["missing.py", "folder.py", "text.txt"])
def test_what_is_no_python_file(tmp_path, name):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "text.txt").write_text("")
    with pytest.raises(UnknownNameError, match="is not a Python file; give the path"):
        load_file(tmp_path / name, Protocol)
