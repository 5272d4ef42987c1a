"""How well rates follow activations, and what is said about silence."""

import warnings

import numpy as np
import pytest

import brainnet
from brainnet.ann import Conv1d, Dense, Flatten, LayerGraph
from brainnet.convert import convert
from brainnet.errors import ConversionError, DataError
from brainnet.measure import RESULTS, correlation, evaluate, operations, report_text, verify
from brainnet.results.summary import result_value


def test_rates_that_can_be_represented_correlate_to_one(identity):
    x = np.arange(40).reshape(8, 5) / 64  # multiples of 1/64 in 64 steps: count = 64 x, exactly
    with brainnet.target("numpy"), warnings.catch_warnings():
        warnings.filterwarnings("error", "layer .* is nearly silent")
        checks = verify(convert(identity(5), normalisation="none", coding="regular", steps=64), x)
    assert list(checks) == ["input", "out"]
    for check in checks.values():
        assert check.correlation == pytest.approx(1.0, abs=1e-12)  # rounding of 40 products
        assert check.mean_rate == x.mean()
        assert check.silent == 1 / 40


def test_a_nearly_silent_layer_is_named():
    weak = Dense("weak", np.full((2, 4), 2.0**-12), np.zeros(4), "relu")
    graph = LayerGraph((weak, Dense("deaf", np.eye(4), np.zeros(4), "identity")), (2,), "net", "test")
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", steps=10)
        with pytest.warns(UserWarning, match="layer 'weak' is nearly silent") as told:
            checks = verify(network, np.ones((2, 2)))
    said = [str(one.message) for one in told if "nearly silent" in str(one.message)]
    assert ["'deaf'" in text for text in said] == [False, True]
    assert checks["weak"].silent == 1.0
    assert np.isnan(checks["weak"].correlation)


def test_a_long_run_is_not_lost_to_a_silent_layer(identity):
    # Half the threshold within one step: nothing fires, and a correlation with nothing is not defined.
    x = np.array([[0.5, 0.25], [0.25, 0.5]])
    with brainnet.target("numpy"):
        network = convert(identity(2), normalisation="none", steps=1)
        with pytest.warns(UserWarning, match="nearly silent"):
            dataset = evaluate(network, x, np.array([0, 1]))
    assert result_value(dataset, "layer_correlation") == {}
    assert dataset.layer_correlation.attrs["undefined"] == "out"
    assert {name: result_value(dataset, name) for name in RESULTS}["spikes_per_neuron"] == {"out": 0.0}


def test_analog_input_is_multiplied_and_tables_may_be_files(identity, tmp_path):
    (tmp_path / "chip.json").write_text('{"mac": 2e-12, "ac": 1e-13}')
    with brainnet.target("numpy"):
        network = convert(identity(3), normalisation="none", steps=4)
        dataset = evaluate(network, np.eye(3), np.arange(3), energy_table=str(tmp_path / "chip.json"))
    np.testing.assert_allclose(dataset.energy_by_layer, [9 * 2e-12], rtol=1e-12)
    assert (dataset.energy_ratio.attrs["table"], float(dataset.energy_ratio)) == ("chip", 1.0)


def test_evaluate_counts_what_the_network_did(identity):
    x = np.array([[0.75, 0.25, 0.0], [0.5, 1.0, 0.0], [0.0, 0.25, 0.5], [1.0, 0.0, 0.0]])
    with brainnet.target("numpy"):
        network = convert(identity(3), normalisation="none", coding="regular", steps=4)
        dataset = evaluate(network, x, np.array([0, 1, 2, 1]))
    assert dataset.ann_accuracy == dataset.snn_accuracy == 0.75
    # Spikes of the input in 4 steps: 3+1, 2+4, 1+2, 4, each into 3 neurons.
    assert dataset.synaptic_operations == 3 * (4 + 6 + 3 + 4) / 4
    assert dataset.mac_operations == 9
    assert dataset.energy_ratio == pytest.approx(12.75 * 0.9 / (9 * 4.6), rel=1e-12)
    np.testing.assert_allclose(dataset.energy_by_layer, [12.75 * 0.9e-12], rtol=1e-12)
    # First sample, 0.75 and 0.25: floor(0.75 k) grows at steps 2, 3, 4 and floor(0.25 k) at step 4.
    raster = sorted(
        zip(dataset.out_raster_neuron.values.tolist(), dataset.out_raster_step.values.tolist(), strict=True)
    )
    assert raster == [(0, 2), (0, 3), (0, 4), (1, 4)]
    # Of 12 neurons and samples: counts 3 1 0, 2 4 0, 0 1 2, 4 0 0.
    assert dataset.count_histogram.sel(firing_layer="out").values.tolist() == [5, 2, 2, 1, 2]


