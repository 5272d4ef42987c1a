"""Strong inhibition of a neuron with conductances ends at its reversal potential, whatever the time step."""

import numpy as np
import pytest
from brian2 import Network, SpikeMonitor, StateMonitor, ms, mV

import brainnet
from brainnet import models

G = np.array([10.0, 150.0, 199.0, 201.0, 450.0, 850.0, 27_200.0])  # 200 is tau_m/dt; 17 of each of 1,600 neurons


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_strong_inhibition_makes_nothing_fire(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        neurons = models.adaptive_conductance_lif.group(len(G), dt=0.5 * ms, name="neurons")
        neurons.g_i = G
        spikes = SpikeMonitor(neurons, record=False)
        trace = StateMonitor(neurons, "v", record=True, dt=0.5 * ms, when="end")
        brainnet.build(Network(neurons, spikes, trace), 20 * ms).run()
        v, fired = np.array(trace.v / mV), spikes.num_spikes
    assert fired == 0
    assert (v > -100.2).all()  # E_i, and the leak's part of a step: 35 mV * 0.5/100
    # The first step is Euler's where g_i is below the limit, and the same for all above it.
    acting = np.minimum(G, 200)
    np.testing.assert_allclose(v[:, 0], -65 + acting * -35 * 0.5 / 100, rtol=1e-12)
