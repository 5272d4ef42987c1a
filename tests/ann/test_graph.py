from __future__ import annotations

import numpy as np
import pytest

from brainnet.ann import Dense, LayerGraph, graph
from brainnet.errors import DataError, ModelFileError


def dense(name="fc", n_in=4, n_out=3, activation="identity", seed=0):
    rng = np.random.default_rng(seed)
    return Dense(name, rng.normal(size=(n_in, n_out)), rng.normal(size=n_out), activation)


def net(*layers, shape=(2, 2), **more):
    layers = layers or (dense("a", 4, 5, "relu"), dense("b", 5, 3, "softmax", seed=1))
    return LayerGraph(layers, shape, "net", "by hand", **more)


def test_activations_are_the_formula():
    network, x = net(), np.random.default_rng(2).normal(size=(7, 2, 2))
    a, b = network.layers
    hidden = np.maximum(x.reshape(7, 4) @ a.weights + a.bias, 0)
    logits = hidden @ b.weights + b.bias
    for got, wanted in zip(network.activations(x), (hidden, logits), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    np.testing.assert_array_equal(network.predict(x), logits.argmax(axis=1))
    assert network.accuracy(x, logits.argmax(axis=1)) == 1
    assert network.accuracy(x, (logits.argmax(axis=1) + 1) % 3) == 0
    assert network.macs == 4 * 5 + 5 * 3


def test_batches_change_nothing(monkeypatch):
    network, x = net(), np.random.default_rng(2).normal(size=(7, 4)).astype(np.float32)
    whole, decisions = network.activations(x), network.predict(x)
    monkeypatch.setattr(graph, "BATCH", 3)
    for got, wanted in zip(network.activations(x), whole, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)
    np.testing.assert_array_equal(network.predict(x), decisions)


def test_layers_are_copies_nobody_can_change():
    weights = np.ones((2, 2))
    layer = Dense("a", weights, np.zeros(2), "relu")
    weights[:] = 5
    assert layer.weights.max() == 1
    with pytest.raises(ValueError, match="read-only"):
        layer.weights[0, 0] = 2


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (("a b", np.ones((2, 2)), np.ones(2), "relu"), "layer name 'a b' is no identifier"),
        (("0", np.ones((2, 2)), np.ones(2), "relu"), "no identifier"),
        (("a\n", np.ones((2, 2)), np.ones(2), "relu"), "no identifier"),
        (("gewïcht", np.ones((2, 2)), np.ones(2), "relu"), "no identifier"),
        ((None, np.ones((2, 2)), np.ones(2), "relu"), "no identifier"),
        (("a", np.ones((2, 2)), np.ones(2), "tanh"), "activation 'tanh' is not understood; use one of relu"),
        (("a", np.ones((2, 2)), np.ones(3), "relu"), "3 biases for weights of shape"),
        (("a", np.ones(2), np.ones(2), "relu"), r"weights has shape \(2,\)"),
        (("a", np.ones((0, 2)), np.ones(2), "relu"), "weights has shape"),
        (("a", np.ones((2, 0)), np.ones(0), "relu"), "weights has shape"),
        (("a", np.full((2, 2), np.nan), np.ones(2), "relu"), "weights holds NaN"),
        (("a", np.ones((2, 2)), np.array([1, np.inf]), "relu"), "bias holds NaN or infinite"),
        (("a", np.ones((2, 2), complex), np.ones(2), "relu"), "weights has type complex128"),
        (("a", [["1"]], np.ones(1), "relu"), "weights has type"),
        (("a", [[1.0], [1.0, 2.0]], np.ones(1), "relu"), "rows of unequal length"),
    ],
)
def test_bad_layers_are_refused(arguments, match):
    with pytest.raises(ModelFileError, match=match):
        Dense(*arguments)


@pytest.mark.parametrize(
    ("layers", "more", "match"),
    [
        ([], {}, "has no layers"),
        ([dense("a", 5)], {}, "layer 'a' takes 5 values and the input gives 4"),
        ([dense("a", activation="relu"), dense("b", 4)], {}, "layer 'b' takes 4 values and layer 'a' gives 3"),
        ([dense("a", activation="relu"), dense("a", 3)], {}, "two layers 'a'"),
        ([dense("a"), dense("b", 3)], {}, "hidden layer 'a' has activation 'identity'; put a ReLU"),
        ([dense("a", activation="softmax"), dense("b", 3)], {}, "hidden layer 'a' has activation 'softmax'"),
        (["a"], {}, "a layer is a str; understood: Dense"),
        ([dense()], {"input_shape": ()}, "input_shape is"),
        ([dense()], {"input_shape": (4, 0)}, "input_shape is"),
        ([dense()], {"input_shape": (4.0,)}, "input_shape is"),
        ([dense()], {"name": "my net"}, "network name 'my net' is no identifier"),
        ([dense()], {"classes": ("a", "b")}, "3 outputs and classes"),
        ([dense()], {"classes": ("a", "b", "a")}, "one distinct class an output"),
    ],
)
def test_bad_graphs_are_refused(layers, more, match):
    with pytest.raises(ModelFileError, match=match):
        LayerGraph(**{"layers": layers, "input_shape": (4,), "name": "net", "source": "by hand", **more})


@pytest.mark.parametrize("shape", [(4,), (2, 2), (1, 2, 2), (2, 2, 1), (4, 1)])
def test_shapes_that_mean_the_same(shape):
    assert net().predict(np.ones((3, *shape))).shape == (3,)


@pytest.mark.parametrize(
    ("x", "match"),
    [
        (np.ones((3, 5)), r"samples have shape \(5,\), network 'net' takes \(2, 2\)"),
        (np.ones(4), r"samples have shape \(4,\); give at least one"),
        (np.ones((0, 4)), "give at least one"),
        (np.full((3, 4), np.nan), "samples hold NaN"),
        (np.ones((3, 4), complex), "type complex128"),
        ([["a"] * 4], "give real numbers"),
        (np.full((3, 4), 1e308) * [1, 1, 1, 1], "overflows"),
    ],
)
def test_bad_samples_are_refused(x, match):
    layer = Dense("a", np.full((4, 3), 10.0), np.zeros(3), "identity")
    with pytest.raises(DataError, match=match):
        net(layer).predict(x)
    with pytest.raises(DataError, match=match):
        net(layer).activations(x)


def test_channels_first_is_not_channels_last():
    network = LayerGraph((dense("a", 12),), (3, 2, 2), "net", "by hand")
    with pytest.raises(DataError, match="reshape the samples"):
        network.predict(np.ones((1, 2, 2, 3)))


@pytest.mark.parametrize(
    ("y", "match"),
    [
        ([0, 1], "labels of type int64 and shape"),
        ([0.0, 1.0, 2.0], "labels of type float64"),
        (["a", "b", "c"], "its position among the outputs"),
        ([0, 1, 3], "labels from 0 to 3 for 3 outputs"),
        ([0, 1, -1], "labels from -1"),
    ],
)
def test_bad_labels_are_refused(y, match):
    with pytest.raises(DataError, match=match):
        net().accuracy(np.ones((3, 4)), y)


def test_one_output_is_no_classifier():
    with pytest.raises(ModelFileError, match="one output and so no classes"):
        net(dense("a", 4, 1)).predict(np.ones((3, 4)))
