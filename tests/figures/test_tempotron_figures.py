"""The figures of the Tempotron draw what was simulated beside what was published."""

import numpy as np
import pytest

import brainnet
from brainnet import figures


def test_decision_of_the_neuron():
    with brainnet.target("numpy"):
        drawn = figures.gutig_2006_fig1(quick=True)
    before, after = (drawn.axes[k] for k in (1, 4))
    _, plus, minus = (np.asarray(line.get_ydata()) for line in after.lines)
    assert plus.max() >= 1 > minus.max(), "after learning the neuron fires for + alone"
    _, plus, minus = (np.asarray(line.get_ydata()) for line in before.lines)
    assert not (plus.max() >= 1 > minus.max()), "before it does not"
    ours, theirs, peak = drawn.axes[2].lines
    np.testing.assert_allclose(np.interp(theirs.get_xdata(), *ours.get_data()), theirs.get_ydata(), atol=1e-9)
    assert max(ours.get_ydata()) == pytest.approx(peak.get_ydata()[0], abs=0.005)  # a step of 0.5 ms beside the maximum


def test_capacity_stands_beside_the_published_one():
    with brainnet.target("numpy"):
        drawn = figures.gutig_2006_fig3(quick=True)
    theirs = [line.get_xdata()[0] for line in drawn.axes[0].lines if line.get_label().startswith("theirs")]
    assert theirs == [3.0, 2.0]
