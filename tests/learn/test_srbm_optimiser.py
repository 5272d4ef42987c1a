"""Steps of momentum and Adam against closed forms and PyTorch's, the first weights, and trainings that are killed."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.errors import ParameterError
from brainnet.learn import SpikingRBM
from brainnet.learn.srbm import training
from brainnet.learn.srbm.optimiser import Optimiser
from brainnet.learn.srbm.rule import first_weights
from brainnet.learn.srbm.settings import make_settings

SHAPE = 3, 4


def optimiser(kind, **values):
    return Optimiser.of(make_settings(optimiser=kind, **values), np.zeros(SHAPE))


def test_events_keep_what_spikes_have_written():
    rng = np.random.default_rng(0)
    before, after = rng.normal(size=(2, *SHAPE))
    assert optimiser("events").take(before, after, 0.3, 1.0) is after


@pytest.mark.parametrize("kind", ["momentum", "adam"])
def test_without_a_learning_rate_no_step_is_taken(kind):
    steps = optimiser(kind)
    before = np.ones(SHAPE)
    steps.take(before, before + 1, 0.5, 1.0)
    velocity = steps.velocity
    assert (steps.take(before, before, 0.0, 0.0) == before).all()
    assert steps.taken == 1
    assert steps.velocity is velocity


def test_momentum_under_a_steady_change():
    """The velocity is a geometric series, and so is its sum: k - m(1 - m^k)/(1 - m) steps of d/(1 - m)."""
    m, d, k = 0.7, 0.02, 9
    steps, weights = optimiser("momentum", momentum=m), np.zeros(SHAPE)
    for _ in range(k):
        weights = steps.take(weights, weights + d, 0.1, 1.0)
    np.testing.assert_allclose(steps.velocity, d * (1 - m**k) / (1 - m), rtol=1e-12)
    np.testing.assert_allclose(weights, d / (1 - m) * (k - m * (1 - m**k) / (1 - m)), rtol=1e-12)


def test_adam_under_a_steady_change():
    """Both means are exact from the first step on: each step has the size `adam_step`, whatever the change."""
    change = np.random.default_rng(1).normal(size=SHAPE)
    steps, weights = optimiser("adam", adam_step=0.02, momentum=0.6), np.zeros(SHAPE)
    for _ in range(5):
        weights = steps.take(weights, weights + change, 0.1, 0.5)
    np.testing.assert_allclose(weights, 5 * 0.5 * 0.02 * np.sign(change), rtol=1e-6)


@pytest.mark.parametrize("kind", ["momentum", "adam"])
def test_steps_are_those_of_pytorch(kind):
    torch = pytest.importorskip("torch", reason="its steps are held against PyTorch's")
    rng = np.random.default_rng(2)
    weights = rng.normal(size=SHAPE)
    theirs = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    if kind == "momentum":
        peer = torch.optim.SGD([theirs], lr=1.0, momentum=0.8, maximize=True)
    else:
        peer = torch.optim.Adam([theirs], lr=0.03, betas=(0.8, 0.999), maximize=True)
    steps = optimiser(kind, momentum=0.8, **({"adam_step": 0.03} if kind == "adam" else {}))
    amount = 0.032 * 20
    for _ in range(12):
        change = rng.normal(size=SHAPE)
        weights = steps.take(weights, weights + change, amount, 1.0)
        theirs.grad = torch.tensor(change if kind == "momentum" else change / amount)
        peer.step()
    np.testing.assert_allclose(weights, theirs.detach().numpy(), rtol=1e-9)


def test_first_weights_by_the_numbers_of_neurons():
    """Glorot & Bengio 2010, eq. 16, as a normal distribution: variance 2/(visible + hidden)."""
    visible, hidden = 120, 80
    settings = make_settings(hidden=hidden, initial="xavier")
    wide = make_settings(hidden=hidden, w_0=0.3).first(visible, 0)[:-1, :-1]
    weights = settings.first(visible, 0)[:-1, :-1]
    np.testing.assert_allclose(wide, 3 * weights, rtol=1e-12)
    # The standard error of a standard deviation is 1/sqrt(2 n) of it.
    assert abs(weights.std() / 0.1 - 1) < 5 / np.sqrt(2 * weights.size)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"adam_step": 0.02}, "adam_step has no effect with optimiser = 'events'"),
        ({"batch": 5}, "batch has no effect with optimiser = 'events'"),
        ({"momentum": 0.9}, "momentum has no effect with optimiser = 'events'"),
        ({"optimiser": "momentum", "adam_step": 0.02}, "adam_step has no effect with optimiser = 'momentum'"),
        ({"initial": "xavier", "w_0": 0.2}, "w_0 has no effect with initial = 'xavier'"),
        ({"optimiser": "sgd"}, "optimiser"),
        ({"optimiser": "adam", "batch": 0}, "batch"),
        ({"optimiser": "adam", "momentum": 1.0}, "momentum"),
        ({"optimiser": "adam", "adam_step": 0.0}, "adam_step"),
        ({"initial": "he"}, "initial"),
    ],
)
def test_what_does_not_apply_is_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        make_settings("SpikingRBM", **values)


# Twelve images of 9 pixels, in pieces of 4, of which batches of 3 leave one over.
SMALL = {"hidden": 5, "label_neurons": 4, "dt": 1 * ms, "cycle": 20 * ms, "transition": 2 * ms, "eta": 0.3, "b_0": 0.0}
KINDS = {
    "events": {},
    "momentum": {"optimiser": "momentum", "batch": 3, "momentum": 0.7},
    "adam": {"optimiser": "adam", "batch": 3, "adam_step": 0.05},
}


def fit(kind, **more):
    rng = np.random.default_rng(3)
    x, y = (rng.random((12, 9)) < 0.4).astype(float), np.arange(12) % 2
    with brainnet.target("numpy"):
        return SpikingRBM(**SMALL, **KINDS[kind], epochs=2, random_state=6, progress=False, **more).fit(x, y)


KILLED = """
import os, signal, sys
from brainnet.learn import Checkpoint
from brainnet.learn.srbm import training
sys.path.insert(0, sys.argv[2])
from test_srbm_optimiser import fit

