"""Summed Poisson input: the distribution, the same numbers on every target, and what refractory neurons lose."""

import functools

import numpy as np
import pytest
from brian2 import Hz, Network, NeuronGroup, StateMonitor, ms, mV
from scipy import stats

import brainnet
from brainnet.projections import SummedPoisson


@functools.cache
def counts(target):
    """Input of each neuron in each step, of four networks in one; built once a target."""
    with brainnet.target(target):
        whole = NeuronGroup(130, "v : volt")
        slow, fast = (NeuronGroup(100, "v : 1") for _ in "ab")
        # The first half fires at every step in which it may, and is refractory after it.
        stays = "dv/dt = 0/second : 1 (unless refractory)"
        kept = NeuronGroup(50, stays, threshold="i < 25", reset="", refractory=1 * ms, method="euler")
        inputs = [
            SummedPoisson(whole[7:], "v", n=100, rate=30 * Hz, weight=2 * mV, seed=5),
            SummedPoisson(slow, "v", n=3, rate=100 * Hz, weight=1.0, seed=5, stream=1),
            SummedPoisson(fast, "v", n=10_000, rate=200 * Hz, weight=1.0, seed=5, stream=2),
            SummedPoisson(kept, "v", n=100, rate=200 * Hz, weight=1.0, seed=5, stream=3),
        ]
        monitors = [StateMonitor(group, "v", True, when="end") for group in (whole, slow, fast, kept)]
        brainnet.build(Network(whole, slow, fast, kept, *inputs, *monitors), 20 * ms).run()
        return [np.diff(np.array(monitor.v), axis=1, prepend=0.0) for monitor in monitors]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_counts_have_the_poisson_distribution(target):
    whole, slow, fast, kept = [np.rint(each / size) for each, size in zip(counts(target), (2e-3, 1, 1, 1), strict=True)]
    assert not whole[:7].any(), "the subgroup alone is driven"
    for drawn, mean in ((whole[7:], 0.3), (slow, 0.03), (fast, 200.0)):
        n = drawn.size
        assert abs(drawn.mean() - mean) < 4 * np.sqrt(mean / n)
        # Variance of the sample variance of a Poisson distribution: (mean + 2 mean**2)/n.
        assert abs(drawn.var() - mean) < 4 * np.sqrt((mean + 2 * mean**2) / n)
        seen, times = np.unique(drawn, return_counts=True)
        likely = stats.poisson.pmf(seen, mean) * n
        chosen = likely > 5
        statistic = ((times - likely)[chosen] ** 2 / likely[chosen]).sum()
        assert statistic < chosen.sum() + 4 * np.sqrt(2 * chosen.sum())
    # Successive steps and neighbours are independent.
    assert abs(np.corrcoef(fast[:, 1:].ravel(), fast[:, :-1].ravel())[0, 1]) < 4 / np.sqrt(fast[:, 1:].size)
    assert abs(np.corrcoef(fast[1:].ravel(), fast[:-1].ravel())[0, 1]) < 4 / np.sqrt(fast[1:].size)
    # What arrives at a refractory neuron is lost: of 10 steps there is one in which it is not.
    assert (kept[:25] == 0).mean() > 0.85
    assert (kept[25:] == 0).mean() < 4 * np.exp(-2.0)


def test_all_targets_see_the_same():
    for one, other in zip(counts("numpy"), counts("cpp"), strict=True):
        assert np.array_equal(one, other)


BAD = {
    "onto": ({"onto": "u"}, "cannot be driven"),
    "rate": ({"rate": -1 * Hz}, "at least 0"),
    "unit": ({"rate": 10.0}, "expected Hz"),
    "weight": ({"weight": 1.0}, "has the unit none"),
    "many": ({"n": 10**6, "rate": 100 * Hz}, "1e\\+04 spikes in a step"),
    "number": ({"n": 0}, "at least 1"),
    "seed": ({"seed": -1}, "seed = -1"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_remedy(case):
    changed, remedy = BAD[case]
    cells = NeuronGroup(3, "v : volt")
    given = {"onto": "v", "n": 100, "rate": 10 * Hz, "weight": 1 * mV, **changed}
    with pytest.raises(brainnet.BrainnetError, match=remedy):
        SummedPoisson(cells, **given)
