"""Reward-modulated rules of Florian 2007 against sums over pairs of spikes."""

import math
from itertools import pairwise

import brian2 as b2
import numpy as np
import pytest
import stdp
from brian2 import ms

import brainnet
from brainnet import models
from brainnet.pairing.reward import reward

# Trains of inferno's illustration of the rules; reward +1 until 100 ms, then -1.
PRE, POST, SIGNAL = [10, 85, 115, 135], [15, 75, 110, 140], [(0, 1.0), (100, -1.0)]
TAU_PLUS, TAU_MINUS, TAU_Z, GAMMA, END = 18.0, 27.0, 25.0, 0.01, 400
RULE = {"tau_plus": TAU_PLUS * ms, "tau_minus": TAU_MINUS * ms, "gamma": GAMMA, "A_minus": -0.7, "w_min": -10.0}


def weight(rules, pre=PRE, post=POST, signal=SIGNAL, on="numpy"):
    """Final weights, from 0.5; `signal` holds (time, reward) pairs."""
    with brainnet.target(on):
        clock = b2.Clock(1 * ms)
        times = [*(t for t, _ in signal), END]
        a, b, c = (
            b2.SpikeGeneratorGroup(1, np.zeros(len(s), int), np.asarray(s, float) * ms, clock=clock)
            for s in (pre, post, times)
        )
        values = np.zeros(END + 1)
        for t, value in signal:
            values[t:] = value
        course = b2.TimedArray(values, dt=1 * ms)
        plastic = [
            r.connect(a, b, [[0.5]], onto=None, clock=clock, namespace={"signal": course}, w_max=10.0) for r in rules
        ]
        given = [reward(c, synapses) for synapses in plastic]
        brainnet.build(b2.Network(a, b, c, *plastic, *given), (END + 2) * ms).run()
        return [float(s.w[0]) for s in plastic]


def jumps(pre=PRE, post=POST, w_max=10.0):
    """Time and size of every xi."""
    for t, _, side in stdp.events(pre, post):
        if side == "post":
            yield t, w_max * stdp.decayed(stdp.partners("post", t, post, pre, "all_to_all"), t, TAU_PLUS)
        else:
            yield t, -0.7 * w_max * stdp.decayed(stdp.partners("pre", t, pre, post, "all_to_all"), t, TAU_MINUS)


def reward_at(t, signal=SIGNAL):
    return [value for start, value in signal if start <= t][-1]


def expected(eligibility):
    if eligibility == "none":
        return 0.5 + GAMMA * sum(reward_at(t) * xi for t, xi in jumps())
    # Each xi leaves z = xi exp(-(t - t_xi)/tau_z)/tau_z, to be integrated over each stretch of constant reward.
    edges = [*(t for t, _ in SIGNAL), END]
    total = 0.0
    for t, xi in jumps():
        for low, high in pairwise(edges):
            if high > t:
                total += reward_at(low) * xi * (math.exp(-max(low - t, 0) / TAU_Z) - math.exp(-(high - t) / TAU_Z))
    return 0.5 + GAMMA * total


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_both_rules_follow_the_pairs(target):
    rules = [models.florian_stdp(eligibility=each, **RULE) for each in ("none", "trace")]
    got = weight(rules, on=target)
    assert got == pytest.approx([expected("none"), expected("trace")], abs=1e-9)
    assert abs(got[0] - got[1]) > 1e-3


def test_the_size_of_an_inhibitory_weight_changes_the_other_way():
    rules = [models.florian_stdp(eligibility=each, **RULE) for each in ("none", "trace")]
    inhibitory = weight([rule(polarity=-1) for rule in rules])
    assert inhibitory == pytest.approx([1 - expected("none"), 1 - expected("trace")], abs=1e-9)