def save(self, force=False, keep=Checkpoint.save, **state):
    keep(self, force=True, **state)
    if int(state["done"]) == 4:
        os.kill(os.getpid(), signal.SIGKILL)

Checkpoint.save, training.PIECE = save, 4
fit(sys.argv[3], checkpoint=sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_training_goes_on_bit_for_bit(kind, tmp_path, monkeypatch):
    """Killed in the second pass, after the fourth of six pieces."""
    monkeypatch.setattr(training, "PIECE", 4)
    path = tmp_path / "fit.npz"
    done = subprocess.run([sys.executable, "-c", KILLED, path, os.path.dirname(__file__), kind], check=False)
    assert done.returncode == -signal.SIGKILL
    with np.load(path) as kept:
        assert int(kept["done"]) == 4
        # Two steps by piece, of three images and of one.
        assert int(kept["taken"]) == (0 if kind == "events" else 8)
    resumed, whole = fit(kind, checkpoint=path), fit(kind)
    assert (resumed._state == whole._state).all()
    assert np.abs(whole.weights_by_epoch_[1] - whole.weights_by_epoch_[0]).max() > 1e-3
    for name, column in whole.history_.items():
        np.testing.assert_array_equal(resumed.history_[name], column)


def test_each_way_of_stepping_is_another():
    """With the same spikes in the first batch, three ways lead to three sets of weights."""
    events, momentum, adam = (fit(kind).weights_ for kind in KINDS)
    assert not np.allclose(events, momentum)
    assert not np.allclose(momentum, adam)
    # Adam's steps fall linearly to a fiftieth, and a pass of 12 images has 4: none of 8 is larger than adam_step.
    first = first_weights(13, 5, 1, 0.1, 0.0, int(np.random.default_rng(6).integers(2**31)))[:-1, :-1]
    assert np.abs(adam - first).max() < 8 * 0.05 * 1.5
