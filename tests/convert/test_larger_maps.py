"""Leaky ReLU, transposed convolution and upsampling as spikes: exact where that is said, else within the bound."""

import numpy as np
import pytest

import brainnet
from brainnet.ann import Conv2d, ConvTranspose, Dense, LayerGraph, ReLU
from brainnet.ann.builder import GraphBuilder
from brainnet.ann.operators import leaky
from brainnet.convert import convert, plan
from brainnet.convert.normalise import normalise

Z = np.arange(-64, 65) / 64


def ones(name, channels, factor):
    """Nearest-neighbour upsampling, as the readers make it."""
    return ConvTranspose(
        name, np.ones((channels, 1, factor, factor)), np.zeros(channels), stride=factor, groups=channels
    )


@pytest.mark.parametrize(("v_init", "share"), [("zero", 1.0), ("half", 0.5)])
@pytest.mark.parametrize("slope", [0.25, -0.5, 2.0])
@pytest.mark.parametrize("steps", [7, 32])
def test_a_leaky_relu_keeps_its_bound(v_init, share, slope, steps):
    builder = GraphBuilder((len(Z),))
    leaky(builder, "input", np.full(len(Z), slope), "test")
    builder.add(Dense, np.eye(len(Z)), np.zeros(len(Z)), "identity", inputs=("add_0",), origin="test")
    graph = builder.graph("net", "test")
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", steps=steps, v_init=v_init)
        counts = network.run(Z[None]).counts
    start = 0.5 if v_init == "half" else 0.0
    np.testing.assert_array_equal(counts["relu_0"][0], np.maximum(np.floor(steps * Z + start), 0))
    np.testing.assert_array_equal(counts["relu_1"][0], np.maximum(np.floor(-steps * Z + start), 0))
    decoded = (counts["relu_0"][0] - slope * counts["relu_1"][0]) / steps
    error = np.abs(decoded - np.where(Z > 0, Z, slope * Z))
    assert error.max() <= share * max(1.0, abs(slope)) / steps
    assert error.max() > 0  # steps do not divide all inputs


def deep(draw):
    """Convolution, leaky ReLU, transposed convolution, ReLU, upsampling, convolution, dense: sums are exact."""
    builder = GraphBuilder((2, 4, 4))
    parts = draw(1)
    builder.add(Conv2d, *parts(3, 2, 3, 3), padding=1, inputs=("input",), origin="test")
    leaky(builder, "conv2d_0", np.array([0.25, -0.5, 0.125]), "test")
    weights, bias = parts(4, 3, 3, 3)
    builder.add(ConvTranspose, weights.swapaxes(0, 1), bias, stride=2, padding=1, output_padding=(1, 0),
                inputs=("add_0",), origin="test")  # fmt: skip
    builder.add(ReLU, inputs=("convtranspose_0",), origin="test")
    up = ones("up", 4, 2)
    builder.add(ConvTranspose, up.weights, up.bias, stride=2, groups=4, inputs=("relu_2",), origin="test")
    builder.add(Conv2d, *parts(2, 4, 3, 3), "relu", stride=3, inputs=("convtranspose_1",), origin="test")
    n = builder.layers[-1].n_out
    builder.add(Dense, *parts(n, 4), "identity", inputs=("conv2d_1",), origin="test")
    return builder.graph("net", "test")


@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_step_by_step(compare, draw, coding):
    graph = deep(draw)
    x = np.round(64 * np.random.default_rng(2).random((3, *graph.input_shape))) / 64
    with brainnet.target("numpy"):
        network = convert(graph, calibration=x, percentile=95.0, coding=coding, steps=16, v_init="half", record=True)
        assert network.n_converted == len(graph.layers)
        response = compare(network, coding, x, 16)
    # neurons of the larger map fire with the one that they copy
    large = response.counts["convtranspose_1"].reshape(3, 4, 16, 14)
    small = response.counts["relu_2"].reshape(3, 4, 8, 7)
    np.testing.assert_array_equal(large, small.repeat(2, axis=2).repeat(2, axis=3))


def test_bounds_of_the_weights_hold_for_all_inputs(draw):
    graph = deep(draw)
    scales = normalise(plan(graph), method="model")
    x = np.random.default_rng(3).random((200, *graph.input_shape))
    names = [each.name for each in plan(graph).populations]
    for name, values in zip(names, graph.activations(x, of=names), strict=True):
        assert values.max() <= scales[name], name


def test_biases_are_dropped_where_asked():
    layer = ConvTranspose("t", np.ones((1, 1, 2, 2)), np.ones(1), stride=2)
    graph = LayerGraph(
        (layer, ReLU("relu"), Dense("out", np.ones((16, 2)), np.zeros(2), "identity")), (1, 2, 2), "n", "t"
    )
    assert plan(graph).fixed["relu"].max() == 1
    assert plan(graph, biases="drop").fixed["relu"].max() == 0
