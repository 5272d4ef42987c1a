"""Settings, samples and names that do not fit are refused with cause and remedy."""

import numpy as np
import pytest
from brian2 import Hz, second

import brainnet
from brainnet.ann import Conv1d, Dense, Flatten, LayerGraph, MaxPool
from brainnet.convert import convert
from brainnet.errors import ConversionError, DataError, ParameterError, UnknownNameError


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({"step": 10}, UnknownNameError, "did you mean 'steps'"),
        ({"normalization": "data"}, UnknownNameError, "did you mean 'normalisation'"),
        ({"steps": 0}, ParameterError, "steps = 0 is out of range; give at least 1"),
        ({"steps": 2.5}, ParameterError, "not a whole number"),
        ({"steps": "ten"}, ParameterError, "not a number"),
        ({"coding": "poison"}, ParameterError, "did you mean 'poisson'"),
        ({"reset": "none"}, ParameterError, "not one of its values"),
        ({"percentile": 0.0, "normalisation": "data"}, ParameterError, "out of range; give more than 0"),
        ({"percentile": 100.5, "normalisation": "data"}, ParameterError, "out of range; give at most 100"),
        ({"max_rate": 0 * Hz, "coding": "poisson"}, ParameterError, "out of range"),
        ({"max_rate": 1 * second, "coding": "poisson"}, ParameterError, "has the unit s, expected Hz"),
        (
            {"percentile": 99.0, "normalisation": "model"},
            ParameterError,
            "percentile acts only with normalisation=data",
        ),
        ({"max_rate": 100 * Hz, "coding": "bernoulli"}, ParameterError, "max_rate acts only with coding=poisson"),
        ({"generator_rate": 1 * Hz}, ParameterError, "generator_rate acts only with readout=winner_take_all"),
        ({"granularity": "channel"}, ParameterError, "granularity acts only with normalisation=data or model"),
        ({"signed_input": "pairs"}, ParameterError, "signed_input acts only with coding=bernoulli or poisson or"),
    ],
)
def test_settings(identity, settings, error, match):
    with pytest.raises(error, match=match):
        convert(identity(2), **{"normalisation": "none", **settings})


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        (
            {"granularity": "channel", "normalisation": "model"},
            "granularity=channel does nothing: .*no hidden layer with",
        ),
        ({"max_pooling": "gate"}, "max_pooling=gate does nothing: network 'one' has no max pooling; leave it out"),
        ({"max_pooling": "average"}, "max_pooling=average does nothing"),
        ({"biases": "drop"}, "biases=drop does nothing: network 'one' has no bias"),
    ],
)
def test_settings_that_a_network_has_nothing_for(identity, settings, match):
    with pytest.raises(ConversionError, match=match):
        convert(identity(2), **{"normalisation": "none", **settings})


def test_text_is_understood_as_on_the_command_line(identity):
    with brainnet.target("numpy"):
        network = convert(identity(2), normalisation="none", coding="poisson", steps="7", max_rate="0.2*kHz")
    assert network.steps == 7
    assert network.settings["max_rate"] == 200 * Hz


@pytest.mark.parametrize(
    ("coding", "x", "match"),
    [
        ("bernoulli", [[0.0, 1.25]], "run from 0 to 1.25, and coding bernoulli needs values in"),
        ("regular", [[-0.5, 1.0]], "run from -0.5 to 1"),
        ("constant", [[0.0, np.nan]], "NaN or infinity"),
        ("poisson", [[0.0, np.inf]], "NaN or infinity"),
        ("constant", [[0.0, 1.0, 0.0]], r"shape \(1, 3\); give \(n, 2\)"),
        ("constant", [0.0, 1.0], r"shape \(2,\); give \(n, 2\)"),
        ("constant", np.empty((0, 2)), r"shape \(0, 2\); give \(n, 2\) with n of at least 1"),
        ("constant", 0.5, r"shape \(\)"),
        ("constant", [["a", "b"]], "give real numbers"),
    ],
)
def test_samples(identity, coding, x, match):
    with brainnet.target("numpy"):
        network = convert(identity(2), normalisation="none", coding=coding, steps=2)
        with pytest.raises(DataError, match=match):
            network.run(x)


def test_constant_current_takes_any_finite_value(identity):
    with brainnet.target("numpy"):
        network = convert(identity(3), normalisation="none", steps=8)
        np.testing.assert_array_equal(network.run([[-3, 0, 5]]).counts["out"], [[0, 0, 8]])


