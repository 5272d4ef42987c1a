"""Neurons of NIR against closed forms: constant input from time 0, and one spike of input."""

import numpy as np
import pytest
from brian2 import Hz, Network, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, ms

import brainnet
from brainnet import models
from brainnet.targets import use_common_schedule

DT, STEPS = 0.5e-3, 60
TAU, TAU_SYN, TAU_MEM, R, LEAK, Z, W_IN, W = 8e-3, 4e-3, 10e-3, 1.5, 0.2, 0.75, 2.0, 0.25
T = DT * np.arange(STEPS)  # a monitor records at the start of a step


@pytest.fixture(scope="module", params=["numpy", "cpp"])
def traces(request):
    """Potentials of neurons that never fire, and the steps of the spikes of one that does."""
    if request.param == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(request.param):
        cuba = {"tau_syn": TAU_SYN * 1e3 * ms, "tau_mem": TAU_MEM * 1e3 * ms, "r": R, "v_leak": LEAK, "w_in": W_IN}
        groups = {
            "if": models.nir_if.group(1, r=3 * Hz, S_ext=Z, reset="none"),
            "lif": models.nir_lif.group(1, tau=8 * ms, r=R, v_leak=LEAK, S_ext=Z, v_init=LEAK, reset="none"),
            "cuba": models.nir_cubalif.group(1, S_ext=Z, v_init=LEAK, reset="none", **cuba),
            "equal": models.nir_cubalif.group(1, S_ext=Z, v_init=LEAK, reset="none", **cuba | {"tau_mem": 4 * ms}),
            "spike": models.nir_lif.group(1, tau=8 * ms, r=R, reset="none"),
        }
        fires = models.nir_lif.group(1, tau=8 * ms, r=R, S_ext=Z, v_threshold=0.9, v_reset=-0.1)
        one = SpikeGeneratorGroup(1, [0], [3 * DT * 1e3] * ms)
        synapse = models.static_synapse.connect(one, groups["spike"], [[W]], onto="S_syn")
        monitors = {name: StateMonitor(group, "v", record=True) for name, group in groups.items()}
        spikes = SpikeMonitor(fires)
        network = Network(one, synapse, fires, spikes, *groups.values(), *monitors.values())
        for each in network.objects:
            if hasattr(each, "clock"):
                each.clock.dt = DT * 1e3 * ms
        use_common_schedule(network)
        brainnet.targets.build(network, STEPS * DT * 1e3 * ms).run()
        return {name: np.array(each.v[0]) for name, each in monitors.items()} | {"fires": np.array(spikes.t / ms)}


def test_integrator_grows_linearly(traces):
    np.testing.assert_allclose(traces["if"], 3 * Z * T, rtol=1e-12, atol=1e-15)


def test_leaky_neuron_goes_to_its_rest(traces):
    np.testing.assert_allclose(traces["lif"], LEAK - R * Z * np.expm1(-T / TAU), rtol=1e-12)


def test_current_and_potential_of_unequal_time_constants(traces):
    goal = W_IN * Z
    shape = 1 - (TAU_MEM * np.exp(-T / TAU_MEM) - TAU_SYN * np.exp(-T / TAU_SYN)) / (TAU_MEM - TAU_SYN)
    np.testing.assert_allclose(traces["cuba"], LEAK + R * goal * shape, rtol=1e-11)


def test_current_and_potential_of_equal_time_constants(traces):
    shape = 1 - (1 + T / TAU_SYN) * np.exp(-T / TAU_SYN)
    np.testing.assert_allclose(traces["equal"], LEAK + R * W_IN * Z * shape, rtol=1e-11)


def test_a_spike_is_input_for_one_step(traces):
    jump = -R * W * np.expm1(-DT / TAU)
    # Fired in step 3, after the synapses' turn: it arrives in step 4, and step 5 begins with what it did.
    wanted = np.where(np.arange(STEPS) > 4, jump * np.exp(-(T - 5 * DT) / TAU), 0)
    np.testing.assert_allclose(traces["spike"], wanted, rtol=1e-12, atol=1e-15)


def test_interval_from_reset_to_threshold(traces):
    goal = R * Z
    first = np.floor(TAU * np.log(goal / (goal - 0.9)) / DT)
    interval = np.floor(TAU * np.log((goal + 0.1) / (goal - 0.9)) / DT) + 1
    np.testing.assert_allclose(traces["fires"] / (DT * 1e3), first + interval * np.arange(len(traces["fires"])))
    assert len(traces["fires"]) >= 2
