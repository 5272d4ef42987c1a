"""Ctrl-C in the middle of a run, and how quickly the command answers: in a process of their own."""

import os
import signal
import subprocess
import sys
import time

import pytest

SLEEPER = """
import pathlib, time
import xarray as xr
from brainnet.declare.protocol import protocol

@protocol(parameters={}, results={})
def sleeper(seed):
    pathlib.Path("begun").touch()
    time.sleep(60)
    return xr.Dataset()
"""
COMMAND = [sys.executable, "-c", "from brainnet.cli import main; main(prog_name='brainnet')"]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_ctrl_c_leaves_nothing(tmp_path):
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    command = [*COMMAND, "run", "sleeper.py", "--target", "numpy"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "begun").exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.strip() == "brainnet: interrupted; nothing was written"
    assert out.strip() == ""
    assert {path.name for path in tmp_path.iterdir()} == {"begun", "sleeper.py"}


def test_the_command_line_itself_imports_nothing_heavy():
    script = "import sys, brainnet.cli; print(*{'brian2', 'xarray', 'matplotlib', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == ""
