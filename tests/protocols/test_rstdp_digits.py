"""Digits learned from reward: better than before it, and as told by the first neuron that fires."""

import numpy as np
import pytest

import brainnet
from brainnet import protocols
from brainnet.plot import part

INSIDE = protocols.rstdp_digits.module


@pytest.fixture(scope="module")
def learned(compiler):
    with brainnet.target("cpp"):
        return protocols.rstdp_digits(quick=True, seed=1)


def test_reward_teaches_digits(learned):
    # Before learning classes are nothing but chance: of 450 images a tenth is right, and more than a fifth never.
    assert float(learned.accuracy_before) < 0.2
    assert float(learned.accuracy) > 0.5
    assert float(learned.accuracy_logistic_regression) > 0.9
    right = learned.right_by_epoch.values
    assert right[-1] > right[0]
    answered = 450 * (1 - float(learned.unanswered))
    assert int(learned.confusion.sum()) == round(answered)
    assert np.trace(learned.confusion.values) / 450 == pytest.approx(float(learned.accuracy))
    assert float(learned.weights.min()) >= 0
    assert float(learned.weights.max()) <= INSIDE.W_MAX


def test_the_picture_says_what_a_regression_gets(learned):
    drawn = protocols.rstdp_digits.draw(learned)
    lines = {line.get_label(): line.get_ydata() for line in part(drawn, "course").lines}
    assert lines["logistic regression"][0] == pytest.approx(100 * float(learned.accuracy_logistic_regression))
    assert lines["test after it"][0] == pytest.approx(100 * float(learned.accuracy))


def test_the_first_neuron_decides_and_the_lowest_of_equals():
    neuron, step = np.array([4, 2, 7, 5, 1]), np.array([12, 15, 31, 31, 39])
    assert INSIDE.first_answers(neuron, step, 5, 10).tolist() == [-1, 4, -1, 5, -1]
