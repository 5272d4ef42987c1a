"""The rule of Brader, Senn & Fusi 2007 against a list of events."""

import math

import brian2 as b2
import numpy as np
import pytest
from brian2 import ms, mV

import brainnet
from brainnet import models

# Low calcium thresholds, so that short trains visit every branch; unequal jumps and drifts.
VALUES = {"a": 0.13, "b": 0.09, "alpha": 3.5, "beta": 2.5, "theta_X": 0.5, "theta_V": -54.0, "tau_C": 60.0,
          "theta_up_low": 0.5, "theta_up_high": 2.5, "theta_down_low": 0.3, "theta_down_high": 1.6}  # fmt: skip
UNITS = {"alpha": b2.Hz, "beta": b2.Hz, "theta_V": mV, "tau_C": ms}


def expected(pre, post, v, X):
    """X after each presynaptic spike; `v` in mV for each ms."""
    q, course, last = VALUES, [], 0.0
    for t in pre:
        drift = q["alpha"] if q["theta_X"] < X else -q["beta"]
        X += drift * (t - last) / 1000
        X, last = min(max(X, 0.0), 1.0), t
        C = sum(math.exp(-(t - s) / q["tau_C"]) for s in post if s < t)
        if v[int(t)] > q["theta_V"] and q["theta_up_low"] < C < q["theta_up_high"]:
            X += q["a"]
        elif v[int(t)] <= q["theta_V"] and q["theta_down_low"] < C < q["theta_down_high"]:
            X -= q["b"]
        X = min(max(X, 0.0), 1.0)
        course.append(X)
    return course


@pytest.fixture(scope="module")
def experiment():
    rng = np.random.default_rng(4)
    pre, post = (np.flatnonzero(rng.random(1500) < rate / 1000).astype(float) for rate in (40, 25))
    v = np.repeat(np.where(rng.random(150) < 0.5, -52.0, -60.0), 10)
    return pre, post, v


def simulated(pre, post, v, X, on="numpy"):
    rule = models.brader_stdp(**{k: value * UNITS.get(k, 1) for k, value in VALUES.items()})
    with brainnet.target(on):
        b2.defaultclock.dt = 1 * ms
        fires = np.zeros(len(v))
        fires[post.astype(int)] = 1
        space = {"course": b2.TimedArray(v * mV, dt=1 * ms), "fires": b2.TimedArray(fires, dt=1 * ms)}
        cell = b2.NeuronGroup(1, "v = course(t) : volt", threshold="fires(t) > 0", reset="", namespace=space)
        source = b2.SpikeGeneratorGroup(1, np.zeros(len(pre), int), pre * ms)
        synapses = rule.connect(source, cell, [[0.5]], onto=None, namespace=space)
        synapses.X = X
        record = b2.StateMonitor(synapses, ["X", "w"], [0], when="end")
        brainnet.build(b2.Network(source, cell, synapses, record), len(v) * ms).run()
        return np.array(record.X[0])[pre.astype(int)], np.array(record.w[0])[pre.astype(int)]


@pytest.mark.parametrize(("target", "X"), [("numpy", 0.45), ("numpy", 0.9), ("cpp", 0.45)])
def test_every_event_follows_the_list(experiment, target, X):
    course, weight = simulated(*experiment, X, on=target)
    want = np.array(expected(*experiment, X))
    np.testing.assert_allclose(course, want, atol=1e-12)
    np.testing.assert_array_equal(weight, want > 0.5)
    assert np.any(np.diff(want) > 0.05), "some spikes potentiate"
    assert np.any(np.diff(want) < -0.05), "some spikes depress"


def test_swapped_sides_are_noticed(experiment):
    pre, post, v = experiment
    course, _ = simulated(post, pre, v, 0.45)
    assert abs(course[-1] - expected(*experiment, 0.45)[-1]) > 1e-3


def test_both_states_are_stable_without_postsynaptic_spikes(experiment):
    pre, _, v = experiment
    for X, end in ((0.49, 0.0), (0.51, 1.0)):
        course, _ = simulated(pre, np.array([]), v, X)
        assert course[-1] == end


def test_a_target_without_membrane_potential_is_refused():
    source = b2.SpikeGeneratorGroup(1, [], [] * ms)
    with pytest.raises(brainnet.BrainnetError, match="reads v of the postsynaptic group"):
        models.brader_stdp.connect(source, source, onto=None)


@pytest.mark.parametrize(("w", "X"), [(1.0, 1.0), (0.0, 0.0), (0.25, 0.25)])
def test_the_first_weight_says_where_X_begins(w, X):
    rule = models.brader_stdp(a=0.0, b=0.0)
    with brainnet.target("numpy"):
        source = b2.SpikeGeneratorGroup(1, [0], [1] * ms)
        cell = b2.NeuronGroup(1, "v : volt\ng : 1", threshold="False", name="cell")
        synapses = rule.connect(source, cell, [[w]], onto="g")
        assert float(synapses.X[0]) == X
        brainnet.build(b2.Network(source, cell, synapses), 2 * ms).run()
    # Sent is the state that the synapse is in, and with no jump it stays there.
    assert float(cell.g[0]) == float(synapses.w[0]) == float(X > 0.5)
