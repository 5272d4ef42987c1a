"""What a Boltzmann machine is given: what is taken as it is, and each refusal."""

import numpy as np
import pytest

from brainnet.errors import DataError, ParameterError
from brainnet.learn.srbm.checks import check_label_neurons, check_pixels, schedule_factors
from brainnet.learn.srbm.settings import make_settings


@pytest.mark.parametrize(
    ("schedule", "found"), [((1.0, 0.5, 0.1), [1.0, 0.5]), (np.array([2, 0]), [2.0, 0.0]), ([1, 1], [1.0, 1.0])]
)
def test_factors_of_two_epochs(schedule, found):
    assert schedule_factors(schedule, 2).tolist() == found


def test_one_number_is_the_factor_of_one_epoch():
    assert schedule_factors(0.5, 1).tolist() == [0.5]
    assert schedule_factors(None, 3) is None


@pytest.mark.parametrize("schedule", ["fast", [1.0, -0.1], [1.0, np.nan], [1.0, np.inf], [[1.0, 1.0]], [1.0, "x"], {}])
def test_what_is_no_schedule(schedule):
    with pytest.raises(ParameterError, match="give one factor of eta per epoch, from 0 on"):
        schedule_factors(schedule, 1)


@pytest.mark.parametrize(("schedule", "held"), [([1.0, 0.5], 2), (0.5, 1), ([], 0)])
def test_a_schedule_shorter_than_the_training(schedule, held):
    with pytest.raises(ParameterError, match=f"schedule holds {held} epochs, and the training 3; give a factor"):
        schedule_factors(schedule, 3)


def test_images_become_rows():
    images = np.linspace(0, 1, 24).reshape(2, 3, 4)
    assert (check_pixels(images) == images.reshape(2, 12)).all()


@pytest.mark.parametrize(
    ("images", "n", "message"),
    [
        (np.full((2, 3), 1.01), None, r"pixels reach 1.01: .*give images in \[0, 1\]"),
        (np.full((2, 3), 255, np.uint8), None, r"pixels reach 255"),
        (np.full((2, 3), -0.01), None, "Negative values"),
        (np.array([[0.0, np.nan]]), None, "NaN"),
        (np.zeros((2, 3)), 4, "expecting 4 features"),
        (np.zeros((0, 3)), None, "0 sample"),
    ],
)
def test_what_are_no_images(images, n, message):
    with pytest.raises(DataError, match=message):
        check_pixels(images, n)


def test_label_neurons():
    settings = make_settings(label_neurons=40)
    check_label_neurons(settings, n_classes=10, n_pixels=40)
    with pytest.raises(ParameterError, match="are not as many for each of 3 classes; give a multiple of 3"):
        check_label_neurons(settings, n_classes=3, n_pixels=400)
    with pytest.raises(ParameterError, match="are more than the 39 pixels beside them; give at most 30"):
        check_label_neurons(settings, n_classes=10, n_pixels=39)
