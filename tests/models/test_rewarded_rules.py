"""Bounds, time step, sides and restarts: the rules that need a reward, with every pairing, side by side."""

import brian2 as b2
import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet import models
from brainnet.pairing import PAIRING
from brainnet.pairing.reward import reward

END = 640
REWARDS = np.arange(45.0, END, 97)  # ms, beside the spikes
SIGNAL = np.resize([1.0, -0.5, 0.75], len(REWARDS) + 1)  # what each of them is worth
# Short of their bounds, and so strong that they reach both.
WEAK = {"reward_stdp": {"dose": 5e-4 / ms}, "florian_stdp": {"gamma": 2e-3}}
STRONG = {"reward_stdp": {"dose": 1 / ms, "A_plus": 0.2, "A_minus": 0.2}, "florian_stdp": {"gamma": 0.5}}


def rules(values, **bounds):
    """Both rules with every pairing, and all that a reward may do."""
    return {
        (name, choice, eligibility): models[name](pairing=choice, **values[name], **bounds, **eligible)
        for choice in PAIRING
        for name, eligibilities in (("reward_stdp", [None]), ("florian_stdp", ["none", "trace"]))
        for eligibility in eligibilities
        for eligible in [{"eligibility": eligibility} if eligibility else {}]
    }


def course(chosen, pre, post, on="numpy", dt=1.0, runs=1):
    """Weights of each rule at every ms, from 0.5 on."""
    with brainnet.target(on):
        b2.defaultclock.dt = dt * ms
        signal = b2.TimedArray(SIGNAL, dt=97 * ms)
        a, b, given = (b2.SpikeGeneratorGroup(1, [0] * len(each), each * ms) for each in (pre, post, REWARDS))
        objects, monitors = [a, b, given], {}
        for number, (key, rule) in enumerate(chosen.items()):
            space = {"namespace": {"signal": signal}} if key[0] == "florian_stdp" else {}
            synapses = rule.connect(a, b, [[0.5]], onto=None, name=f"rule_{number}", **space)
            monitors[key] = b2.StateMonitor(synapses, "w", record=[0], dt=1 * ms, name=f"w_{number}")
            objects += [synapses, reward(given, synapses, name=f"reward_{number}"), monitors[key]]
        program = brainnet.build(b2.Network(*objects), END * ms)
        found = []
        for _ in range(runs):
            program.run()
            found.append({key: np.array(monitor.w[0]) for key, monitor in monitors.items()})
    return found[0] if runs == 1 else found


@pytest.fixture(scope="module")
def spikes():
    rng = np.random.default_rng(2)
    return tuple(np.sort(rng.choice(np.arange(2.0, END - 60), 40, replace=False)) for _ in range(2))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_weights_stay_within_bounds(spikes, target):
    found = course(rules(STRONG, w_min=0.2, w_max=0.7), *spikes, on=target)
    for key, w in found.items():
        assert w.min() >= 0.2, key
        assert w.max() <= 0.7, key
    for name in STRONG:  # both are met, so that the clipping is seen
        mine = np.concatenate([w for key, w in found.items() if key[0] == name])
        assert {0.2, 0.7} <= set(mine), name


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_time_step_does_not_matter_and_the_sides_do(spikes, target):
    pre, post = spikes
    fine = course(rules(WEAK), pre, post, on=target, dt=0.25)
    coarse, back = course(rules(WEAK), pre, post), course(rules(WEAK), post, pre)
    for key, w in coarse.items():
        assert 0 < w.min() < w.max() < 1, key
        np.testing.assert_allclose(fine[key], w, rtol=0, atol=1e-12, err_msg=str(key))
        assert abs(w[-1] - back[key][-1]) > 1e-5, key


def test_a_second_run_starts_anew(spikes):
    first, second = course(rules(WEAK), *spikes, runs=2)
    for key, w in first.items():
        np.testing.assert_array_equal(w, second[key], err_msg=str(key))
        assert np.ptp(w) > 0, key


def test_without_reward_nothing_is_learned(spikes):
    chosen = rules(STRONG)
    silent = {key: rule(dose=0 / ms) if key[0] == "reward_stdp" else rule(gamma=1e-300) for key, rule in chosen.items()}
    for key, w in course(silent, *spikes).items():
        assert np.ptp(w) == 0, key
