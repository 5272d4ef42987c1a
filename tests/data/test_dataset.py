from __future__ import annotations

import numpy as np
import pytest

from brainnet.data import Dataset
from brainnet.errors import DataError

GOOD = {
    "x_train": np.full((3, 2, 2), 0.5),
    "y_train": np.array([0, 1, 2], dtype=np.uint8),
    "x_test": np.zeros((1, 2, 2)),
    "y_test": np.array([4]),
}


def make(**changes):
    return Dataset(name="toy", source="by hand", **{**GOOD, **changes})


def test_types_and_properties():
    data = make()
    assert data.x_train.dtype == np.float32
    assert data.y_train.dtype == np.int64
    assert data.sample_shape == (2, 2)
    assert data.n_classes == 5


def test_flat_features_may_exceed_one():
    assert make(x_train=np.full((3, 4), -7.0), x_test=np.full((1, 4), 7.0)).x_test.max() == 7


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"y_train": np.array([0, 1])}, "toy: x_train has 3 samples and y_train has 2 labels"),
        ({"x_test": np.zeros((1, 2, 3))}, r"shape \(2, 2\) in x_train and \(2, 3\) in x_test"),
        ({"x_train": np.zeros((0, 2, 2)), "y_train": np.zeros(0, int)}, "x_train has shape .* at least one sample"),
        ({"x_train": np.zeros(3)}, "x_train has shape"),
        ({"x_train": np.full((3, 2, 2), np.nan)}, "x_train holds NaN"),
        ({"x_train": np.full((3, 4), 1e300), "x_test": np.zeros((1, 4))}, "x_train holds NaN or infinite"),
        ({"x_train": np.full((3, 2, 2), 255)}, "from 255 to 255; scale them"),
        ({"x_train": np.zeros((3, 2, 2), complex)}, "x_train has type complex128"),
        ({"y_test": np.array([1.0])}, "y_test has type float64"),
        ({"y_test": np.array([-1])}, "labels from -1 to -1; number the classes from 0"),
        ({"y_test": np.array([2**64 - 1], dtype=np.uint64)}, "number the classes from 0"),
        ({"y_test": np.array([[1]])}, "y_test has shape"),
        ({"y_test": np.zeros(0, int)}, "y_test has shape"),
    ],
)
def test_what_does_not_fit_is_refused(changes, match):
    with pytest.raises(DataError, match=match):
        make(**changes)


def test_first_of_both_parts():
    part = make().first(2, 1)
    assert part.y_train.tolist() == [0, 1]
    assert part.y_test.tolist() == [4]
    assert (part.name, part.source) == ("toy", "by hand")
    for given, words in (
        ((4, 1), r"train_images = 4, and there are 3 in by hand; write train_images=3 or less"),
        ((3, 2), r"images = 2, and there are 1 in by hand"),
        ((-1, 1), r"train_images = -1; give a whole number of at least 1"),
        ((1, 0), r"images = 0; give a whole number"),
        ((True, 1), r"train_images = True; give"),
    ):
        with pytest.raises(DataError, match=words):
            make().first(*given)
