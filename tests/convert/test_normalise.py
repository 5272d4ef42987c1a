"""Scales by hand, and what scaling must not change."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainnet.ann import Abs, Add, ClippedReLU, Dense, LayerGraph, MaxPool
from brainnet.convert import normalise, plan
from brainnet.errors import ConversionError, DataError, ParameterError

# Activations of the samples 1, 2, 3, 4 by hand: hidden (x - 1, 2x), output -(x - 1) + 2x + 1 = x + 2.
HIDDEN = Dense("hidden", [[1.0, 2.0]], [-1.0, 0.0], "relu")
OUTPUT = Dense("output", [[-1.0], [1.0]], [1.0], "identity")
NET = LayerGraph((HIDDEN, OUTPUT), (1,), "net", "by hand")
X = np.array([[1.0], [2.0], [3.0], [4.0]])


@pytest.mark.parametrize(
    ("percentile", "scale"),
    [
        (100.0, 8.0),
        # The positive ones are 1 2 2 3 4 6 8: the middle one is 3; a zero among them would make it 2.5.
        (50.0, 3.0),
        # Linear between the sorted ones at 0.75 * 6 = 4.5.
        (75.0, 5.0),
    ],
)
def test_data_takes_the_percentile_of_positive_activations(percentile, scale):
    made = plan(NET)
    scales = normalise(made, "data", calibration=X, percentile=percentile)
    # The last layer takes its maximum, 4 + 2, whatever the percentile.
    assert scales == {"input": 1.0, "hidden": scale, "output": 6.0}
    (weights, bias), (into_output, output_bias) = scaled(made, scales)
    np.testing.assert_allclose(weights, HIDDEN.weights / scale, rtol=1e-15)
    np.testing.assert_allclose(bias, HIDDEN.bias / scale, rtol=1e-15)
    np.testing.assert_allclose(into_output, OUTPUT.weights * scale / 6, rtol=1e-15)
    np.testing.assert_allclose(output_bias, OUTPUT.bias / 6, rtol=1e-15)


def scaled(made, scales):
    """Weights and biases of a chain as its neurons have them; with constant current the first come out of the drive."""
    found, before = [], None
    for each in made.populations:
        if before is None:
            zero = made.drives(np.zeros((1, made.graph.input_shape[0])))[each.name]
            weights = made.drives(np.eye(made.graph.input_shape[0]))[each.name] - zero
            weights = weights / scales[each.name]
        else:
            weights = each.branches[0].connectivity(scales[before], scales[each.name]).unroll()
        found.append((weights, each.bias / scales[each.name]))
        before = each.name
    return found


def test_model_by_hand():
    # Hidden: 1*1 + 0 and 2*1 + 0, so 2. Output: 1*2 + 1 = 3.
    assert normalise(plan(NET), "model") == {"input": 1.0, "hidden": 2.0, "output": 3.0}


def test_none_changes_nothing():
    made = plan(NET)
    scales = normalise(made, "none")
    assert scales == {"input": 1.0, "hidden": 1.0, "output": 1.0}
    for before, (weights, bias) in zip(NET.layers, scaled(made, scales), strict=True):
        np.testing.assert_array_equal(before.weights, weights)
        np.testing.assert_array_equal(before.bias, bias)


def test_model_bounds_both_sides():
    # x - 2 in [-2, -1], its size at most 2; -3 x - 2 x, at most 0 below and 5 in size; clipped at its own maximum.
    one, two = Dense("one", [[1.0]], [-2.0], "identity"), Dense("two", [[-3.0]], [0.0], "identity", inputs=("input",))
    size, sum_ = Abs("size", inputs=("one",)), Add("sum", inputs=("size", "two"))
    graph = LayerGraph(
        (one, size, two, sum_, ClippedReLU("clip", 4.0), Dense("out", [[2.0]], [0.5], "identity")),
        (1,),
        "net",
        "by hand",
    )
    assert normalise(plan(graph), "model") == {"input": 1.0, "size": 2.0, "clip": 4.0, "out": 8.5}
    assert normalise(plan(graph), "none") == {"input": 1.0, "size": 1.0, "clip": 4.0, "out": 1.0}


def random_network(seed, sizes):
    rng = np.random.default_rng(seed)
    layers = [
        Dense(f"layer_{k}", rng.normal(0.1, 1, (n_in, n_out)), rng.normal(0.1, 0.5, n_out), "relu")
        for k, (n_in, n_out) in enumerate(pairwise(sizes))
    ]
    return LayerGraph(tuple(layers), (sizes[0],), "random", "test"), rng


networks = {"seed": st.integers(0, 2**32 - 1), "sizes": st.lists(st.integers(2, 8), min_size=2, max_size=5)}


@given(**networks)
@settings(max_examples=50, deadline=None)
def test_model_bounds_every_activation(seed, sizes):
    graph, rng = random_network(seed, sizes)
    try:
        scales = normalise(plan(graph), "model")
    except ConversionError:  # no positive weight in a layer
        return
    corners = rng.integers(0, 2, (50, sizes[0])).astype(float)
    for x in (rng.random((50, sizes[0])), corners):
        for layer, values in zip(graph.layers, graph.activations(x), strict=True):
            assert values.max() <= scales[layer.name] * (1 + 1e-12)  # rounding of a few sums


@given(**networks, method=st.sampled_from(["data", "model"]), percentile=st.floats(50, 100))
@settings(max_examples=50, deadline=None)
def test_scaling_keeps_the_function(seed, sizes, method, percentile):
    graph, rng = random_network(seed, sizes)
    x = rng.random((20, sizes[0]))
    given_percentile = {"percentile": percentile} if method == "data" else {}
    made = plan(graph)
    try:
        scales = normalise(made, method, calibration=x, **given_percentile)
    except ConversionError:  # a layer that is never active
        return
    after = x
    for layer, (weights, bias), before in zip(graph.layers, scaled(made, scales), graph.activations(x), strict=True):
        after = np.maximum(after @ weights + bias, 0)
        # Relative to the largest value: small ones are differences of large ones.
        np.testing.assert_allclose(after, before / scales[layer.name], atol=1e-12 * max(1, np.abs(after).max()), rtol=0)


def test_dropped_biases():
    made = plan(NET, biases="drop")
    # Without biases: hidden (x, 2x), output x; the scales are those of the network without biases.
    assert normalise(made, "data", calibration=X, percentile=100.0) == {"input": 1.0, "hidden": 8.0, "output": 4.0}
    assert not any(each.bias.any() for each in made.populations)


def test_errors():
    with pytest.raises(ConversionError, match="data-based normalisation needs samples"):
        normalise(plan(NET), "data")
    with pytest.raises(ConversionError, match="data-based normalisation needs samples"):
        normalise(plan(NET), "data", calibration=np.empty((0, 1)))
    dead = LayerGraph((HIDDEN, Dense("output", [[0.0], [0.0]], [-1.0], "identity")), (1,), "n", "t")
    with pytest.raises(ConversionError, match="layer 'output' is never active"):
        normalise(plan(dead), calibration=X)
    with pytest.raises(ConversionError, match="calibration is nothing but zeros"):
        normalise(plan(NET), calibration=np.zeros((3, 1)))
    with pytest.raises(ConversionError, match="layer 'down' has no positive weight"):
        normalise(plan(LayerGraph((Dense("down", [[-1.0]], [0.0], "identity"),), (1,), "n", "t")), "model")
    with pytest.raises(DataError, match="takes"):
        normalise(plan(NET), calibration=np.ones((3, 2)))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"method": "dta"}, "did you mean 'data'"),
        ({"percentile": 0.0}, "out of range"),
        ({"percentile": 101.0}, "out of range"),
    ],
)
def test_a_wrong_setting_is_refused(wrong, match):
    with pytest.raises(ParameterError, match=match):
        normalise(plan(NET), **{"calibration": X, **wrong})


def test_a_wrong_plan_is_refused():
    with pytest.raises(ParameterError, match="did you mean 'drop'"):
        plan(NET, biases="dropped")
    pooled = LayerGraph((MaxPool("pool", 2), Dense("out", [[1.0]], [0.0], "identity")), (1, 2), "net", "by hand")
    with pytest.raises(ConversionError, match="takes maxima in pool"):
        plan(pooled)
