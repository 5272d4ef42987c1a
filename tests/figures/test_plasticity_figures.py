"""The figures of plasticity draw what was simulated beside what was published."""

import numpy as np
import pytest

import brainnet
from brainnet import figures, protocols


def test_morrison_marks_the_published_ends_where_the_courses_end():
    with brainnet.target("numpy"):
        drawn = figures.morrison_2008_fig7(quick=True)
    for axis in drawn.axes:
        *courses, theirs = [line for line in axis.lines if len(line.get_label()) > 8]
        ends = [line.get_ydata()[-1] for line in courses if ":" in line.get_label()]
        assert ends == pytest.approx(list(theirs.get_ydata()), abs=1e-8)
        assert len(ends) == 4


def test_hippocampal_picture_shows_all_points():
    with brainnet.target("numpy"):
        data = protocols.hippocampal_protocols(count=2, quick=True)
    drawn = protocols.hippocampal_protocols.draw(data)
    bars = [bar for axis in drawn.axes[:3] for bar in axis.patches]
    assert len(bars) == 2 * 10, "two rules at two pairs and eight triplets"
    assert set(np.round([bar.get_height() for bar in bars], 12)) >= set(np.round(data.prediction.values[:10], 12))
    assert data.quadruplet_curve.sizes["T"] == 14


def test_credit_of_a_late_reward_follows_the_published_equations():
    with brainnet.target("numpy"):
        credit = figures.izhikevich_2007_fig1.module.credit
        ours, theirs = credit(np.array([0.5, 2.0]))
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert theirs[0] > 4 * theirs[1] > 0
