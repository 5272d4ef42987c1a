"""Neurons with conductances against the closed forms of Euler's steps, on numpy and C++.

A monitor that records at the start of step k has seen k integrations; a spike at step 10 is input of step 11, which
comes before the integration.
"""

import numpy as np
import pytest
from brian2 import Network, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, ms, mV

import brainnet
from brainnet import models
from brainnet.targets import use_common_schedule

DT, STEPS, W, KICK = 0.1, 600, 0.7, 11
MODELS = ["conductance_lif", "adaptive_conductance_lif"]


def simulate(target, request, rules, *, driven=(), onto="g_e", weight=W, record=("v",)):
    """Spike steps and traces of a neuron of each of `rules`, {label: model}; those in `driven` get a spike at 1 ms."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        groups = {label: rule.group(1, dt=DT * ms) for label, rule in rules.items()}
        kick = SpikeGeneratorGroup(1, [0], [1] * ms, dt=DT * ms)
        synapses = [models.static_synapse.connect(kick, groups[each], [[weight]], onto=onto) for each in driven]
        spikes = {label: SpikeMonitor(group) for label, group in groups.items()}
        traces = {label: StateMonitor(group, record, record=True, dt=DT * ms) for label, group in groups.items()}
        network = Network(*groups.values(), kick, *synapses, *spikes.values(), *traces.values())
        use_common_schedule(network)
        brainnet.build(network, STEPS * DT * ms).run()
        return (
            {label: np.round(np.array(each.t / ms) / DT).astype(int) for label, each in spikes.items()},
            {label: {name: np.array(getattr(each, name))[0] for name in record} for label, each in traces.items()},
        )


def value(model, name):
    return float(model.resolved_parameters()[name].value)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(("side", "sign"), [("e", 1), ("i", -1)])
def test_a_constant_conductance_goes_to_its_potential(target, request, side, sign):
    """tau_e is huge: v_n = v_inf + (v_0 - v_inf)(1 - dt (1 + g)/tau_m)^n."""
    rules = {name: models[name](**{f"tau_{side}": 1e12 * ms, "v_th": 1e3 * mV}) for name in MODELS}
    _, traces = simulate(target, request, rules, driven=MODELS, onto=f"g_{side}")
    for name in MODELS:
        E_L, E, tau_m = (value(rules[name], each) for each in ("E_L", f"E_{side}", "tau_m"))
        v_inf = (E_L + W * E) / (1 + W)
        n = np.maximum(np.arange(STEPS) - KICK, 0)
        wanted = v_inf + (E_L - v_inf) * (1 - DT * 1e-3 * (1 + W) / tau_m) ** n
        np.testing.assert_allclose(traces[name]["v"], wanted, rtol=1e-9)
        assert sign * (traces[name]["v"][-1] - E_L) > 1e-3


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_conductances_decay(target, request):
    rules = {name: models[name](v_th=1e3 * mV) for name in MODELS}
    _, traces = simulate(target, request, rules, driven=MODELS, record=("v", "g_e", "g_i"))
    for name in MODELS:
        decay = 1 - DT * 1e-3 / value(rules[name], "tau_e")
        n = np.arange(STEPS) - KICK
        np.testing.assert_allclose(traces[name]["g_e"], np.where(n > 0, W * decay ** np.maximum(n, 0), 0), atol=1e-12)
        assert not traces[name]["g_i"].any()


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_interval_between_spikes(target, request):
    """Constant drive by E_L above threshold: the steps from reset to threshold, after the refractory time."""
    rules = {"conductance_lif": models.conductance_lif(E_L=-30 * mV, t_ref=1 * ms, v_th=-40 * mV)}
    spikes, _ = simulate(target, request, rules)
    decay, E_L, v_reset, v_th = 1 - DT / 10, -30.0, -45.0, -40.0
    needed = np.flatnonzero(E_L + (v_reset - E_L) * decay ** np.arange(200) > v_th)[0]
    # Steps 1 to 9 after a spike begin within 1 ms of it.
    assert set(np.diff(spikes["conductance_lif"])) == {needed + 9}


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_thresholds_rise_and_decay(target, request):
    """theta_n = theta (1 - dt/tau_theta) a step, + theta_plus with a spike; adapts = 0 leaves it as it is."""
    tau, plus, start = 30.0, 2.0, 5.0
    common = {"E_L": -30 * mV, "tau_theta": tau * ms, "theta_plus": plus * mV, "theta_0": start * mV, "t_ref": 1 * ms}
    common |= {"v_th": -50 * mV, "tau_m": 10 * ms, "t_gate": 0 * ms}
    adapts, fixed = (models.adaptive_conductance_lif(**common, adapts=each) for each in (1, 0))
    spikes, traces = simulate(target, request, {"adapts": adapts, "fixed": fixed}, record=("v", "theta"))
    theta, wanted = start, []
    fired = set(spikes["adapts"])
    for step in range(STEPS):
        wanted.append(theta)
        theta = theta * (1 - DT / tau) + plus * (step in fired)
    np.testing.assert_allclose(traces["adapts"]["theta"], np.array(wanted) * 1e-3, rtol=1e-9)
    assert (traces["fixed"]["theta"] == start * 1e-3).all()
    assert len(spikes["adapts"]) > 3
    assert spikes["adapts"][3] > spikes["fixed"][3]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_no_spike_while_the_gate_is_shut(target, request):
    """Above threshold all the time: the first spike comes with the first step that the gate allows, and so on."""
    common = {"E_L": -30 * mV, "v_reset": -30 * mV, "theta_plus": 0 * mV, "theta_0": 0 * mV, "t_ref": 1 * ms}
    rules = {str(gate): models.adaptive_conductance_lif(**common, v_th=-50 * mV, t_gate=gate * ms) for gate in (5, 20)}
    spikes, _ = simulate(target, request, rules)
    for gate in (5, 20):
        # t - lastspike > t_gate + dt/2: one step more than t_gate
        assert set(np.diff(spikes[str(gate)])) == {round(gate / DT) + 1}, gate
