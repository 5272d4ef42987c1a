"""Small networks whose sums are exact, and the reference."""

import importlib.util
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
def identity():
    """Make a network of one layer that passes n values on."""
    return lambda n: LayerGraph((Dense("out", np.eye(n), np.zeros(n), "identity"),), (n,), "one", "test")


class Draw:
    """Weights and biases that are multiples of 1/64, whose sums are exact in any order."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def __call__(self, *shape, mean=0.15, spread=1.2):
        fan_in = shape[0] if len(shape) == 2 else np.prod(shape[1:])
        weights = self.rng.normal(mean * 4 / fan_in, spread / np.sqrt(fan_in), shape)
        bias = self.rng.normal(0.05, 0.1, shape[1] if len(shape) == 2 else shape[0])
        return np.round(64 * weights) / 64, np.round(64 * bias) / 64


@pytest.fixture
def draw():
    """The class `Draw`."""
    return Draw


@pytest.fixture
def compare(reference):
    """Compare a network (v_init half, reset by subtraction) with the reference; there must be something to compare."""

    def run(network, coding, x, steps):
        with_steps = np.repeat(x.reshape(len(x), 1, -1), steps, axis=1)
        if coding == "regular":
            k = np.arange(steps)[:, None]
            sizes = np.abs(x).reshape(len(x), 1, -1)
            with_steps = np.floor((k + 1) * sizes) - np.floor(k * sizes)
            with_steps *= np.sign(x.reshape(len(x), 1, -1))
        scales = {name: scale for name, scale in network.scales.items() if name != "input"}
        signed = [each.name for each in network.graph.populations if each.code.signed]
        wanted = reference(
            network.trained.layers, network.trained.input_shape, with_steps, scales, steps=steps, v_init=0.5,
            reset="subtract", signed=signed,
        )  # fmt: skip
        response = network.run(x)
        for name, raster in wanted.items():
            found = np.zeros(raster.shape, bool)
            found[response.spikes(name)] = True
            np.testing.assert_array_equal(found, raster, err_msg=name)
            assert 0.01 < raster.mean() < 0.99, name
        assert response.counts.keys() - wanted.keys() == ({"input"} if coding == "regular" else set())
        return response

    return run
