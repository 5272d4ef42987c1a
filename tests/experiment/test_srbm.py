"""What protocols of the Boltzmann machine share: a machine that learns and is read out, and rounded weights."""

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.data import Dataset
from brainnet.experiment import SRBM_RESULTS, fit_machine, label_vectors, read_machine, to_bits

SETTINGS = {
    "hidden": 6, "label_neurons": 4, "bias_neurons": 1, "brightness": 0.5, "b_0": 0.0, "eta": 0.3, "dt": 1 * ms,
    "cycle": 60 * ms, "transition": 6 * ms,
}  # fmt: skip


def halves(n, seed):
    """Images of 4 x 4 pixels with one bright half: which one is the class; a twentieth of the pixels is wrong."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    x = np.eye(2)[y].repeat(8, axis=1).reshape(n, 4, 4)
    return np.where(rng.random(x.shape) < 0.05, 1 - x, x), y


@pytest.fixture(scope="module")
def part():
    return Dataset("halves", *halves(30, 0), *halves(40, 1), "drawn here")


def test_a_machine_is_read_out_after_each_pass(part):
    x, x_test = part.x_train.reshape(30, -1), part.x_test.reshape(40, -1)
    with brainnet.target("numpy"):
        machine, found = fit_machine(x, part, SETTINGS, epochs=2, x_test=x_test, random_state=5, progress=False)
    dimension, by_epoch = found["accuracy_by_epoch"]
    assert dimension == "epoch"
    assert len(by_epoch) == len(machine.weights_by_epoch_) == 2
    assert found["accuracy"] == by_epoch[-1] == machine.score(x_test, part.y_test)
    assert found["best_accuracy"] == max(by_epoch)
    # Guessing gives 0.5 with a standard deviation of 0.08 for 40 images: five of them above it is 0.9.
    assert found["accuracy"] > 0.9
    assert found["accuracy_standard_error"] == pytest.approx(np.sqrt(by_epoch[-1] * (1 - by_epoch[-1]) / 40))
    assert found["seconds_per_epoch"] > 0
    assert set(found) == {*SRBM_RESULTS, "accuracy_by_epoch"}


def test_biases_of_some_labels_are_left_out():
    """Without pixels and hidden neurons that know them, the label with the largest bias is the answer."""
    weights = np.zeros((5, 3))
    weights[1:, -1] = 0.1, 0.2, 0.6, 0.7  # two label neurons for each class, and biases that favour class 1
    settings = {"bias_neurons": 1, "label_neurons": 4, "brightness": 0.5}
    weights = np.vstack([weights, np.zeros((1, 3))])
    ask = {"images": np.zeros((3, 1)), "labels": np.array([1, 1, 0]), "n_classes": 2}
    assert read_machine(weights, settings, **ask) == pytest.approx(2 / 3)
    assert read_machine(weights, settings, **ask, biased=1) == pytest.approx(1 / 3)


def test_label_vectors_are_bright_pixels_and_the_neurons_of_the_class():
    found = label_vectors(np.array([[0.4, 0.6]]), np.array([1]), {"label_neurons": 4, "brightness": 0.5}, 2)
    assert found.tolist() == [[0, 1, 0, 0, 1, 1]]


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_rounded_weights(bits):
    rng, reach = np.random.default_rng(0), 2.0
    weights = rng.normal(0.3, 0.7, (21, 31))
    weights[:-1, -1] -= 5  # visible biases elsewhere: they have a range of their own
    weights[-1, -1] = 17.0
    kept = weights.copy()
    found = to_bits(weights, 1, bits, reach)
    assert (weights == kept).all(), "what is given is left alone"
    assert found[-1, -1] == 17.0, "there is no weight between bias neurons"
    for part in (np.s_[:-1, :-1], np.s_[:-1, -1:], np.s_[-1:, :-1]):
        before, after = weights[part], found[part]
        low, high = before.mean() - reach * before.std(), before.mean() + reach * before.std()
        step = (high - low) / (2**bits - 1)
        np.testing.assert_allclose((after - low) / step, np.rint((after - low) / step), atol=1e-9)
        assert len(np.unique(after.round(9))) <= 2**bits
        # Inside of the range a value moves by half a step at most; outside it is put on the edge.
        inside = (before >= low) & (before <= high)
        assert np.abs(after - before)[inside].max() <= step / 2 * (1 + 1e-9)
        assert np.allclose(after[~inside], np.where(before < low, low, high)[~inside])


def test_weights_that_are_all_alike_stay():
    weights = np.full((4, 5), 0.25)
    assert (to_bits(weights, 1, 3, 8.5) == weights).all()


def test_rounding_again_changes_nothing_where_the_range_is_the_same():
    """Both values of one bit have the mean 0 and deviation `reach` = 1 of what was rounded."""
    weights = np.zeros((3, 3))
    weights[:2, :2] = [[1.0, -1.0], [-1.0, 1.0]]
    once = to_bits(weights, 1, 1, 1.0)
    np.testing.assert_allclose(once, weights, atol=1e-12)
    np.testing.assert_allclose(to_bits(once, 1, 1, 1.0), once, atol=1e-12)
