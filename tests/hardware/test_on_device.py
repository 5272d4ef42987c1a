"""Rules whose weights are devices: against events one by one, on all paths and targets, and what is refused."""

import device_stdp
import numpy as np
import pytest
import stdp
from brian2 import Clock, Network, SpikeGeneratorGroup, StateMonitor, Synapses, ms, uS

import brainnet
from brainnet import BrainnetError, Device, build, models, target
from brainnet.hardware import curvature
from brainnet.projections import PlasticProjection

N = 3
WAYS = [("numpy", "synapses"), ("numpy", "auto"), ("cpp", "synapses"), ("cpp", "auto")]
STRONG = {"A_plus": 0.05, "A_minus": 0.06}


def trains(seed, n=2 * N, steps=300, rate=0.06):
    random = np.random.default_rng(seed)
    return [np.flatnonzero(random.random(steps) < rate) for _ in range(n)]


def source(spikes, clock):
    index = np.repeat(np.arange(len(spikes)), [len(each) for each in spikes])
    return SpikeGeneratorGroup(len(spikes), index, np.concatenate(spikes) * ms, clock=clock)


def run(models_by_name, spikes, on="numpy", path="synapses", w=0.5, record=False):
    """Weights of each rule by name, all in one network; as (synapse, step) where recorded."""
    with target(on):
        clock = Clock(1 * ms)
        a, b = source(spikes[: len(spikes) // 2], clock), source(spikes[len(spikes) // 2 :], clock)
        weights = np.full((len(a), len(b)), w)
        made = {k: m.connect(a, b, weights, onto=None, path=path, clock=clock) for k, m in models_by_name.items()}
        watch = (
            {k: StateMonitor(s, "w", range(weights.size), clock=clock, when="end") for k, s in made.items()}
            if record
            else {}
        )
        build(Network(a, b, *made.values(), *watch.values()), 310 * ms).run()
        if record:
            return {k: np.array(m.w) for k, m in watch.items()}
        return made, {k: np.array(s.w[:]) for k, s in made.items()}


def on_devices():
    pair = models.pair_stdp(**STRONG)
    return {
        "soft": pair.on_device("reram_soft_bounds"),
        "whole": pair.on_device("neurosim_device", pulses="whole", most=3),
        "scaled": pair.on_device(models.neurosim_device),
        "pcm": pair.on_device("pcm"),
    }


def expected(name, spikes):
    """Every synapse of the network by the reference."""
    neurosim = device_stdp.neurosim(97 * float(curvature(2.4)), 100 * float(curvature(-4.88)))
    found = []
    for pre in spikes[:N]:
        for post in spikes[N:]:
            if name == "pcm":
                change = device_stdp.Pair(device_stdp.pcm()).change

                def up(w, k, change=change):
                    return change(0.05 * k)

                def down(w, k, change=change):
                    return -change(-0.06 * k)

            else:
                device = device_stdp.soft_bounds() if name == "soft" else neurosim
                options = {"whole": True, "most": 3} if name == "whole" else {}

                def up(w, k, device=device, options=options):
                    return device_stdp.change(device, w, 0.05 * k, **options)

                def down(w, k, device=device, options=options):
                    return -device_stdp.change(device, w, -0.06 * k, **options)

            course = stdp.pair_weights(pre, post, "all_to_all", up, down, 20, 20, 0.5)
            found.append(course[-1])
    return np.array(found)


@pytest.mark.parametrize(("on", "path"), WAYS)
def test_a_rule_on_a_device_is_events_one_by_one(on, path):
    spikes = trains(1)
    made, found = run(on_devices(), spikes, on, path)
    for name, weights in found.items():
        assert weights == pytest.approx(expected(name, spikes), abs=1e-12), name
        assert np.ptp(weights) > 0.05, name
    kinds = {name: isinstance(each, PlasticProjection) for name, each in made.items()}
    assert kinds == dict.fromkeys(kinds, path == "auto")


def test_every_rule_that_spikes_move_goes_on_a_device():
    spikes = trains(2)
    for name in ("pair_stdp", "triplet_stdp", "vogels_stdp", "power_law_stdp", "window_stdp"):
        plain = models[name]
        rules = {"ideal": plain.on_device("ideal_device"), "plain": plain, "soft": plain.on_device("reram_soft_bounds")}
        found = run(rules, spikes)[1]
        # Equal steps give back what the rule wants.
        assert found["ideal"] == pytest.approx(found["plain"], abs=1e-12), name
        assert np.abs(found["soft"] - found["plain"]).max() > 1e-6, name


def noisy():
    pair = models.pair_stdp(**STRONG)
    return {
        "stochastic": pair.on_device("neurosim_device", pulses="stochastic", most=2, seed=3),
        "spread": pair.on_device(models.exponential_device(sigma_r=0.0, sigma_c=0.1), seed=4),
        "range": pair.on_device(models.reram_soft_bounds(sigma_r=0.0), seed=4),
        "pcm": pair.on_device(models.pcm(reading=0.0, drifting=0.0, sigma_c=0.05), seed=5),
    }


def test_noise_is_the_same_on_every_path_and_target():
    spikes = trains(3)
    first = run(noisy(), spikes)[1]
    for on, path in WAYS[1:]:
        for name, weights in run(noisy(), spikes, on, path)[1].items():
            assert weights == pytest.approx(first[name], abs=1e-12), (name, on, path)
    nominal = run({"spread": models.pair_stdp(**STRONG).on_device("exponential_device")}, spikes)[1]
    assert np.abs(nominal["spread"] - first["spread"]).min() > 1e-9


@pytest.mark.parametrize("on", ["numpy", "cpp"])
def test_weights_stay_within_bounds_at_every_event(on):
    rule = models.pair_stdp(A_plus=0.9, A_minus=0.8, w_min=0.2, w_max=0.7)
    rules = {
        "one": rule.on_device(models.ideal_device),
        "noise": rule.on_device(models.neurosim_device(sigma_c=0.3), seed=1),
        "pair": rule.on_device("pcm"),
    }
    courses = run(rules, trains(4), on, record=True)
    for name, course in courses.items():
        assert course.min() >= 0.2, name
        assert course.max() <= 0.7, name
    assert {0.2, 0.7} <= set(courses["one"].ravel()), "both bounds are met"


def test_noise_and_spread_have_the_declared_variance():
    n = 60  # 3600 synapses, one pair each: the mean within 4 standard errors, the variance within 4 sqrt(2/n)
    spikes = [np.array([10])] * n + [np.array([20])] * n
    rule = models.pair_stdp(A_plus=0.05)
    noise = rule.on_device(models.neurosim_device(NL_p=0.01, NL_d=0.01, sigma_c=0.02), seed=7)
    spread = rule.on_device(models.reram_soft_bounds(sigma_c=0.0, sigma_r=0.0, sigma_d=0.2), seed=8)
    stochastic = rule.on_device(models.ideal_device, pulses="stochastic", most=5, seed=9)
    found = {k: w - 0.5 for k, w in run({"n": noise, "s": spread, "x": stochastic}, spikes)[1].items()}
    wanted, count = 0.05 * np.exp(-0.5), n * n
    nominal = {k: w[0] - 0.5 for k, w in run({"n": rule.on_device(models.neurosim_device(NL_p=0.01, NL_d=0.01))},
                                             [np.array([10]), np.array([20])])[1].items()}  # fmt: skip
    pulses = wanted * 97  # a curve that is almost straight
    part = wanted * 64 % 1
    for key, mean, sd in (
        ("n", nominal["n"], 0.02 * np.sqrt(pulses)),
        ("s", wanted, 0.2 * wanted),
        ("x", wanted, np.sqrt(part * (1 - part)) / 64),
    ):
        assert found[key].mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(count)), key
        # A lognormal factor of deviation 0.2 has the kurtosis 3.7: its variance scatters a little more.
        assert found[key].var() == pytest.approx(sd**2, rel=0.01 + 5 * np.sqrt(2 / count)), key


def test_connect_takes_a_device_or_its_name():
    clock = Clock(1 * ms)
    a, b = source(trains(5), clock), source(trains(6), clock)
    for device in ("reram_soft_bounds", models.reram_soft_bounds(G_max=5 * uS)):
        made = models.pair_stdp.connect(a, b, np.full((6, 6), 0.25), onto=None, device=device, path="synapses")
        assert isinstance(made, Synapses)
        low, high = 1e-6, 11e-6 if isinstance(device, str) else 5e-6
        assert np.array(made.G[:]) == pytest.approx(low + 0.25 * (high - low), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: models.pair_stdp.on_device("pmc"), "did you mean 'pcm'"),
        (lambda: models.pair_stdp.on_device("lif"), "no Device"),
        (lambda: models.static_synapse.on_device("pcm"), "no bounds"),
        (lambda: models.clopath_stdp.on_device("pcm"), "between spikes"),
        (lambda: models.pair_stdp.on_device("pcm", pulses="half"), "not known"),
        (lambda: models.pair_stdp.on_device("pcm", most=0), "most"),
        (lambda: models.pair_stdp.on_device("pcm", pulses="stochastic"), "seed"),
        (lambda: models.pair_stdp.on_device("pcm", seed=1), "what is read"),
        (lambda: models.pair_stdp.on_device("pcm").on_device("ideal_device"), "on a device already"),
        (lambda: models.pair_stdp.on_device("pcm")(dev_G_max=0 * uS), "out of range"),
        (lambda: models.pair_stdp.on_device("neurosim_device")(dev_NL_p=5.0), "dev_NL_p"),
        (lambda: models.pair_stdp.on_device("neurosim_device")(dev_sigma_c=0.1), "dev_sigma_c"),
        (lambda: models.pair_stdp.on_device(models.neurosim_device(p_low=0.1), seed=1), "stuck"),
        (lambda: models.pair_stdp.on_device(models.neurosim_device(sigma_d=0.1), seed=1), "follows from it"),
    ],
)
def test_what_a_device_cannot_do_is_refused(call, words):
    with pytest.raises(BrainnetError, match=words):
        call()


def test_a_device_without_steps_is_refused():
    p = models.synaptic_transistor.parameters
    only = Device("only", window=models.synaptic_transistor.window, parameters=p)
    with pytest.raises(brainnet.BrainnetError, match="no step of one pulse"):
        models.pair_stdp.on_device(only)
