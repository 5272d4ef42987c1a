"""What tests of every room use: the targets, and whether there is a compiler."""

import os

# Linear algebra in one thread: those of several processes would wait for each other, many times longer than they
# compute. Before NumPy is imported, here and, by inheritance, in the workers of pytest-xdist and what tests start.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

import shutil
import subprocess
from itertools import pairwise

import numpy as np
import pytest
from brian2 import prefs

from brainnet.ann import Dense, LayerGraph
from brainnet.guarded import hdf5_dump

# Brian2's own choice is Cython, which compiles for minutes what a test runs for milliseconds; targets that a test names
# are those that it gets.
prefs.codegen.target = "numpy"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

HAS_COMPILER = all(shutil.which(tool) for tool in (os.environ.get("CXX", "g++").split()[0], "make"))
needs_compiler = pytest.mark.skipif(not HAS_COMPILER, reason="no C++ compiler")


@pytest.fixture(scope="session")
def browser():
    """Chromium without a window; nothing is installed for it."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with driver.sync_playwright() as started:
        try:
            # as root there is no sandbox; the rest keeps it from calling its maker
            arguments = [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
            ]
            opened = started.chromium.launch(executable_path=found, args=arguments)
        except driver.Error as error:
            pytest.skip(f"no Chromium that starts: {str(error).splitlines()[0][:200]}")
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def compiler():
    """Skip the test where no compiler is installed."""
    if not HAS_COMPILER:
        pytest.skip("no C++ compiler")


@pytest.fixture(
    scope="session",
    params=["numpy", pytest.param("cython", marks=needs_compiler), pytest.param("cpp", marks=needs_compiler)],
)
def target_name(request):
    """Each target in turn."""
    return request.param


@pytest.fixture
def graph():
    """Make a network of given sizes; dyadic: multiples of 1/64, whose sums are exact in any order."""

    def make(*sizes, seed=0, dyadic=True):
        rng = np.random.default_rng(seed)
        layers = []
        for k, (n_in, n_out) in enumerate(pairwise(sizes)):
            weights = rng.normal(0.15, 1.4 / np.sqrt(n_in), (n_in, n_out))
            bias = rng.normal(0.05, 0.1, n_out)
            if dyadic:
                weights, bias = np.round(64 * weights) / 64, np.round(64 * bias) / 64
            layers.append(Dense(f"dense_{k}", weights, bias, "relu" if k < len(sizes) - 2 else "identity"))
        return LayerGraph(tuple(layers), (sizes[0],), "random", "test")

    return make


@pytest.fixture
def samples():
    """Make samples in [0, 1], multiples of 1/64."""
    return lambda n, width, seed=1: np.random.default_rng(seed).integers(0, 65, (n, width)) / 64


@pytest.fixture
def in_process(monkeypatch):
    """Read HDF5 files in this process, which is faster; what the tests write is well formed and no danger."""

    def run(command, environment, seconds):
        try:
            hdf5_dump.main(command[3], command[4], int(command[5]), command[6])
        except Exception as error:
            return subprocess.CompletedProcess(command, 1, b"", " ".join(str(error).split()).encode())
        return subprocess.CompletedProcess(command, 0, b"", b"")

    monkeypatch.setattr("brainnet.guarded.hdf5.run_guarded", run)
    monkeypatch.setattr(hdf5_dump, "limit_memory", lambda n_bytes: None)
