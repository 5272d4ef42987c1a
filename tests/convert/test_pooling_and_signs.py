"""Max pooling by a gate or by the mean, values of either sign, and scales by channel."""

import numpy as np
import pytest

import brainnet
from brainnet.ann import Abs, Add, AveragePool, Conv2d, Dense, LayerGraph, MaxPool
from brainnet.convert import convert, normalise, plan
from brainnet.errors import ConversionError, DataError
from brainnet.measure import operations, verify


def pooled(w):
    """Windows that tile and windows that overlap, and one over the sum of two layers."""
    return LayerGraph(
        (
            Conv2d("a", *w(3, 1, 3, 3), "relu", padding=1),
            MaxPool("tiles", (2, 2), inputs=("a",)),
            MaxPool("wide", (3, 3), (2, 2), 1, inputs=("a",)),
            Add("sum", inputs=("tiles", "wide")),
            MaxPool("last", (2, 2), (1, 1), inputs=("sum",)),
            Dense("out", *w(27, 3, spread=0.8), "identity"),
        ),
        (1, 8, 8), "pooled", "test",
    )  # fmt: skip


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_gate(target, draw, compare, samples, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    x = samples(3, 64)
    with brainnet.target(target):
        network = convert(
            pooled(draw()), normalisation="none", coding="regular", steps=12, v_init="half", record=True,
            max_pooling="gate",
        )  # fmt: skip
        compare(network, "regular", x, 12)
    # A maximum of a sum needs the sum as spikes.
    assert [each.name for each in network.graph.populations if each.name != "input"] == [
        "a",
        "tiles",
        "wide",
        "sum",
        "last",
        "out",
    ]
    assert network.n_converted == 6


def test_gate_by_hand():
    # 0.5 fires at every second step, 0.25 at every fourth, from the ends of their intervals on: the first to fire is
    # the one of 0.5 and stays it. Equal ones: that of the first pixel passes, the other never does.
    graph = LayerGraph((MaxPool("max", (1, 2)), Dense("out", np.eye(2), np.zeros(2), "identity")), (1, 1, 4), "n", "t")
    with brainnet.target("numpy"):
        network = convert(
            graph, normalisation="none", coding="regular", steps=8, max_pooling="gate", record=True
        )  # fmt: skip
        response = network.run([[0.25, 0.5, 0.5, 0.5]])
    assert response.counts["max"].tolist() == [[4, 4]]
    assert np.flatnonzero(response.rasters["max"][0, :, 0]).tolist() == [1, 3, 5, 7]
    # Each of four input neurons reaches one window.
    assert operations(network, response.counts).ac.tolist() == [14.0, 16.0]


def test_maximum_of_a_current_is_taken_as_it_is(compare, samples, draw):
    graph = LayerGraph(
        (MaxPool("max", (2, 2)), Conv2d("a", *draw()(2, 1, 2, 2), "relu"), Dense("out", *draw(1)(8, 3), "identity")),
        (1, 6, 6), "net", "test",
    )  # fmt: skip
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", steps=9, max_pooling="gate")
        response = network.run(samples(4, 36))
    assert [each.name for each in network.graph.populations if each.name != "input"] == ["a", "out"]
    (values,) = graph.activations(samples(4, 36), of=["a"])
    np.testing.assert_array_equal(response.counts["a"], np.clip(np.floor(9 * values.reshape(4, -1)), 0, 9))


def test_maxima_that_no_gate_takes():
    layers = Conv2d("a", np.ones((1, 1, 1, 1)), [0.0]), Abs("size"), MaxPool("max", (2, 2))
    signed = LayerGraph((*layers, Dense("out", [[1.0]], [0.0], "identity")), (1, 2, 2), "net", "test")
    with pytest.raises(ConversionError, match="layer 'max' takes maxima of 'size', whose values have two neurons"):
        plan(signed, max_pooling="gate")
    with pytest.raises(ConversionError, match="takes maxima in max; set max_pooling=gate"):
        plan(signed)


def test_means_in_place_of_maxima_are_said(draw, samples):
    def network(pool, **options):
        layers = Conv2d("a", *draw()(2, 1, 3, 3), "relu"), pool("p", (2, 2), (1, 1), 1, **options)
        return LayerGraph((*layers, Dense("out", *draw(1)(50, 3), "identity")), (1, 6, 6), "net", "test")

    x, how = samples(3, 36), {"normalisation": "none", "steps": 8}
    with brainnet.target("numpy"):
        with pytest.warns(UserWarning, match="layer 'p' takes means in place of maxima"):
            changed = convert(network(MaxPool), max_pooling="average", **how)
        wanted = convert(network(AveragePool, count_padding=False), **how).run(x)
        found = changed.run(x)
    assert changed.origin.changes == ("layer 'p' takes means in place of maxima",)
    for name, counts in wanted.counts.items():
        np.testing.assert_array_equal(found.counts[name], counts)
    assert wanted.counts["p"].any()


def test_input_of_either_sign(draw, compare, samples):
    w = draw()
    graph = LayerGraph(
        (Conv2d("a", *w(3, 1, 3, 3), "relu"), Dense("out", *w(48, 3, spread=0.6), "identity")), (1, 6, 6), "net", "test"
    )
    x = samples(3, 36) * np.where(np.arange(36) % 3, 1, -1)
    how = {"normalisation": "none", "coding": "regular", "steps": 11, "v_init": "half"}
    with brainnet.target("numpy"):
        network = convert(graph, record=True, signed_input="pairs", **how)
        response = compare(network, "regular", x, 11)
        assert response.counts["input"].shape == (3, 72)
        # Spikes of pairs are the value, up to what does not fill one.
        assert verify(network, x, response)["input"].correlation > 0.99
        with pytest.raises(DataError, match=r"run from -.*, and coding regular needs values in \[0, 1\]"):
            convert(graph, **how).run(x)
        with pytest.raises(DataError, match=r"run from 1\.5 to 1\.5"):
            network.run(np.full((1, 36), -1.5))


@pytest.mark.parametrize("coding", ["constant", "regular"])
def test_scales_by_channel(coding, draw, compare, samples):
    w = draw()
    graph = LayerGraph(
        (
            Conv2d("a", *w(4, 1, 3, 3), "relu", padding=1),
            AveragePool("p", (2, 2)),
            Conv2d("b", *w(4, 2, 3, 3), padding=1, groups=2),
            Add("sum", inputs=("b", "p")),
            Abs("size"),
            Dense("out", *w(36, 3, spread=0.8), "identity"),
        ),
        (1, 6, 6), "net", "test",
    )  # fmt: skip
    x = samples(6, 36)
    with brainnet.target("numpy"):
        network = convert(
            graph, calibration=x, percentile=100.0, granularity="channel", coding=coding, steps=20, v_init="half",
            record=True,
        )  # fmt: skip
        compare(network, coding, x, 20)
    (a, p, size, out) = graph.activations(x, of=["a", "p", "size", "out"])
    for name, values in (("a", a), ("p", p), ("size", size)):
        largest = values.max(axis=(0, 2, 3))  # 0 for a channel that is never active: that of the layer stands in
        np.testing.assert_array_equal(network.scales[name], np.where(largest > 0, largest, values.max()))
    assert network.scales["out"] == out.max()


def test_scales_by_channel_of_the_model():
    # Channel 0 at most 1/2, channel 1 at most 3, channel 2 never active: it takes the bound of the layer.
    conv = Conv2d("a", np.array([0.5, 3.0, -1.0]).reshape(3, 1, 1, 1), np.zeros(3), "relu")
    graph = LayerGraph((conv, Dense("out", np.ones((12, 2)), np.zeros(2), "identity")), (1, 2, 2), "net", "by hand")
    scales = normalise(plan(graph), "model", granularity="channel")
    np.testing.assert_array_equal(scales["a"], [0.5, 3.0, 3.0])
    assert scales["out"] == 4 * (0.5 + 3 + 3)
