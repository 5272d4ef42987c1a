"""Izhikevich's neuron against its fixed points."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, ms, mV, second

import brainnet
from brainnet import models


def test_rests_at_the_fixed_point_and_fires_where_there_is_none():
    # 0.04 v**2 + (5 - b) v + 140 + I = 0 has the root below; it turns unstable at I = 3.8 and vanishes at I = 4 mV/ms.
    currents = np.array([0.0, 3.0, 3.7, 4.1, 6.0])
    with brainnet.target("numpy"):
        cells = models.izhikevich.group(5, I_ext=currents * mV / ms, dt=0.5 * ms)
        spikes = SpikeMonitor(cells, record=False)
        cells.v, cells.u = -62 * mV, -12 * mV / ms
        brainnet.build(Network(cells, spikes), 2 * second).run()
        potential, count = np.asarray(cells.v / mV), np.asarray(spikes.count)
    rest = (-4.8 - np.sqrt(4.8**2 - 0.16 * (140 + currents[:3]))) / 0.08
    assert rest[0] == pytest.approx(-70)
    assert potential[:3] == pytest.approx(rest, abs=1e-3)
    assert list(count[:3]) == [0, 0, 0]
    assert 1 < count[3] < count[4]
