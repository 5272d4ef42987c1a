"""Samples far outside of what the scales were found on are said to be so."""

import warnings

import numpy as np
import pytest

import brainnet
from brainnet.convert import convert


def said(act):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    return [str(each.message) for each in caught if each.category is UserWarning]


@pytest.mark.parametrize("calibrated", [[0.0, 1.0], [0.0, 255.0]])
def test_samples_far_outside_of_the_calibrated_range(identity, calibrated):
    most = calibrated[1]
    with brainnet.target("numpy"):
        network = convert(identity(2), calibration=np.array([calibrated, calibrated[::-1]]), steps=4)
        assert network.graph.inputs.calibrated == tuple(calibrated)
        assert not said(lambda: network.run(np.array([calibrated, [most * 1.9, 0]])))
        for sample in ([0, most * 255], [-2 * most, 0]):
            (told,) = said(lambda sample=sample: network.run(np.array([sample])))
            assert f"the calibration samples ran from 0 to {most:g}" in told
            assert "scale both alike" in told
        unknown = convert(identity(2), scales=network.scales, steps=4)
        assert not said(lambda: unknown.run(np.array([[0, 255.0 * most]])))
