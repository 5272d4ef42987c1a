"""Samples far outside of what the scales were found on are said to be so."""

import warnings

import numpy as np
import pytest
from brian2 import mV

import brainnet
from brainnet.convert import convert, convert_ttfs
from brainnet.errors import ConversionError, DataError, UnknownNameError


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


def test_samples_that_fill_next_to_nothing_of_the_calibrated_range(identity):
    with brainnet.target("numpy"):
        network = convert(identity(2), calibration=np.array([[0, 255.0], [255, 0]]), steps=4)
        (told,) = said(lambda: network.run(np.array([[0, 1.0], [0.5, 0.2]])))
        assert "rates are next to nothing there" in told
        assert not said(lambda: network.run(np.array([[0, 20.0]])))


@pytest.mark.parametrize(
    ("calibration", "error", "words"),
    [
        (np.zeros((3, 2)), ConversionError, "nothing but zeros"),
        (np.zeros((0, 2)), ConversionError, "calibration is empty"),
        (None, ConversionError, "give calibration"),
        (np.ones((3, 2)) * mV, DataError, "carry the unit mV"),
    ],
)
@pytest.mark.parametrize("normalisation", ["data", "threshold_balancing"])
def test_calibration_that_says_nothing(identity, calibration, error, words, normalisation):
    with brainnet.target("numpy"), pytest.raises(error, match=words):
        convert(identity(2), calibration=calibration, normalisation=normalisation, steps=4)


def test_a_unit_of_samples_is_not_dropped(identity):
    with brainnet.target("numpy"):
        network = convert(identity(2), calibration=np.array([[0, 1.0], [1, 0]]), steps=4)
        with pytest.raises(DataError, match="samples carry the unit mV; give numbers without unit"):
            network.run(np.ones((1, 2)) * mV)
        times = convert_ttfs(identity(2), calibration=np.array([[0, 1.0], [1, 0]]))
        with pytest.raises(DataError, match="samples carry the unit mV"):
            times.run(np.ones((1, 2)) * mV)


def test_a_misspelt_argument_of_convert(identity):
    with pytest.raises(UnknownNameError, match="no setting 'calibraton'; did you mean 'calibration'"):
        convert(identity(2), calibraton=np.ones((1, 2)))
