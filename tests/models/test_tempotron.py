"""The Tempotron as Brian2 equations: the potential of the learning rule, on numpy and C++."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, StateMonitor, ms

import brainnet
from brainnet.coding import SpikePatterns, random_latency_patterns
from brainnet.errors import DataError
from brainnet.learn import Tempotron
from brainnet.learn.tempotron import kernel


def task(seed, patterns, n):
    rng = np.random.default_rng(seed)
    return random_latency_patterns(patterns, n, duration=200 * ms, rng=rng), rng.integers(0, 2, patterns)


def on_grid(patterns, dt=0.1e-3):
    steps = np.minimum(np.rint(patterns.times / dt), float(patterns.duration) / dt - 1)
    return SpikePatterns(patterns.neurons, steps * dt, patterns.offsets, patterns.n, patterns.duration)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_network_has_the_same_potential_and_decisions(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    patterns, y = task(5, 12, 10)
    patterns = on_grid(patterns)
    fitted = Tempotron(tau=12 * ms, tau_s=4 * ms, threshold=0.9, random_state=0, max_epochs=300).fit(patterns, y)
    assert fitted.converged_
    with brainnet.target(target):
        network = fitted.network(patterns, after_spike="shunt")
        neurons = network["tempotrons"]
        traces, spikes = StateMonitor(neurons, ("v", "v_free"), record=True), SpikeMonitor(neurons)
        brainnet.build(Network(network.objects, traces, spikes), patterns.duration).run()
        v, v_free = np.array(traces.v), np.array(traces.v_free)
        t = (np.array(traces.t / ms) - 0.1) * ms  # a spike takes one step to the neuron
        fired, when = np.array(spikes.i), np.array(spikes.t / ms) * 1e-3
    for k, (which, times) in enumerate(patterns):
        exact = fitted.potential(patterns[k : k + 1], t)[:, 0]
        np.testing.assert_allclose(v_free[k], exact, rtol=0, atol=1e-9)
        expected = exact
        if k in fired:  # what arrived up to the spike runs out
            at = when[fired == k][0]
            arrived = times < at - 0.5e-4
            after = kernel((t / ms)[:, None] * 1e-3 - times[arrived], 12e-3, 4e-3) @ fitted.weights_[which[arrived], 0]
            expected = np.where(t / ms * 1e-3 > at - 0.5e-4, after, exact)
        np.testing.assert_allclose(v[k], expected, rtol=0, atol=1e-9)
    # A maximum above the threshold for less than a time step would be missed; none is so narrow here.
    assert sorted(fired) == np.flatnonzero(y).tolist(), "each fires once, for its class"


def test_network_of_many_neurons():
    patterns, _ = task(5, 4, 6)
    patterns = on_grid(patterns)
    fitted = Tempotron(max_epochs=5, random_state=0).fit(patterns, [0, 1, 2, 2])
    with brainnet.target("numpy"):
        network = fitted.network(patterns, after_spike="free")
        traces = StateMonitor(network["tempotrons"], "v", record=True)
        brainnet.build(Network(network.objects, traces), 100 * ms).run()
        v, t = np.array(traces.v).reshape(4, 3, -1), traces.t / ms * ms
    for k in range(4):
        np.testing.assert_allclose(v[k].T, fitted.potential(patterns[k : k + 1], t - 0.1 * ms), rtol=0, atol=1e-9)


def test_spikes_that_one_step_cannot_tell_apart_are_refused():
    twice = SpikePatterns.from_lists([([0, 0], [1, 1.01] * ms), ([1], [2] * ms)], n=2, duration=10 * ms)
    with pytest.raises(DataError, match="smaller dt"):
        Tempotron(max_epochs=1).fit(twice, [0, 1]).network(twice)
