"""A synapse rewarded seconds later stands out of all others; the rewards come when they should."""

import numpy as np
import pytest
from brian2 import second

import brainnet
from brainnet import protocols


@pytest.fixture(scope="module")
def experiment():
    with brainnet.target("cpp"):
        return protocols.distal_reward(quick=True, seed=1)


def test_the_rewarded_synapse_reaches_the_bound_and_the_others_stay_low(experiment):
    # In the small size the rewarded synapse is pushed off the bound now and then, so that its mean is asked for.
    assert experiment.rewarded_course[0] == 0
    assert float(experiment.seconds_to_bound) < experiment.attrs["duration"]
    late = experiment.isel(time=slice(-15, None))
    rewarded, others = float(late.rewarded_course.mean()), late.other_courses.mean("time")
    assert rewarded > 0.75 * experiment.attrs["w_max"]
    assert float((others < rewarded).mean()) > 0.97
    assert float(experiment.mean_of_others) < 0.3 * experiment.attrs["w_max"]


def test_every_coincidence_is_rewarded_once_after_one_to_three_seconds(experiment):
    pre, post = experiment.pre_time.values, experiment.post_time.values
    last = np.array([max(pre[pre < t], default=-np.inf) for t in post])
    hits = post[post - last < 0.02 - 1e-9]
    hits = hits[hits < experiment.attrs["duration"] - 3]
    given = list(experiment.reward_time.values)
    # The earliest reward that is late enough for each coincidence; times of the grid, so that a half step is room.
    for hit in hits:
        late = [t for t in given if 1 - 2.5e-4 < t - hit < 3 + 2.5e-4]
        assert late, f"no reward 1 to 3 s after {hit}"
    assert len(hits) <= len(given) <= len(hits) + np.sum(post > experiment.attrs["duration"] - 3)


def test_without_rewards_the_synapse_stays_low():
    with brainnet.target("cpp"):
        idle = protocols.distal_reward(quick=True, seed=1, dose="0*Hz", duration=500 * second)
    assert float(idle.rewards) > 0
    assert float(idle.rewarded_weight) < 0.4


def test_numpy_and_cpp_agree():
    runs = []
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            runs.append(protocols.distal_reward(quick=True, neurons=40, duration=0.3 * second))
    assert runs[0].firing_rate > 0
    assert runs[0].weight.values == pytest.approx(runs[1].weight.values, rel=1e-9)
