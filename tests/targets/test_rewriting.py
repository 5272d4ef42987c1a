"""C++ state updates that vectorise: the error of exponentials and their limits, powers, and refractory times."""

from itertools import product

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeMonitor, ms

import brainnet
from brainnet.targets.rewriting import vectorisable

NUMBERS = {"n": 1.7, "v": -3.1, "mV": 1.3, "x": 0.4, "y": -2.2, "m": 0.3, "t": 7.2, "lastspike": 5.9, "dt": 0.1}
LIMITS = [0.0, -0.0, 5e-324, 1e-17, 709.7, 709.79, 716.0, 1e300, -745.0, -746.0, -1e300, np.inf, -np.inf, np.nan]


def computed(x, dtype):
    """What a C++ program has for exp, exprel and the cube, after one step."""
    with brainnet.target("cpp", dtype=dtype):
        cells = NeuronGroup(len(x), "x : 1\na : 1\nr : 1\ncube : 1", name="numbers")
        cells.x = x
        cells.run_regularly("a = exp(x)\nr = exprel(x)\ncube = x**3", dt=1 * ms)
        brainnet.build(Network(cells), 1 * ms).run()
        return {key: np.array(getattr(cells, key)) for key in ("a", "r", "cube")}


@pytest.fixture(scope="module")
def numbers():
    rng = np.random.default_rng(1)
    return np.concatenate([LIMITS, *(rng.uniform(-size, size, 50_000) for size in (1e-6, 0.35, 1, 3, 40, 708))])


@pytest.fixture(scope="module")
def found(compiler, numbers):
    return computed(numbers, "float64")


def off(values, wanted, places=53):
    """Distance in units in the last place of what is wanted."""
    _, exponent = np.frexp(wanted)
    return np.abs(values - wanted) / np.ldexp(np.longdouble(1), exponent - places)


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="nothing here is more precise than a double")
def test_they_are_as_precise_as_they_say(found, numbers):
    x = numbers[len(LIMITS) :].astype(np.longdouble)
    assert off(found["a"][len(LIMITS) :], np.exp(x)).max() <= 1
    assert off(found["r"][len(LIMITS) :], np.expm1(x) / x).max() <= 3
    assert off(found["cube"][len(LIMITS) :], x**3).max() <= 1.5


def test_limits_are_those_of_numpy(found):
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        wanted, x = np.exp(LIMITS), np.array(LIMITS)
        relative = np.where(np.abs(x) < 1e-16, 1, np.where(x > 717, np.inf, np.expm1(x) / x))
    relative[x == -np.inf] = 0
    np.testing.assert_allclose(found["a"][: len(LIMITS)], wanted, rtol=4e-16, atol=1e-323)
    np.testing.assert_allclose(found["r"][: len(LIMITS)], relative, rtol=1e-15)


def test_single_precision_is_that_of_doubles_rounded(compiler):
    x = np.random.default_rng(2).uniform(-80, 80, 10_000).astype(np.float32)
    values = computed(x, "float32")
    assert values["a"].dtype == np.float32
    assert off(values["a"].astype(float), np.exp(x.astype(float)), 24).max() < 0.5001


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("a = n**4", "a = n * n * n * n"),
        ("a += exp(v/mV)**(-1/20)", "a += exp(-1 / 20 * (v / mV))"),
        ("a = 1/exp(x)**(y + 1)", "a = 1 / exp((y + 1) * x)"),
        ("a = 2**n + n**5 + n**-2 + (x + y)**3 + n**0.5", "a = 2 ** n + n ** 5 + n ** (-2) + (x + y) ** 3 + n ** 0.5"),
        ("a = x - y", "a = x - y"),
        ("a **= 2", "a **= 2"),
        ("a = m**2; b = n**3", "a = m * m; b = n * n * n"),
        ("a = k**2", "a = k ** 2"),
        ("a = m**2/k**2", "a = m * m / k ** 2"),
        (
            "a = timestep(t - lastspike, dt) >= timestep(m, dt)",
            "a = t - lastspike + 0.001 * dt >= timestep(m, dt) * dt",
        ),
        ("a = timestep(t - lastspike, dt) >= 2.5", "a = timestep(t - lastspike, dt) >= 2.5"),
        ("a = timestep(t - x, dt) >= timestep(m, dt)", "a = timestep(t - x, dt) >= timestep(m, dt)"),
        ("a = timestep(t - lastspike, dt) > timestep(m, dt)", "a = timestep(t - lastspike, dt) > timestep(m, dt)"),
        ("a = m**2 # m**3", "a = m * m"),
        ("\nb = 1\n", "\nb = 1\n"),
    ],
)
def test_powers_are_written_as_what_they_are(code, wanted):
    assert vectorisable(code, NUMBERS) == wanted
    names = {"a": 1.5, "k": 3, "exp": np.exp, "timestep": lambda t, dt: int((t + 1e-3 * dt) / dt), **NUMBERS}
    before, after = names.copy(), names.copy()
    exec(code, before)
    exec(vectorisable(code, NUMBERS), after)
    assert before["a"] == pytest.approx(after["a"], rel=1e-14)


