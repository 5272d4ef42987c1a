"""Digits on pairs of phase-change devices: above guessing, epoch by epoch, with walks that are seen to walk."""

import numpy as np
import pytest

import brainnet
from brainnet import protocols
from brainnet.errors import ParameterError


def test_digits_are_learned_on_pairs(compiler):
    with brainnet.target("cpp"):
        found = protocols.srbm_pcm(quick=True, seed=3)
    # Guessing gives 0.1, with a standard deviation of 0.017 for 300 images.
    assert float(found.best_accuracy) > 0.5
    assert found.sizes["epoch"] == 5
    assert float(found.rate_of_pixels) == pytest.approx(210, rel=0.02)
    assert np.abs(np.diff(found.membrane[0])).max() < 1.5, "steps and resets in volts"
    assert np.ptp(found.weights.values) > np.ptp(found.first_weights.values)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ParameterError, match="do not divide"):
        protocols.srbm_pcm(quick=True, epoch_images=700)
    with pytest.raises(ParameterError, match="saturated at the start"):
        protocols.srbm_pcm(quick=True, G_0=0.02, sigma_G=0.1)