def named(*names):
    layers = tuple(Dense(name, np.eye(2), np.zeros(2), "relu") for name in names)
    return LayerGraph(layers, (2,), "net", "test")


@pytest.mark.parametrize(
    ("scales", "error", "match"),
    [
        ({"h": 1.0}, ConversionError, "scales has none for 'out'; give one number for each of input, h, out"),
        ({"h": 1.0, "out": 0.0}, ParameterError, "the scale of 'out' is 0.0; give a positive number"),
        ({"h": -1.0, "out": 1.0}, ParameterError, "the scale of 'h' is -1.0"),
        ({"h": np.nan, "out": 1.0}, ParameterError, "the scale of 'h' is nan"),
        ({"h": "one", "out": 1.0}, ParameterError, "the scale of 'h' is 'one'"),
        ({"h": [1.0, 2.0, 3.0], "out": 1.0}, ParameterError, "the scale of 'h'.*give a positive number"),
        ({"h": 1.0, "out": [1.0, 1.0]}, ParameterError, "the scale of 'out'.*give a positive number"),
        ({"h": 1.0, "out": 1.0, "hh": 1.0}, UnknownNameError, "scales names 'hh', which is no population"),
        ([1.0, 1.0], ParameterError, "scales is a list; give the dict"),
    ],
)
def test_scales_that_do_not_fit(scales, error, match):
    with pytest.raises(error, match=match):
        convert(named("h", "out"), scales=scales)


@pytest.mark.parametrize("given", [{"calibration": np.ones((1, 2))}, {"normalisation": "none"}, {"percentile": 99.0}])
def test_what_finds_scales_does_not_go_with_them(given):
    with pytest.raises(ParameterError, match=f"{next(iter(given))} finds scales, and scales= gives them"):
        convert(named("h", "out"), scales={"input": 1.0, "h": 1.0, "out": 1.0}, **given)


def test_a_gate_has_the_scale_of_what_it_passes():
    conv, last = Conv1d("c", np.ones((2, 1, 1)), np.zeros(2), "relu"), Dense("out", np.eye(4), np.zeros(4), "identity")
    graph = LayerGraph((conv, MaxPool("m", 2), Flatten("f"), last), (1, 4), "net", "test")
    given = {"max_pooling": "gate", "steps": 4}
    with pytest.raises(ParameterError, match=r"the scale of 'c'.*give a positive number, or 2 of them"):
        convert(graph, scales={"c": [1.0, 1.0, 1.0], "m": 1.0, "out": 1.0}, **given)
    with pytest.raises(ConversionError, match="'m' passes the spikes of 'c' as they are; give both the same scale"):
        convert(graph, scales={"c": [1.0, 2.0], "m": 1.0, "out": 1.0}, **given)
    with brainnet.target("numpy"):
        network = convert(graph, scales={"c": [1.0, 2.0], "m": [1.0, 2.0], "out": 1.0}, **given)
        assert network.run(np.full((1, 1, 4), 0.5)).counts["c"].tolist() == [[2, 2, 2, 2, 1, 1, 1, 1]]


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (("input_feed",), "layer 'input_feed': that name is needed for a part of layer 'input'"),
        (("steps",), "layer 'steps'.* the clock"),
        (("h", "h_record"), "layer 'h_record': that name is needed for a part of layer 'h'"),
        (("h_synapses", "h"), "layer 'h_synapses'"),
    ],
)
def test_names_that_are_taken(names, match):
    with pytest.raises(ConversionError, match=match):
        convert(named(*names), normalisation="none")


def test_names_that_mean_something_elsewhere(identity):
    names = ("v", "t", "i", "I", "count", "main", "network", "int", "spikes", "_")
    with brainnet.target("numpy"):
        network = convert(named(*names), normalisation="none", coding="regular", steps=4, record=True)
        response = network.run([[1.0, 0.5]])
    assert network.n_converted == len(names)
    for name in ("input", *names):
        np.testing.assert_array_equal(response.counts[name], [[4, 2]])


def test_spikes_that_are_not_there(identity):
    with brainnet.target("numpy"):
        network = convert(identity(2), normalisation="none", coding="regular", steps=2)
        response = network.run([[1.0, 0.0]])
        with pytest.raises(UnknownNameError, match="no layer 'imput' that fires; did you mean 'input'"):
            response.spikes("imput")
        with pytest.raises(ConversionError, match="'input' are not recorded; convert with record=True"):
            response.spikes("input")
