"""Graphs of all layers: wiring, shapes, values by their definition, and equivalent graphs of fewer layers."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from brainnet.ann import (
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Concatenate,
    Conv1d,
    Conv2d,
    ConvTranspose,
    Dense,
    Flatten,
    GlobalAveragePool,
    LayerGraph,
    MaxPool,
    ReLU,
    Softmax,
    drop_flatten,
    fold_batch_norm,
    fuse_activations,
    graph,
    read_npz,
    simplify,
    write_npz,
)  # fmt: skip
from brainnet.errors import ModelFileError

RNG = np.random.default_rng(0)
IMAGE = (2, 6, 5)


def net(*layers, shape=IMAGE):
    return LayerGraph(layers, shape, "net", "by hand")


def conv(name="conv", c_in=2, c_out=3, **more):
    return Conv2d(name, RNG.normal(size=(c_out, c_in, 3, 3)), RNG.normal(size=c_out), **more)


def norm(name="norm", n=3, **more):
    return BatchNorm(name, RNG.normal(size=n), RNG.uniform(0.5, 2, n), RNG.normal(size=n), RNG.normal(size=n), **more)


def output(network, x):
    return network.activations(x)[-1]


X = RNG.normal(size=(3, *IMAGE))


def test_convolution_is_its_definition():
    layer = conv(stride=(2, 1), padding=((1, 0), (2, 1)), dilation=(1, 2))
    network = net(layer)
    (bound,) = network.layers
    padded = np.pad(X, ((0, 0), (0, 0), (1, 0), (2, 1)))
    wanted = np.zeros((3, *bound.output_shape))
    for o, i, j in itertools.product(*map(range, bound.output_shape)):
        for c, a, b in itertools.product(range(2), range(3), range(3)):
            wanted[:, o, i, j] += layer.weights[o, c, a, b] * padded[:, c, 2 * i + a, j + 2 * b]
        wanted[:, o, i, j] += layer.bias[o]
    np.testing.assert_allclose(output(network, X), wanted, rtol=1e-12, atol=1e-12)
    assert bound.output_shape == (3, 3, 4)
    assert bound.macs == network.macs == 3 * 3 * 4 * 2 * 9
    assert bound.inputs == ("input",)
    assert bound.input_shapes == (IMAGE,)


def test_groups_do_not_see_each_other():
    layer = Conv1d("conv", RNG.normal(size=(4, 1, 2)), np.zeros(4), groups=2)
    x = RNG.normal(size=(1, 2, 5))
    before = output(net(layer, shape=(2, 5)), x)
    x[:, 1] += 1
    after = output(net(layer, shape=(2, 5)), x)
    np.testing.assert_array_equal(after[:, :2], before[:, :2])
    assert (after[:, 2:] != before[:, 2:]).all()
    assert net(layer, shape=(2, 5)).macs == 4 * 4 * 2


@pytest.mark.parametrize(
    ("layer", "wanted"),
    [
        (ReLU("a"), np.maximum(X, 0)),
        (ClippedReLU("a", 0.5), np.clip(X, 0, 0.5)),
        (Abs("a"), np.abs(X)),
        (Flatten("a"), X.reshape(3, -1)),
        (GlobalAveragePool("a"), X.mean(axis=(2, 3), keepdims=True)),
        (Add("a", inputs=("input", "input")), 2 * X),
        (Concatenate("a", inputs=("input", "input")), np.concatenate([X, X], axis=1)),
        (Concatenate("a", 2, inputs=("input", "input")), np.concatenate([X, X], axis=3)),
        (Softmax("a"), np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)),
        (Softmax("a", log=True), X - np.log(np.exp(X).sum(axis=1, keepdims=True))),
        (MaxPool("a", (2, 5)), X.reshape(3, 2, 3, 2, 5).max(axis=(3, 4))[..., None]),
        (AveragePool("a", (2, 5)), X.reshape(3, 2, 3, 2, 5).mean(axis=(3, 4))[..., None]),
        (AveragePool("a", (6, 5), padding=1), X.sum(axis=(2, 3))[..., None, None] / 30),
        (AveragePool("a", (6, 5), padding=0, count_padding=False), X.mean(axis=(2, 3), keepdims=True)),
    ],
)  # fmt: skip
def test_values(layer, wanted):
    if layer.kind == "AveragePool" and layer.padding[0] == (1, 1):
        got = output(net(layer), X)[:, :, :1, :1]  # the first window misses the last row and column
        wanted = (X[:, :, :5, :4].sum(axis=(2, 3)) / 30)[..., None, None]
    else:
        got = output(net(layer), X)
    np.testing.assert_allclose(got, wanted, rtol=1e-12)
    assert net(layer).macs == 0


def test_mean_leaves_padding_out():
    pool = AveragePool("a", (2, 2), padding=1, count_padding=False)
    got = output(net(pool, shape=(1, 2, 2)), np.arange(1.0, 5.0).reshape(1, 1, 2, 2))
    np.testing.assert_allclose(got[0, 0], [[1, 2], [3, 4]])
    np.testing.assert_allclose(net(pool, shape=(1, 2, 2)).layers[0].share((2, 2)), np.ones((2, 2)))


def residual():
    return net(
        conv("stem", padding=1, activation="relu"),
        conv("body", c_in=3, padding=1),
        norm("norm"),
        Add("sum", inputs=("norm", "stem")),
        ReLU("relu"),
        Concatenate("both", inputs=("relu", "stem")),
        GlobalAveragePool("mean"),
        Dense("fc", RNG.normal(size=(6, 4)), np.zeros(4), "identity"),
    )


def test_residual_is_the_formula():
    network = residual()
    value = dict(zip(network.layer, network.activations(X), strict=True))
    total = np.maximum(value["norm"] + value["stem"], 0)
    both = np.concatenate([total, value["stem"]], axis=1).mean(axis=(2, 3))
    np.testing.assert_allclose(value["fc"], both @ network.layer["fc"].weights, rtol=1e-12)
    np.testing.assert_array_equal(network.predict(X), value["fc"].argmax(axis=1))
    assert network.macs == sum(layer.macs for layer in network.layers) > 0
    assert not network.is_chain


def test_batches_and_work_change_nothing(monkeypatch):
    network = residual()
    whole = network.activations(X)
    monkeypatch.setattr(graph, "WORK", 1)
    for got, wanted in zip(network.activations(X), whole, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_any_order_is_put_in_order():
    network = residual()
    shuffled = LayerGraph(network.layers[::-1], IMAGE, "net", "by hand")
    assert shuffled.layers[-1].name == "fc"
    np.testing.assert_allclose(output(shuffled, X), output(network, X), rtol=1e-12)


@pytest.mark.parametrize(
    ("layers", "match"),
    [
        ((Add("a", inputs=("b", "input")), ReLU("b", inputs="a")), r"runs in a circle \(.*a.*b.*\); only feed-forward"),
        ((ReLU("a", inputs="a"),), "runs in a circle"),
        ((ReLU("a", inputs="nobody"),), "'a' takes 'nobody', which is no layer; known: a, input"),
        ((ReLU("input"),), "has the name of the samples"),
        ((Add("a"),), "joins inputs and names none"),
        ((ReLU("a"), Abs("b", inputs="input")), r"has 2 outputs \(a, b\); give it one"),
        ((Softmax("a"), ReLU("b")), "hidden layer 'a' has activation 'softmax'; a softmax must be last"),
        ((conv(padding=0, dilation=3),), "window of 7 over 6 padded values; use a smaller kernel or more padding"),
        ((conv(c_in=3),), r"takes \(3, height, width\) and gets \(2, 6, 5\); give channels first"),
        ((Conv1d("a", np.ones((1, 2, 1)), [0]),), r"takes \(2, length\) and gets \(2, 6, 5\)"),
        ((MaxPool("a", (7, 1)),), "window of 7 over 6"),
        ((MaxPool("a", 2),), r"pools 1 axes and gets \(2, 6, 5\)"),
        ((MaxPool("a", (2, 2), dilation=6, padding=1),), "has the dilation"),
        ((norm(),), r"normalises 3 channels and gets \(2, 6, 5\)"),
        ((ReLU("a"), MaxPool("b", (2, 1)), Add("c", inputs=("a", "b"))), r"adds the shapes \(2, 6, 5\), \(2, 3, 5\)"),
        ((ReLU("a"), MaxPool("b", (2, 1)), Concatenate("c", inputs=("a", "b"))), "along axis 0; make the other axes"),
        ((Concatenate("c", 3, inputs=("input", "input")),), "along axis 3"),
        ((Flatten("a"), GlobalAveragePool("b")), "averages over the axes after the channels and gets"),
        ((conv(padding=2**30), conv("again", 3, padding=2**30)), r"pads \(2, 6, 5\) to .*; use less padding"),
        ((conv(padding=2**30, stride=2**30),), r"pads \(2, 6, 5\) to .*; use less padding"),
        ((AveragePool("a", (2**20, 2**20), padding=2**19),), r"pads \(2, 6, 5\) to .*; use less padding"),
        ((ConvTranspose("a", np.ones((2, 1, 1, 1)), [0], stride=2**20),), "has the output shape .*; use smaller ones"),
        ((Dense("a", np.ones((60, 2)), [0, 0], "identity"), Dense("b", np.ones((2, 2)), [0, 0], "relu")), "merge it"),
    ],
)  # fmt: skip
def test_bad_graphs(layers, match):
    with pytest.raises(ModelFileError, match=match) as caught:
        net(*layers)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: conv(stride=0), "stride is 0; give 2 whole number"),
        (lambda: conv(stride=(1, 1, 1)), r"stride is \(1, 1, 1\)"),
        (lambda: conv(dilation=1.5), "dilation is 1.5"),
        (lambda: conv(padding=-1), "padding is -1"),
        (lambda: conv(padding=((1, 2, 3), (0, 0))), "pair .before, after. an axis"),
        (lambda: conv(padding={"a": 1}), "padding is"),
        (lambda: conv(padding=None), "padding is None"),
        (lambda: conv(groups=2), "3 channels cannot be split into 2 groups"),
        (lambda: conv(activation="softmax"), "activation 'softmax' is not understood; use one of relu, identity"),
        (lambda: Conv2d("a", np.ones((1, 1, 3)), [0]), r"weights has shape \(1, 1, 3\); give \(c_out, c_in / groups"),
        (lambda: Conv2d("a", np.ones((1, 1, 3, 3)), [0, 1]), "2 biases for weights of shape"),
        (lambda: Conv2d("a", np.full((1, 1, 3, 3), np.inf), [0]), "weights holds NaN or infinite"),
        (lambda: Conv2d("if x", np.ones((1, 1, 3, 3)), [0]), "layer name 'if x' is no identifier"),
        (lambda: ReLU("a", inputs=("x y",)), "input name 'x y' is no identifier"),
        (lambda: ReLU("a", inputs=("x", "y")), "has the inputs x, y; give it one input"),
        (lambda: Add("a", inputs=("x",)), "give it two inputs or more"),
        (lambda: MaxPool("a", (2, 2, 2)), "give one length or two"),
        (lambda: MaxPool("a", [[1], [1, 2]]), "kernel is"),
        (lambda: MaxPool("a", 2, padding=2), "makes windows without input"),
        (lambda: ClippedReLU("a", 0), "maximum is 0; give a positive number"),
        (lambda: ClippedReLU("a", "6"), "maximum is '6'"),
        (lambda: norm(epsilon=-1.0), "epsilon is -1.0"),
        (lambda: BatchNorm("a", [0], [-1], [1], [0]), "a variance is not positive"),
        (lambda: BatchNorm("a", [0], [1, 1], [1], [0]), "1 means and 2 of variance"),
        (lambda: Concatenate("a", -1), "axis is -1"),
        (lambda: ReLU("a").output_shape, "knows no input shape yet; put it into a LayerGraph"),
        (lambda: ReLU("a", origin="module '3'").output_shape, r"\(read from module '3'\)"),
    ],
)
def test_bad_layers(make, match):
    with pytest.raises(ModelFileError, match=match):
        make()


@pytest.mark.parametrize("layer", [conv(), Dense("fc", RNG.normal(size=(60, 3)), RNG.normal(size=3), "identity")])
def test_batch_norm_is_folded_exactly(layer):
    network = net(layer, norm(epsilon=1e-3), ReLU("relu"))
    folded = fold_batch_norm(network)
    assert [each.kind for each in folded.layers] == [layer.kind, "ReLU"]
    np.testing.assert_allclose(output(folded, X), output(network, X), rtol=1e-12, atol=1e-12)
    fused = fuse_activations(folded)
    assert [(each.name, each.activation) for each in fused.layers] == [(layer.name, "relu")]
    np.testing.assert_array_equal(output(fused, X), output(folded, X))
    assert network.layers[0].activation == "identity", "the graph given is left alone"


def test_several_norms_fold_one_after_the_other():
    network = net(conv(), norm("one"), norm("two"), ReLU("r"), ReLU("again"))
    simple = simplify(network)
    assert [each.name for each in simple.layers] == ["conv"]
    np.testing.assert_allclose(output(simple, X), output(network, X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "layers",
    [
        (norm(n=2), ReLU("relu")),
        (conv(activation="relu"), norm()),
        (conv(), norm(), Add("sum", inputs=("norm", "conv"))),
        (ReLU("relu"), norm(n=2)),
    ],
)
def test_what_cannot_be_folded_stays(layers):
    network = net(*layers)
    simple = simplify(network)
    assert "norm" in simple.layer
    np.testing.assert_allclose(output(simple, X), output(network, X), rtol=1e-12, atol=1e-12)


def test_an_activation_stays_where_others_take_the_weights():
    network = net(conv(), ReLU("relu"), Add("sum", inputs=("relu", "conv")))
    assert fuse_activations(network) is network


def test_flatten_goes_where_only_dense_layers_follow():
    fc = Dense("fc", RNG.normal(size=(60, 3)), np.zeros(3), "identity")
    network = net(ReLU("relu"), Flatten("one"), Flatten("two"), fc, Softmax("softmax"))
    simple = simplify(network)
    assert [each.name for each in simple.layers] == ["relu", "fc"]
    np.testing.assert_array_equal(simple.predict(X), network.predict(X))
    assert simple.layers[-1].activation == "softmax"
    kept = net(Flatten("flat"), Abs("abs"), fc)
    assert drop_flatten(kept) is kept


EVERY = net(
    conv("c", activation="relu", padding=((1, 2), (0, 1)), groups=1),
    norm("n"),
    MaxPool("m", (2, 2), stride=1, dilation=1),
    AveragePool("p", (2, 1), padding=((1, 0), (0, 0)), count_padding=False),
    Abs("abs"),
    ClippedReLU("clip", 0.75),
    Add("sum", inputs=("abs", "clip")),
    Concatenate("both", 1, inputs=("sum", "p")),
    GlobalAveragePool("g"),
    Flatten("f"),
    ReLU("r"),
    Dense("fc", RNG.normal(size=(3, 2)), np.ones(2), "identity", origin="the head, 'quoted' ü"),
    Softmax("s", log=True),
)


def test_npz_round_trip_of_everything(tmp_path):
    write_npz(EVERY, tmp_path / "net.npz")
    again = read_npz(tmp_path / "net.npz")
    assert [layer.name for layer in again.layers] == [layer.name for layer in EVERY.layers]
    assert again.layer["fc"].origin == "the head, 'quoted' ü"
    assert again.input_shape == IMAGE
    for got, wanted in zip(again.activations(X), EVERY.activations(X), strict=True):
        np.testing.assert_array_equal(got, wanted)


FLAT = '{"kind": "Flatten", "name": "a"}'
DENSE = '{"kind": "Dense", "name": "a", "activation": "relu"}'


@pytest.mark.parametrize(
    ("arrays", "match"),
    [
        ({"layers": ["[]"]}, "layer 0: kind None is not understood; understood: Dense, Conv1d"),
        ({"layers": ["{"]}, "layer 0: '{' is no JSON object"),
        ({"layers": ['{"kind": "Tanh", "name": "a"}']}, "kind 'Tanh' is not understood"),
        ({"layers": ['{"kind": "Flatten"}']}, "lacks name; give name"),
        ({"layers": ['{"kind": "Flatten", "name": "a", "stride": 2}']}, r"\(Flatten\) has no 'stride'"),
        ({"layers": ['{"kind": "Flatten", "name": "a b"}']}, "is no identifier"),
        ({"layers": ['{"kind": "Flatten", "name": "a", "inputs": "b"}']}, "inputs is a list of names"),
        ({"layers": ['{"kind": "Flatten", "name": "a", "input_shapes": [[4]]}']}, "has no 'input_shapes'"),
        ({"layers": [DENSE]}, "lacks weights"),
        ({"layers": ['{"kind": "Dense", "name": "a", "weights": [[1]]}']}, "has no 'weights'"),
        ({"layers": ['{"kind": "Dense", "name": "a"}'], "weight_0": np.ones((4, 2)), "bias_0": np.ones(2)},
         "cannot be understood .*activation"),
        ({"layers": [FLAT], "weight_0": np.ones((4, 2))}, "has no weights"),
        ({"layers": [FLAT], "weight_1": np.ones((4, 2))}, "weight_1 has no layer of that number"),
        ({"layers": [FLAT], "activations": ["relu"]}, "activations and layers exclude each other"),
        ({"layers": [FLAT], "input_shape": None}, "input_shape is missing"),
        ({"layers": [FLAT], "stride_0": np.ones(2)}, "'stride_0' is not understood"),
        ({"layers": np.array([1])}, "has type int64; give strings"),
        ({"weight_0": np.ones((4, 2)), "gamma_0": np.ones(2)}, "gamma_0 has no weight of that number"),
    ],
)  # fmt: skip
def test_npz_refusals(arrays, match, tmp_path):
    path = tmp_path / "net.npz"
    given = {"input_shape": np.array([4]), **arrays}
    np.savez(path, **{key: np.asarray(value) for key, value in given.items() if value is not None})
    with pytest.raises(ModelFileError, match=match) as caught:
        read_npz(path)
    assert re.match(re.escape(str(path)), str(caught.value))
    assert "\n" not in str(caught.value)