def test_refractory_times_are_compared_as_counts_of_steps_are():
    """Before, on and after the step, at several steps and times of spikes that are whole steps."""
    code = "free = timestep(t - lastspike, dt) >= timestep(t_ref, dt)"
    assert vectorisable(code, ()) != code
    answers = set()
    for dt, spike, since, t_ref in product(
        (0.1, 1e-4, 3e-5), (0, 7, 123_456), range(6), (0, 0.4, 1, 2.5, 2.999, 3, 4.02)
    ):
        names = {
            "t": (spike + since) * dt, "lastspike": spike * dt, "dt": dt, "t_ref": t_ref * dt,
            "timestep": lambda t, dt: int((t + 1e-3 * dt) / dt),
        }  # fmt: skip
        before, after = names.copy(), names.copy()
        exec(code, before)
        exec(vectorisable(code, ()), after)
        assert before["free"] == after["free"], names
        answers.add(before["free"])
    assert answers == {False, True}


def test_what_is_no_expression_is_left_to_brian2():
    assert vectorisable("a = m**2 +* 3", {"m"}) == "a = m**2 +* 3"


def test_several_statements_whole_numbers_and_strings_as_on_numpy(compiler):
    """Powers of whole numbers do not overflow where numpy's do not, and a refractory time may be an expression."""
    found = {}
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            cells = NeuronGroup(
                2000, "dv/dt = 1/(0.25*ms) : 1 (unless refractory)\nx : 1\ny : 1\nz : 1\nk : integer (constant)",
                threshold="v > 1", reset="v = 0", refractory="(0.3 + 0.001*(i % 5))*ms", method="euler", dt=0.25 * ms,
                name="cells",
            )  # fmt: skip
            cells.x, cells.k = "1 + i/N", "i"
            cells.run_regularly("x = x**2; y = 1.0*k**3; z = k**2/(1.0*N)**2", when="start", dt=100 * ms)
            spikes = SpikeMonitor(cells)
            brainnet.build(Network(cells, spikes), 20 * ms).run()
            found[target] = [np.array(each) for each in (cells.x, cells.z, spikes.i, spikes.t)]
            y = np.array(cells.y)
    for ours, theirs in zip(found["cpp"], found["numpy"], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    np.testing.assert_array_equal(y, np.arange(2000.0) ** 3)  # 7,988,005,999 is more than an int32 holds


def test_refractory_neurons_are_asked_for_their_time(compiler):
    """The first step in which v moves again, for refractory times between, on and just beside whole steps."""
    times = np.array([0.0, 0.04, 0.05, 0.1, 0.15, 0.2999, 0.3, 1.0, 2.0, 4.95, 5.0])
    free = {}
    for target in ("numpy", "cpp"):
        with brainnet.target(target):
            cells = NeuronGroup(
                len(times), "dv/dt = 1/(0.1*ms) : 1 (unless refractory)\nt_ref : second (constant)",
                threshold="v > 2.5", reset="v = 0", refractory="t_ref", method="euler", dt=0.1 * ms, name="cells",
            )  # fmt: skip
            cells.t_ref = times * ms
            spikes = SpikeMonitor(cells)
            brainnet.build(Network(cells, spikes), 400 * ms).run()
            free[target] = np.array(spikes.i), np.round(np.array(spikes.t / ms), 6)
    np.testing.assert_array_equal(free["cpp"][0], free["numpy"][0])
    np.testing.assert_array_equal(free["cpp"][1], free["numpy"][1])
    counts = np.bincount(free["numpy"][0])
    # A period has three steps in which v rises, and as many as the refractory time holds, rounded up.
    assert counts[0] > counts[7] > counts[10]
