"""Clocks and time steps that groups are given."""

import numpy as np
import pytest
from brian2 import Clock, Hz, NeuronGroup, ms

import brainnet
from brainnet import models
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import BernoulliInput

GIVEN = {
    "neurons": lambda **how: models.lif.group(3, **how),
    "input": lambda **how: BernoulliInput([0.1], **how),
    "poisson": lambda **how: BernoulliInput.poisson([1] * Hz, **how),
}


@pytest.fixture(autouse=True)
def _on_numpy():
    with brainnet.target("numpy"):
        yield


@pytest.mark.parametrize("wrong", [5, 1 * ms, "fast"], ids=repr)
@pytest.mark.parametrize("given", GIVEN)
def test_what_is_no_clock_is_refused(given, wrong):
    with pytest.raises(ParameterError, match=r"clock = .* is no clock; write e.g. clock=Clock\(dt=0.1\*ms\)"):
        GIVEN[given](clock=wrong)


def test_time_steps_of_neurons():
    for wrong, match in (
        (1, "dt has the unit none, expected s"),
        (0 * ms, "dt = 0. s is out of range"),
        ("a", "dt = 'a'"),
    ):
        with pytest.raises(ParameterError, match=match):
            models.lif.group(3, dt=wrong)
    with pytest.raises(ParameterError, match=r"clock has a time step, and dt = 1\. ms is another one; leave one"):
        models.lif.group(3, clock=Clock(1 * ms), dt=1 * ms)


def test_synapses_between_clocks():
    pre, post = models.poisson.group(2, rate=10 * Hz, clock=Clock(0.2 * ms)), NeuronGroup(3, "v : 1", threshold="v > 1")
    with pytest.raises(ParameterError, match="pair_stdp: clock = 1 is no clock"):
        models.pair_stdp.connect(pre, post, np.ones((2, 3)), clock=1)
    with pytest.raises(ProjectionError, match="have clocks of their own; give both groups one, clock="):
        models.pair_stdp.connect(pre, post, np.ones((2, 3)), path="projection")
