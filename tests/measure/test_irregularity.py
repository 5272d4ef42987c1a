"""Irregularity of spikes: what it is not defined for is refused."""

import numpy as np
import pytest

from brainnet.errors import DataError
from brainnet.measure import variability


def test_spikes_at_one_time_are_refused():
    neuron, time = np.repeat([2, 5], 6), np.concatenate([np.arange(6.0), np.full(6, 0.3)])
    with pytest.raises(DataError, match="all 6 spikes of neuron 5 are at the same time; give each spike once"):
        variability(neuron, time)
    assert variability(neuron[:-1], time[:-1]).tolist() == [0.0], "too few to be measured"
    time[-1] = 0.4  # intervals 0, 0, 0, 0 and 0.1: mean 0.02, standard deviation 0.04
    assert variability(neuron, time) == pytest.approx([0, 2])
