"""The spiking Boltzmann machine as an estimator: bars learned, read out, imagined, completed, interrupted."""

import copy
import itertools

import numpy as np
import pytest
from brian2 import SpikeMonitor, ms

import brainnet
from brainnet.errors import DataError, ParameterError
from brainnet.experiment import exact_distribution, gibbs_states, kullback_leibler, states_of_spikes
from brainnet.learn import MemoryCells, SpikingRBM
from brainnet.learn.srbm import training
from brainnet.learn.srbm.rule import Machine

FEW = {"hidden": 12, "label_neurons": 12, "b_0": -0.5, "eta": 0.15, "dt": 1 * ms, "progress": False, "random_state": 4}


def bars(n, seed):
    """Images of 6 x 6 pixels, two rows of which are bright: which ones is the class; a tenth of the pixels is wrong."""
    rng = np.random.default_rng(seed)
    y = rng.integers(3, size=n)
    x = np.repeat(np.eye(3)[y], 2, axis=1)[:, :, None] * np.ones((1, 1, 6))
    return np.where(rng.random(x.shape) < 0.1, 1 - x, x), y


X, Y = bars(120, 0)
X_TEST, Y_TEST = bars(60, 1)


@pytest.fixture(scope="module")
def learned(compiler):
    with brainnet.target("cpp"):
        return SpikingRBM(epochs=6, recall=6, **FEW).fit(X, Y)


def test_both_readouts_know_the_bars(learned):
    # Guessing gives 0.33, with a standard deviation of 0.06 for 60 images.
    assert learned.score(X_TEST, Y_TEST) > 0.9
    with brainnet.target("cpp"):
        learned.readout = "label_neurons"
        by_labels = learned.score(X_TEST, Y_TEST)
        learned.readout = "free_energy"
    assert by_labels > 0.8
    assert (learned.free_energy(X_TEST).argmin(axis=1) == learned.predict(X_TEST)).all()
    assert learned.history_["images"].tolist() == [120 * k for k in range(1, 7)]
    assert learned.history_["accuracy"][5] > learned.history_["accuracy"][0]


def test_imagined_and_completed_bars_are_bars(learned):
    with brainnet.target("cpp"):
        imagined = learned.sample(np.arange(60) % 3).reshape(60, 3, 12)
        covered = np.zeros((6, 6), bool)
        covered[:, 3:] = True
        completed = learned.complete(X_TEST, covered).reshape(60, 6, 6)
    # Guessing gives 0.33, with a standard deviation of 0.061 for 60 images: five of them above it is 0.64.
    assert (imagined.mean(axis=2).argmax(axis=1) == np.arange(60) % 3).mean() > 0.64
    # What was covered is brighter where the bar goes on.
    right = completed[:, :, 3:].reshape(60, 3, 6).mean(axis=2).argmax(axis=1)
    assert (right == Y_TEST).mean() > 0.64
    # What was given is as it was clamped.
    assert (completed[:, :, :3][X_TEST[:, :, :3] > 0.5] > 0.6).all()


def test_the_network_in_brian2_answers_as_predict_does(learned):
    """By label neurons, with other noise; on NumPy, with bias neurons last."""
    shown = X_TEST[:8]
    with brainnet.target("numpy"):
        network = learned.network(shown)
        spikes = SpikeMonitor(network["visible"], name="spikes")
        network.add(spikes)
        network.run(8 * 7 * 70 * ms)
        image = (np.asarray(spikes.t) / 0.49).astype(int)
        labels = (np.asarray(spikes.i) - 36) // 4
    counts = np.zeros((8, 3))
    np.add.at(counts, (image[(labels >= 0) & (labels < 3)], labels[(labels >= 0) & (labels < 3)]), 1)
    assert (counts.argmax(axis=1) == Y_TEST[:8]).sum() >= 7
    assert (np.bincount(spikes.i, minlength=49)[48:] == 8 * 490 / 4).all(), "bias neurons always fire"


class Killed(Exception):
    pass


