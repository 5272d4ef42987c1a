"""Exclusive or by modulated STDP: networks that learn it, and the same ones before."""

import numpy as np
import pytest
from brian2 import Hz, ms

import brainnet
from brainnet import protocols
from brainnet.errors import ParameterError

INSIDE = protocols.rstdp_xor.module


@pytest.mark.parametrize("rule", ["mstdp", "mstdpet"])
def test_networks_learn_the_exclusive_or_of_rates(rule):
    with brainnet.target("cpp"):
        got = protocols.rstdp_xor(rule=rule, epochs=60, networks=6, quick=True, seed=1)
    # Without learning a network drawn at random almost never has the largest rate at 01 and 10 both. Of networks that
    # succeed with probability 0.9, fewer than 4 of 6 do with probability 0.016.
    assert float(got.solved_before) == 0
    assert float(got.solved) >= 2 / 3
    assert float(got.rate_xor_1) > 2 * float(got.rate_xor_0)
    # Before learning more input means more output.
    assert (got.before.sel(pattern="11") > got.before.sel(pattern="00")).all()


@pytest.mark.parametrize("rule", ["mstdp", "mstdpet"])
def test_networks_learn_the_exclusive_or_of_times(rule):
    with brainnet.target("cpp"):
        got = protocols.rstdp_xor(rule=rule, coding="temporal", epochs=60, quick=True, seed=1)
    # Of networks that succeed with probability 0.9, fewer than 2 of 3 do with probability 0.028.
    assert float(got.solved_before) == 0
    assert float(got.solved) >= 2 / 3
    assert float(got.rate_xor_1) > 2 * float(got.rate_xor_0)
    # Before learning a rate is 53 Hz with a standard deviation of 12 Hz (100 networks): 1.5 is three of them for three.
    before = got.before.mean("network")
    assert float(before.max() / before.min()) < 1.5


def test_before_learning_nothing_but_chance_tells_times_apart():
    with brainnet.target("cpp"):
        got = protocols.rstdp_xor(coding="temporal", epochs=1, test_epochs=1, networks=50, quick=True, seed=1)
    apart = got.before - got.before.mean("pattern")
    error = apart.std("network", ddof=1) / np.sqrt(50)
    assert (error > 0.5).all(), "single networks do tell them apart"
    # Four means within four standard errors: one false alarm in 4000 seeds.
    assert (abs(apart.mean("network")) < 4 * error).all()
    # 01 and 10 are the two largest of four in a sixth of all orders.
    assert float(got.solved_before) <= 1 / 6 + 3 * np.sqrt(5 / 36 / 50)


def test_temporal_bits_agree_on_numpy_and_cpp():
    settings = {"coding": "temporal", "networks": 1, "epochs": 1, "quick": True, "test_epochs": 1}
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.rstdp_xor(**settings, trial=200 * ms, max_delay=40 * ms))
    assert runs[0].rate_by_epoch.values.sum() > 0
    assert np.array_equal(runs[0].rate_by_epoch, runs[1].rate_by_epoch)


def test_inputs_of_a_temporal_bit_are_frozen_and_those_of_a_rate_are_not():
    rng = np.random.default_rng(3)
    for coding, same in (("temporal", True), ("rate", False)):
        network, line, time = INSIDE.input_spikes(rng, coding, 2, np.array([1, 0, 1]), 40 * Hz, 200, 500)
        shown = [
            set(zip(network[part], line[part], time[part] % 500, strict=True))
            for part in (time // 500 == k for k in range(3))
        ]
        assert (shown[0] == shown[2]) is same, coding
        assert (len(shown[1]) > 0) is same, "00 is silence for rates"
        if same:
            assert shown[0] != shown[1], "and times tell 0 from 1"
            assert len(shown[0]) == len(shown[1]) == 2 * 2 * 5, "in as many spikes"


def test_trains_keep_their_pause_and_end_before_the_longest_delay():
    trains = INSIDE.frozen_trains(np.random.default_rng(0), 50, 300)
    assert trains.shape == (50, 2, 2, 5)
    assert np.diff(trains, axis=-1).min() >= 30
    assert trains.min() >= 0
    assert 290 < trains.max() < 300


def test_settings_that_do_not_fit_are_refused():
    with pytest.raises(ParameterError, match="set a longer trial, or a shorter max_delay"):
        protocols.rstdp_xor(coding="temporal", trial=300 * ms)
    with pytest.raises(ParameterError, match="rate acts only with coding=rate"):
        protocols.rstdp_xor(coding="temporal", rate=20 * Hz)
    with pytest.raises(ParameterError, match=r"max_delay = 1.5 ms is no whole number of steps"):
        protocols.rstdp_xor(coding="temporal", max_delay=1.5 * ms)
