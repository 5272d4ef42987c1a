"""Protocols of quantised weight transfer, from digits to run folder."""

import numpy as np
import pytest
from brian2 import mV, second

import brainnet
from brainnet import models
from brainnet.errors import ParameterError, UnknownNameError
from brainnet.results import write_run

TINY = {"hidden": 30, "epochs": 15, "images": 120, "calibration_images": 200, "steps": 20}


def run(name, tmp_path, **values):
    """Run at a tiny size, and write the folder."""
    protocol = brainnet.protocols[name]
    bound = protocol.bind({**TINY, **values}, quick=True)
    data = protocol(quick=True, **{**TINY, **values})
    out = write_run(tmp_path / name, protocol, bound, data, seed=0, target="numpy", wall_seconds=1.0)
    assert (out / "figure.png").stat().st_size > 10_000
    return data


def by_case(data, name):
    """A result by its cases."""
    return dict(zip(data.case.values.tolist(), data[name].values.tolist(), strict=True))


def test_weight_transfer(tmp_path):
    data = run("weight_transfer", tmp_path, levels="3,15", checkpoint=str(tmp_path / "kept"))
    assert data.levels.values.tolist() == [3, 15]
    np.testing.assert_array_equal(data.weight_error, 0)
    assert data.weights == 64 * 30 + 30 * 10
    # every neuron has at most 2 maps of 3 levels, and 14 of 15; one by one it is a pulse a weight at most
    assert (data.pulses <= np.array([2, 14]) * 40).all()
    assert (data.pulses_one_by_one <= data.weights).all()
    assert (data.pulses < data.pulses_one_by_one / 2).all()
    np.testing.assert_allclose(data.write_time, 1e-6 * data.pulses, rtol=1e-12)
    assert data.accuracy_quantised.sel(levels=15) > data.accuracy_float - 0.05
    # the same weights as spikes: 120 digits, 20 steps
    assert abs(data.accuracy_transferred.sel(levels=15) - data.accuracy_quantised.sel(levels=15)) < 0.1
    assert [each.name for each in sorted(tmp_path.glob("kept*"))] == ["kept_15.npz", "kept_3.npz"]


def test_normalised_by_activation(tmp_path):
    data = run("weight_transfer", tmp_path, levels="15", by="activation")
    # 120 digits: one standard error is 2 points
    assert data.accuracy_quantised > data.accuracy_float - 0.06
    assert data.weight_error == 0


def test_an_ideal_device_declares_what_it_costs_or_says_that_it_does_not(tmp_path):
    device = models.ideal_device
    data = run("weight_transfer", tmp_path, levels="3", device=device)
    assert data.weight_error == 0
    assert bool(device.resolved("costs")) == bool(np.isfinite(data.write_energy).all())


def test_jitter(tmp_path):
    data = run("transfer_jitter", tmp_path, levels="15", jitter="0.01,1*us")
    error = by_case(data, "weight_error")
    assert error["15 levels, synapse, 0.01 us"] < 0.02 < error["15 levels, synapse, 1 us"]
    # four pairs of a quarter each: independent errors add up to half of that of one pair
    ratio = error["15 levels, synapse x4, 0.01 us"] / error["15 levels, synapse, 0.01 us"]
    assert ratio == pytest.approx(0.5, abs=0.1)
    assert data.pulses.sel(variant="15 levels, synapse x4")[0] == 4 * data.pulses.sel(variant="15 levels, synapse")[0]


def test_mismatch(tmp_path):
    data = run("transfer_mismatch", tmp_path, levels="15", spread="0,0.3")
    error = by_case(data, "weight_error")
    assert error["15 levels, both, 0"] == 0
    assert error["15 levels, both, 0.3"] > error["15 levels, A, 0.3"] > 0.01


def test_pair(tmp_path):
    data = run("transfer_pair", tmp_path, levels="7", spread="0,0.1")
    error = by_case(data, "weight_error")
    # twice the conductance a level: a read, whose noise grows with the conductance read, is as good or better
    assert error["both, read noise, 0.1"] < error["one, read noise, 0.1"]
    assert error["either, read noise, 0.1"] < error["both, read noise, 0.1"]
    pulses = dict(zip(data.pair.values.tolist(), data.pulses_of_pair.values.tolist(), strict=True))
    assert pulses["both"] == 2 * pulses["one"] == 2 * pulses["either"]


