"""Pruning and quantisation without training: what is left, in any order, on chains, branches and convolutions."""

import numpy as np
import pytest

from brainnet.ann import Add, Conv1d, Conv2d, Dense, Flatten, LayerGraph, MaxPool, ReLU, read_npz, write_npz
from brainnet.compress import (
    fractions_by_layer,
    prune_activity,
    prune_magnitude,
    prune_random,
    prune_threshold,
    quantise_kmeans,
    quantise_linear,
    quantise_stochastic,
    sizes,
)
from brainnet.errors import CompressionError, DataError, ParameterError, UnknownNameError

RNG = np.random.default_rng(8)


def dense(name, n_in, n_out, activation="relu", **more):
    return Dense(name, RNG.normal(0, 1, (n_in, n_out)), RNG.normal(0, 1, n_out), activation, **more)


def chain():
    conv = Conv2d("conv", RNG.normal(0, 1, (4, 2, 3, 3)), np.zeros(4), "relu", groups=1, padding=1)
    layers = (conv, MaxPool("pool", (2, 2)), dense("hidden", 36, 20), dense("out", 20, 5, "identity"))
    return LayerGraph(layers, (2, 6, 6), "chain", "by hand")


def branched():
    layers = (
        Conv1d("first", RNG.normal(0, 1, (4, 1, 3)), np.zeros(4), "identity", groups=2, padding=1),
        ReLU("relu"),
        Conv1d("second", RNG.normal(0, 1, (4, 4, 1)), np.zeros(4), "identity", inputs=("relu",)),
        Add("sum", inputs=("relu", "second")),
        Flatten("flat", inputs=("sum",)),
        dense("out", 32, 3, "identity", inputs=("flat",)),
    )
    return LayerGraph(layers, (2, 8), "branched", "by hand")


NETWORKS = {"chain": chain(), "branched": branched()}
X = {name: np.random.default_rng(2).random((30, *graph.input_shape)) for name, graph in NETWORKS.items()}
PRUNE = {
    "magnitude": lambda graph, x: prune_magnitude(graph, 0.25),
    "activity": lambda graph, x: prune_activity(graph, 0.25, x),
    "random": lambda graph, x: prune_random(graph, 0.25, seed=1),
}
QUANTISE = {
    "linear": lambda graph, x: quantise_linear(graph, 9),
    "activation": lambda graph, x: quantise_linear(graph, 33, by="activation", x=x),
    "stochastic": lambda graph, x: quantise_stochastic(graph, 9, seed=1),
    "kmeans": lambda graph, x: quantise_kmeans(graph, 8),
}


def weights(graph):
    return {layer.name: layer.weights for layer in graph.layers if hasattr(layer, "weights")}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("prune", PRUNE)
def test_a_quarter_is_left_as_it_was(network, prune):
    graph = NETWORKS[network]
    made = PRUNE[prune](graph, X[network])
    for name, before in weights(graph).items():
        after = weights(made)[name]
        assert np.count_nonzero(after) == round(before.size / 4)
        assert ((after == before) | (after == 0)).all()
    for before, after in zip(graph.layers, made.layers, strict=True):
        if hasattr(before, "bias"):
            np.testing.assert_array_equal(before.bias, after.bias)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("prune", PRUNE)
@pytest.mark.parametrize("quantise", QUANTISE)
def test_any_order(network, prune, quantise, tmp_path):
    graph, x = NETWORKS[network], X[network]
    pruned = PRUNE[prune](graph, x)
    both, turned = QUANTISE[quantise](pruned, x), PRUNE[prune](QUANTISE[quantise](graph, x), x)
    levels = {"linear": 9, "activation": 33, "stochastic": 9, "kmeans": 8}[quantise]
    for name, before in weights(pruned).items():
        assert not weights(both)[name][before == 0].any()  # pruned weights stay zero
    for made in (both, turned):
        for name, size in sizes(made).items():
            # a zero that comes by pruning is a level more where the clusters had none
            assert size.levels <= levels + (quantise == "kmeans" and made is turned), name
            assert size.connectivity <= 0.25 + 1 / size.weights
        write_npz(made, tmp_path / "made.npz")
        for name, after in weights(read_npz(tmp_path / "made.npz")).items():
            np.testing.assert_array_equal(after, weights(made)[name])


