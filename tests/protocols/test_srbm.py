"""Protocols of the spiking Boltzmann machine at small sizes, and their pictures."""

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import models, protocols
from brainnet.errors import DataError, ParameterError
from brainnet.experiment import Condition, clamped_synchrony, train_conditions
from brainnet.experiment.srbm_study import STRONGEST, clamp_at
from brainnet.learn import firing_rates, sigmoid_constants
from brainnet.plot import part

SMALL = {"hidden": 12, "label_neurons": 8, "b_0": 0.0, "eta": 0.2, "dt": 1 * ms, "images": 40}


@pytest.fixture(scope="module")
def quarters(tmp_path_factory):
    """Images of 6 x 6 pixels, one quarter of which is bright, with noise: which one is the class."""
    rng = np.random.default_rng(5)
    place = np.kron(np.eye(4).reshape(4, 2, 2), np.ones((1, 3, 3)))
    arrays = {}
    for name, n in (("train", 100), ("test", 40)):
        labels = rng.integers(4, size=n)
        arrays |= {f"x_{name}": 0.7 * place[labels] + 0.3 * rng.random((n, 6, 6)), f"y_{name}": labels}
    path = tmp_path_factory.mktemp("quarters") / "quarters.npz"
    np.savez(path, **arrays)
    return path


def run(name, quarters, **values):
    with brainnet.target("cpp"):
        data = protocols[name](quick=True, data=quarters, train_images=100, seed=1, **{**SMALL, **values})
    assert set(protocols[name].results) <= set(data.data_vars)
    return data


def test_bits(compiler, quarters):
    data = run("srbm_bits", quarters)
    # Guessing gives 0.25, with a standard deviation of 0.07 for 40 images: five of them above it is 0.6.
    assert float(data.accuracy) > 0.6
    assert data.accuracy_by_bits.shape == (2, 6)
    assert float(data.accuracy_8_bits) == float(data.accuracy_by_bits.sel(range=8.5, bits=8))
    assert float(data.accuracy_3_bits_narrow) == float(data.accuracy_by_bits.sel(range=3.0, bits=3))
    assert (data.distinct_weights <= 2**data.bits).all()
    # Within 8.5 standard deviations there are few values that any weight has, and more in a narrow range.
    assert (data.distinct_weights.sel(range=3.0) >= data.distinct_weights.sel(range=8.5)).all()
    wide, narrow, whole = part(protocols.srbm_bits.draw(data), "bits").lines
    assert narrow.get_ydata() == pytest.approx(100 * data.accuracy_by_bits[1].values)
    assert wide.get_ydata() == pytest.approx(100 * data.accuracy_by_bits[0].values)
    assert whole.get_ydata()[0] == pytest.approx(100 * float(data.accuracy))


def test_optimisers(compiler, quarters):
    data = run("srbm_optimisers", quarters, batch=10, adam_step=0.1)
    assert data.variant.values.tolist() == ["events", "constant", "xavier", "momentum", "adam"]
    accuracies = data.accuracy_by_epoch.values[:, -1]
    assert accuracies.max() == float(data.best_accuracy)
    assert [float(data[f"accuracy_{name}"]) for name in data.variant.values] == accuracies.tolist()
    assert accuracies.min() > 0.6, "five deviations above guessing, as above"
    assert len(part(protocols.srbm_optimisers.draw(data), "course").lines) == 10


def test_two_layers(compiler, quarters):
    data = run("srbm_dbn", quarters)
    single, stacked, longer = data.accuracy_by_epoch.values[:, -1]
    assert (single, stacked, longer) == (
        float(data.accuracy_single), float(data.accuracy), float(data.accuracy_single_longer),
    )  # fmt: skip
    assert min(single, stacked, longer) > 0.6
    assert 0 < float(data.active_share) < 1
    assert float(data.accuracy_linear_pixels) > 0.9, "one quarter is bright: a plane divides them"
    assert float(data.accuracy_linear_hidden) > 0.6


def test_features(compiler, quarters, tmp_path, monkeypatch):
    pytest.importorskip("torch", reason="the network is trained with PyTorch; install brainnet[torch]")
    monkeypatch.setenv("BRAINNET_CACHE", str(tmp_path))
    data = run("srbm_features", quarters, architecture="16-4", network_epochs=200)
    assert int(data.features) == 16
    assert float(data.accuracy_network) > 0.9
    assert float(data.accuracy_pixels) > 0.6
    assert float(data.accuracy) > 0.6
    assert 0 < float(data.bright_share) < 1


WALK = {"hidden": 12, "label_neurons": 8, "b_0": 0.0, "eta": 0.2, "neuron": "random_walk"}


