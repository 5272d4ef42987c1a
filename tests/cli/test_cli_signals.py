"""Signals that end a run: children end, folders go, a line says so; those that are ignored stay ignored."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

# A "simulation" whose compiler never ends.
SLEEPER = """
import pathlib
import xarray as xr
from brainnet.declare.protocol import protocol
from brainnet.leftovers import temporary_folder
from brainnet.targets.process import run_make

@protocol(parameters={}, results={})
def sleeper(seed):
    with temporary_folder() as folder:
        (folder / "makefile").write_text("all:\\n\\techo $$$$ > pid; mv pid ../pid; sleep 300; true\\n")
        run_make(str(folder))
    return xr.Dataset()
"""
WAITER = """
import pathlib, signal, sys, time
import xarray as xr
import brainnet.targets
from brainnet.declare.protocol import protocol

@protocol(parameters={}, results={})
def sleeper(seed):
    pathlib.Path("tmp/pid").write_text("0")
    while not pathlib.Path("go").exists():
        time.sleep(0.02)
    return xr.Dataset()
"""


def started(tmp_path, text, ignored=()):
    """Start a run and return it when its child runs, with the id of the child."""
    (tmp_path / "tmp").mkdir()
    (tmp_path / "sleeper.py").write_text(text)
    ignore = "".join(f"signal.signal({int(each)}, signal.SIG_IGN); " for each in ignored)
    script = f"import signal; {ignore}from brainnet.cli import main; main(prog_name='brainnet')"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "run", "sleeper.py", "--target", "numpy", "--out", "out"],
        cwd=tmp_path, env={**os.environ, "TMPDIR": str(tmp_path / "tmp")}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + 60
    while not (tmp_path / "tmp" / "pid").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return process, int((tmp_path / "tmp" / "pid").read_text())


def lives(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def assert_ends(pid):
    end = time.monotonic() + 10
    while lives(pid):
        assert time.monotonic() < end, "the child outlived its parent"
        time.sleep(0.02)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT"])
def test_a_signal_ends_the_run_and_its_children(tmp_path, name):
    number = getattr(signal, name)
    process, child = started(tmp_path, SLEEPER)
    process.send_signal(number)
    out, complaints = process.communicate(timeout=60)
    assert process.returncode == 128 + number, complaints
    assert complaints == f"brainnet: ended by {name}; nothing was written\n"
    assert out == ""
    assert_ends(child)
    assert sorted(os.listdir(tmp_path)) == ["sleeper.py", "tmp"]
    assert os.listdir(tmp_path / "tmp") == ["pid"]


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_a_compiler_does_not_outlive_a_kill(tmp_path):
    process, child = started(tmp_path, SLEEPER)
    assert lives(child)
    process.kill()
    process.communicate(timeout=60)
    assert_ends(child)


def test_what_is_ignored_stays_ignored(tmp_path):
    process, _ = started(tmp_path, WAITER, ignored=(signal.SIGINT, signal.SIGHUP))
    for number in (signal.SIGINT, signal.SIGHUP):
        process.send_signal(number)
    time.sleep(0.2)
    (tmp_path / "go").touch()
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    assert complaints == ""
    assert (tmp_path / "out").exists()


LATE = """
import os, signal, time
from brainnet.cli import app
inner = app.OneLine._main
def late(self, *args, **options):
    try:
        inner(self, *args, **options)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
app.OneLine._main = late
app.main(["list", "models"])
"""


def test_a_signal_between_the_work_and_the_exit_is_told_of():
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr.strip() == "brainnet: ended by SIGTERM, after the command had done its work"
    assert "lif" in done.stdout
