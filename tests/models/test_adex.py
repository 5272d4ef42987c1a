"""The neurons that voltage-based STDP is shown on, and the past that they keep."""

import brian2 as b2
import numpy as np
import pytest
from brian2 import ms, mV, pA

import brainnet
from brainnet import NeuronModel, Parameter, models


def course(cell, variables, time, *others):
    record = b2.StateMonitor(cell, variables, range(len(cell)), when="start")
    spikes = b2.SpikeMonitor(cell)
    brainnet.build(b2.Network(cell, record, spikes, *others), time).run()
    return {name: np.array(getattr(record, name)) for name in variables}, np.array(spikes.t) * 1000


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_adex_holds_a_spike_and_resets(target):
    with brainnet.target(target):
        b2.defaultclock.dt = 0.1 * ms
        cell = models.adex.group(1)
        kick = b2.SpikeGeneratorGroup(1, [0], [10] * ms)
        strike = models.static_synapse.connect(kick, cell, [[0.08]] * b2.volt, onto="v")
        found, spikes = course(cell, ["v", "v_past", "V_T", "z", "w_ad"], 60 * ms, kick, strike)
    (t,) = spikes
    first = round(t / 0.1) + 1
    v = found["v"][0]
    np.testing.assert_allclose(v[first : first + 20], 0.033, rtol=1e-12)
    assert v[first + 20] == pytest.approx(-0.0496)
    assert v[first - 3] == pytest.approx(-0.0706, abs=1e-5), "rest before it"
    # After a spike the threshold and the afterpotential decay from their peaks, in Euler steps.
    steps = np.arange(200)
    threshold = -0.0504 + 0.0200 * (1 - 0.1 / 50) ** steps
    np.testing.assert_allclose(found["V_T"][0, first : first + 200], threshold, atol=1e-12)
    np.testing.assert_allclose(found["z"][0, first : first + 200], 400e-12 * (1 - 0.1 / 40) ** steps, rtol=1e-9)
    # Adaptation rests while v is held; both sides hold v of four ms ago.
    assert np.ptp(found["w_ad"][0, first : first + 20]) == 0
    np.testing.assert_array_equal(found["v_past"][0, 40:], v[:-40])
    np.testing.assert_allclose(found["v_past"][0, :40], -0.0706)


def test_adex_at_a_small_current_is_linear():
    # Far below threshold the exponential is nil: v - E_L tends to I/(g_L + a).
    with brainnet.target("numpy"):
        b2.defaultclock.dt = 0.1 * ms
        found, spikes = course(models.adex.group(1, I_ext=50 * pA), ["v"], 2000 * ms)
    assert len(spikes) == 0
    g_L, a, T = 30e-9, 4e-9, 2e-3
    v = np.linspace(-0.0706, -0.0650, 100_001)
    balance = -g_L * (v + 0.0706) + g_L * T * np.exp((v + 0.0504) / T) - a * (v + 0.0706) + 50e-12
    assert found["v"][0, -1] == pytest.approx(v[np.argmin(np.abs(balance))], abs=1e-6)


@pytest.mark.parametrize(
    ("chosen", "count", "first", "last"),
    [
        ({}, 12, 18.2, 52.2),
        # The number of the authors' program, in the unit of its other currents: intervals hardly grow.
        ({"b": 0.0805 * pA}, 27, 15.7, 19.8),
        # The threshold of NEST, 80.8 mV above rest.
        ({"V_T_max": 30.4 * mV, "b": 0.0805 * pA}, 5, 97.4, 107.7),
    ],
    ids=["default", "program", "nest"],
)
def test_adex_fires_freely_and_adapts(chosen, count, first, last):
    """1 nA for 500 ms, against an integration of the equations written out in the test."""
    with brainnet.target("numpy"):
        b2.defaultclock.dt = 0.1 * ms
        _, spikes = course(models.adex.group(1, I_ext=1000 * pA, **chosen), ["v"], 500 * ms)
    intervals = np.diff(spikes)
    assert len(spikes) == count
    assert [intervals[0], intervals[-1]] == pytest.approx([first, last], abs=0.11)
    assert np.all(np.diff(intervals) >= -0.11)
    top = float(chosen.get("V_T_max", -30.4 * mV) / mV)
    np.testing.assert_allclose(spikes, by_hand(1000.0, 500.0, top, float(chosen.get("b", 80.5 * pA) / pA)), atol=0.21)


