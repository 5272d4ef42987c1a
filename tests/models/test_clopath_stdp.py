"""Voltage-based STDP against its reference, closed forms, and what it needs of a neuron."""

import brian2 as b2
import clopath as reference
import numpy as np
import pytest
from brian2 import ms, mV

import brainnet
from brainnet import NeuronModel, Parameter, models

# None like another, so that an exchange shows.
VALUES = {"A_LTD": 3e-4, "A_LTP": 5e-5, "theta_minus": -69.0, "theta_plus": -47.0, "tau_x": 13.0, "tau_minus": 11.0,
          "tau_plus": 6.0}  # fmt: skip
UNITS = {"A_LTD": 1 / mV, "A_LTP": 1 / mV**2, "theta_minus": mV, "theta_plus": mV}
DELAY, DT = 2.0, 0.5


def clamped(v, dt=DT):
    """A neuron whose potential is a table."""
    course = b2.TimedArray(np.asarray(v) * mV, dt=dt * ms)
    return NeuronModel(
        "clamped",
        equations="v = course(t) : volt\nv_past : volt",
        threshold="v > 10*mV",
        refractory="v > 10*mV",
        functions={"course": course},
        past={"v_past": ("v", "t_past")},
        parameters={"t_past": Parameter(DELAY * ms, "delay")},
        initial={"v_past": f"{float(v[0])!r}*mV"},  # `v` would be that of the time at which an earlier network ended
    )


def simulated(v, pre, on="numpy", w=0.5, dt=DT, **changes):
    rule = models.clopath_stdp(**{k: value * UNITS.get(k, ms) for k, value in VALUES.items()}, **changes)
    with brainnet.target(on):
        b2.defaultclock.dt = dt * ms
        source = b2.SpikeGeneratorGroup(1, np.zeros(len(pre), int), np.asarray(pre) * ms)
        cell = clamped(v, dt).group(1)
        synapses = rule.connect(source, cell, [[w]], onto=None, namespace=dict(cell.model.functions))
        record = b2.StateMonitor(synapses, "w", [0], when="end")
        brainnet.build(b2.Network(source, cell, synapses, record), len(v) * dt * ms).run()
        return np.array(record.w[0])


@pytest.fixture(scope="module")
def experiment():
    """A potential that wanders and spikes, and presynaptic spikes."""
    rng = np.random.default_rng(3)
    v = -70 + 15 * np.repeat(rng.random(80), 10)
    for step in rng.choice(790, 25, replace=False):
        v[step : step + 3] = 33
    return v, np.flatnonzero(rng.random(800) < 0.03) * DT


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_step_follows_the_sums(experiment, target):
    v, pre = experiment
    want = reference.clopath(v, pre, w=0.5, dt=DT, delay=DELAY, **VALUES)
    np.testing.assert_allclose(simulated(v, pre, target), want, atol=1e-12)
    assert np.diff(want).max() > 1e-3, "some steps potentiate"
    assert np.diff(want).min() < -1e-3, "some spikes depress"


def test_swapped_sides_are_noticed(experiment):
    v, pre = experiment
    spikes = (np.flatnonzero(np.diff((v > 0).astype(int)) > 0) + 1) * DT
    swapped = np.full(len(v), -60.0)
    for t in pre:
        swapped[int(t / DT) : int(t / DT) + 3] = 33
    want = reference.clopath(v, pre, w=0.5, dt=DT, delay=DELAY, **VALUES)
    assert abs(simulated(swapped, spikes)[-1] - want[-1]) > 1e-3


def test_one_presynaptic_spike_at_a_held_potential():
    # Low-passed potentials have settled, and x is summed over the grid.
    v, q = -40.0, VALUES
    course = simulated(np.full(1200, v), [200.0])
    above = v - q["theta_minus"]
    tau_x = DT / -np.expm1(-DT / q["tau_x"])
    want = -q["A_LTD"] * above + q["A_LTP"] * (v - q["theta_plus"]) * above * tau_x / q["tau_x"]
    assert course[-1] - 0.5 == pytest.approx(want, rel=1e-6)
    assert course[402] < 0.5, "depression comes with the spike"


def test_below_theta_minus_nothing_changes():
    np.testing.assert_array_equal(simulated(np.full(200, -75.0), [20.0, 40.0, 60.0]), 0.5)


@pytest.mark.parametrize(("v", "w", "bound"), [(33.0, 0.98, 1.0), (-50.0, 0.02, 0.0)])
def test_weights_stop_at_their_bounds_in_every_step(v, w, bound):
    course = simulated(np.full(600, v), np.arange(10, 290, 5.0), w=w)
    assert course.min() >= 0
    assert course.max() <= 1
    assert np.abs(course - bound).min() < 1e-12, "the bound is reached"


def test_depression_grows_with_the_mean_depolarisation():
    # At a potential held for long both means are v - theta_minus, and A_LTD holds where that is u_ref.
    v = np.full(3000, -57.0)
    drop = [
        0.5 - simulated(v, [1400.0], homeostasis="mean_depolarisation", tau_mean=20 * ms, u_ref=u_ref * mV)[-1]
        for u_ref in (12.0, 6.0)
    ]
    assert drop[0] == pytest.approx(VALUES["A_LTD"] * 12, rel=1e-9)
    assert drop[1] == pytest.approx(4 * drop[0], rel=1e-9)


@pytest.mark.parametrize("name", ["lif", "izhikevich"])
def test_a_neuron_without_a_past_is_refused(name):
    with brainnet.target("numpy"):
        cell = models[name].group(1)
        with pytest.raises(brainnet.BrainnetError, match="reads v_past of the postsynaptic group"):
            models.clopath_stdp.connect(cell, cell, onto=None)