def test_magnitude_keeps_the_largest_and_across_the_network_too():
    graph = NETWORKS["chain"]
    for name, before in weights(graph).items():
        after = weights(prune_magnitude(graph, {name: 0.3}))[name]
        assert np.abs(after[after != 0]).min() > np.abs(before[after == 0]).max()
    together = weights(prune_magnitude(graph, 0.3, across="network"))
    before = np.concatenate([each.ravel() for each in weights(graph).values()])
    after = np.concatenate([each.ravel() for each in together.values()])
    assert np.count_nonzero(after) == round(0.3 * before.size)
    assert np.abs(after[after != 0]).min() > np.abs(before[after == 0]).max()


def test_pruning_twice_is_pruning_once():
    once = prune_random(NETWORKS["chain"], 0.1, seed=1)
    for again in (prune_random(once, 0.5, seed=2), prune_magnitude(once, 0.1)):
        for name, after in weights(again).items():
            np.testing.assert_array_equal(after, weights(once)[name])


def test_a_pixel_that_is_never_on_is_the_least_active():
    layer = Dense("out", np.ones((3, 2)), np.zeros(2), "identity")
    graph = LayerGraph((layer,), (3,), "net", "by hand")
    kept = prune_activity(graph, 2 / 3, [[1.0, 0.0, 0.5], [1.0, 0.0, -0.5]]).layers[0].weights
    np.testing.assert_array_equal(kept, [[1, 1], [0, 0], [1, 1]])
    # by hand, for a convolution in two groups: the mean size under each element, over positions and samples
    kernel = np.ones((2, 1, 2))
    convolution = Conv1d("out", kernel, np.zeros(2), "identity", groups=2, padding=((1, 0),))
    graph = LayerGraph((convolution,), (2, 3), "net", "by hand")
    kept = prune_activity(graph, 0.5, [[[0.0, 0.0, 6.0], [1.0, 2.0, 3.0]]]).layers[0].weights
    # elements see [0, 0, 0] and [0, 0, 6] in the first channel, [0, 1, 2] and [1, 2, 3] in the second
    np.testing.assert_array_equal(kept, [[[0, 1]], [[0, 1]]])


def test_threshold():
    made = weights(prune_threshold(NETWORKS["chain"], {"hidden": 0.5}))
    before = weights(NETWORKS["chain"])
    np.testing.assert_array_equal(made["hidden"], np.where(np.abs(before["hidden"]) < 0.5, 0, before["hidden"]))
    np.testing.assert_array_equal(made["out"], before["out"])


def test_levels_are_where_they_should_be():
    graph, x = NETWORKS["chain"], X["chain"]
    for name, after in weights(quantise_linear(graph, 7)).items():
        alpha = np.abs(weights(graph)[name]).max() / 3
        assert np.abs(after / alpha - np.rint(after / alpha)).max() < 1e-12
        assert np.abs(after - weights(graph)[name]).max() <= alpha / 2 * (1 + 1e-12)
    clipped = weights(quantise_linear(graph, 3, interval=0.3))
    assert all(np.abs(after).max() == pytest.approx(0.3 * np.abs(weights(graph)[name]).max())
               for name, after in clipped.items())  # fmt: skip
    # By activation: one interval for all layers, in thresholds. Largest values in and out by hand.
    made, values = weights(quantise_linear(graph, 33, by="activation", x=x)), graph.activations(x)
    largest = dict(zip(("conv", "pool", "hidden", "out"), [np.abs(each).max() for each in values], strict=True))
    ratios = {"conv": largest["conv"] / x.max(), "hidden": largest["hidden"] / largest["pool"],
              "out": largest["out"] / largest["hidden"]}  # fmt: skip
    common = max(np.abs(each).max() / ratios[name] for name, each in weights(graph).items()) / 16
    for name, after in made.items():
        steps = after / (common * ratios[name])
        assert np.abs(steps - np.rint(steps)).max() < 1e-9


def test_stochastic_rounding_has_the_mean_of_the_weights():
    layer = Dense("out", np.concatenate([np.full((20_000, 1), 0.3), [[1.0]]]), np.zeros(1), "identity")
    graph = LayerGraph((layer,), (20_001,), "net", "by hand")
    made = quantise_stochastic(graph, 3, seed=5).layers[0].weights[:-1]
    assert set(np.unique(made)) == {0.0, 1.0}
    assert abs(made.mean() - 0.3) < 4 * np.sqrt(0.3 * 0.7 / 20_000)


