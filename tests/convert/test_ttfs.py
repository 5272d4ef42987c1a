"""First spikes: as the reference says, the rounded ReLU network exactly, and one spike at most."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import brainnet
from brainnet.ann import Add, Conv2d, Dense, Flatten, LayerGraph, MaxPool, ReLU
from brainnet.convert import convert_ttfs
from brainnet.errors import ConversionError, DataError, ParameterError
from brainnet.measure import operations

REFERENCE = Path(__file__).parents[1] / "reference" / "ttfs_network.py"


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("ttfs_network", REFERENCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rounded(values, window):
    return np.clip(np.floor(window * values + 0.5 + 1e-9), 0, window) / window


@pytest.mark.parametrize(("target", "window"), [("numpy", 1), ("numpy", 13), ("numpy", 16), ("cpp", 16)])
def test_times_are_those_of_the_reference(target, window, graph, samples, reference, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    chain, x = graph(12, 20, 15, 5), samples(4, 12)
    x[0] = 1.0  # the largest value fires first
    x[1] = 0.0
    with brainnet.target(target):
        network = convert_ttfs(chain, normalisation="none", window=window)
        response = network.run(x)
    hidden = chain.layers[:-1]
    assert list(response.times) == ["input", *(layer.name for layer in hidden)]
    for row, sample in enumerate(x):
        times = reference.input_times(sample, window)
        assert response.times["input"][row].tolist() == times
        for layer in hidden:
            times = reference.times(layer.weights, layer.bias, window, times)
            assert response.times[layer.name][row].tolist() == times, layer.name
        wanted = reference.potentials(chain.layers[-1].weights, chain.layers[-1].bias, window, times)
        np.testing.assert_allclose(response.output_potential[row], wanted, rtol=0, atol=1e-9)
    for layer in hidden:
        assert (response.times[layer.name] >= 0).any()
        assert (response.times[layer.name] < 0).any()
    assert response.decisions.shape == (4, window)
    np.testing.assert_array_equal(response.decisions[:, -1], response.output_potential.argmax(axis=1))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_first_spikes_of_all_layers_at_once(target, graph, samples, reference, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    chain, x, window, theta = graph(12, 20, 15, 5), samples(4, 12), 40, 3
    with brainnet.target(target):
        network = convert_ttfs(chain, normalisation="none", mapping="base", window=window, first=theta)
        response = network.run(x)
    for row, sample in enumerate(x):
        times = reference.base_times([], sample, window, theta, [])
        assert response.times["input"][row].tolist() == times
        for layer in chain.layers[:-1]:
            times = reference.base_times(layer.weights, layer.bias, window, theta, times)
            assert response.times[layer.name][row].tolist() == times, layer.name
            assert max(times) > 0
    steps = response.times["input"]
    values = np.where(steps < 0, 0, theta / np.maximum(steps + 1.0, 1.0))
    np.testing.assert_array_equal(response.values["input"], values)
    assert (np.abs(1 / values[values > 0] - 1 / x[values > 0]) < 1 / theta).all()  # rounded up to a step
    assert network.graph.latency == 3 + window  # three layers of weights, a step each


def test_the_mapping_is_exact_up_to_rounding(graph, samples):
    # By the ReLU network itself, its values rounded after each layer; dyadic, so that the rounding is exact.
    chain, x, window = graph(12, 20, 15, 5), samples(30, 12), 64
    with brainnet.target("numpy"):
        response = convert_ttfs(chain, normalisation="none", window=window).run(x)
    values = rounded(x, window)
    for layer in chain.layers[:-1]:
        values = rounded(np.maximum(values @ layer.weights + layer.bias, 0), window)
        np.testing.assert_array_equal(response.values[layer.name], values)


def test_the_error_falls_with_the_window(graph, samples):
    chain, x = graph(12, 20, 5, dyadic=False), samples(50, 12)
    apart = []
    with brainnet.target("numpy"):
        for window in (8, 64):
            network = convert_ttfs(chain, calibration=x, window=window)
            found = network.run(x).output_potential * network.scales["dense_1"]
            apart.append(np.abs(found - chain.activations(x)[-1]).max())
    # Each of 32 roundings is off by half a step at most, so that the bound falls by 8; 4 leaves room for luck.
    assert apart[1] < apart[0] / 4


def test_branches_convolutions_and_pairs(draw):
    # Depths of 1 and 2 meet in an addition; the first convolution has no activation, and so two neurons a value.
    make = draw(3)
    graph = LayerGraph(
        (
            Conv2d("a", *make(2, 1, 3, 3), "identity", padding=1),
            ReLU("b", inputs=("a",)),
            Conv2d("c", *make(2, 2, 3, 3), "relu", padding=1, inputs=("b",)),
            Add("sum", inputs=("b", "c")),
            ReLU("d"),
            Flatten("flat"),
            Dense("out", *make(32, 3), "identity"),
        ),
        (1, 4, 4), "net", "test",
    )  # fmt: skip
    x, window = np.random.default_rng(0).integers(0, 65, (5, 1, 4, 4)) / 64, 64
    with brainnet.target("numpy"):
        network = convert_ttfs(graph, calibration=x, window=window)
        response = network.run(x)
    scales, layer = network.scales, graph.layer
    b = rounded(np.maximum(layer["a"].forward(x), 0) / scales["b"], window) * scales["b"]
    c = rounded(layer["c"].forward(b) / scales["c"], window) * scales["c"]
    d = rounded((b + c) / scales["d"], window) * scales["d"]
    for name, wanted in (("b", b), ("c", c), ("d", d)):
        np.testing.assert_allclose(response.values[name] * scales[name], wanted.reshape(5, -1), atol=1e-12)
    out = d.reshape(5, -1) @ layer["out"].weights + layer["out"].bias
    np.testing.assert_allclose(response.output_potential * scales["out"], out, atol=1e-9)


def test_operations_are_those_of_one_spike_each(graph, samples):
    with brainnet.target("numpy"):
        network = convert_ttfs(graph(12, 20, 5), normalisation="none", window=8)
        response = network.run(samples(10, 12))
    spikes = {name: (times >= 0).sum() / 10 for name, times in response.times.items()}
    assert operations(network, response.counts).ac.tolist() == pytest.approx(
        [20 * spikes["input"], 5 * spikes["dense_0"]]
    )
    assert network.graph.latency == 2 * 9 + 8  # two layers of weights, each a window and a step later


def test_signed_input(identity):
    with brainnet.target("numpy"):
        response = convert_ttfs(identity(2), normalisation="none", window=4, signed_input="pairs").run([[-0.5, 0.25]])
    assert response.times["input"].tolist() == [[-1, 3, 2, -1]]
    assert response.output_potential.tolist() == [[-0.5, 0.25]]


def test_what_is_refused(graph, identity):
    chain = graph(12, 20, 5)
    with brainnet.target("numpy"):
        network = convert_ttfs(identity(2), normalisation="none", window=4)
    for x, message in (([[0.5, 1.5]], "from 0.5 to 1.5"), ([[np.nan, 0.5]], "from nan"), ([[0.5]], r"shape \(1, 1\)")):
        with pytest.raises(DataError, match=message):
            network.run(np.array(x))
    with pytest.raises(ParameterError, match="window = 0"):
        convert_ttfs(chain, normalisation="none", window=0)
    with pytest.raises(ParameterError, match="first acts only"):
        convert_ttfs(chain, normalisation="none", first=3)
    with pytest.raises(ParameterError, match="percentile acts only"):
        convert_ttfs(chain, normalisation="none", percentile=99.0)
    with pytest.raises(ParameterError, match="in step first=9, after the window of 8; give at most 8"):
        convert_ttfs(chain, normalisation="none", mapping="base", first=9, window=8)
    with pytest.raises(ParameterError, match="convert_ttfs: dt"):
        convert_ttfs(chain, normalisation="none", dt=0.001)
    with pytest.raises(ConversionError, match="needs samples"):
        convert_ttfs(chain)
    pool = LayerGraph((MaxPool("max", (1, 2)), Dense("out", np.eye(2), np.zeros(2), "identity")), (1, 1, 4), "n", "t")
    with pytest.raises(ConversionError, match="a gate counts spikes"):
        convert_ttfs(pool, normalisation="none", max_pooling="gate")
