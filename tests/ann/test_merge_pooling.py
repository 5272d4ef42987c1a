"""Average pooling as a part of the weights after it: the same function, and less layers."""

from __future__ import annotations

import numpy as np
import pytest

from brainnet.ann import AveragePool, Conv1d, Conv2d, Dense, Flatten, LayerGraph, MaxPool, ReLU, merge_pooling

RNG = np.random.default_rng(0)


def conv(name, c_in, c_out, kernel=3, **fields):
    return Conv2d(name, RNG.normal(size=(c_out, c_in, kernel, kernel)), RNG.normal(size=c_out), "relu", **fields)


def same(layers, shape, kinds):
    graph = LayerGraph(tuple(layers), shape, "net", "test")
    merged = merge_pooling(graph)
    assert [layer.kind for layer in merged.layers] == kinds
    x = RNG.normal(size=(3, *shape))
    np.testing.assert_allclose(merged.activations(x)[-1], graph.activations(x)[-1], rtol=1e-12, atol=1e-12)
    return graph, merged


@pytest.mark.parametrize("padding", [0, 1, ((1, 0), (2, 1))])
@pytest.mark.parametrize("stride", [1, 2, (2, 1)])
@pytest.mark.parametrize("window", [(2, 2), (3, 2)])
def test_before_a_convolution(window, stride, padding):
    layers = conv("a", 2, 4, 1), AveragePool("p", window), conv("b", 4, 3, stride=stride, padding=padding)
    _, merged = same(layers, (2, 12, 14), ["Conv2d", "Conv2d"])
    assert merged.layers[1].kernel == (3 * window[0], 3 * window[1])


def test_groups_and_one_axis():
    grouped = Conv2d("b", RNG.normal(size=(6, 2, 3, 3)), np.zeros(6), groups=2)
    same((AveragePool("p", (2, 2)), grouped), (4, 8, 8), ["Conv2d"])
    line = AveragePool("p", (3,)), Conv1d("b", RNG.normal(size=(5, 2, 2)), np.zeros(5), padding=1)
    same(line, (2, 12), ["Conv1d"])


@pytest.mark.parametrize("flat", [False, True])
def test_before_a_dense_layer_also_where_windows_leave_something_out(flat):
    between = [Flatten("f")] if flat else []
    dense = Dense("d", RNG.normal(size=(4 * 3 * 2, 5)), RNG.normal(size=5), "identity")
    layers = [conv("a", 1, 4, padding=1), AveragePool("p", (2, 2)), *between, dense]
    same(layers, (1, 7, 5), ["Conv2d", "Dense"])


def test_the_number_of_connections_of_a_neuron_stays():
    from brainnet.projections import Conv2d as Connected

    layers = conv("a", 1, 4, padding=1), AveragePool("p", (2, 2)), conv("b", 4, 3, padding=1)
    graph, merged = same(layers, (1, 16, 16), ["Conv2d", "Conv2d"])
    before, after = (
        Connected(layer.weights, layer.input_shapes[0], stride=layer.stride, padding=layer.padding)
        for layer in (graph.layers[-1], merged.layers[-1])
    )
    np.testing.assert_array_equal(
        after.fan_out.reshape(4, 16, 16), before.fan_out.reshape(4, 8, 8).repeat(2, axis=1).repeat(2, axis=2)
    )


def test_what_windows_leave_out_is_not_seen_without_padding():
    same((AveragePool("p", (2, 3)), conv("b", 2, 3, stride=2)), (2, 9, 14), ["Conv2d"])


def test_what_cannot_be_merged_stays():
    pools = (
        AveragePool("p", (2, 2)), AveragePool("p", (2, 2), stride=1), AveragePool("p", (2, 2), padding=1),
        MaxPool("p", (2, 2)),
    )  # fmt: skip
    shapes = (2, 7, 8), (2, 8, 8), (2, 8, 8), (2, 8, 8)  # 7 rows: the seventh is left out
    for pool, shape in zip(pools, shapes, strict=True):
        graph = LayerGraph((pool, conv("b", 2, 3, padding=1)), shape, "net", "test")
        assert merge_pooling(graph) is graph
    dilated = LayerGraph((pools[0], conv("b", 2, 3, dilation=2)), (2, 12, 12), "net", "test")
    assert merge_pooling(dilated) is dilated
    alone = LayerGraph((conv("a", 2, 3), pools[0], ReLU("r")), (2, 8, 8), "net", "test")
    assert merge_pooling(alone) is alone
