"""StdpClassifier: learns without labels, goes on where it was killed, and refuses what does not fit it."""

import copy
import os
import pickle
import signal
import subprocess
import sys

import numpy as np
import pytest
from brian2 import SpikeMonitor, ms
from sklearn.exceptions import NotFittedError

import brainnet
from brainnet.errors import DataError, ParameterError
from brainnet.learn import StdpClassifier
from brainnet.learn.stdp import training

FEW = {"neurons": 6, "rule": "pair", "intensity": 12.0, "mean_weight": 0.25, "least_spikes": 1, "shown": 40 * ms,
       "rest": 5 * ms, "random_state": 0, "progress": False}  # fmt: skip
FEW_STEP = 0.5 * ms


def bars(n, seed=0):
    """Images of 24 pixels, 8 of which are bright: those of the class."""
    random, y = np.random.default_rng(seed), np.arange(n) % 3
    return np.kron(np.eye(3), np.ones(8))[y] * random.uniform(0.6, 1, (n, 24)), y


def fit(n=24, **more):
    return StdpClassifier(**{**FEW, **more}).fit(*bars(n))


@pytest.fixture(scope="module")
def fitted():
    return fit()


def test_classes_without_labels(fitted):
    x, y = bars(9, seed=1)
    assert fitted.score(x, y) == 1
    assert set(fitted.assignments_) >= {0, 1, 2}
    assert fitted.unassigned_classes_.size == 0
    # Neurons have learned what they stand for: their weights lie on the pixels of their class.
    for label, weights in zip(fitted.assignments_, fitted.weights_.T, strict=True):
        if label >= 0:
            assert weights.reshape(3, 8).sum(axis=1).argmax() == label
    assert fitted.weights_.sum(axis=0) == pytest.approx(0.25 * 24, abs=1.0)  # normalised before the last image


def test_an_answer_depends_on_the_image_alone(fitted):
    x, _ = bars(9, seed=1)
    counts = fitted.spike_counts(x)
    assert counts.sum() > 0
    assert (fitted.spike_counts(x[::-1])[::-1] == counts).all()
    assert (fitted.spike_counts(x[4:5]) == counts[4:5]).all()
    assert (pickle.loads(pickle.dumps(fitted)).predict(x) == fitted.predict(x)).all()


def test_scale_and_shape_of_images(fitted):
    x, y = bars(24)
    again = StdpClassifier(**FEW).fit((255 * x).reshape(24, 4, 6), np.array(["a", "b", "c"])[y])
    assert again.scale_ == 255 * fitted.scale_
    assert again.weights_ == pytest.approx(fitted.weights_, abs=1e-9)
    assert again.predict(255 * x[:3].reshape(3, 4, 6)).tolist() == ["a", "b", "c"]


def test_cpp_learns_the_same(fitted, compiler):
    with brainnet.target("cpp"):
        same = fit()
    assert same.weights_ == pytest.approx(fitted.weights_, abs=1e-12)
    assert (same.assignments_ == fitted.assignments_).all()


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_network_fires_as_it_was_counted(fitted, target, request):
    """`network` is plain Brian2: its spikes while an image is shown are those of `spike_counts`."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    x, _ = bars(9, seed=1)
    counts, trial = fitted.spike_counts(x), FEW["shown"] + FEW["rest"]
    with brainnet.target(target):
        network = fitted.network(x)
        spikes = SpikeMonitor(network["excitatory"])
        network.add(spikes)
        brainnet.build(network, 9 * trial).run()
        image, within = np.divmod(np.rint(np.asarray(spikes.t / FEW_STEP)).astype(int), round(trial / FEW_STEP))
        found, shown = np.zeros_like(counts), within < round(FEW["shown"] / FEW_STEP)
        np.add.at(found, (image[shown], np.asarray(spikes.i)[shown]), 1)
        assert counts.sum() >= 9
        assert (found == counts).all()
    with pytest.raises(DataError, match="X has 23 features"):
        fitted.network(x[:, 1:])


KILLED = """
import os, signal, sys
from brainnet.learn import Checkpoint
from brainnet.learn.stdp import training
sys.path.insert(0, sys.argv[2])
from test_stdp_classifier import fit

def save(self, force=False, keep=Checkpoint.save, **state):
    keep(self, force=True, **state)
    if int(state["done"]) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Checkpoint.save, training.PIECE = save, 5
