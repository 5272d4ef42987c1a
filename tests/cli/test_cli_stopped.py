"""A run that is stopped in the middle says so, leaves nothing behind and keeps nothing half-done."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest


def start(tmp_path, *words):
    """Start the command with caches and temporary folders of its own."""
    folders = {name: tmp_path / name for name in ("cache", "tmp", "work")}
    for folder in folders.values():
        folder.mkdir()
    environment = {**os.environ, "BRAINNET_CACHE": str(folders["cache"]), "TMPDIR": str(folders["tmp"])}
    command = [sys.executable, "-c", "from brainnet.cli import main; main()", *words, "--out", "out"]
    process = subprocess.Popen(
        command, cwd=folders["work"], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    return process, folders


def wait_for(condition, process, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.05)


TRAINING = """
import numpy as np
from brainnet import protocol
from brainnet.train.cache import cached_network
from brainnet.train.mlp import train_mlp
from brainnet.plot import new_figure
import xarray as xr


@protocol(parameters={}, results={})
def training(seed):
    x = np.random.default_rng(0).random((2000, 20))
    open("started", "w").close()
    cached_network({"test": 1}, lambda: train_mlp(x, (x[:, 0] > 0.5).astype(int), 50, epochs=100_000, seed=0))
    return xr.Dataset()
"""

SIMULATION = """
import xarray as xr
from brian2 import Network, SpikeMonitor, nA, second
from brainnet import build, models, protocol


@protocol(parameters={}, results={})
def simulation(seed):
    cells = models.lif.group(5, I_ext=0.5 * nA)
    spikes = SpikeMonitor(cells)
    open("started", "w").close()
    build(Network(cells, spikes), 100_000 * second).run()
    return xr.Dataset()
"""


@pytest.mark.parametrize(("name", "text"), [("training", TRAINING), ("simulation", SIMULATION)])
def test_ctrl_c_is_no_result(tmp_path, name, text):
    file = tmp_path / f"{name}.py"
    file.write_text(text)
    process, folders = start(tmp_path, "run", str(file), "--target", "numpy")
    wait_for((folders["work"] / "started").exists, process)
    time.sleep(3)  # well inside the fit, or the run
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=60)
    assert process.returncode == 130, complaints
    assert "interrupted" in complaints
    assert [path.name for path in folders["work"].iterdir()] == ["started"]
    assert not list(folders["cache"].rglob("*.npz"))


def test_terminated_program_ends_with_its_parent(tmp_path, compiler):
    file = tmp_path / "simulation.py"
    file.write_text(SIMULATION)
    process, folders = start(tmp_path, "run", str(file), "--target", "cpp")

    def children():
        found = subprocess.run(["pgrep", "-f", str(folders["tmp"])], capture_output=True, text=True).stdout.split()
        return [int(pid) for pid in found if int(pid) != process.pid]

    def program_runs():
        with suppress(OSError):  # a compiler that has ended since
            return any("main" in Path(f"/proc/{pid}/cmdline").read_text() for pid in children())
        return False

    wait_for(program_runs, process)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143
    end = time.monotonic() + 10  # what is killed takes a moment to go; a program left behind would run for hours
    while children() and time.monotonic() < end:
        time.sleep(0.05)
    assert not children()
    assert [path.name for path in folders["work"].iterdir()] == ["started"]
    assert not list(folders["tmp"].glob("brainnet-*"))