def by_hand(current, time, V_T_max, b, dt=0.1):
    """Spike times of the neuron in ms, mV, pA, pF and nS, by Euler steps: no code of the model is used."""
    v, w, z, V_T, held, spikes = -70.6, 0.0, 0.0, -50.4, 0, []
    for step in range(round(time / dt)):
        if held == 0:
            flow = -30 * (v + 70.6) + 30 * 2 * np.exp((v - V_T) / 2) - w + z + current
            v, w = min(v + dt * flow / 281, 35.0), w + dt * (4 * (v + 70.6) - w) / 144
        else:
            held -= 1
            if held == 0:
                v, w = -49.6, w + dt * (4 * (v + 70.6) - w) / 144
        z, V_T = z - dt * z / 40, V_T + dt * (-50.4 - V_T) / 50
        if held == 0 and v >= 33:
            v, w, z, V_T, held = 33.0, w + b, 400.0, V_T_max, round(2 / dt)
            spikes.append(step * dt)
    return spikes


def test_hodgkin_huxley_fires_as_published():
    """Gates at rest, rheobase, and rate at 10 uA/cm2 (1000 pA here): classic values of the squid axon."""
    with brainnet.target("cpp"):
        b2.defaultclock.dt = 0.02 * ms
        cell = models.hodgkin_huxley.group(3, I_ext=[0, 150, 1000] * pA)
        record = b2.StateMonitor(cell, ["v", "m", "h", "n"], [0])
        spikes = b2.SpikeMonitor(cell)
        brainnet.build(b2.Network(cell, record, spikes), 500 * ms).run()
        rest = {name: float(np.array(getattr(record, name))[0, -1]) for name in ("v", "m", "h", "n")}
        count = np.bincount(np.array(spikes.i), minlength=3)
        peak = float(np.array(record.v).max())
    assert rest["v"] == pytest.approx(-0.065, abs=1e-4)
    assert [rest["m"], rest["h"], rest["n"]] == pytest.approx([0.0529, 0.5961, 0.3177], abs=1e-3)
    assert list(count[:2]) == [0, 0]
    assert count[2] / 0.5 == pytest.approx(68, abs=3)
    assert peak < -0.06


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_past_is_that_of_each_neuron(target, steps):
    model = NeuronModel(
        "ramp", equations="dv/dt = slope : 1\nold : 1\nslope : Hz", past={"old": ("v", "ago")}, method="euler",
        parameters={"ago": Parameter(steps * ms, "delay", low=0 * ms)}, initial={"old": "-1"},
    )  # fmt: skip
    with brainnet.target(target):
        b2.defaultclock.dt = 1 * ms
        cell = model.group(3)
        cell.slope = [1, 2, -3] / ms
        found, _ = course_without_spikes(cell, 20 * ms)
    want = np.full((3, 20), -1.0)
    want[:, steps:] = np.outer([1, 2, -3], np.arange(20 - steps))
    np.testing.assert_allclose(found, want, atol=1e-12)


def course_without_spikes(cell, time):
    record = b2.StateMonitor(cell, "old", range(len(cell)), when="end")
    program = brainnet.build(b2.Network(cell, record), time)
    program.run()
    return np.array(record.old), program


RAMP = {"equations": "dv/dt = 1/ms : 1\nold : 1", "past": {"old": ("v", "ago")}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"past": {"old": ("u", "ago")}}, "past of 'u', no variable"),
        ({"past": {"new": ("v", "ago")}}, "past of 'new', no variable"),
        ({"past": {"old": ("v", "agp")}}, "did you mean 'ago'"),
        ({"equations": "dv/dt = 1/ms : 1\nold : volt"}, "with the unit of v"),
        ({"parameters": {"ago": Parameter(3.0, "delay")}}, "not one time"),
        ({"parameters": {"ago": Parameter(-3 * ms, "delay")}}, "not one time"),
    ],
)
def test_a_past_that_cannot_be_is_refused(change, message):
    fields = {**RAMP, "parameters": {"ago": Parameter(3 * ms, "delay")}, **change}
    with pytest.raises(brainnet.BrainnetError, match=message):
        NeuronModel("ramp", **fields)


def test_a_past_must_not_vary_and_keeps_its_step():
    model = NeuronModel("ramp", **RAMP, parameters={"ago": Parameter(3 * ms, "delay")})
    assert eval(repr(model), {**vars(b2), "NeuronModel": NeuronModel, "Parameter": Parameter}) == model
    assert "old is v of the time ago ago" in str(model)
    with pytest.raises(brainnet.BrainnetError, match="give it one fixed time"):
        model.group(1, vary=["ago"])
    with pytest.raises(brainnet.BrainnetError, match="is not one time"):
        model.group(2, ago=[1, 2] * ms)
    with brainnet.target("numpy"):
        b2.defaultclock.dt = 1 * ms
        cell = model.group(1)
        b2.defaultclock.dt = 0.5 * ms
        with pytest.raises(brainnet.BrainnetError, match="before the group is made"):
            course_without_spikes(cell, 5 * ms)
