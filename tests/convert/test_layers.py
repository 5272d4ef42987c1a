"""Networks of every layer, branched and of unequal depths, fire spike by spike as the reference does."""

import numpy as np
import pytest

import brainnet
from brainnet.ann import (
    Abs,
    Add,
    AveragePool,
    BatchNorm,
    ClippedReLU,
    Concatenate,
    Conv1d,
    Conv2d,
    Dense,
    Flatten,
    GlobalAveragePool,
    LayerGraph,
    ReLU,
    Softmax,
)
from brainnet.convert import convert, plan
from brainnet.measure import operations


def norm(name, channels, draw, **where):
    """A batch norm whose factors are powers of two, one of them negative."""
    gamma = np.where(np.arange(channels) % 3 == 1, -1.0, 1.0)
    mean, beta = np.full(channels, 0.25), np.round(64 * draw.rng.normal(0.2, 0.2, channels)) / 64
    return BatchNorm(name, mean, np.full(channels, 4.0), gamma, beta, 0.0, **where)


def branched(w):
    """Every way to branch: residual, unequal depths, concatenated into groups, and the input again at the end."""
    return LayerGraph(
        (
            Conv2d("a", *w(4, 2, 3, 3), "relu", padding=1),
            AveragePool("p", (2, 2)),
            Conv2d("b", *w(4, 2, 3, 3), padding=1, groups=2),
            Add("sum", inputs=("b", "p")),
            ReLU("r", inputs=("sum",)),
            Conv2d("short", *w(4, 4, 1, 1), stride=2, inputs=("a",)),
            Add("sum_2", inputs=("r", "short", "r")),
            ClippedReLU("clipped", 2.0, inputs=("sum_2",)),
            Concatenate("joined", inputs=("clipped", "p", "r")),
            Conv2d("d", *w(4, 6, 3, 3, mean=0.0), padding=((1, 1), (2, 0)), groups=2, inputs=("joined",)),
            Conv2d("e", *w(4, 2, 3, 3), stride=2, padding=1, inputs=("input",)),
            Add("sum_3", inputs=("d", "e")),
            norm("norm", 4, w, inputs=("sum_3",)),
            Abs("size", inputs=("norm",)),
            GlobalAveragePool("mean", inputs=("size",)),
            Flatten("flat"),
            Dense("out", *w(4, 3), "identity"),
        ),
        (2, 8, 8), "branched", "test",
    )  # fmt: skip


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(("coding", "steps"), [("constant", 12), ("regular", 3)])
def test_branches(target, coding, steps, draw, compare, samples, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    x = samples(3, 128).reshape(3, 2, 8, 8)
    with brainnet.target(target):
        network = convert(
            branched(draw()), normalisation="none", coding=coding, steps=steps, v_init="half", record=True
        )
        response = compare(network, coding, x, steps)
    first = 0 if coding == "constant" else 1
    # One population for each activation and for what no kernel can take together; spikes go round in no layer.
    assert {each.name: each.lag - first for each in network.graph.populations if each.name != "input"} == {
        "a": 0, "p": 1, "r": 2, "clipped": 3, "size": 4, "mean": 5, "out": 6,
    }  # fmt: skip
    assert network.n_converted == len(network.trained.layers) == 17
    assert operations(network, response.counts).ac.sum() > 0


def test_a_plan_computes_what_the_network_computes(samples, draw):
    # Every branch written out, every population its activation: the values of the trained network.
    graph, x = branched(draw()), samples(4, 128)
    for coding in ("constant", "regular"):
        made = plan(graph, coding=coding)
        drives = made.drives(x)
        values = {"input": x}
        activations = dict(zip((layer.name for layer in graph.layers), graph.activations(x), strict=True))
        for each in made.populations:
            z = drives[each.name] if each.analog else np.repeat(each.bias[None], len(x), axis=0)
            for branch in each.branches:
                z[:, branch.post] += values[branch.source][:, branch.pre] @ branch.connectivity(1.0, 1.0).unroll()
            halves = np.concatenate([np.maximum(sign * z, 0) for sign in each.halves], axis=1)
            values[each.name] = np.minimum(halves, each.limit or np.inf) if each.name != "out" else z
            wanted = activations[each.name].reshape(len(x), -1)
            np.testing.assert_array_equal(each.decoded(values[each.name]), wanted, err_msg=each.name)


def small(*layers, shape):
    return LayerGraph(layers, shape, "small", "test")


def one_axis(w):
    return small(
        Conv1d("a", *w(4, 1, 3), "relu", stride=2, padding=((2, 1),), dilation=2),
        AveragePool("p", (2,), stride=(1,)),
        Conv1d("b", *w(4, 1, 2), "relu", groups=4),
        Flatten("flat"),
        Dense("out", *w(20, 3), "identity"),
        Softmax("softmax"),
        shape=(1, 14),
    )


def uneven_mean(w):
    # Padding is left out of the mean: a window in a corner has 4 values of 9, no multiple of a kernel.
    return small(
        Conv2d("a", *w(2, 1, 3, 3), "relu", padding=1),
        AveragePool("p", (2, 2), (2, 2), 1, count_padding=False),
        Dense("out", *w(2 * 9, 3), "identity"),
        shape=(1, 4, 4),
    )


def rows_joined(w):
    # Concatenated along the height: a convolution sees both parts, and a dense layer takes them row by row.
    return small(
        Conv2d("a", *w(2, 1, 1, 3), "relu", padding=(0, 1)),
        Conv2d("b", *w(2, 1, 3, 3), "relu", padding=1, inputs=("input",)),
        Concatenate("joined", 1, inputs=("a", "b")),
        Conv2d("c", *w(3, 2, 3, 3), "relu", padding=1, inputs=("joined",)),
        Concatenate("again", 2, inputs=("joined", "c_2")),
        Conv2d("c_2", *w(2, 3, 1, 1), "relu", inputs=("c",)),
        Dense("out", *w(2 * 8 * 8, 3), "identity", inputs=("again",)),
        shape=(1, 4, 4),
    )


def negative_values(w):
    # Linear layers after each other that make no kernel: neurons in pairs, on their way to a sum and to a mean.
    return small(
        Conv2d("a", *w(3, 1, 3, 3), "relu"),
        Conv2d("linear", *w(2, 3, 3, 3, mean=0.0), padding=1),
        norm("norm", 2, w),
        Conv2d("b", *w(2, 2, 3, 3), "relu", padding=1),
        Add("sum", inputs=("norm", "b")),
        GlobalAveragePool("mean", inputs=("sum",)),
        Dense("out", *w(2, 3), "identity"),
        shape=(1, 6, 6),
    )


def linear_in_sequence(w):
    # A sum without activation is no population: its parts reach what follows by themselves.
    return small(
        Dense("a", *w(8, 6), "relu"),
        Dense("b", *w(6, 6), "relu"),
        Add("sum", inputs=("a", "b")),
        norm("norm", 6, w, inputs=("sum",)),
        ReLU("r", inputs=("norm",)),
        Add("sum_2", inputs=("sum", "r")),
        Dense("out", *w(6, 3), "identity", inputs=("sum_2",)),
        Flatten("flat"),
        shape=(2, 4),
    )


@pytest.mark.parametrize(
    ("make", "populations"),
    [
        (one_axis, {"a": 1, "p": 1, "b": 1, "out": 1}),
        (uneven_mean, {"a": 1, "p": 1, "out": 1}),
        (rows_joined, {"a": 1, "b": 1, "c": 1, "c_2": 1, "out": 1}),
        (negative_values, {"a": 1, "linear": 2, "b": 1, "mean": 2, "out": 1}),
        (linear_in_sequence, {"a": 1, "b": 1, "r": 1, "out": 1}),
    ],
)
@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_layer_by_layer(make, populations, coding, draw, compare, samples):
    graph = make(draw(3))
    x = samples(3, int(np.prod(graph.input_shape)))
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", coding=coding, steps=9, v_init="half", record=True)
        compare(network, coding, x, 9)
    assert {each.name: each.code.halves for each in network.graph.populations if each.name != "input"} == populations
    assert network.n_converted == len(graph.layers)


def test_operations_are_counted_at_borders(samples):
    # Four input pixels of 3 x 3 spike once: by hand a corner reaches 4, an edge 6, the middle 9 places of each channel.
    kernel = np.full((2, 1, 3, 3), 1 / 16)
    graph = small(
        Conv2d("a", kernel, np.zeros(2), "relu", padding=1),
        Dense("out", np.ones((18, 2)), np.zeros(2), "identity"),
        shape=(1, 3, 3),
    )
    x = np.zeros((1, 3, 3))
    x[0, 0, 0] = x[0, 0, 1] = x[0, 1, 1] = x[0, 2, 2] = 1
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", coding="regular", steps=1)
        response = network.run(x)
    assert operations(network, response.counts).ac.tolist() == [2 * (4 + 6 + 9 + 4), 0.0]


def test_weights_are_stored_once():
    # A kernel of 9 numbers for 2 x 32 x 32 neurons, not one for each of about 36,000 synapses.
    graph = small(Conv2d("a", np.ones((2, 2, 3, 3)), np.zeros(2), "relu", padding=1), shape=(2, 32, 32))
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", coding="regular", steps=1)
    arrays, _ = network.projections[0].connectivity.cpp(np.dtype(float))
    assert sum(array.nbytes for array in arrays.values()) < 4096
