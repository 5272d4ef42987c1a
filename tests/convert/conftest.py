"""Small networks whose sums are exact, and the reference."""

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from brainnet.ann import Dense, LayerGraph

REFERENCE = Path(__file__).parents[1] / "reference" / "if_network.py"


@pytest.fixture(scope="session")
def reference():
    """The function `run` of tests/reference/if_network.py."""
    spec = importlib.util.spec_from_file_location("if_network", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.run


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
def identity():
    """Make a network of one layer that passes n values on."""
    return lambda n: LayerGraph((Dense("out", np.eye(n), np.zeros(n), "identity"),), (n,), "one", "test")


@pytest.fixture
def samples():
    """Make samples in [0, 1], multiples of 1/64."""
    return lambda n, width, seed=1: np.random.default_rng(seed).integers(0, 65, (n, width)) / 64