fit(12, epochs=2, checkpoint=sys.argv[1])
"""


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(training, "PIECE", 5)


def test_a_killed_training_goes_on_bit_for_bit(tmp_path, small_pieces):
    path = tmp_path / "fit.npz"
    done = subprocess.run([sys.executable, "-c", KILLED, path, os.path.dirname(__file__)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert int(np.load(path)["done"]) == 2
    resumed, whole = fit(12, epochs=2, checkpoint=path), fit(12, epochs=2)
    assert (resumed.weights_ == whole.weights_).all()
    assert (resumed.thresholds_ == whole.thresholds_).all()
    assert (resumed.assignments_ == whole.assignments_).all()
    for name, column in whole.history_.items():
        np.testing.assert_array_equal(resumed.history_[name], column)
    with pytest.raises(DataError, match="has learned from 24 images, which is more than 1 passes through 12"):
        fit(12, epochs=1, checkpoint=path)


def test_more_epochs_go_on_from_the_checkpoint_of_fewer(tmp_path, small_pieces):
    path = tmp_path / "fit.npz"
    fit(12, epochs=1, checkpoint=path)
    assert (fit(12, epochs=2, checkpoint=path).weights_ == fit(12, epochs=2).weights_).all()


def test_a_checkpoint_of_another_network(tmp_path, monkeypatch):
    path = tmp_path / "fit.npz"
    fit(6, checkpoint=path)
    before = path.read_bytes()
    monkeypatch.setattr("brainnet.learn.stdp.brian.StdpNetwork", lambda *_: pytest.fail("a network is built"))
    for other in ({"neurons": 5}, {"rule": "triplet"}, {"random_state": 1}, {"rest": 10 * ms}):
        with pytest.raises(DataError, match="is of other data or parameters; give another path, or delete it"):
            fit(6, checkpoint=path, **other)
    assert path.read_bytes() == before


def test_partial_fit():
    x, y = bars(24)
    once = StdpClassifier(**FEW).partial_fit(x, y)
    assert (once.weights_ == fit().weights_).all()
    with pytest.warns(UserWarning, match="no neuron was assigned to class 2, which will never be predicted"):
        grown = StdpClassifier(**FEW).partial_fit(x[y < 2][:8], y[y < 2][:8], classes=[0, 1, 2])
    assert grown.unassigned_classes_.tolist() == [2]
    grown.partial_fit(x, y)
    assert grown.unassigned_classes_.size == 0
    assert grown.history_["images"].size == 2
    with pytest.raises(DataError, match=r"label 7 is none of the classes \[0, 1, 2\]; give all to classes="):
        grown.partial_fit(x[:1], [7])
    with pytest.raises(ParameterError, match="partial_fit keeps no checkpoint"):
        StdpClassifier(**FEW, checkpoint="fit.npz").partial_fit(x, y)


def test_what_does_not_fit(fitted, monkeypatch):
    monkeypatch.setattr("brainnet.learn.stdp.brian.StdpNetwork", lambda *_: pytest.fail("a network is built"))
    x, y = bars(24)
    for use in (lambda new: new.predict(x), lambda new: new.network(x), lambda new: new.spike_counts(x)):
        with pytest.raises(NotFittedError, match="StdpClassifier is not fitted; call fit"):
            use(StdpClassifier())
    for images, message in (
        (x[:, :20], "X has 20 features, but StdpClassifier is expecting 24 features as input; give images of the size"),
        (-x, "Negative values in data passed to StdpClassifier"),
        (x * np.nan, "NaN"),
        (x[0], "1D array"),
        (x[:0], "0 sample"),
    ):
        with pytest.raises(DataError, match=message):
            fitted.predict(images)
    with pytest.raises(DataError, match=r"6 neurons get their labels from images .* only n_samples=5; give at least 6"):
        fit(5)
    with pytest.raises(DataError, match="all images are dark"):
        StdpClassifier(**FEW).fit(0 * x, y)
    for wrong, message in (
        ({"neurons": 1}, "neurons = 1 is out of range"),
        ({"rule": "triplets"}, "did you mean 'triplet'"),
        ({"shown": 40}, "shown has the unit none, expected s"),
        ({"rest": 5.2 * ms}, "rest = 5.2 ms is no whole number of time steps"),
        (
            {"intensity": 100.0},
            "intensity = 100 lets a pixel of 1 fire more than once in a time step of 0.5 ms",
        ),
        ({"epochs": 0}, "epochs = 0 is out of range; give at least 1"),
        ({"epochs": 1.5}, "epochs = 1.5 is not a whole number"),
        ({"checkpoint": "fit.npz", "random_state": None}, "give random_state"),
    ):
        with pytest.raises(ParameterError, match=message):
            fit(**wrong)
    other = copy.deepcopy(fitted).set_params(neurons=7)
    for call in (other.predict, lambda images: other.partial_fit(images, y)):
        with pytest.raises(ParameterError, match="neurons = 7, and 6 are trained; set that back, or call fit"):
            call(x)


def test_silent_networks_are_told():
    with pytest.raises(DataError, match="no neuron answered to any image, so that none has a label; give brighter"):
        fit(6, intensity=0.1, attempts=1)