def test_kmeans_finds_clusters():
    centres = np.array([-2.0, 0.0, 0.5, 3.0])
    drawn = centres[np.random.default_rng(1).integers(4, size=(30, 10))]
    noisy = np.where(drawn == 0, 0.0, drawn + np.random.default_rng(2).uniform(-0.05, 0.05, drawn.shape))
    graph = LayerGraph((Dense("out", noisy, np.zeros(10), "identity"),), (30,), "net", "by hand")
    made = quantise_kmeans(graph, 4).layers[0].weights
    assert sizes(quantise_kmeans(graph, 4))["out"].levels == 4
    assert np.abs(made - drawn).max() < 0.05
    np.testing.assert_array_equal(made == 0, drawn == 0)
    assert quantise_kmeans(quantise_kmeans(graph, 4), 16).layers[0].weights is not None


def test_small_layers_keep_more():
    graph = LayerGraph((dense("large", 500, 50), dense("small", 50, 10, "identity")), (500,), "net", "by hand")
    kept = fractions_by_layer(graph, 0.05)
    assert kept["small"] == pytest.approx(0.3)
    assert kept["large"] * 25_000 + kept["small"] * 500 == pytest.approx(0.05 * 25_500)


GRAPH, SAMPLES = NETWORKS["chain"], X["chain"]
REFUSED = {
    "everything": (lambda: prune_threshold(GRAPH, 99.0), CompressionError, "nothing is left of layer 'conv'.*largest"),
    "negative": (lambda: prune_threshold(GRAPH, -1.0), ParameterError, "at least 0"),
    "nan": (lambda: prune_threshold(GRAPH, np.nan), ParameterError, "at least 0"),
    "nothing left": (lambda: prune_magnitude(GRAPH, 1e-6), CompressionError, "nothing is left.*larger connectivity"),
    "zero": (lambda: prune_magnitude(GRAPH, 0.0), ParameterError, "above 0, up to 1"),
    "two": (lambda: prune_random(GRAPH, 2), ParameterError, "above 0, up to 1"),
    "flag": (lambda: prune_random(GRAPH, True), ParameterError, "above 0, up to 1"),
    "name": (lambda: prune_magnitude(GRAPH, {"hiden": 0.5}), UnknownNameError, "did you mean 'hidden'"),
    "no weights": (lambda: prune_magnitude(GRAPH, {"pool": 0.5}), UnknownNameError, "no layer with weights"),
    "across": (lambda: prune_magnitude(GRAPH, 0.5, across="net"), ParameterError, "network"),
    "across some": (lambda: prune_magnitude(GRAPH, {"out": 0.5}, across="network"), ParameterError, "one fraction"),
    "one level": (lambda: quantise_linear(GRAPH, 1), ParameterError, "levels of layer 'conv' are 1"),
    "even": (lambda: quantise_linear(GRAPH, 4), ParameterError, "give 3 or 5"),
    "two levels": (lambda: quantise_stochastic(GRAPH, 2), ParameterError, "give 3$"),
    "k of one": (lambda: quantise_kmeans(GRAPH, 1), ParameterError, "from 2 to"),
    "half a level": (lambda: quantise_kmeans(GRAPH, 2.5), ParameterError, "whole number"),
    "interval": (lambda: quantise_linear(GRAPH, 3, interval=0), ParameterError, "positive number"),
    "wide": (lambda: quantise_linear(GRAPH, 3, interval=2.5), ParameterError, "less than 2"),
    "all to zero": (
        lambda: quantise_linear(GRAPH, 3, by="activation", x=SAMPLES, interval=1e3), CompressionError, "smaller inter"
    ),
    "no samples": (lambda: quantise_linear(GRAPH, 9, by="activation"), DataError, "calibration samples are needed"),
    "samples of another shape": (lambda: prune_activity(GRAPH, 0.5, SAMPLES[:, :, :4]), DataError, "reshape"),
    "flat samples of another size": (lambda: prune_activity(GRAPH, 0.5, np.ones((3, 71))), DataError, "takes"),
    "samples not numbers": (lambda: prune_activity(GRAPH, 0.5, np.full((3, 72), np.nan)), DataError, "NaN"),
    "samples for nothing": (lambda: quantise_linear(GRAPH, 9, x=SAMPLES), ParameterError, "only with by='activation'"),
    "by": (lambda: quantise_linear(GRAPH, 9, by="activations"), ParameterError, "activation"),
    "silent": (
        lambda: quantise_linear(GRAPH, 9, by="activation", x=0 * SAMPLES), CompressionError, "silent on the samples"
    ),
    "no graph": (lambda: prune_magnitude(np.ones(3), 0.5), CompressionError, "brainnet.ann.read"),
    "no weights at all": (
        lambda: sizes(LayerGraph((ReLU("relu"),), (3,), "net", "by hand")), CompressionError, "no weights"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_cause_and_remedy(case):
    call, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        call()
