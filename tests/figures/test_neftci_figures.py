"""The spiking Boltzmann machine as the paper draws it, at quick sizes: what is drawn is what was measured."""

import numpy as np
import pytest

import brainnet
from brainnet import figures
from brainnet.plot import part


def curve(axis, label):
    return next(line for line in axis.lines if line.get_label().startswith(label))


def test_digits_are_learned_and_imagined(compiler):
    with brainnet.target("cpp"):
        drawn = figures.neftci_2014_fig7(quick=True, seed=1)
    course = part(drawn, "course")
    # 8 x 8 digits after 1,000 images: guessing gives 10 %, with a standard deviation of 1.7 for 300 images.
    assert curve(course, "test, by free energy").get_ydata()[-1] > 70
    assert curve(course, "by label neurons").get_ydata()[-1] > 50
    assert curve(course, "theirs").get_ydata()[0] == 91.9
    (imagined,) = part(drawn, "generated").images
    assert imagined.get_array().shape == (2 * 9, 5 * 9)
    assert 0.1 < imagined.get_array().mean() < 0.6


def test_small_machines_sample_and_rates_are_nearly_a_sigmoid(compiler):
    with brainnet.target("cpp"):
        drawn = figures.neftci_2014_fig3(quick=True, seed=1)
    rates, states = part(drawn, "rates"), part(drawn, "states")
    measured, computed = (curve(rates, label).get_ydata() for label in ("measured", "computed"))
    # One neuron for 5 s: the standard deviation of its rate is below 3 % of the largest one.
    np.testing.assert_allclose(measured, computed, atol=0.09)
    z = curve(rates, "measured").get_xdata()
    np.testing.assert_allclose(computed, 1 / (1 + np.exp(-z)), atol=0.051)
    exact, sampled = states.lines[0].get_xdata(), states.lines[0].get_ydata()
    assert exact.sum() == pytest.approx(1)
    assert np.corrcoef(exact, sampled)[0, 1] > 0.7


def test_what_spikes_learn_is_drawn_against_the_gradient(compiler):
    with brainnet.target("cpp"):
        drawn = figures.neftci_2014_gradient(quick=True, seed=5)
    changes, errors = part(drawn, "changes"), part(drawn, "errors")
    exact, measured = curve(changes, "weights times 1").get_data()
    assert len(exact) == 2 * 36, "two machines of 5 + 5 neurons, and a bias neuron of each side"
    assert np.corrcoef(exact, measured)[0, 1] > 0.9
    short = curve(errors, "cycles of 140 ms").get_ydata()
    assert (short > 0).all()
    assert short[-1] > short[2]
