"""A network of residual blocks, shortcuts of both kinds and batch norm fires as the reference does."""

import numpy as np
import pytest

import brainnet
from brainnet.ann.residual import random_residual_network
from brainnet.convert import convert
from brainnet.measure import verify


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("granularity", ["layer", "channel"])
def test_step_by_step(compare, target, granularity, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    # 3 stages of one block: eleven layers deep, and two shortcuts wait for the block beside them.
    graph = random_residual_network(channels=3, blocks=1, side=8, classes=4, seed=1)
    x = np.random.default_rng(2).random((3, *graph.input_shape))
    with brainnet.target(target):
        network = convert(
            graph, calibration=x, percentile=95.0, granularity=granularity, steps=16, v_init="half", record=True
        )
        assert network.n_converted == len(graph.layers)
        compare(network, "constant", x, 16)


def test_counts_follow_activations():
    """T steps leave a count 1/T of its range from the value, and a deeper layer sums what those before it miss."""
    graph = random_residual_network(channels=4, blocks=1, side=8, seed=1)
    x = np.random.default_rng(2).random((6, *graph.input_shape))
    lowest = []
    with brainnet.target("numpy"):
        for steps in (8, 64):
            network = convert(graph, calibration=x, percentile=100.0, steps=steps, v_init="half", readout="potential")
            lowest.append(min(check.correlation for check in verify(network, x).values()))
    assert lowest[0] < lowest[1]
    assert lowest[1] > 0.99
