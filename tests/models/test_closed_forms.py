"""Every model against its closed form, on numpy and C++: all cases stand in one network, built once a target.

Order of events in a step: input, integration, threshold, reset. A spike that is recorded at step k has seen k + 1
integrations, and a monitor that records at the start of step k has seen k.
"""

from pathlib import Path

import numpy as np
import pytest
from brian2 import (
    Hz,
    Mohm,
    Network,
    SpikeGeneratorGroup,
    SpikeMonitor,
    StateMonitor,
    defaultclock,
    ms,
    mV,
    nA,
    nS,
    pA,
)
from scipy.integrate import solve_ivp
from scipy.stats import binom

import brainnet
from brainnet import Device, models
from brainnet.declare import uniform
from brainnet.targets import use_common_schedule

DT, STEPS, KICK = 1e-4, 4000, 10
TAU_M, TAU_S, R, E_L, V_TH = 20e-3, 5e-3, 100e6, -70e-3, -50e-3
CURRENTS = np.array([0.1, 0.19, 0.21, 0.25, 0.4, 0.8, 2.0, 10.0])  # nA; rheobase 0.2
HELD = [0, 20]  # refractory steps
DYADIC = np.arange(-16, 129) / 64
RANDOM = np.random.default_rng(5).uniform(0, 1, 300)
Z, STARTS = np.concatenate([DYADIC, RANDOM]), [0.0, 0.5]
SOFT_J = np.array([-1e4, -1e3, -8, 0.5, 1.0, 1.5, 3.0, 20.0, 1e3, 2.0, 0.9, 1.1])
SOFT_GAMMA = np.array([0.1] * 9 + [1e-3] * 3)
P = np.repeat([0.0, 0.02, 0.5, 1.0], 50)
RATES = np.repeat([0.0, 50.0, 400.0], 50)
REGULAR_P = np.concatenate([np.repeat(np.arange(65) / 64, 4), RANDOM])
REGULAR_PHASE = np.concatenate([np.tile([0, 0.25, 0.5, 0.875], 65), np.random.default_rng(6).uniform(0, 1, 300)])


class Run:
    """Spikes as (neuron, step) and traces as (neuron, step) of every case."""

    def __init__(self, spikes, traces):
        self.spikes, self.traces = spikes, traces

    def counts(self, name, n):
        """Spikes of each neuron after 0, 1, ... STEPS steps."""
        raster = np.zeros((n, STEPS + 1), int)
        neuron, step = self.spikes[name]
        np.add.at(raster, (neuron, step + 1), 1)
        return raster.cumsum(axis=1)

    def steps(self, name, neuron):
        """Steps at which one neuron fired."""
        i, step = self.spikes[name]
        return np.sort(step[i == neuron])


def soft_rate():
    """Rate of the soft LIF neuron from its definition, by logarithms that hold at both ends."""
    x = (SOFT_J - 1) / SOFT_GAMMA
    log_softplus = np.where(x < -30, x, np.log(np.logaddexp(0, np.maximum(x, -30))))
    log_rho = np.log(SOFT_GAMMA) + log_softplus
    return 1 / (2e-3 + 20e-3 * np.logaddexp(0, -log_rho))


