"""Synthetic nerve signatures."""

from __future__ import annotations

import numpy as np
import pytest

from brainnet.data import nerve_signatures
from brainnet.data.nerve import ANGLE, PITCH, RATE, SPEED
from brainnet.errors import ParameterError


def rings(x):
    """Signatures as (n, rings, contacts, samples)."""
    return x.reshape(len(x), 7, 8, 100)


def test_shape_labels_and_seed():
    one, same, other = (nerve_signatures(30, 12, seed=seed) for seed in (1, 1, 2))
    assert (one.x_train.shape, one.x_test.shape, one.n_classes) == ((30, 56, 100), (12, 56, 100), 3)
    np.testing.assert_array_equal(np.bincount(one.y_train), [10, 10, 10])
    np.testing.assert_array_equal(one.x_train, same.x_train)
    assert (one.x_train != other.x_train).any()


def test_without_difficulty_angle_and_velocity_are_those_of_the_class():
    data = nerve_signatures(60, 3, difficulty=0, noise=0)
    x = rings(data.x_train)
    loudest = x.max(axis=(1, 3)).argmax(axis=1)
    expected = np.rint(np.rad2deg(ANGLE) / 45).astype(int) % 8  # contacts are 45 degrees apart
    np.testing.assert_array_equal(loudest, expected[data.y_train])
    peak = x.max(axis=2).argmax(axis=2)  # sample of the peak under every ring
    late = (peak[:, -1] - peak[:, 0]) / RATE
    # each peak is known to half a sample
    np.testing.assert_allclose(late, (6 * PITCH / SPEED)[data.y_train], atol=1.01 / RATE)


def test_the_peak_is_the_amplitude():
    x = nerve_signatures(3000, 3, difficulty=0, noise=0).x_train
    peaks = x[:, :, :].max(axis=(1, 2))
    # amplitudes are uniform in [0.5, 1]; sampling between two samples and off a contact loses a little
    assert 0.98 < peaks.max() <= 1.0
    assert 0.45 < peaks.min() <= 0.51


def test_noise_has_the_size_that_is_asked_for():
    x = nerve_signatures(300, 3, difficulty=0, noise=0.1).x_train
    quiet = x[:, :, :5]  # before any volley: half of a normal distribution, the other half cut off
    assert quiet.std() == pytest.approx(0.1 * np.sqrt(0.5 - 1 / (2 * np.pi)), rel=0.02)


def test_difficulty_makes_classes_overlap():
    """A classifier by the angle of the loudest contact meets P(|error| < 60 degrees) of a normal distribution."""

    def by_angle(difficulty):
        data = nerve_signatures(3000, 3, difficulty=difficulty, noise=0)
        weight = rings(data.x_train).max(axis=(1, 3))
        weight = weight - weight.min(axis=1, keepdims=True)
        angle = np.angle(weight @ np.exp(2j * np.pi * np.arange(8) / 8))
        off = np.abs(np.angle(np.exp(1j * (angle[:, None] - ANGLE))))
        return (off.argmin(axis=1) == data.y_train).mean()

    assert by_angle(0) == 1.0
    # erf(1 / sqrt(2)) = 0.683 and a little more from angles that wrap around; standard error 0.0085
    assert by_angle(1) == pytest.approx(0.686, abs=0.026)


@pytest.mark.parametrize("values", [{"difficulty": -1}, {"noise": np.nan}, {"n_train": 2}, {"seed": -1}])
def test_values_out_of_range(values):
    with pytest.raises(ParameterError, match=f"{next(iter(values))} = .* is out of range"):
        nerve_signatures(**values)
