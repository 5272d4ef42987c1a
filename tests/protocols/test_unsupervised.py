"""Digits learned without labels and with a teacher, at a tiny size, and the picture of it."""

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import protocols
from brainnet.errors import DataError
from brainnet.plot import part

# Few and strong pixels, shown briefly.
BRIEF = {"intensity": 12.0, "mean_weight": 0.25, "least_spikes": 1, "shown": 40 * ms, "rest": 5 * ms, "neurons": 12}


@pytest.fixture(scope="module")
def quarters(tmp_path_factory):
    """Images of 8 x 8 pixels, one quarter of which is bright, with noise: which one is the class."""
    rng = np.random.default_rng(5)
    place = np.kron(np.eye(4).reshape(4, 2, 2), np.ones((1, 4, 4)))
    arrays = {}
    for part_name, n in (("train", 80), ("test", 40)):
        labels = rng.integers(4, size=n)
        arrays |= {f"x_{part_name}": 0.8 * place[labels] + 0.2 * rng.random((n, 8, 8)), f"y_{part_name}": labels}
    path = tmp_path_factory.mktemp("quarters") / "quarters.npz"
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="module")
def learned(compiler, quarters):
    with brainnet.target("cpp"):
        return protocols.unsupervised_mnist(quick=True, train_images=80, data=quarters, seed=1, **BRIEF)


def test_classes_are_found_without_labels(learned):
    # Guessing gives 0.25, with a standard deviation of 0.07 for 40 images.
    assert float(learned.accuracy) > 0.6
    assert int(learned.confusion.sum()) == 40
    assert float(learned.accuracy) == pytest.approx(np.trace(learned.confusion.values) / 40)
    assert float(learned.images) == 80
    assert float(learned.retries) == pytest.approx(float(learned.attempts_of_piece[0]) - 1)
    # Weights of a neuron have the same sum before each image, and lie in the quarter that it stands for.
    assert np.allclose(learned.weights.mean("pixel"), 0.25, rtol=0.1)
    fields = learned.weights.values.T.reshape(-1, 2, 4, 2, 4).mean(axis=(2, 4)).reshape(-1, 4)
    used = learned.assignment.values >= 0
    assert (fields.argmax(axis=1) == learned.assignment.values)[used].mean() > 0.7


def test_the_picture_shows_every_neuron_and_the_test(learned):
    drawn = protocols.unsupervised_mnist.draw(learned)
    (sheet,) = part(drawn, "fields").images
    assert sheet.get_array().shape == (4 * 8, 4 * 8), "12 neurons need 4 by 4 places"
    counts = [text for text in part(drawn, "confusion").texts if text.get_gid() is None]
    numbers = [int(text.get_text()) for text in counts]
    assert sum(numbers) == 40
    _, test, _ = part(drawn, "course").lines
    assert test.get_ydata()[-1] == pytest.approx(100 * float(learned.accuracy))


@pytest.mark.parametrize(
    ("name", "words"), [("train_images", "train_images = 5000"), ("observed_images", "observed_images = 5000")]
)
def test_more_images_than_there_are_are_refused(quarters, name, words):
    with pytest.raises(DataError, match=words):
        protocols.unsupervised_mnist(quick=True, data=quarters, **BRIEF, **{"train_images": 80, name: 5000})


def test_a_teacher_gives_neurons_their_class(compiler, quarters):
    """With it neurons stand for the class that they were taught, and the test, without it, is right more often."""
    with brainnet.target("cpp"):
        got = protocols.teacher_mnist(
            quick=True, train_images=80, data=quarters, seed=1, w_teacher=20.0, **{**BRIEF, "rule": "pair"}
        )
    taught, stands = np.arange(12) % 4, got.assignment.values
    # By chance a quarter of 12 neurons, 3, stand for their class; 9 or more do once in 2,500 seeds.
    assert (stands == taught).sum() >= 9
    assert got.weights.shape == (64, 12), "the teacher's synapses are not among the plastic ones"
    assert float(got.accuracy) > 0.6
    assert 0 <= float(got.accuracy_unsupervised) <= 1
    assert int(got.confusion.sum()) == 40
    assert set(protocols.teacher_mnist.results) <= set(got.data_vars)
