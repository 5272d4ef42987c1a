"""Threshold balancing: the largest input that a population receives in a step, found as spikes."""

import numpy as np
import pytest

import brainnet
from brainnet.ann import AveragePool, Conv2d, Dense, LayerGraph
from brainnet.convert import balance_thresholds, convert, normalise, plan
from brainnet.errors import ConversionError, DataError, ParameterError


def chain(graph):
    return graph(6, 8, 5, 3)


def by_hand(network, x, steps, reset):
    """Layer by layer with constant input: lambda is the largest W s, where a spike is worth the lambda before."""
    scales, frames = [], np.repeat(x[None], steps, axis=0)
    for layer in network.layers:
        received = frames @ layer.weights + layer.bias
        scales.append(received.max())
        v, spikes = np.zeros(received.shape[1:]), np.zeros_like(received)
        for t in range(steps):
            v = v + received[t] / scales[-1]
            spikes[t] = v >= 1 - 1e-9
            after = {"subtract": v - 1, "zero": 0 * v, "average": (v - 1) / 2}[reset]
            v = np.where(spikes[t] > 0, after, v)
        frames = scales[-1] * spikes
    return scales


@pytest.mark.parametrize("reset", ["subtract", "zero", "average"])
def test_thresholds_are_the_largest_inputs(graph, samples, reset):
    network, x = chain(graph), samples(4, 6)
    found = balance_thresholds(plan(network), x, steps=20, reset=reset)
    assert list(found) == ["input", "dense_0", "dense_1", "dense_2"]
    np.testing.assert_allclose(list(found.values())[1:], by_hand(network, x, 20, reset), rtol=1e-12)


def test_no_neuron_receives_more_than_its_threshold_in_a_step(graph, samples):
    """As spikes in Brian2: with the scales found, no input of the calibration samples is above 1, and one is 1."""
    network, x, steps = chain(graph), samples(4, 6), 20
    with brainnet.target("numpy"):
        spiking = convert(network, calibration=x, normalisation="threshold_balancing", steps=steps, record=True)
        response = spiking.run(x)
    for layer, before in zip(network.layers[1:], ("dense_0", "dense_1"), strict=True):
        scale = spiking.scales[layer.name]
        received = response.rasters[before] @ (layer.weights * spiking.scales[before]) + layer.bias
        assert received.max() / scale == pytest.approx(1)


def test_input_by_spikes_and_convolutions(samples):
    rng = np.random.default_rng(0)
    network = LayerGraph(
        (
            Conv2d("conv", rng.normal(0.1, 0.3, (4, 1, 3, 3)), np.zeros(4), "relu", padding=1),
            AveragePool("pool", (2, 2)),
            Dense("out", rng.normal(0.1, 0.3, (36, 3)), np.zeros(3), "identity"),
        ),
        (1, 6, 6), "net", "test",
    )  # fmt: skip
    x = samples(5, 36)
    planned = plan(network, coding="bernoulli")
    one, same, other = (balance_thresholds(planned, x, steps=10, coding="bernoulli", seed=seed) for seed in (0, 0, 1))
    assert one == same != other
    # nine spikes at once at most, each of at most the largest weight
    weights = network.layers[0].weights
    assert 0 < one["conv"] <= np.maximum(weights, 0).sum(axis=(1, 2, 3)).max() * (1 + 1e-12)
    # the largest input of a step is more than the largest mean input, which is what data-based scales are
    by_data = normalise(planned, calibration=x, percentile=100.0)
    assert one["conv"] > by_data["conv"]


def test_errors(graph, samples):
    network = chain(graph)
    with pytest.raises(ConversionError, match="needs samples"):
        convert(network, normalisation="threshold_balancing")
    with pytest.raises(ParameterError, match="balance_thresholds"):
        normalise(plan(network), "threshold_balancing")
    with pytest.raises(ConversionError, match="'input' has neurons in pairs"):
        balance_thresholds(plan(network, coding="bernoulli", signed_input="pairs"), samples(3, 6), steps=3)
    with pytest.raises(ConversionError, match="neuron=lif does not go with normalisation=threshold_balancing"):
        convert(network, calibration=samples(3, 6), normalisation="threshold_balancing", neuron="lif")
    with pytest.raises(DataError, match=r"shape \(3, 5\); give \(n, 6\)"):
        convert(network, calibration=samples(3, 5), normalisation="threshold_balancing")
    with pytest.raises(DataError, match="give real numbers"):
        balance_thresholds(plan(network), [["a"] * 6], steps=3)
    with pytest.raises(ParameterError, match="balance_thresholds: steps = 0 is out of range"):
        balance_thresholds(plan(network), samples(3, 6), steps=0)
    with pytest.raises(ParameterError, match="balance_thresholds: reset = 'foo' is not one of its values"):
        balance_thresholds(plan(network), samples(3, 6), steps=3, reset="foo")
    silent = LayerGraph((Dense("d", -np.ones((6, 3)), np.zeros(3), "identity"),), (6,), "silent", "test")
    with pytest.raises(ConversionError, match="'d' is never driven"):
        balance_thresholds(plan(silent), samples(3, 6), steps=3)