def test_rates_and_thresholds(compiler, quarters):
    values = {"rates": "180, 240 Hz", "thresholds": "0.1, 0.5", "leaks": "4, 8 ms", "steps": "200 mV", "dt": 0.5 * ms}
    data = run("srbm_rate_study", quarters, **values)
    assert int(data.machines) == 4 + 2 + 2 + 4 + 4 + 2
    # Guessing gives 0.25, with a standard deviation of 0.07 for 40 images: five of them above it is 0.6.
    assert float(data.best_accuracy) > 0.6
    # A walk of the declared leak and step is the declared neuron, whichever constants are taken.
    assert (data.accuracy_of_walk.sel(tau_m=8e-3, calibrated=True) == data.accuracy_of_walk.sel(
        tau_m=8e-3, calibrated=False)).all()  # fmt: skip
    np.testing.assert_array_equal(data.accuracy_of_leak.sel(tau_m=8e-3), data.accuracy_of_rate.sel(threshold=0.5))
    # Noise makes pixels bright beyond a low threshold. Clamped neurons hear hidden ones, and keep their rate roughly.
    assert float(data.bright[0]) > float(data.bright[1])
    assert data.rate_data_of_rate.sel(threshold=0.5).values == pytest.approx([180, 240], rel=0.1)
    low, half = data.accuracy_of_rate.values  # thresholds 0.1 and 0.5; at 180 and 240 Hz, of which 180 is the base
    assert float(data.gain_rate) == pytest.approx(max(half) - half[0])
    assert float(data.gain_threshold) == pytest.approx(max(low[0], half[0]) - half[0])
    together = (low if low[0] >= half[0] else half)[int(half[1] > half[0])]
    assert float(data.gain_both) == pytest.approx(together - half[0])
    assert float(data.fall) == pytest.approx(max(half) - half[1])
    drawn = protocols.srbm_rate_study.draw(data)
    texts = [text.get_text() for text in part(drawn, "map").texts if not text.get_gid()]  # without the panel's letter
    assert texts == [f"{100 * each:.0f}" for each in data.accuracy_of_walk.sel(calibrated=False).values.ravel()]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"threshold": 0.4}, "threshold = 0.4 is not compared with others; give one of"),
        ({"base_rate": "100 Hz"}, "base_rate = 100 is not compared with others"),
        ({"rates": "fast"}, "rates"),
        ({"thresholds": "0, 2"}, "thresholds"),
        ({"steps": "0 mV"}, "steps"),
    ],
)
def test_a_study_of_nothing_is_refused(values, message, monkeypatch):
    monkeypatch.setattr("brainnet.learn.srbm.brian.Layers", None)
    with pytest.raises(ParameterError, match=message):
        protocols.srbm_rate_study(quick=True, **values)


def test_clamps_are_those_that_give_the_rate():
    cell = models.random_walk
    sigmoid = sigmoid_constants(cell, 0.5e-3)
    for rate in (100.0, 200.0):
        clamp = clamp_at(cell, sigmoid, 0.5e-3, rate)
        # Steps of the current along which clamps are looked for are 0.19/beta, and the slope is 62 Hz beta at most.
        (found,) = firing_rates(cell, 0.5e-3, [sigmoid.offset + clamp / sigmoid.beta])
        assert rate <= found < rate + 0.2 * 62 * 1.5
    assert clamp_at(cell, sigmoid, 0.5e-3, 260.0) == STRONGEST, "more than 1/t_ref"


def test_neurons_that_fire_as_often_as_they_can_fire_together():
    loose, tight = clamped_synchrony(models.random_walk, 0.5e-3, 70e-3, [150.0, 260.0], seed=2)
    # Of 200 neurons that are independent it is near 1/200.
    assert loose < 0.02
    assert 5 * loose < tight <= 1


def test_conditions_share_a_program_and_leave_nothing_behind(quarters):
    """A machine is the same, whatever was trained before it."""
    data = brainnet.data.load(quarters).first(20, 10)
    plain, leaky = Condition(200.0), Condition(200.0, values={"tau_m": 4 * ms})
    settings = {**WALK, "dt": 1 * ms, "cycle": 60 * ms, "transition": 6 * ms}
    with brainnet.target("numpy"):
        first, other, again = train_conditions(data, [plain, leaky, plain], settings, 3, counted=5)
        (alone,) = train_conditions(data, [plain], settings, 3, counted=5)
    assert first == again == alone
    assert other["weight"] != first["weight"]


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("srbm_mnist", {"train_images": 4}, "no training image is of class .*; take more of them"),
        ("srbm_mnist", {"images": 3}, "no test image is of class .*; take more of them"),
        ("srbm_pattern", {"train_images": 10}, "no training image is of class .*; take more of them"),
    ],
)
def test_a_class_without_images_is_refused_before_the_training(name, values, message):
    """The first digits that are bundled, ten of which hold each class but once."""
    with pytest.raises(DataError, match=message):
        protocols[name](quick=True, seed=1, **{"hidden": 12, **values})


def test_a_second_machine_of_too_few_pixels_is_refused_before_the_first_learns():
    with pytest.raises(ParameterError, match=r"hidden = 12 neurons are the second machine's pixels.*give as many"):
        protocols.srbm_dbn(quick=True, hidden=12)
