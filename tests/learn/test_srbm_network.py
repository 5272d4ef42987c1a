"""Layers of the spiking Boltzmann machine against a reference, spike by spike, on both targets, with given noise."""

import numpy as np
import pytest
from brian2 import SpikeMonitor, ms
from scipy.special import logit

import brainnet
from brainnet.learn.srbm.brian import ALWAYS, Layers, spiking_network
from brainnet.learn.srbm.settings import make_settings
from brainnet.random import normal
from tests.reference.srbm import Machine

N_VISIBLE, N_HIDDEN, BIAS, SEED, ETA = 6, 5, 2, 11, 0.4
SETTINGS = make_settings(hidden=N_HIDDEN, bias_neurons=BIAS, dt=0.5 * ms, cycle=60 * ms, transition=10 * ms)
HALF, PAUSE = 60, 20
FIRST = 3  # row of the first clamps


def clamps():
    rng = np.random.default_rng(0)
    rows = np.where(rng.random((4, N_VISIBLE)) < 0.5, logit(0.98), logit(1e-5))
    rows[1::2] = 0
    return rows


WEIGHTS = np.random.default_rng(1).normal(0, 1.5, (N_VISIBLE + BIAS, N_HIDDEN + BIAS))


def reference(sigmoid, eta):
    """Show the same clamps; weights in units of 1/beta, spikes by row, layer and neuron."""
    draws = [
        [normal.pyfunc(SEED, layer, FIRST * HALF + k, np.arange(n)) for k in range(4 * HALF)]
        for layer, n in enumerate((N_VISIBLE + BIAS, N_HIDDEN + BIAS))
    ]
    machine = Machine(WEIGHTS / sigmoid.beta, lambda layer, k, i: draws[layer][k][i], 0.5e-3, sigmoid.offset)
    on = ALWAYS / sigmoid.beta
    A = eta * 4e-3 / (2 * 20e-3) / sigmoid.beta
    for k in range(4 * HALF):
        drive = [[*(clamps()[k // HALF] / sigmoid.beta), *[on] * BIAS], [0.0] * N_HIDDEN + [on] * BIAS]
        gate = 0 if k % HALF < PAUSE else 1 if k % (2 * HALF) < HALF else -1
        machine.step(k, drive, gate, A)
    counts = [
        np.array([np.bincount(np.array(each, int) // HALF, minlength=4) for each in layer]).T
        for layer in machine.spikes
    ]
    return np.array(machine.w) * sigmoid.beta, counts[0][:, :N_VISIBLE], counts[1][:, :N_HIDDEN]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_as_the_reference(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        layers = Layers(SETTINGS, N_VISIBLE, SEED)
        for eta in (ETA, 0.0):
            weights, visible, hidden = reference(layers.sigmoid, eta)
            found, counts = layers.run(clamps(), WEIGHTS, eta, FIRST)
            assert counts["visible"].tolist() == visible.tolist()
            assert counts["hidden"].tolist() == hidden.tolist()
            np.testing.assert_allclose(found, weights, rtol=1e-9, atol=1e-11)
            assert (np.abs(found - WEIGHTS).max() > 0.1) == (eta > 0)
        # One program remembers nothing of an earlier run.
        again, _ = layers.run(clamps(), WEIGHTS, ETA, FIRST)
        other, _ = layers.run(clamps(), WEIGHTS, ETA, FIRST + 1)
    np.testing.assert_allclose(again, reference(layers.sigmoid, ETA)[0], rtol=1e-9, atol=1e-11)
    assert not np.allclose(other, again), "other noise"


def test_bias_neurons_fire_whatever_their_own_weights_bring_back():
    """A hundred neurons that fire bring -2 each: clamped as a bright pixel is, at 3.9, none of them would ever fire."""
    settings = make_settings(hidden=100, bias_neurons=2, dt=0.5 * ms, cycle=60 * ms, transition=10 * ms)
    weights = np.zeros((N_VISIBLE + 2, 102))
    weights[:N_VISIBLE, :100] = 2.0
    weights[N_VISIBLE:, :100] = -2.0
    with brainnet.target("numpy"):
        network = spiking_network(settings, np.full((1, N_VISIBLE), logit(0.98)), weights, SEED, halves=4)
        visible = SpikeMonitor(network["visible"], name="visible_spikes")
        hidden = SpikeMonitor(network["hidden"], name="hidden_spikes")
        network.add(visible, hidden)
        network.run(120 * ms)
    assert hidden.count[:100].sum() > 100 * 120 / 4 / 2, "hidden neurons are active"
    assert set(visible.count[N_VISIBLE:]) == set(hidden.count[100:]) == {120 // 4}