def test_an_inhibitory_spike_lowers_its_target():
    with brainnet.target("numpy"):
        source, cell = b2.SpikeGeneratorGroup(1, [0], [1] * ms), models.lif.group(1)
        synapses = models.florian_stdp.connect(
            source, cell, [[2.0]] * b2.mV, onto="v", polarity=-1, w_max=5 * b2.mV, delay_site="axonal"
        )
        brainnet.build(b2.Network(source, cell, synapses), 1.2 * ms).run()
        assert float(cell.v[0] / b2.mV) == pytest.approx(-72, abs=0.05)


def test_rewards_reach_chosen_synapses_late_and_with_a_signal_of_their_own():
    with brainnet.target("numpy"):
        clock = b2.Clock(1 * ms)
        pre, post = (b2.SpikeGeneratorGroup(2, [0, 1], [t, t] * ms, clock=clock) for t in (10, 12))
        given = b2.SpikeGeneratorGroup(2, [0, 1], [5, 9] * ms, clock=clock)
        rule = models.florian_stdp(gamma=0.01, w_max=10.0)
        synapses = rule.connect(pre, post, np.full((2, 2), 0.5), onto=None, clock=clock)
        signals = [{"signal": b2.TimedArray([value], dt=1 * b2.second)} for value in (1.0, 3.0)]
        # Synapses 0 and 1 begin at neuron 0; the reward of neuron 1 comes too late for the pair.
        each = [
            reward(given, synapses, where="i == 0 and j == 0", namespace=signals[0]),
            reward(given, synapses, where="i == 0 and j == 3", delay=2 * ms, namespace=signals[1]),
            reward(given, synapses, where="i == 1 and j == 1", delay=5 * ms, namespace=signals[1]),
        ]
        brainnet.build(b2.Network(pre, post, given, synapses, *each), 30 * ms).run()
        change = np.asarray(synapses.w) - 0.5
    pair = 0.01 * 10 * math.exp(-2 / 20)
    assert change == pytest.approx([pair, 0, 0, 3 * pair], abs=1e-12)


def test_swapped_sides_are_noticed():
    rules = [models.florian_stdp(eligibility=each, **RULE) for each in ("none", "trace")]
    for got, each in zip(weight(rules, pre=POST, post=PRE), ("none", "trace"), strict=True):
        assert abs(got - expected(each)) > 1e-3


def test_eligibility_is_worth_one_pair_under_constant_reward():
    rule = models.florian_stdp(eligibility="trace", **RULE)
    got = weight([rule], pre=[10], post=[15], signal=[(0, 1.0)])[0]
    # The integral of the eligibility is the pair itself, but for what is left after 385 ms.
    pair = GAMMA * 10.0 * math.exp(-5 / TAU_PLUS)
    assert got - 0.5 == pytest.approx(pair * (1 - math.exp(-(END - 15) / TAU_Z)), rel=1e-12)


def test_constant_reward_teaches_nothing_beyond_its_mean():
    # Rewards of 1 at 5, 6 ... ms: their running mean over n = 2 leaves 2**-k of the k-th, and the pair comes later.
    signal = [(t, 1.0) for t in range(5, 10)]
    rules = [models.florian_stdp(baseline=each, **RULE) for each in ("none", "running_mean")]
    plain, above_mean = weight([rules[0], rules[1](n_mean=2.0)], pre=[20], post=[25], signal=signal)
    assert above_mean - 0.5 == pytest.approx((plain - 0.5) * 0.5**4, rel=1e-12)


@pytest.mark.parametrize("eligibility", ["none", "trace"])
def test_weights_stay_within_bounds(eligibility):
    rule = models.florian_stdp(eligibility=eligibility, gamma=0.1, A_plus=20.0, A_minus=-20.0)
    up = weight([rule], pre=[10], post=[15], signal=[(0, 1.0)])[0]
    down = weight([rule], pre=[15], post=[10], signal=[(0, 1.0)])[0]
    assert (up, down) == (10.0, 0.0)


def test_a_polarity_is_a_sign():
    for value in (0, 2):
        with pytest.raises(brainnet.BrainnetError, match=f"polarity = {value} is out of range; give -1 or 1"):
            models.florian_stdp(polarity=value)
