"""Exclusive or by modulated STDP: networks that learn it, and the same ones before."""

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import protocols


@pytest.mark.parametrize("rule", ["mstdp", "mstdpet"])
def test_networks_learn_the_exclusive_or_of_rates(rule):
    with brainnet.target("cpp"):
        got = protocols.rstdp_xor(rule=rule, quick=True, seed=1)
    # Without learning a network drawn at random almost never has the largest rate at 01 and 10 both.
    assert float(got.solved_before) == 0
    assert float(got.solved) >= 2 / 3
    assert float(got.rate_xor_1) > 2 * float(got.rate_xor_0)
    # Before learning more input means more output.
    assert (got.before.sel(pattern="11") > got.before.sel(pattern="00")).all()


def test_temporal_bits_have_the_same_rate_and_numpy_and_cpp_agree():
    settings = {"coding": "temporal", "networks": 1, "epochs": 1, "quick": True}
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.rstdp_xor(**settings, test_epochs=1, trial=30 * ms))
    assert runs[0].rate_by_epoch.values.sum() > 0
    assert np.array_equal(runs[0].rate_by_epoch, runs[1].rate_by_epoch)


def test_inputs_of_a_temporal_bit_are_frozen_and_those_of_a_rate_are_not():
    spikes = protocols.rstdp_xor.function.__globals__["input_spikes"]
    rng = np.random.default_rng(3)
    for coding, same in (("temporal", True), ("rate", False)):
        neuron, time = spikes(rng, coding, 2, np.array([1, 0, 1]), 40.0, 500)
        first, third = (set(zip(neuron[part], time[part] % 500, strict=True)) for part in (time < 500, time >= 1000))
        assert (first == third) is same, coding
        silent = neuron[(time >= 500) & (time < 1000)]
        assert (len(silent) > 0) is same, "00 is silence for rates"
