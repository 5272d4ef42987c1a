"""Noise of the Boltzmann machine by epoch: against the reference with given noise, closed forms, what is refused."""

import numpy as np
import pytest
from brian2 import SpikeMonitor, ms
from scipy.special import logit

import brainnet
from brainnet import models
from brainnet.errors import ParameterError
from brainnet.learn import SpikingRBM, clamp_for, firing_rates, sigmoid_constants
from brainnet.learn.srbm.brian import ALWAYS, Layers, spiking_network
from brainnet.learn.srbm.sampling import noisier
from brainnet.learn.srbm.settings import make_settings
from brainnet.random import normal
from tests.learn.test_srbm import FEW, X_TEST, X, Y
from tests.reference.srbm import Machine

N_VISIBLE, N_HIDDEN, SEED, ETA, LESS = 6, 5, 11, 0.4, 0.6
HALF, PAUSE = 60, 20
TIMES = {"hidden": N_HIDDEN, "dt": 0.5 * ms, "cycle": 60 * ms, "transition": 10 * ms}
SETTINGS = make_settings(noise=np.array([1.0, LESS]), **TIMES)
WEIGHTS = np.random.default_rng(1).normal(0, 1.5, (N_VISIBLE + 1, N_HIDDEN + 1))
CLAMPS = np.where(np.random.default_rng(0).random((4, N_VISIBLE)) < 0.5, logit(0.98), logit(1e-5))
CLAMPS[1::2] = 0