def test_write_verify(tmp_path):
    data = run("write_verify", tmp_path, levels="15", spread="0.3", rounds=3)
    error = [*by_case(data, "weight_error").values()]
    assert error[0] > error[1] > error[2] > error[3]
    assert (np.diff(data.pulses_so_far) > 0).all()
    assert (data.corrected[1:] > np.diff(data.pulses_so_far)).all()


def test_ageing(tmp_path):
    data = run("transfer_ageing", tmp_path, levels="15", times=[1, 31557600] * second)
    error = by_case(data, "weight_error")
    # the mean exponent is 0.049 or more: after a year (1.58e6 t_0) less than half is left
    assert error["15 levels, as it is, 3.15576e+07 s"] > 2 * error["15 levels, compensated, 3.15576e+07 s"]
    assert error["15 levels, as it is, 1 s"] < 0.1


def test_conversion_theory(tmp_path):
    data = run("conversion_theory", tmp_path)
    of = by_case(data, "thresholds")
    assert of["none, dense_0"] == 1
    assert of["model, dense_0"] > of["data 100, dense_0"] >= of["data 99.9, dense_0"] > 0
    best = data.accuracy_by_normalisation.sel(normalisation="data 99.9")
    assert best > data.accuracy_written - 0.1
    assert (data.threshold_conductance > 0).all()
    leaky = data.accuracy_by_parameter.sel(parameter="leak, tau_m 20 ms")
    assert leaky <= data.accuracy_by_parameter.sel(parameter="as converted") + 0.05


@pytest.mark.parametrize(("wrong", "message"), [
    ({"levels": "4"}, "3 or 5"), ({"levels": "1"}, "give 3"), ({"levels": "few"}, "whole numbers"),
    ({"levels": "-3"}, "give 3"), ({"levels": ""}, "whole numbers"), ({"levels": "2049"}, "1023"),
    ({"device": "pcm"}, "no window"), ({"device": "lif"}, "no memory device"),
    ({"device_parameters": "A_p=100*nS"}, "pulses_per_level=5"), ({"device_parameters": "A_q=1"}, "A_q"),
    ({"device_parameters": "dt_max=1*us"}, "level"), ({"pulses_per_level": 0}, "pulses_per_level"),
])  # fmt: skip
def test_what_cannot_be_written_is_told_before_training(wrong, message, monkeypatch):
    def trained(*args, **kwargs):
        raise AssertionError("trained before it was checked")

    monkeypatch.setattr("brainnet.experiment.transfer_networks.trained_mlp", trained)
    with pytest.raises(ParameterError, match=message):
        brainnet.protocols["weight_transfer"](quick=True, **wrong)


def test_unknown_devices_are_told():
    with pytest.raises(UnknownNameError, match="synaptic_transistor"):
        brainnet.protocols["weight_transfer"](quick=True, device="synaptic_transister")


@pytest.mark.parametrize(("protocol", "wrong", "message"), [
    ("transfer_jitter", {"jitter": "a"}, "jitter"),
    ("transfer_jitter", {"jitter": "-1*us"}, "jitter"),
    ("transfer_jitter", {"jitter": "0.1,1"}, "jitter.*are no times"),
    ("transfer_jitter", {"jitter": "inf*us"}, "jitter"),
    ("transfer_ageing", {"times": "1,60*mV"}, "times"),
    ("transfer_ageing", {"times": [1, 60] * mV}, "times"),
    ("transfer_mismatch", {"spread": "0,1.5"}, "spread"),
    ("transfer_mismatch", {"spread": "0,,0.1"}, "empty entry"),
    ("transfer_mismatch", {"device_parameters": "sigma_A=0.5"}, "sigma_A is varied by the protocol itself"),
    ("transfer_mismatch", {"device": "pcm"}, "no window"),
    ("transfer_pair", {"levels": "3,15"}, "are 2 numbers; give 1"),
    ("transfer_pair", {"device_parameters": "sigma_r=0.1"}, "varied by the protocol itself"),
    ("write_verify", {"device_parameters": "sigma_tau=0.5"}, "varied by the protocol itself"),
    ("conversion_theory", {"levels": "3,15"}, "are 2 numbers; give 1"),
])  # fmt: skip
def test_sweeps_are_checked(protocol, wrong, message):
    with pytest.raises(ParameterError, match=message):
        brainnet.protocols[protocol](quick=True, **wrong)
