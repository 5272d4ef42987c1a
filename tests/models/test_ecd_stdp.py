"""Symmetric STDP with a gate: closed forms, the pair sum, and one weight for both directions, on every path."""

import math

import pytest
from brian2 import Network, NeuronGroup, amp, defaultclock, ms, nA

import brainnet
from brainnet import models
from brainnet.errors import ProjectionError

TAU, A, W = 7.0, 0.25, 2.0  # ms, nA, nA
PRE, POST = [10, 14, 30, 31, 50], [4, 14, 33, 40, 52]  # 14 coincides


def run(path, pre, post, g, learns=1):
    """Weight after the spikes, and what each side has received; g by ms."""
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        sides = [
            NeuronGroup(1, "received : amp", threshold=" or ".join(f"t_in_timesteps == {k}" for k in times), name=name)
            for name, times in (("pre", pre), ("post", post))
        ]
        rule = models.ecd_stdp(tau_stdp=TAU * ms, A=A * nA)
        synapses = rule.connect(*sides, [[W]] * nA, onto="received", path=path, vary=["g"], name="synapses")
        for start, value in g:
            synapses.run_regularly(
                f"g = {value}*int(t_in_timesteps >= {start}) + g*int(t_in_timesteps < {start})", dt=1 * ms
            )
        if not learns:
            gate = NeuronGroup(1, "learns : integer (shared)", name="gate")
            synapses.learn_while(gate, "learns")
            Network(*sides, synapses, gate).run(60 * ms)
        else:
            Network(*sides, synapses).run(60 * ms)
        return float(synapses.w[0] / nA), *(float(side.received[0] / nA) for side in sides)


def pair_sum(pre, post, gate):
    """Sum over all pairs; the gate is that of the later spike."""
    pairs = [(s, t) for s in pre for t in post if s != t]
    return A * sum(gate(max(s, t)) * math.exp(-abs(s - t) / TAU) for s, t in pairs)


def gate(t):
    return 1 if t < 32 else -1


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_change_is_the_sum_over_pairs_under_the_gate(path):
    w, *_ = run(path, PRE, POST, [(0, 1.0), (32, -1.0)])
    assert w == pytest.approx(W + pair_sum(PRE, POST, gate), rel=1e-12)
    # The order within a pair does not matter.
    assert run(path, POST, PRE, [(0, 1.0), (32, -1.0)])[0] == pytest.approx(w, rel=1e-12)
    # Without pairs, or with the gate shut, nothing is learned.
    assert run(path, PRE, [1], [(0, 0.0)])[0] == W
    assert run(path, [14], [14], [(0, 1.0)])[0] == W


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_each_side_receives_the_weight_of_the_moment(path):
    w, to_pre, to_post = run(path, [10, 30], [17], [(0, 1.0)])
    one, two = A * math.exp(-7 / TAU), A * math.exp(-13 / TAU)
    assert w == pytest.approx(W + one + two, rel=1e-12)
    assert to_pre == pytest.approx(W, rel=1e-12), "the postsynaptic spike at 17 ms, before its change"
    assert to_post == pytest.approx(W + (W + one), rel=1e-12), "presynaptic spikes at 10 and 30 ms"


def test_frozen_synapses_send_both_ways():
    assert run("projection", [10, 30], [17], [(0, 1.0)], learns=0) == (W, pytest.approx(W), pytest.approx(2 * W))


def test_what_else_a_postsynaptic_spike_does_needs_synapses():
    group = NeuronGroup(1, "received : amp\nx : amp", threshold="False", name="cells")
    rule = brainnet.SynapseModel(
        "odd", traces=models.ecd_stdp.traces, parameters=models.ecd_stdp.parameters, on_post="x_pre = w\nw += g*A*x"
    )
    with pytest.raises(ProjectionError, match="a spike changes x_pre by '='"):
        rule.connect(group, group, [[0.0]] * amp, onto="received", path="projection")