@pytest.fixture(scope="module", params=["numpy", "cpp"])
def run(request):
    if request.param == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(request.param):
        defaultclock.dt = DT * 1000 * ms
        groups, watched = {}, {}
        t_ref = np.repeat(HELD, len(CURRENTS)) * DT * 1000 * ms
        groups["lif"] = models.lif.group(2 * len(CURRENTS), I_ext=np.tile(CURRENTS, 2) * nA, t_ref=t_ref)
        watched["lif"] = ["v"]
        kick = SpikeGeneratorGroup(1, [0], [KICK * DT * 1000] * ms)
        groups["psp"] = models.lif.group(2, synapse="current", tau_s=[5, 50] * ms)
        groups["jump"] = models.lif.group(2, reset="subtract")
        groups["conductance"] = models.lif.group(1, synapse="conductance", v_th=100 * mV)
        watched |= {"psp": ["v", "I_syn"], "jump": ["v"], "conductance": ["v"]}
        connect = models.static_synapse.connect
        others = [
            kick,
            connect(kick, groups["psp"], [[100, 100]] * pA, onto="I_syn"),
            connect(kick, groups["jump"], [[15, 25]] * mV),
            connect(kick, groups["conductance"], [[8]] * nS, onto="g_e"),
            connect(kick, groups["conductance"], [[5]] * nS, onto="g_i"),
        ]
        groups["adaptive"] = models.adaptive_lif.group(1, I_ext=0.5 * nA, tau_theta=30 * ms)
        for reset in ("subtract", "zero"):
            start = np.repeat(STARTS, len(Z))
            groups[reset] = models.integrate_and_fire.group(len(start), I=np.tile(Z, 2), v_init=start, reset=reset)
        groups["soft"] = models.soft_lif.group(len(SOFT_J), J=SOFT_J, gamma=SOFT_GAMMA)
        watched["soft"] = ["rate"]
        groups["bernoulli"] = models.bernoulli.group(len(P), p=P, seed=3, stream=2, first_step=7)
        groups["poisson"] = models.poisson.group(len(RATES), rate=RATES * Hz, seed=4)
        groups["regular"] = models.regular.group(len(REGULAR_P), p=REGULAR_P, phase=REGULAR_PHASE)
        groups["restarted"] = models.regular.group(1, p=0.3, restart=7)
        spikes = {name: SpikeMonitor(group) for name, group in groups.items()}
        traces = {name: StateMonitor(groups[name], vars, record=True) for name, vars in watched.items()}
        # What the threshold is compared with.
        traces["adaptive"] = StateMonitor(groups["adaptive"], "theta", record=True, when="after_thresholds")
        network = use_common_schedule(Network(groups.values(), others, spikes.values(), traces.values()))
        brainnet.build(network, STEPS * DT * 1000 * ms).run()
        return Run(
            {name: (np.array(m.i), np.round(np.array(m.t) / DT).astype(int)) for name, m in spikes.items()},
            {
                (name, variable): np.array(getattr(m, variable))
                for name, m in traces.items()
                for variable in m.record_variables
            },
        )


@pytest.mark.parametrize("held", HELD)
def test_lif_interval(run, held):
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = TAU_M * np.log(R * CURRENTS * 1e-9 / (R * CURRENTS * 1e-9 - (V_TH - E_L))) / DT
    for neuron, exact in enumerate(rise, HELD.index(held) * len(CURRENTS)):
        steps = run.steps("lif", neuron)
        if not np.isfinite(exact):  # below rheobase
            assert len(steps) == 0
            continue
        assert abs(exact - round(exact)) > 1e-6  # else rounding decides
        # The threshold is looked at at the end of a step: the rise takes ceil(exact) of them. The step of the
        # spike itself is the first of the refractory ones.
        assert steps[0] == np.ceil(exact) - 1
        assert set(np.diff(steps)) == {np.ceil(exact) + max(held - 1, 0)}
        assert abs(np.diff(steps)[0] - (held + exact)) <= 1
        assert len(steps) == (STEPS - 1 - steps[0]) // np.diff(steps)[0] + 1


def test_lif_step_response(run):
    t = np.arange(STEPS) * DT
    wanted = R * 0.1e-9 * -np.expm1(-t / TAU_M)
    # Exact integration: only rounding, at most 1e-16 of the potential a step, of which exp(-dt/tau) is forgotten.
    np.testing.assert_allclose(run.traces["lif", "v"][0] - E_L, wanted, rtol=1e-9, atol=1e-14)


def test_psp_of_a_current(run):
    t = np.arange(STEPS - KICK - 1) * DT  # the spike of step KICK arrives in the step after it
    for neuron, tau_s in enumerate([5e-3, 50e-3]):
        v = run.traces["psp", "v"][neuron] - E_L
        assert not v[: KICK + 2].any()
        scale = R * 100e-12 * tau_s / (TAU_M - tau_s)
        wanted = scale * (np.exp(-t / TAU_M) - np.exp(-t / tau_s))
        np.testing.assert_allclose(v[KICK + 1 :], wanted, rtol=1e-9, atol=1e-9 * wanted.max())
        current = run.traces["psp", "I_syn"][neuron][KICK + 1 :]
        # Recorded before the input of the same step.
        np.testing.assert_allclose(current[1:], 100e-12 * np.exp(-t[1:] / tau_s), rtol=1e-9)
        peak = TAU_M * tau_s / (TAU_M - tau_s) * np.log(TAU_M / tau_s)
        assert abs(v.argmax() - (KICK + 1) - peak / DT) <= 1
        height = R * 100e-12 * tau_s / TAU_M * (TAU_M / tau_s) ** (-tau_s / (TAU_M - tau_s))
        # Sampled at most dt/2 beside the peak, fallen by v'' dt^2 / 8 = height dt^2 / (8 tau_m tau_s).
        assert height - v.max() == pytest.approx(0, abs=height * (DT**2 / (8 * TAU_M * tau_s) + 1e-9))


