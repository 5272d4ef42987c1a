"""Networks with the quantised activation of Bu et al. 2022 as spikes, and the bias shift of Deng & Gu 2021."""

from fractions import Fraction
from itertools import pairwise
from math import floor

import numpy as np
import pytest

import brainnet
from brainnet.ann import QCFS, Dense, LayerGraph, fuse_activations
from brainnet.convert import convert
from brainnet.errors import ConversionError

THETA = 2.0


def one_layer(n, levels):
    first, last = (Dense(name, np.eye(n), np.zeros(n), "identity") for name in ("first", "last"))
    return LayerGraph((first, QCFS("q", THETA, levels), last), (n,), "one", "test")


def several(sizes, levels, seed=0):
    """Layers of QCFS with weights in multiples of 1/64, and theta and L powers of two: all sums are exact."""
    rng, layers = np.random.default_rng(seed), []
    for k, (n_in, n_out) in enumerate(pairwise(sizes)):
        weights = np.round(64 * rng.normal(0.1, 2.0 / np.sqrt(n_in), (n_in, n_out))) / 64
        layers.append(Dense(f"dense_{k}", weights, np.zeros(n_out), "identity"))
        if k < len(sizes) - 2:
            layers.append(QCFS(f"q_{k}", THETA, levels))
    return LayerGraph(tuple(layers), (sizes[0],), "several", "test")


def counts(graph, x, steps, target="numpy", **settings):
    with brainnet.target(target):
        network = convert(graph, normalisation="none", readout="potential", steps=steps, **settings)
        return network.run(x).counts


@pytest.mark.parametrize("levels", [1, 2, 4, 8, 32])
def test_spikes_of_the_first_layer_are_the_quantised_relu(levels):
    z = np.arange(-64, 193) * THETA / 128  # from -theta to 1.5 theta, the ties of the floor among them
    found = counts(one_layer(len(z), levels), z[None], levels)["q"]
    wanted = one_layer(len(z), levels).activations(z[None])[1] * levels / THETA
    np.testing.assert_array_equal(found, wanted)
    assert set(np.unique(found)) == set(range(levels + 1))


def test_more_steps_refine_the_count():
    """With T steps it is the quantised ReLU of T levels, whatever L it was trained with."""
    z = np.arange(-64, 193) * THETA / 128
    for steps in (3, 16):
        found = counts(one_layer(len(z), 4), z[None], steps)["q"][0]
        np.testing.assert_array_equal(found, np.clip(np.floor(z * steps / THETA + 0.5), 0, steps))


def compare_all(graph, x, levels, target="numpy"):
    found, values = counts(graph, x, levels, target), dict(zip(graph.layer, graph.activations(x), strict=True))
    same = {name: (found[name] == values[name] * levels / THETA).mean() for name in found}
    rates = {name: found[name].mean() / levels for name in found}
    return same, rates


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_with_one_step_it_is_exact_through_all_layers(target):
    x = np.random.default_rng(1).integers(0, 65, (20, 12)) / 64
    same, rates = compare_all(several((12, 20, 16, 12, 3), 1), x, 1, target)
    assert same == {"q_0": 1.0, "q_1": 1.0, "q_2": 1.0}
    assert all(0.05 < rate < 0.95 for rate in rates.values())


def test_where_neurons_fire_always_or_never_the_next_layer_is_exact():
    """Weights so large that the first layer is 0 or theta: the second one receives the same at every step."""
    x = np.random.default_rng(1).integers(1, 65, (20, 12)) / 64
    graph = several((12, 20, 16, 3), 8)
    saturated = LayerGraph(
        (Dense("dense_0", 4096 * graph.layers[0].weights, np.zeros(20), "identity"), *graph.layers[1:]),
        (12,),
        "s",
        "test",
    )
    same, rates = compare_all(saturated, x, 8)
    assert same == {"q_0": 1.0, "q_1": 1.0}
    assert 0.05 < rates["q_1"] < 0.95


def test_uneven_spikes_make_deeper_layers_differ():
    """What is exact is stated in the docs; this is what is not: spikes that come early are not taken back."""
    x = np.random.default_rng(1).integers(0, 65, (50, 12)) / 64
    same, _ = compare_all(several((12, 40, 40, 3), 8), x, 8)
    assert same["q_0"] == 1.0
    assert 0.5 < same["q_1"] < 1.0


def test_its_threshold_is_the_scale():
    graph = several((12, 20, 3), 4)
    with brainnet.target("numpy"):
        network = convert(graph, calibration=np.random.default_rng(0).random((50, 12)), steps=4)
    assert network.scales["q_0"] == THETA
    assert network.n_converted == 3


@pytest.mark.parametrize("steps", [1, 7, 32])
def test_the_bias_shift_rounds_to_the_nearest(identity, steps):
    fractions = [Fraction(k, 100) for k in range(-20, 130)]
    z = np.array([float(each) for each in fractions])
    with brainnet.target("numpy"):
        network = convert(identity(len(z)), normalisation="none", steps=steps, shift="half")
        found = network.run(z[None]).counts["out"][0]
    # negative where T z + 1/2 is, and at most one spike a step
    wanted = [min(max(floor(steps * each + Fraction(1, 2)), 0), steps) for each in fractions]
    np.testing.assert_array_equal(found, wanted)


def test_the_bias_shift_reaches_every_layer(graph, samples):
    """As spikes through two layers: the same as a network with theta/(2 T) in its biases."""
    network, x, steps = graph(12, 20, 15, 5), samples(6, 12), 8
    moved = tuple(
        Dense(each.name, each.weights, each.bias + 1 / 16, each.activation) for each in fuse_activations(network).layers
    )
    with brainnet.target("numpy"):
        found, wanted = (
            convert(each, normalisation="none", steps=steps, **more).run(x).counts
            for each, more in ((network, {"shift": "half"}), (LayerGraph(moved, (12,), "moved", "test"), {}))
        )
    for name in wanted:
        np.testing.assert_array_equal(found[name], wanted[name])


@pytest.mark.parametrize("quantised", [True, False])
def test_counts_are_not_rounded_twice(identity, quantised):
    """With both halves 0.1 would fire once in 4 steps, and 0.4 twice."""
    x, given = np.array([[0.1, 0.13, 0.4, 0.9]]), {"normalisation": "none", "steps": 4}
    graph = one_layer(4, 4) if quantised else identity(4)
    half = {} if quantised else {"v_init": "half"}
    with brainnet.target("numpy"):
        what = "the quantised layer 'q'" if quantised else "v_init=half"
        with pytest.raises(ConversionError, match=f"shift=half does not go with {what}.*leave shift out"):
            convert(graph, shift="half", **half, **given)
        found = convert(graph, **half, **given).run(THETA * x if quantised else x).counts
    np.testing.assert_array_equal(found["q" if quantised else "out"], [[0, 1, 2, 4]])
