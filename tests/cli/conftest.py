"""A protocol file of the user's own, and a target that does nothing."""

from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from brainnet import targets
from brainnet.cli import main

EXPERIMENT = '''"""A user's file."""
import numpy as np
import xarray as xr
from brian2 import ms
from matplotlib.figure import Figure
from brainnet.values.parameter import Parameter
from brainnet.declare.protocol import Result, protocol

def draw(dataset):
    figure = Figure()
    figure.subplots().plot(dataset["by_step"])
    return figure

@protocol(
    parameters={
        "tau": Parameter(20 * ms, "time constant", above=0 * ms),
        "n": Parameter(10, "how many", low=1, high=50, quick=2),
        "coding": Parameter("poisson", "input", choices=("poisson", "regular")),
    },
    results={
        "accuracy": Result("right ones", reference=0.98, tolerance=0.01, source="Somebody 2001"),
        "by_step": Result("over time", unit="Hz"),
    },
    draw=draw,
    source="Somebody 2001",
)
def experiment(tau, n, coding, seed, data):
    """A small experiment.

    More about it.
    """
    if coding == "regular":
        raise ZeroDivisionError("a bug")
    steps = np.arange(n)
    return xr.Dataset({"accuracy": 0.5, "by_step": ("step", steps / n)}, {"step": steps})
'''


@pytest.fixture
def used(monkeypatch):
    """Arguments of the targets that were entered."""
    calls = []

    @contextmanager
    def target(name, **options):
        calls.append((name, options))
        yield

    monkeypatch.setattr(targets, "target", target)
    return calls


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with experiment.py."""
    (tmp_path / "experiment.py").write_text(EXPERIMENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRAINNET_DEBUG", raising=False)
    return tmp_path


@pytest.fixture
def call(folder, used):
    """Run the command line; the result has exit_code, stdout, stderr."""
    return lambda *words: CliRunner().invoke(main, list(words), prog_name="brainnet")