def test_labels_are_the_classes_of_the_network():
    layer = Dense("out", np.eye(3), np.zeros(3), "identity")
    graph = LayerGraph((layer,), (3,), "net", "test", classes=(2, 5, 7))
    with brainnet.target("numpy"):
        network = convert(graph, normalisation="none", steps=2)
        assert evaluate(network, np.eye(3), np.array([2, 5, 7])).snn_accuracy == 1.0
        with pytest.raises(DataError, match=r"label 1 is none of the network's classes \(2, 5, 7\)"):
            evaluate(network, np.eye(3), np.array([0, 1, 2])[1:].repeat(2)[:3])
        with pytest.raises(DataError, match="give one label per sample"):
            evaluate(network, np.eye(3), np.array([2, 5]))


def test_outputs_that_never_fire_are_told(identity):
    """All logits are negative: every decision is the first class, while potentials decide as trained."""
    layer = Dense("out", np.eye(3), np.full(3, -2.0), "identity")
    graph, y = LayerGraph((layer,), (3,), "net", "test"), np.arange(3)
    with brainnet.target("numpy"):
        with pytest.warns(UserWarning, match="3 of 3 samples end without a spike of the output.*readout='potential'"):
            dataset = evaluate(convert(graph, normalisation="none", steps=4), np.eye(3), y)
        by_potential = evaluate(convert(graph, normalisation="none", steps=4, readout="potential"), np.eye(3), y)
    assert (dataset.ann_accuracy, dataset.snn_accuracy) == (1.0, pytest.approx(1 / 3))
    assert dataset.undecided_samples == 3
    assert "\n3 of 3 samples end without a spike of the output and count as the first class\n" in report_text(dataset)
    assert report_text(dataset).splitlines()[-1].startswith("To try: readout=potential")
    assert (by_potential.snn_accuracy, by_potential.undecided_samples) == (1.0, 0)
    assert "without a spike" not in report_text(by_potential)


def test_the_raster_is_that_of_the_network(identity):
    """With the seed that it was converted with, and with scales whatever they come from."""
    x = np.full((2, 3), 0.5)
    with brainnet.target("numpy"):
        how = {"coding": "bernoulli", "steps": 16, "calibration": x, "percentile": 50.0}
        network = convert(identity(3), seed=7, **how)
        dataset, response = evaluate(network, x, np.array([0, 1])), network.run(x)
    found = np.zeros((16, 3), int)
    found[dataset.input_raster_step.values - 1, dataset.input_raster_neuron.values] = 1
    np.testing.assert_array_equal(found.sum(axis=0), response.counts["input"][0])


def test_responses_that_do_not_fit(identity):
    with brainnet.target("numpy"):
        network = convert(identity(3), normalisation="none", coding="regular", steps=2)
        response = network.run(np.eye(3))
        with pytest.raises(DataError, match="2 samples and a response to 3; give the samples that were run"):
            verify(network, np.eye(3)[:2], response)
        with pytest.raises(ConversionError, match="spikes of layer 'input' are missing"):
            operations(network, {})


def test_correlation_by_potential(graph, samples):
    # The potential after T steps is T times the scaled logit: correlation 1 with a negative half, too.
    x = samples(20, 12)
    with brainnet.target("numpy"):
        network = convert(graph(12, 5), normalisation="none", readout="potential", steps=5)
        response = network.run(x)
        assert verify(network, x, response)["dense_0"].correlation == pytest.approx(1.0, abs=1e-12)
    assert correlation(response.output_potential, graph(12, 5).activations(x)[0]) == pytest.approx(1.0, abs=1e-12)


def test_correlation_with_a_scale_for_each_channel():
    """Two channels whose activations are 1 and 1/16 of the input fire alike: each follows its activation exactly."""
    kernels = np.array([1.0, 1 / 16]).reshape(2, 1, 1)
    first = Conv1d("c", kernels, np.zeros(2), "relu")
    last = Dense("out", np.eye(32, 3), np.zeros(3), "identity")
    graph = LayerGraph((first, Flatten("f"), last), (1, 16), "net", "test")
    x = np.random.default_rng(0).permutation(17)[None, None, 1:] / 16
    with brainnet.target("numpy"):
        network = convert(graph, calibration=x, percentile=100.0, granularity="channel", steps=16)
        np.testing.assert_allclose(network.scales["c"], x.max() * np.array([1, 1 / 16]))
        check = verify(network, x)["c"]
    assert check.error < 0.1
    assert check.correlation == pytest.approx(1.0, abs=1e-3)


def test_samples_far_from_the_calibrated_range_are_told_of_once():
    rng = np.random.default_rng(0)
    layers = (Dense("a", rng.normal(0.3, 0.3, (6, 8)), np.zeros(8), "relu"),
              Dense("b", rng.normal(0.2, 0.3, (8, 3)), np.zeros(3), "identity"))  # fmt: skip
    x = rng.uniform(0, 1, (30, 6))
    with brainnet.target("numpy"):
        network = convert(LayerGraph(layers, (6,), "net", "by hand"), calibration=x, steps=16)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            evaluate(network, 5 * x, np.arange(30) % 3)
            evaluate(network, x, np.arange(30) % 3)
    (told,) = [str(each.message) for each in caught if "calibration samples ran from" in str(each.message)]
    assert f"samples run from {5 * x.min():.4g} to {5 * x.max():.4g}" in told
