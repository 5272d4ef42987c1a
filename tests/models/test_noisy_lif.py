"""Neurons that sample: rates against the distribution of the potential, and the sigmoid nearest to them."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, amp, defaultclock, ms, mV, second
from scipy.special import erf

import brainnet
from brainnet import models
from brainnet.errors import ParameterError
from brainnet.learn import firing_rates, sigmoid_constants

DT, EACH, SECONDS = 0.5e-3, 200, 5.0
NEURONS = ("noisy_lif", "random_walk")


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_rates_are_those_computed(target, request):
    """200 neurons at each of 7 currents for 5 s, both models, one program."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    cells = {name: models[name] for name in NEURONS}
    sigmoids = {name: sigmoid_constants(cell, DT) for name, cell in cells.items()}
    currents = {name: found.offset + np.arange(-3, 4) / found.beta for name, found in sigmoids.items()}
    with brainnet.target(target):
        defaultclock.dt = DT * second
        objects = {}
        for stream, name in enumerate(NEURONS):
            cell = cells[name].group(
                7 * EACH, I_ext=np.repeat(currents[name], EACH) * amp, seed=5, stream=stream, name=name
            )
            objects[name] = cell, SpikeMonitor(cell, record=False, name=f"{name}_count")
        brainnet.build(Network(*(each for pair in objects.values() for each in pair)), SECONDS * second).run()
        counts = {name: np.asarray(pair[1].count).reshape(7, EACH) for name, pair in objects.items()}
    for name in NEURONS:
        measured = counts[name].mean(axis=1) / SECONDS
        # Five standard errors, from the neurons; a cell of the computed distribution, and noise that is normal only
        # nearly, may add 0.5 % of the largest rate.
        error = 5 * counts[name].std(axis=1) / np.sqrt(EACH) / SECONDS + 0.005 / 4e-3
        computed = firing_rates(cells[name], DT, currents[name])
        assert (np.abs(measured - computed) < error).all(), (name, measured, computed)
        # They rise from nearly none to nearly all, and the sigmoid is as near as it says.
        assert computed[0] * 4e-3 < 0.2 < 0.8 < computed[-1] * 4e-3
        nearest = sigmoids[name]
        assert (np.abs(nearest.rates(currents[name]) - computed) * 4e-3 <= nearest.error + 1e-9).all()
    # What the documentation states.
    assert sigmoids["noisy_lif"].error == pytest.approx(0.051, abs=5e-4)
    assert sigmoid_constants(models.random_walk, 0.2e-3).error == pytest.approx(0.116, abs=5e-4)


def test_the_sigmoid_is_that_of_its_constants():
    found = sigmoid_constants(models.noisy_lif, DT)
    current = 0.4e-9
    assert found.rates(current) == pytest.approx(1 / (found.t_ref + np.exp(-found.beta * current) / found.gamma))
    assert found.rates(found.offset) == pytest.approx(0.5 / found.t_ref)


def test_constants_follow_the_noise_and_the_step():
    # All potentials twice as large: the same spikes at twice the current.
    one = sigmoid_constants(models.noisy_lif, DT)
    sigma = models.noisy_lif.parameters["sigma"].value
    twice = sigmoid_constants(models.noisy_lif(sigma=2 * sigma, v_th=200 * mV), DT)
    assert twice.beta == pytest.approx(one.beta / 2, rel=0.02)
    # Finer steps see more crossings of the threshold.
    assert sigmoid_constants(models.noisy_lif, 1e-4).gamma > 1.5 * one.gamma


def test_a_mean_that_stays_below_fires_as_often_as_a_step_of_its_noise_does():
    # With dt = tau_m nothing is kept: each step is a draw of its own.
    cell = models.noisy_lif
    p = 0.5 * (1 + erf((0.5 - 0.1) / (4.24e-11 * np.sqrt(1e-3) / 1e-12) / np.sqrt(2)))
    assert firing_rates(cell, 1e-3, [0.5e-9])[0] == pytest.approx(1e3 / (3 + 1 / p), rel=1e-3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: firing_rates(models.lif, DT, [0.0]), "lif is no neuron that samples"),
        (lambda: firing_rates(models.noisy_lif, 2e-3, [0.0]), "dt = 2 ms is longer than tau_m"),
        (lambda: firing_rates(models.noisy_lif(sigma=0 * amp * second**0.5), DT, [0.0]), "noisy_lif has no noise"),
        (lambda: firing_rates(models.random_walk(p_up=0.7), DT, [0.0]), "more than 1 together"),
        (lambda: sigmoid_constants(models.noisy_lif(t_ref=0 * ms), DT), "a sigmoid needs one"),
    ],
)
def test_what_has_no_sigmoid(make, message):
    with pytest.raises(ParameterError, match=message):
        make()