def test_a_killed_training_goes_on_bit_for_bit(learned, tmp_path, monkeypatch):
    """Pieces of 50 images; killed within the second pass, right after what it had reached was kept."""
    monkeypatch.setattr(training, "PIECE", 50)
    path = tmp_path / "fit.npz"
    with brainnet.target("cpp"):
        whole = SpikingRBM(epochs=2, **FEW).fit(X, Y)
        save, calls = training.Checkpoint.save, itertools.count(1)

        def killed(self, **state):
            save(self, **{**state, "force": True})
            if next(calls) == 4:
                raise Killed

        monkeypatch.setattr(training.Checkpoint, "save", killed)
        with pytest.raises(Killed):
            SpikingRBM(epochs=2, checkpoint=path, **FEW).fit(X, Y)
        monkeypatch.setattr(training.Checkpoint, "save", save)
        resumed = SpikingRBM(epochs=2, checkpoint=path, **FEW).fit(X, Y)
        with pytest.raises(DataError, match="is of other data or parameters"):
            SpikingRBM(epochs=2, checkpoint=path, **{**FEW, "eta": 0.2}).fit(X, Y)
    assert (resumed.weights_ == whole.weights_).all()
    assert (resumed.history_["accuracy"] == whole.history_["accuracy"]).all()
    assert len(resumed.weights_by_epoch_) == 2
    for one, other in zip(resumed.weights_by_epoch_, whole.weights_by_epoch_, strict=True):
        assert (one == other).all()


def test_free_energy_is_the_sum_over_hidden_states():
    rng = np.random.default_rng(2)
    machine = Machine(rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=3), n_classes=2, n_labels=4)
    pixels = (rng.random((5, 3)) < 0.5).astype(float)
    for image, label in itertools.product(range(5), range(2)):
        v = np.concatenate([pixels[image], np.repeat(np.eye(2)[label], 2)])
        hidden = np.array([*itertools.product((0, 1), repeat=3)])
        energies = -v @ machine.b_v - hidden @ machine.b_h - hidden @ (v @ machine.W)
        found = machine.free_energies(pixels)[image, label]
        assert found == pytest.approx(-np.log(np.exp(-energies).sum()), rel=1e-12)


def test_small_machines_are_counted_rightly():
    W, b = np.array([[1.0, -2.0], [0.5, 0.3]]), np.array([0.2, -0.4, 0.1, 0.6])
    exact, alone = exact_distribution(W, b)
    by_hand = [np.exp(np.array(s) @ b + np.array(s[:2]) @ W @ s[2:]) for s in itertools.product((0, 1), repeat=4)]
    bits = [sum(value << k for k, value in enumerate(s)) for s in itertools.product((0, 1), repeat=4)]
    np.testing.assert_allclose(exact[bits], np.array(by_hand) / np.sum(by_hand), rtol=1e-12)
    assert exact_distribution(0 * W, b)[0] == pytest.approx(exact_distribution(0 * W, b)[1])
    # The divergence of n draws among 16 states is near 15/(2 n); successive ones are no independent draws.
    drawn = gibbs_states(W, b, 20_000, np.random.default_rng(0))
    assert kullback_leibler(drawn, exact) < 10 * 15 / 40_000 < kullback_leibler(alone, exact)
    # Neuron 0 fires in steps 1 and 2, neuron 1 of the other layer in step 4; both are on for 2 steps.
    trains = [(np.array([1, 2]), np.array([0, 0])), (np.array([4]), np.array([1]))]
    states = states_of_spikes(trains, 2, 8, 2)
    assert states[1] == 3 / 8
    assert states[8] == 2 / 8
    assert states[0] == 3 / 8


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"label_neurons": 39}, ParameterError, "more than the 36 pixels beside them; give at most 36"),
        ({"label_neurons": 7}, ParameterError, "not as many for each of 3 classes; give a multiple of 3"),
        ({"p_on": 1.0}, ParameterError, "p_on"),
        ({"p_off": 0.0}, ParameterError, "p_off"),
        ({"p_on": 0.1, "p_off": 0.2}, ParameterError, "dark pixels fire less often"),
        ({"transition": 0 * ms}, ParameterError, "a free run without transition"),
        ({"transition": 70 * ms}, ParameterError, "leaves nothing of half a cycle"),
        ({"cycle": 141 * ms}, ParameterError, "no whole number of time steps"),
        ({"schedule": [1.0], "epochs": 2}, ParameterError, "schedule holds 1 epochs, and the training 2"),
        ({"schedule": [1.0, -1.0], "epochs": 2}, ParameterError, "one factor of eta per epoch"),
        ({"schedule": "fast"}, ParameterError, "one factor of eta per epoch"),
        ({"readout": "label"}, ParameterError, "readout"),
        ({"recall": 0}, ParameterError, "recall"),
        ({"neuron": "lif"}, ParameterError, "neuron"),
        ({"epochs": 0}, ParameterError, "epochs"),
    ],
)
def test_bad_parameters_are_refused_before_anything_is_built(values, error, message, monkeypatch):
    monkeypatch.setattr("brainnet.learn.srbm.brian.Layers", None)
    with pytest.raises(error, match=message):
        SpikingRBM(**{**FEW, **values}).fit(X, Y)


