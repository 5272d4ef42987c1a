"""Weights of a spiking Boltzmann machine decay between pieces of a training, biases do not."""

import numpy as np
import pytest
from brian2 import ms

from brainnet.errors import ParameterError
from brainnet.learn import SpikingRBM
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.srbm import training
from brainnet.learn.srbm.settings import make_settings


class Unmoved:
    """Layers that learn nothing."""

    def run(self, clamps, weights, eta, first=0, noise=1.0):
        return weights.copy(), {"hidden": np.zeros((len(clamps), weights.shape[1] - 1))}


def after(monkeypatch, *, piece=4, n=10, factors=None, **values):
    """Weights that a training of two epochs leaves, and those that it began with."""
    monkeypatch.setattr(training, "PIECE", piece)
    settings = make_settings(hidden=3, label_neurons=2, **values)
    weights = np.random.default_rng(0).normal(size=(7, 4))
    images, labels = np.zeros((n, 4)), np.arange(n) % 2
    found, _ = training.learn_all(
        lambda: Unmoved(), settings, images, labels, weights.copy(), epochs=2, per_epoch=n, factors=factors,
        seed=0, n_classes=2, kept=Checkpoint(None, ""),
    )  # fmt: skip
    return found, weights


@pytest.mark.parametrize("more", [{}, {"optimiser": "momentum", "batch": 2}, {"optimiser": "adam", "batch": 2}])
def test_each_image_takes_a_share_of_the_weights_and_none_of_the_biases(monkeypatch, more):
    found, weights = after(monkeypatch, factors=np.array([1.0, 0.5]), eta=0.1, weight_decay=0.2, **more)
    share = (1 - 0.2 * 0.1) ** 10 * (1 - 0.2 * 0.05) ** 10
    np.testing.assert_allclose(found[:-1, :-1], share * weights[:-1, :-1], rtol=1e-12)
    assert (found[-1] == weights[-1]).all()
    assert (found[:, -1] == weights[:, -1]).all()


def test_without_decay_nothing_is_lost(monkeypatch):
    found, weights = after(monkeypatch, weight_decay=0.0)
    assert (found == weights).all()


def test_a_decay_that_leaves_nothing_is_refused():
    machine = SpikingRBM(eta=2.0, weight_decay=0.5, progress=False)
    with pytest.raises(ParameterError, match="leaves nothing of weights after one image"):
        machine.fit(np.eye(4), [0, 1, 0, 1])


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"schedule": [40.0], "eta": 0.5, "weight_decay": 0.1}, "largest learning rate of the schedule, 20, leaves"),
        ({"epochs": 2, "noise_schedule": [1.0, 1e-3]}, "noise_schedule holds 0.001 for epoch 2: "),
        ({"t_overlap": 1.6 * ms, "dt": 1 * ms}, "t_overlap = 1.6 ms is no whole number of time steps of 1 ms"),
    ],
)
def test_what_an_epoch_would_do_later_is_refused_at_once(values, message):
    machine = SpikingRBM(hidden=3, label_neurons=2, progress=False, **values)
    with pytest.raises(ParameterError, match=message):
        machine.fit(np.eye(4), [0, 1, 0, 1])
