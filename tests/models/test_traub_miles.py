"""Traub and Miles' neuron against an independent integration, on numpy and C++, and where its rates divide by zero."""

import conductance_networks
import numpy as np
import pytest
from brian2 import Network, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, defaultclock, ms, mV, nS, pA

import brainnet
from brainnet import models
from brainnet.targets import use_common_schedule

DT, STEPS = 0.05, 2000
EXCITED, INHIBITED = np.arange(200, 1600, 97), np.arange(260, 1600, 211)  # steps at which input arrives


@pytest.fixture(scope="module", params=["numpy", "cpp"])
def traces(request):
    if request.param == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(request.param):
        defaultclock.dt = DT * ms
        cell = models.traub_miles.group(1, I_ext=50 * pA)
        # A spike arrives in its step, before that is integrated.
        sources = [SpikeGeneratorGroup(1, 0 * at, at * DT * ms) for at in (EXCITED, INHIBITED)]
        synapses = [
            models.static_synapse.connect(source, cell, [[weight]] * nS, onto=onto)
            for source, weight, onto in zip(sources, (40, 70), ("g_e", "g_i"), strict=True)
        ]
        trace, spikes = StateMonitor(cell, ["v", "m", "h", "n"], record=True), SpikeMonitor(cell)
        network = Network(cell, sources, synapses, trace, spikes)
        use_common_schedule(network)
        brainnet.build(network, STEPS * DT * ms).run()
        return np.array([getattr(trace, key)[0] for key in "vmhn"]), np.round(np.array(spikes.t / ms) / DT).astype(int)


def test_it_is_what_the_equations_say(traces):
    arriving = np.zeros((STEPS, 2))
    arriving[EXCITED + 1, 0], arriving[INHIBITED + 1, 1] = 40e-9, 70e-9
    wanted = conductance_networks.traub_miles(-0.06, arriving, DT * 1e-3, current=50e-12)
    recorded, spikes = traces
    # Recorded at the start of a step: the state after the step before it.
    np.testing.assert_allclose(recorded[:, 1:], wanted[:, :-1], rtol=1e-7, atol=1e-12)
    above = wanted[0] > -0.02
    crossings = np.flatnonzero(above[1:] & ~above[:-1]) + 1
    assert len(crossings) > 3
    np.testing.assert_array_equal(spikes, crossings)
    others = conductance_networks.traub_miles(-0.06, arriving[:, ::-1], DT * 1e-3, current=50e-12)
    assert abs(others[0] - wanted[0]).max() > 1e-3, "excitation and inhibition differ"


@pytest.mark.parametrize("potential", [-50, -23, -48])  # alpha_m, beta_m and alpha_n are 0/0 there
def test_rates_are_finite_where_they_divide_zero_by_zero(potential):
    with brainnet.target("numpy"):
        cells = models.traub_miles.group(1)
        cells.v = potential * mV
        Network(cells).run(0.1 * ms)
        assert np.isfinite(cells.v[:]).all()
        assert 0 < cells.m[0] < 1
