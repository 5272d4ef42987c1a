"""The neuron of SpikeProp against its closed form."""

import numpy as np
import pytest
from brian2 import Clock, Network, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, ms

from brainnet import build, models, target
from brainnet.targets.schedule import use_common_schedule


@pytest.mark.parametrize("name", ["numpy", "cpp"])
def test_potential_is_a_sum_of_alpha_functions_and_lag_leads_to_the_crossing(name, request):
    if name == "cpp":
        request.getfixturevalue("compiler")
    with target(name):
        clock = Clock(0.1 * ms)
        inputs = SpikeGeneratorGroup(2, [0, 1], [1, 4] * ms, clock=clock)
        neurons = models.spikeprop.group(2, tau=[5, 7] * ms, theta=[1.0, 9.0], clock=clock)
        synapses = Synapses(inputs, neurons, "w : 1", on_pre="h_post += w", clock=clock)
        synapses.connect()
        synapses.w = "0.8 + 0.4*i"
        traces, spikes = StateMonitor(neurons, ("u", "lag"), record=True), SpikeMonitor(neurons)
        build(use_common_schedule(Network(inputs, neurons, synapses, traces, spikes)), 30 * ms).run()
        t, u, lag = np.array(traces.t / ms), np.array(traces.u), np.array(traces.lag / ms)
        fired, when = np.array(spikes.i), np.array(spikes.t / ms)

    def potential(at, tau):
        x = np.maximum(at[:, None] - [1.0, 4.0], 0) / tau
        return (x * np.exp(1 - x)) @ [0.8, 1.2]

    for j, tau in enumerate((5.0, 7.0)):
        # The monitor reads at the start of a step what the step before left there.
        np.testing.assert_allclose(u[j], potential(t - 0.1, tau), rtol=0, atol=1e-9)
    assert fired.tolist() == [0], "once, although u stays above theta"
    at = when[0] - lag[0, -1]
    assert 0 <= lag[0, -1] <= 0.1
    # A straight line over one step is off by u'' dt^2 / 2 at most, |u''| < 0.3 / ms^2.
    assert potential(np.array([at]), 5.0)[0] == pytest.approx(1.0, abs=0.3 * 0.1**2 / 2)