def test_reset_by_subtraction_keeps_the_excess(run):
    v = run.traces["jump", "v"] - E_L
    # A jump decays for one step before the threshold is looked at.
    np.testing.assert_allclose(v[0, KICK + 2], 15e-3 * np.exp(-DT / TAU_M), rtol=1e-12)
    excess = 25e-3 * np.exp(-DT / TAU_M) - (V_TH - E_L)
    np.testing.assert_allclose(v[1, KICK + 2 : KICK + 21], excess, rtol=1e-10)  # and is held while refractory
    assert v[1, KICK + 23] < excess
    assert [a.tolist() for a in run.spikes["jump"]] == [[1], [KICK + 1]]


def conductance_reference(t):
    def slope(t, y):
        g_e, g_i = 8e-9 * np.exp(-t / 5e-3), 5e-9 * np.exp(-t / 10e-3)
        return (E_L - y + R * (g_e * (0 - y) + g_i * (-80e-3 - y))) / TAU_M

    return solve_ivp(slope, (0, t[-1]), [E_L], t_eval=t, rtol=1e-10, atol=1e-15, method="DOP853").y[0]


def test_conductances(run):
    t = np.arange(1000) * DT
    v, wanted = run.traces["conductance", "v"][0][KICK + 1 :][:1000], conductance_reference(t)
    assert wanted.max() - E_L > 5e-3
    # rk2: error of order (dt/tau)^2 = 4e-4 of the change, tau = 5 ms the fastest time.
    np.testing.assert_allclose(v, wanted, atol=4e-4 * (wanted.max() - E_L), rtol=0)


def test_conductances_converge_with_the_square_of_the_step():
    errors = []
    for dt in (0.2, 0.1, 0.05):
        group = models.lif.group(1, synapse="conductance", v_th=100 * mV, dt=dt * ms)
        group.g_e, group.g_i = 8 * nS, 5 * nS
        with brainnet.target("numpy"):
            Network(group).run(20 * ms)
        errors.append(abs(float(group.v[0]) - conductance_reference(np.array([0, 20e-3]))[-1]))
    # Second order: a quarter each time, up to terms of third order (dt/tau = 2 and 4 % of it).
    assert 3.6 < errors[0] / errors[1] < 4.4
    assert 3.8 < errors[1] / errors[2] < 4.2


def test_adaptive_threshold(run):
    steps = run.steps("adaptive", 0)
    intervals = np.diff(steps)
    # They grow; once stationary, a whole number of steps may go to and fro by one.
    growing = intervals[: intervals.argmax() + 1]
    assert (np.diff(growing) >= 0).all()
    assert intervals[0] < intervals.max() - 5
    last = intervals[-14:]
    assert np.ptp(last) <= 1
    theta = run.traces["adaptive", "theta"][0, steps[-1]]
    decay = np.exp(-np.array([last.max(), last.min()]) * DT / 30e-3)
    low, high = 2e-3 * decay / (1 - decay)
    # Each interval multiplies the distance from the fixed point, at most its own size, by the decay.
    left = decay[1] ** len(last)
    assert left < 0.01
    assert low * (1 - left) <= theta <= high * (1 + left)
    assert run.traces["adaptive", "theta"][0, steps[0]] == 0


def counts_of(run, reset, start):
    """Spikes after 0 to 256 steps of the dyadic and of the random inputs."""
    found = run.counts(reset, 2 * len(Z))[:, :257].reshape(2, len(Z), 257)[STARTS.index(start)]
    return found[: len(DYADIC)], found[len(DYADIC) :]


@pytest.mark.parametrize("start", STARTS)
def test_integrate_and_fire_by_subtraction(run, start):
    t = np.arange(257)
    dyadic, random = counts_of(run, "subtract", start)
    np.testing.assert_array_equal(dyadic, np.clip(np.floor(DYADIC[:, None] * t + start), 0, t))
    total = RANDOM[:, None] * t + start
    sure = abs(total - np.round(total)) > 1e-9  # rounding: 256 additions of 1e-16
    np.testing.assert_array_equal(random[sure], np.floor(total)[sure])
    assert sure[:, 1:].mean() > 0.99


