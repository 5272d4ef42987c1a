"""Reward-modulated STDP against its closed form, numerical integration, and sPyNNaker's regression value."""

import math

import brian2 as b2
import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import models
from brainnet.pairing.reward import reward

TAU_C, TAU_D = 1000.0, 200.0
# c is in units of w_max = 1000 here, so that no bound is reached.
FREE = {"w_min": -1000.0, "w_max": 1000.0, "A_plus": 1e-3, "A_minus": 1e-3}


def weights(rules, pre, post, doses, end, on="numpy", w=0.0):
    """Final weight of each rule; a last dose at `end` settles it."""
    with brainnet.target(on):
        clock = b2.Clock(1 * ms)
        a, b, c = (
            b2.SpikeGeneratorGroup(1, np.zeros(len(s), int), np.asarray(s, float) * ms, clock=clock)
            for s in (pre, post, [*doses, end])
        )
        plastic, given = [], []
        for rule in rules:
            plastic.append(rule.connect(a, b, [[w]], onto=None, clock=clock))
            given.append(reward(c, plastic[-1]))
        brainnet.build(b2.Network(a, b, c, *plastic, *given), (end + 2) * ms).run()
        return [float(s.w[0]) for s in plastic]


def integrated(pre, post, doses, dose, end, tau_plus, tau_minus, a_plus, a_minus):
    """dw/dt = c d by small steps of the exponentials themselves: sums over all pairs, no event rule."""
    t = np.arange(0, end + 1e-9, 0.05)
    jumps = [(q, a_plus * math.exp(-(q - p) / tau_plus)) for p in pre for q in post if q > p]
    jumps += [(p, -a_minus * math.exp(-(p - q) / tau_minus)) for p in pre for q in post if p > q]

    def course(jumps, tau):
        return sum(a * np.exp(-np.maximum(t - s, 0) / tau) * (t > s) for s, a in jumps)

    return np.trapezoid(course(jumps, TAU_C) * course([(s, dose) for s in doses], TAU_D), t)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_closed_form(target):
    # One pair of 10 ms, a dose of 0.1/ms one second after its second spike; tau_c tau_d/(tau_c + tau_d) = 166.667 ms.
    rule = models.reward_stdp(**FREE, dose=0.1 / ms)
    got = weights([rule], [10], [20], [1020], 20_000, on=target)[0]
    factor = TAU_C * TAU_D / (TAU_C + TAU_D)
    assert factor == pytest.approx(166.6667, abs=1e-4)
    assert got == pytest.approx(math.exp(-10 / 20) * 0.1 * math.exp(-1000 / TAU_C) * factor, rel=1e-6)
    assert got == pytest.approx(3.718836, abs=1e-6)


def test_spinnaker_regression():
    # sPyNNaker, stdp_neuromodulation_test.py: the dopamine arrives 1 ms after 1600 ms, the post spike forced at
    # 1503 ms comes at 1504 ms, and the weight is read at the presynaptic spike of 2400 ms.
    rule = models.reward_stdp(**FREE, tau_plus=10 * ms, tau_minus=12 * ms, dose=0.1 / ms)
    got = weights([rule], [1500, 2400], [1504], [1601], 2400)[0]
    assert got == pytest.approx(10.0552710, abs=1e-3)


def test_many_pairs_and_doses_follow_the_integral():
    pre, post, doses = [10, 60, 100, 300], [20, 50, 110, 290], [40, 150, 200, 450]
    rule = models.reward_stdp(**FREE, tau_plus=16 * ms, tau_minus=34 * ms, dose=0.1 / ms)
    want = integrated(pre, post, doses, 0.1, 900, 16, 34, 1, 1)
    got = weights([rule], pre, post, doses, 900)[0]
    assert got == pytest.approx(want, rel=1e-3)
    swapped = weights([rule], post, pre, doses, 900)[0]
    assert abs(swapped - want) > 0.1 * abs(want)


def test_tonic_dopamine_turns_the_eligibility_into_weight_without_a_dose():
    tonic = models.reward_stdp(**FREE, d_tonic=2 * b2.Hz, dose=0 * b2.Hz)
    got = weights([tonic], [10, 500], [20], [], 20_000)[0]  # the spike at 500 ms: the same in two steps, less one pair
    want = 2 * TAU_C / 1000 * (math.exp(-10 / 20) - math.exp(-480 / 20))
    assert got == pytest.approx(want, rel=1e-6)


def test_weight_stays_within_bounds_and_a_dose_without_eligibility_does_nothing():
    strong = models.reward_stdp(A_plus=1.0, dose=1 / ms)
    up, down = weights([strong, strong(A_plus=-1.0)], [10], [20], [30, 100], 2000, w=0.5)
    assert (up, down) == (1.0, 0.0)
    assert weights([strong], [10], [], [30], 2000, w=0.5) == [0.5]


def test_a_rule_without_reward_is_refused():
    source = b2.SpikeGeneratorGroup(1, [], [] * ms)
    with pytest.raises(brainnet.BrainnetError, match="no model with on_reward"):
        reward(source, models.pair_stdp.connect(source, source, [[0.5]], onto=None))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_a_dendritic_delay_sends_the_weight_of_its_moment(target):
    # The dose at 200 ms moves w until the second presynaptic spike arrives, 100 ms after 150 ms, at the soma.
    values = FREE | {"A_minus": 0.0, "A_plus": 1e-3, "dose": 5 * b2.Hz, "delay_site": "dendritic", "w_min": 0.0}
    with brainnet.target(target):
        clock = b2.Clock(1 * ms)
        a, c = (
            b2.SpikeGeneratorGroup(1, np.zeros(len(s), int), np.asarray(s, float) * ms, clock=clock)
            for s in ([10, 150], [200])
        )
        cell = b2.NeuronGroup(1, "g : 1", threshold="abs(t - 20*ms) < 0.5*ms", reset="", clock=clock, name="cell")
        rule = models.reward_stdp(**values)
        plastic = rule.connect(a, cell, [[0.0]], onto="g", delay=100 * ms, clock=clock)
        given = reward(c, plastic)
        # The postsynaptic spike of 20 ms is seen at 120 ms, 110 ms after the first presynaptic one.
        brainnet.build(b2.Network(a, cell, c, plastic, given), 252 * ms).run()
        sent = float(cell.g[0])
    eligibility = math.exp(-110 / 20)
    kept, lapse = TAU_C * TAU_D / (TAU_C + TAU_D), 50
    expected = eligibility * math.exp(-80 / TAU_C) * 5e-3 * kept * (1 - math.exp(-lapse / kept))
    assert sent == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"delay": -5 * ms}, "is not one time of at least"),
        ({"delay": 5}, "is not one time of at least"),
        ({"where": "k == 1"}, "is no condition on i and j"),
        ({"where": "i =="}, "is no condition on i and j"),
        ({"namespace": {"doze": 1}}, "reads no 'doze'"),
    ],
)
def test_what_a_reward_refuses(wrong, message):
    source, group = (
        b2.NeuronGroup(1, "", threshold="False", name="source"),
        b2.NeuronGroup(2, "", threshold="False", name="group"),
    )
    rule = models.reward_stdp()
    with pytest.raises(brainnet.BrainnetError, match="has no synapses yet"):
        reward(source, rule.connect(source, group, onto=None))
    with pytest.raises(brainnet.BrainnetError, match=message):
        reward(source, rule.connect(source, group, np.zeros((1, 2)), onto=None), **wrong)
