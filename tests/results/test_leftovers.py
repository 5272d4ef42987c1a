"""What a killed process leaves is swept at the next run, and nothing else is."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from brainnet.leftovers import hidden_file, hidden_folder, sweep, temporary_folder
from brainnet.results import read_run, write_run
from brainnet.results.atomic import whole_folder
from brainnet.results.swap import exchange

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")

KILLED = """
import os, signal, sys, tempfile
from pathlib import Path
from brainnet.leftovers import hidden_file, hidden_folder, temporary_folder
from brainnet.results.atomic import whole_folder
from brainnet.results import atomic

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

tempfile.tempdir = sys.argv[1]
where = Path(sys.argv[1])
"""


def killed(where, script):
    """Run a script that is killed; `where` is also its folder of temporary files."""
    command = [sys.executable, "-c", KILLED + script, str(where)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def names(folder):
    return sorted(os.listdir(folder))


def test_what_a_killed_process_leaves_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = ["brainnet-analysis", ".film.partial", ".run-abcdefgh.partial", "brainnet-temporary-results"]
    for name in kept:
        (tmp_path / name).mkdir()
    killed(
        tmp_path,
        """
with hidden_file(where / "fig.png") as a, hidden_folder(where / "run") as b, temporary_folder() as c:
    (b / "data.nc").write_bytes(b"1")
    (c / "main.cpp").write_bytes(b"1")
    print(a, b, c)
    die()
""",
    )
    assert len(names(tmp_path)) == len(kept) + 3
    with temporary_folder():
        assert len(names(tmp_path)) == len(kept) + 1
    assert names(tmp_path) == sorted(kept)


def test_what_is_being_written_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with hidden_file(tmp_path / "a.png") as file, hidden_folder(tmp_path / "b") as folder, temporary_folder() as other:
        script = "import sys; from pathlib import Path; from brainnet.leftovers import sweep; sweep(Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
        assert file.exists()
        assert folder.exists()
        assert other.exists()
    assert names(tmp_path) == []


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "thesis").touch()
    (tmp_path / ".run-brainnet-abcdefgh.partial").symlink_to(tmp_path / "work")
    sweep(tmp_path)
    assert names(tmp_path / "work") == ["thesis"]


@pytest.mark.parametrize("moment", ["exchanges = (atomic.exchange, die)", "exchanges = (die, atomic.exchange)"])
def test_a_kill_while_overwriting_leaves_a_run_in_its_place(tmp_path, protocol, dataset, how, moment):
    if not exchange(*(make_folder(tmp_path / name) for name in ("one", "two"))):
        pytest.skip("this system cannot exchange")
    out = write_run(tmp_path / "run", protocol, {}, dataset, **how)
    script = """
first, second = exchanges
atomic.exchange = lambda *names: (first(*names), second(*names))
with whole_folder(where / "run") as draft:
    (draft.folder / "summary.json").write_text('{"protocol": "new"}')
"""
    killed(tmp_path, f"{moment}\n{script}")
    whole = "new" if "(atomic" in moment else "experiment"
    assert (out / "summary.json").exists()
    assert whole in (out / "summary.json").read_text()
    sweep(tmp_path)
    assert names(tmp_path) == ["one", "run", "two"]


def make_folder(path):
    path.mkdir()
    return path


def test_where_nothing_can_be_exchanged_the_old_run_comes_back(tmp_path, protocol, dataset, how):
    out = write_run(tmp_path / "run", protocol, {}, dataset, **how)
    script = """
atomic.exchange = lambda *_: False
rename = os.rename

def rename_and_die(source, target):
    rename(source, target)
    if str(target).endswith(".replaced"):
        die()

atomic.os.rename = rename_and_die
with whole_folder(where / "run") as draft:
    (draft.folder / "summary.json").write_text("new")
"""
    killed(tmp_path, script)
    assert not out.exists()
    sweep(tmp_path)
    assert names(tmp_path) == ["run"]
    assert read_run(out)[0]["seed"] == how["seed"]


def test_two_runs_into_one_folder_are_both_kept(tmp_path, protocol, dataset, how):
    with whole_folder(tmp_path / "run", replace=False) as draft:
        (draft.folder / "file").touch()
        write_run(tmp_path / "run", protocol, {}, dataset, **how)
    assert draft.placed == tmp_path / "run-2"
    assert names(tmp_path) == ["run", "run-2"]
    assert names(draft.placed) == ["file"]