@pytest.mark.parametrize("start", STARTS)
def test_integrate_and_fire_to_zero(run, start):
    t = np.arange(257)
    for found, z in zip(counts_of(run, "zero", start), (DYADIC, RANDOM), strict=True):
        assert not found[z <= 0].any()
        # 1/z of a dyadic number is whole only where it is exact; no random one comes near a whole number.
        first, period = np.ceil((1 - start) / z[z > 0])[:, None], np.ceil(1 / z[z > 0])[:, None]
        np.testing.assert_array_equal(found[z > 0], np.where(t < first, 0, (t - first) // period + 1))
        if start == 0:  # the rule of the literature
            np.testing.assert_array_equal(found[z > 0], t // period)


def test_soft_lif(run):
    rate = run.traces["soft", "rate"][:, 0]
    # Sums of at most ten roundings; log(1 + 1/rho) loses none, for it is taken by log1p.
    np.testing.assert_allclose(rate, soft_rate(), rtol=1e-13)
    expected = soft_rate() * STEPS * DT
    counts = run.counts("soft", len(SOFT_J))[:, -1]
    assert (abs(counts - np.floor(expected)) <= 1).all()
    assert counts[:2].tolist() == [0, 0]
    hard = 1 / (2e-3 + 20e-3 * np.log(2.0 / (2.0 - 1)))  # LIF at twice rheobase
    assert rate[9] == pytest.approx(hard, rel=1e-12)  # gamma = 1e-3: exp(-1000) from it
    # gamma -> 0 below rheobase: tau_m |J - 1| / gamma between spikes, here 2 s.
    assert rate[10] == pytest.approx(1e-3 / (0.1 * TAU_M), rel=0.1)


def reference_spikes(threshold, n, seed, stream, first_step):
    step, neuron = np.nonzero(
        uniform.pyfunc(seed, stream, first_step + np.arange(STEPS)[:, None], np.arange(n)) < threshold
    )
    return neuron, step


@pytest.mark.parametrize(
    ("name", "p", "draw"),
    [("bernoulli", P, (3, 2, 7)), ("poisson", -np.expm1(-RATES * DT), (4, 0, 0))],
)
def test_random_sources(run, name, p, draw):
    neuron, step = run.spikes[name]
    wanted = reference_spikes(p, len(p), *draw)
    order = np.lexsort((neuron, step))
    np.testing.assert_array_equal((neuron[order], step[order]), wanted)
    for value in np.unique(p):
        n = int((p == value).sum()) * STEPS
        # Five sigma of the binomial distribution: one in two million.
        assert abs(np.isin(neuron, np.nonzero(p == value)[0]).sum() - n * value) <= 5 * binom.std(n, value)


def test_regular_source(run):
    t = np.arange(STEPS + 1)
    wanted = np.floor(REGULAR_P[:, None] * t + REGULAR_PHASE[:, None])
    np.testing.assert_array_equal(run.counts("regular", len(REGULAR_P)), wanted)
    # 0.3 k passes a whole number in steps 3 and 6 of 7.
    np.testing.assert_array_equal(run.steps("restarted", 0)[:4], [3, 6, 10, 13])


def test_float32_does_not_overflow():
    # exp and 1/rho stay within 3e38.
    with brainnet.target("numpy", dtype="float32"), np.errstate(divide="raise", invalid="raise"):
        group = models.soft_lif.group(4, J=[-1e4, -8, 1, 1e4])
        Network(group).run(1 * ms)
        assert np.isfinite(group.phase[:]).all()
        assert (np.diff(group.phase[:]) > 0).all()


def test_every_model_of_the_catalogue_is_checked_here():
    checked = {
        "adaptive_lif", "bernoulli", "integrate_and_fire", "lif", "poisson", "regular", "soft_lif", "static_synapse",
        "adaptive_spiking", "burst_if", "leaky_if",  # as converted networks, tests/convert/test_neuron_types.py
        "ttfs", "ttfs_base",  # tests/convert/test_ttfs.py
        "adaptive_conductance_lif",  # test_conductance_lif.py
        "ecd_overlap",  # tests/learn/test_srbm_cells.py
    }  # fmt: skip
    checked |= {name for name in models if isinstance(models[name], Device)}  # each of them: test_devices.py
    # A file of its own checks one model, or a family by the first word of their names.
    elsewhere = tuple(path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in models if name not in checked and not name.startswith(elsewhere)] == []
    assert checked <= set(models)


def test_resistance_scales_the_current():
    with brainnet.target("numpy"):
        group = models.lif.group(2, R_m=[50, 100] * Mohm, I_ext=[0.3, 0.15] * nA)
        Network(group).run(10 * ms)
        np.testing.assert_allclose(group.v[0], group.v[1], rtol=1e-12)
        assert group.v[0] > -70 * mV