@pytest.mark.parametrize(
    ("x", "message"),
    [(2 * X, r"give images in \[0, 1\]"), (X - 1, "Negative values"), (np.full_like(X, np.nan), "NaN")],
)
def test_bad_images(x, message):
    with pytest.raises(DataError, match=message):
        SpikingRBM(**FEW).fit(x, Y)


def test_bad_questions(learned):
    for ask, message in (
        (lambda: learned.sample([7]), "none of the classes"),
        (lambda: learned.sample([[0], [1, 2]]), "no array"),
        (lambda: learned.complete(X, np.zeros(36)), "36 truth values"),
        (lambda: learned.complete(X, np.zeros(5, bool)), "36 truth values"),
        (lambda: learned.predict(X[:, :3]), "expecting 36 features"),
    ):
        with pytest.raises(DataError, match=message):
            ask()


@pytest.mark.parametrize("other", [{"bias_neurons": 2}, {"hidden": 3}, {"label_neurons": 3}, {"brightness": "much"}])
def test_parameters_of_another_machine_are_refused_after_the_training(learned, other):
    changed = copy.copy(learned).set_params(**other)
    for ask in (changed.predict, changed.transform, changed.free_energy, changed.network):
        with pytest.raises(ParameterError, match=next(iter(other))):
            ask(X[:2])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cells": MemoryCells("ideal_device")}, "cells = .* is not the None of the training; set it back"),
        ({"noise_schedule": [1, 1, 1, 1, 1, 0.5]}, "noise_schedule, for so many epochs, = .* is not the None"),
        ({"neuron": "random_walk"}, "neuron = random_walk is not the noisy_lif of the training"),
    ],
)
def test_a_machine_that_was_not_trained_gives_no_answers(learned, changed, message):
    other = copy.deepcopy(learned).set_params(**changed)
    with pytest.raises(ParameterError, match=message):
        other.free_energy(X_TEST)


def test_fine_time_steps_are_answered_too(compiler):
    """Steps are counted to 2**31, of which noise of answers takes a part beyond that of any training."""
    with brainnet.target("cpp"):
        machine = SpikingRBM(**{**FEW, "dt": 0.05 * ms, "cycle": 140 * ms}).fit(X[:12], Y[:12])
        assert machine.sample(machine.classes_).shape == (3, 36)
    for steps in (20, 140, 280, 1400, 14_000):
        row = training.free_row(steps)
        # Half of the steps are for trainings, and 100,000 rows of answers remain beside them.
        assert row * steps >= 2**30 or row == 10_000_000
        assert (row + 50_000) * steps < 2**31


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.update(state=np.full_like(kept["state"], np.nan)),
        lambda kept: kept.update(state=kept["state"][:3]),
        lambda kept: kept.update(done=np.array(99)),
        lambda kept: kept.update(history=kept["history"][:0]),
    ],
)
def test_a_checkpoint_that_no_training_left_is_refused(compiler, tmp_path, damage):
    path = tmp_path / "fit.npz"
    few = {**FEW, "checkpoint": path}
    with brainnet.target("cpp"):
        SpikingRBM(**few).fit(X[:12], Y[:12])
        with np.load(path) as found:
            kept = dict(found)
        damage(kept)
        np.savez(path, **kept)
        with pytest.raises(DataError, match=r"fit\.npz"):
            SpikingRBM(**few).fit(X[:12], Y[:12])
