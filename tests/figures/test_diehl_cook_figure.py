"""The figure of Diehl & Cook 2015 shows what was measured beside what was published."""

import numpy as np
import pytest

import brainnet
from brainnet import figures
from brainnet.plot import part


def test_accuracy_stands_beside_the_published_one(compiler):
    with brainnet.target("cpp"):
        drawn = figures.diehl_cook_2015(quick=True, data="digits", seed=1)
    theirs, ours, *_ = part(drawn, "size").lines
    assert dict(zip(*theirs.get_data(), strict=True)) == pytest.approx({100: 82.9, 400: 87.0, 1600: 91.9, 6400: 95.0})
    assert list(ours.get_xdata()) == [10, 20]
    numbers = np.array([int(text.get_text()) for text in part(drawn, "confusion").texts])
    assert numbers.sum() == 40
    _, test, _ = part(drawn, "course").lines
    assert test.get_ydata()[-1] == pytest.approx(ours.get_ydata()[-1]), "of the larger network"
