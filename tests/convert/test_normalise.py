"""Scales by hand, and what scaling must not change."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainnet.ann import Dense, LayerGraph
from brainnet.convert import normalise
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
    graph, scales = normalise(NET, "data", calibration=X, percentile=percentile)
    # The last layer takes its maximum, 4 + 2, whatever the percentile.
    assert scales == {"input": 1.0, "hidden": scale, "output": 6.0}
    hidden, output = graph.layers
    np.testing.assert_allclose(hidden.weights, HIDDEN.weights / scale, rtol=1e-15)
    np.testing.assert_allclose(hidden.bias, HIDDEN.bias / scale, rtol=1e-15)
    np.testing.assert_allclose(output.weights, OUTPUT.weights * scale / 6, rtol=1e-15)
    np.testing.assert_allclose(output.bias, OUTPUT.bias / 6, rtol=1e-15)


def test_model_by_hand():
    # Hidden: 1*1 + 0 and 2*1 + 0, so 2. Output: 1*2 + 1 = 3.
    assert normalise(NET, "model")[1] == {"input": 1.0, "hidden": 2.0, "output": 3.0}


def test_none_changes_nothing():
    graph, scales = normalise(NET, "none")
    assert scales == {"input": 1.0, "hidden": 1.0, "output": 1.0}
    for before, after in zip(NET.layers, graph.layers, strict=True):
        np.testing.assert_array_equal(before.weights, after.weights)
        np.testing.assert_array_equal(before.bias, after.bias)


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
        scaled, _ = normalise(graph, "model")
    except ConversionError:  # no positive weight in a layer
        return
    corners = rng.integers(0, 2, (50, sizes[0])).astype(float)
    for x in (rng.random((50, sizes[0])), corners):
        for values in scaled.activations(x):
            assert values.max() <= 1 + 1e-12  # rounding of a few sums


@given(**networks, method=st.sampled_from(["data", "model"]), percentile=st.floats(50, 100))
@settings(max_examples=50, deadline=None)
def test_scaling_keeps_the_function(seed, sizes, method, percentile):
    graph, rng = random_network(seed, sizes)
    x = rng.random((20, sizes[0]))
    given_percentile = {"percentile": percentile} if method == "data" else {}
    try:
        scaled, scales = normalise(graph, method, calibration=x, **given_percentile)
    except ConversionError:  # a layer that is never active
        return
    rows = zip(graph.layers, graph.activations(x), scaled.activations(x), strict=True)
    for layer, before, after in rows:
        # Relative to the largest value: small ones are differences of large ones.
        np.testing.assert_allclose(after, before / scales[layer.name], atol=1e-12 * max(1, np.abs(after).max()), rtol=0)


def test_dropped_biases():
    graph, scales = normalise(NET, "data", calibration=X, percentile=100.0, biases="drop")
    # Without biases: hidden (x, 2x), output x; the scales are those of the network without biases.
    assert scales == {"input": 1.0, "hidden": 8.0, "output": 4.0}
    assert not any(layer.bias.any() for layer in graph.layers)


def test_errors():
    with pytest.raises(ConversionError, match="data-based normalisation needs samples"):
        normalise(NET, "data")
    with pytest.raises(ConversionError, match="data-based normalisation needs samples"):
        normalise(NET, "data", calibration=np.empty((0, 1)))
    with pytest.raises(ConversionError, match="layer 'output' is never active"):
        normalise(
            LayerGraph((HIDDEN, Dense("output", [[0.0], [0.0]], [-1.0], "identity")), (1,), "n", "t"), calibration=X
        )
    with pytest.raises(ConversionError, match="layer 'hidden' is never active"):
        normalise(NET, calibration=np.zeros((3, 1)))
    with pytest.raises(ConversionError, match="layer 'down' has no positive weight"):
        normalise(LayerGraph((Dense("down", [[-1.0]], [0.0], "identity"),), (1,), "n", "t"), "model")
    with pytest.raises(DataError, match="takes"):
        normalise(NET, calibration=np.ones((3, 2)))


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"method": "dta"}, "did you mean 'data'"),
        ({"percentile": 0.0}, "out of range"),
        ({"percentile": 101.0}, "out of range"),
        ({"biases": "dropped"}, "did you mean 'drop'"),
    ],
)
def test_a_wrong_setting_is_refused(wrong, match):
    with pytest.raises(ParameterError, match=match):
        normalise(NET, **{"calibration": X, **wrong})