def reference(noise):
    """Weights keep their currents; clamps and the sigmoid's place are those of neurons with so much noise."""
    first = sigmoid_constants(models.noisy_lif, 0.5e-3)
    now = sigmoid_constants(models.noisy_lif(sigma=noise * models.noisy_lif.parameters["sigma"].value), 0.5e-3)
    draws = [
        [normal.pyfunc(SEED, layer, k, np.arange(n)) for k in range(4 * HALF)]
        for layer, n in enumerate((N_VISIBLE + 1, N_HIDDEN + 1))
    ]
    machine = Machine(WEIGHTS / first.beta, lambda layer, k, i: noise * draws[layer][k][i], 0.5e-3, now.offset)
    on = ALWAYS / first.beta
    for k in range(4 * HALF):
        drive = [[*(CLAMPS[k // HALF] / now.beta), on], [0.0] * N_HIDDEN + [on]]
        gate = 0 if k % HALF < PAUSE else 1 if k % (2 * HALF) < HALF else -1
        machine.step(k, drive, gate, ETA * 4e-3 / (2 * 20e-3) / first.beta)
    return np.array(machine.w) * first.beta


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_less_noise_as_the_reference(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        layers = Layers(SETTINGS, N_VISIBLE, SEED)
        found = {noise: layers.run(CLAMPS, WEIGHTS, ETA, noise=noise)[0] for noise in (LESS, 1.0)}
        plain, _ = Layers(make_settings(**TIMES), N_VISIBLE, SEED).run(CLAMPS, WEIGHTS, ETA) if target == "numpy" else (
            found[1.0], None
        )  # fmt: skip
    for noise, weights in found.items():
        np.testing.assert_allclose(weights, reference(noise), rtol=1e-9, atol=1e-11)
    assert (plain == found[1.0]).all()
    assert np.abs(found[LESS] - found[1.0]).max() > 0.05


def test_the_same_weights_count_more_with_less_noise():
    """Half the step of a walk, twice the slope: where noise alone spreads the membrane, only the ratio matters."""
    first, half = (SETTINGS.sigmoid(noise) for noise in (1.0, 0.5))
    assert half.beta > 1.5 * first.beta
    np.testing.assert_allclose(
        SETTINGS.weights_of(WEIGHTS, 0.5) / half.beta, WEIGHTS / first.beta, rtol=1e-12, err_msg="the same currents"
    )
    assert SETTINGS.weights_of(WEIGHTS) is WEIGHTS
    assert [SETTINGS.noise_of(k) for k in (0, 1, -1)] == [1.0, LESS, LESS]


@pytest.mark.parametrize("rate", [100.0, 210.0])
def test_a_walk_is_clamped_to_a_rate(rate):
    """20 neurons for 3 s: the rate of a renewal process varies less than that of a Poisson one, 5 deviations of it."""
    p = clamp_for(models.random_walk, 0.5e-3, rate)
    sigmoid = sigmoid_constants(models.random_walk, 0.5e-3)
    computed = firing_rates(models.random_walk, 0.5e-3, [sigmoid.offset + logit(p) / sigmoid.beta])[0]
    assert computed == pytest.approx(rate, rel=0.02), "a walk's rates rise in jumps"
    settings = make_settings(neuron="random_walk", **TIMES)
    with brainnet.target("numpy"):
        network = spiking_network(settings, np.full((1, 20), logit(p)), np.zeros((21, N_HIDDEN + 1)), SEED, halves=100)
        spikes = SpikeMonitor(network["visible"], record=False)
        network.add(spikes)
        network.run(3000 * ms)
    measured = np.asarray(spikes.count)[:20].mean() / 3
    # Potentials are computed in cells, 2 % of a rate.
    assert abs(measured - rate) < 5 * np.sqrt(rate / 60) + 0.02 * rate
    with pytest.raises(ParameterError, match="and not at 250 Hz"):
        clamp_for(models.random_walk, 0.5e-3, 250.0)


def test_noise_by_epoch_in_a_training():
    options = {**FEW, "neuron": "random_walk", "epochs": 2, "cycle": 40 * ms, "transition": 4 * ms, "recall": 1}
    with brainnet.target("numpy"):
        fitted = [
            SpikingRBM(noise_schedule=each, **options).fit(X[:6], Y[:6]) for each in (None, [1, 1], [1, 0.8, 0.5])
        ]
        plain, ones, less = fitted
        assert (ones.weights_ == plain.weights_).all()
        assert not np.allclose(less.weights_, plain.weights_)
        assert (less.weights_by_epoch_[0] == plain.weights_by_epoch_[0]).all()
        quiet = sigmoid_constants(noisier(models.random_walk, 0.8)[0], 1e-3)
        assert less.sigmoid_ == quiet
        assert (less.weights_by_epoch_[1][:-1, :-1] == less.weights_).all()
        network = less.network(X_TEST[:1])
        assert float(network["hidden"].namespace["step"]) == pytest.approx(0.16)
        assert less.set_params(readout="label_neurons").predict(X_TEST[:2]).shape == (2,)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [([1.0], "noise_schedule holds 1 epochs"), ([1, 0.0], "above 0"), ("less", "one factor of the noise per epoch")],
)
def test_schedules_that_do_not_fit(schedule, message, monkeypatch):
    monkeypatch.setattr("brainnet.learn.srbm.brian.Layers", None)
    with pytest.raises(ParameterError, match=message):
        SpikingRBM(noise_schedule=schedule, epochs=2, **FEW).fit(X, Y)


def test_an_epoch_of_part_of_the_images_shows_others_in_each(monkeypatch):
    """Two epochs of half are one of all, image by image; a divisor of all is asked for."""
    monkeypatch.setattr("brainnet.learn.srbm.training.PIECE", 3)
    options = {**FEW, "cycle": 40 * ms, "transition": 4 * ms}
    with brainnet.target("numpy"):
        whole = SpikingRBM(**options).fit(X[:6], Y[:6])
        halves = SpikingRBM(epochs=2, epoch_images=3, **options).fit(X[:6], Y[:6])
    assert (halves.weights_ == whole.weights_).all()
    assert len(halves.weights_by_epoch_) == 2
    for wrong in (4, 0, True, 2.0):
        with pytest.raises(ParameterError, match="epoch_images"):
            SpikingRBM(epoch_images=wrong, **options).fit(X[:6], Y[:6])
