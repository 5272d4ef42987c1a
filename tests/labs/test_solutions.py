"""The numbers that solutions of labs state are those that the labs give."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import defaultclock, ms

pytest.importorskip("marimo", reason="marimo is not installed: pip install 'brainnet[labs]'")


@pytest.fixture(autouse=True)
def _time_step():
    yield
    defaultclock.dt = 0.1 * ms  # Brian2's own: labs choose theirs


def lab(name):
    return import_module(f"brainnet.catalogue.labs.{name}")


def run(name, **controls):
    """Run a lab with its controls where they are given; return what it defines."""
    return lab(name).app.run(defs={key: SimpleNamespace(value=value) for key, value in controls.items()})[1]


def answers(name):
    return " ".join(import_module(f"brainnet.catalogue.labs.solutions.{name}").__doc__.split())


def says(name, *words):
    """The text that a test holds stands in the solution as it is."""
    for each in words:
        assert each in answers(name)


def test_lif():
    says("lif", "At 0.2 nA", "100 Hz at 10 ms")
    for tau_m in (5, 20):  # the time constant does not move the rheobase
        rates, _, _ = lab("lif").simulate(np.array([0.2, 0.205]), tau_m, 2)
        assert rates[0] == 0 < rates[1]
    assert lab("lif").simulate(np.array([50.0]), 20, 10)[0] == pytest.approx(100, rel=0.001)


def test_coding():
    says("coding", "2 s, which are 100 spikes. In 20 ms it takes 100 neurons", "on average of all x near 0.4")
    says("coding", "Near sigma = 0.4/r_max, 4 ms at 100 Hz")
    poisson = lab("coding").rate_codes(0.5, 100, 2000)[1]  # 400 neurons; a spike at most per step of 1 ms
    assert poisson.sum(axis=1).mean() == pytest.approx(100, abs=4 * 10 / 20 + 0.5)
    assert poisson.sum(axis=1).std() / 200 == pytest.approx(0.05, rel=4 / np.sqrt(800) + 0.025)
    hundred = poisson.reshape(4, 100, 100, 20).sum(axis=(1, 3)) / 200  # of 100 neurons, in each of 100 times 20 ms
    assert hundred.std() == pytest.approx(0.05, rel=4 / np.sqrt(800) + 0.025)
    spikes = 10 + np.arange(0.05, 1, 0.1)  # in 200 ms, whose fractions are spread evenly
    errors = [np.sqrt(np.mean((lab("coding").rate_codes(n / 20, 100, 200)[0].sum(axis=1) - n) ** 2)) for n in spikes]
    assert errors == pytest.approx(np.sqrt(spikes % 1 * (1 - spikes % 1)), abs=4 * 0.5 / np.sqrt(400))
    assert np.mean(errors) == pytest.approx(0.4, abs=0.02)


def test_conversion():
    says("conversion", "By 2. At 0 all estimates are rounded down, at half they are rounded to the nearest")
    controls = {"percentile": 99, "reset": "subtract"}
    short, long = (run("conversion", steps=steps, v_init="zero", **controls) for steps in (16, 32))
    half = run("conversion", steps=16, v_init="half", **controls)
    assert short["parts"][0][1] / long["parts"][0][1] == pytest.approx(2, rel=0.1)
    free = (short["activations"][0] > 0) & (short["activations"][0] < 0.9 * short["estimates"][0].max())
    bias = [np.mean((each["estimates"][0] - each["activations"][0])[free]) for each in (short, half)]
    step = short["estimates"][0].max() / 16
    assert bias[0] == pytest.approx(-step / 2, rel=0.15)
    assert bias[1] == pytest.approx(0, abs=4 * step / np.sqrt(12 * free.sum()))
    low = run("conversion", steps=16, v_init="zero", percentile=85, reset="subtract")
    assert low["parts"][0][0] > short["parts"][0][0]  # clipping
    assert low["parts"][0][1] < short["parts"][0][1]  # quantisation


def test_pooling():
    says("pooling", "More than the common rate")
    gates = [lab("pooling").pooled([0.5] * 4, "gate", "bernoulli", 100, seed)[1].mean() for seed in range(4)]
    assert np.mean(gates) > 0.5 + 2 * 0.5 / np.sqrt(4 * 100)


def test_pruning():
    says("pruning", "About 0.4 to 0.6 by magnitude or activity; 0.8 or more at random")
    found = run("pruning")
    x, y, fractions = found["x"], found["y"], np.linspace(0.2, 1, 9)

    def begins(how):
        """The smallest fraction that costs less than five points."""
        accuracy = [lab("pruning").pruned(found["graph"], f, how, x).accuracy(x[1200:], y[1200:]) for f in fractions]
        return fractions[np.flatnonzero(np.array(accuracy) < accuracy[-1] - 0.05).max() + 1]

    assert 0.4 <= begins("magnitude") < 0.65
    assert 0.4 <= begins("activity") < 0.65
    assert begins("random") > 0.75


def test_mismatch():
    says("mismatch", "To 0.1 for this network", "5 % at 100 ns")
    found = run("mismatch")
    x, y = found["x"][1200:], found["y"][1200:]

    def lost(sigma_A):
        networks = [lab("mismatch").written(found["graph"], 7, sigma_A, 0, seed=seed) for seed in range(3)]
        return np.mean([each.aimed.accuracy(x, y) - each.network().accuracy(x, y) for each in networks])

    assert lost(0.1) < 0.02 < lost(0.2)
    first = lab("mismatch").written(found["graph"], 7, 0, 0, jitter=100).layers[0]
    wanted, got = first.levels.steps.ravel(), first.steps().ravel()
    chosen = got[wanted == 2] / 2  # the largest level lies at the end of the range
    assert chosen.std() == pytest.approx(0.05, rel=4 / np.sqrt(2 * len(chosen)))


def test_balance():
    says("balance", "its CV is near 0.1", "0.9 to 1.2", "sigma grows by the root of 2: the rate grows")
    simulate, campbell = lab("balance").simulate, lab("balance").campbell

    def cv(intervals):
        return intervals.std() / intervals.mean()

    assert campbell(0.2, 20, 0)[0] > 20
    assert cv(simulate(0.2, 20, 0)[2]) == pytest.approx(0.1, abs=0.03)
    for J in (0.8, 2):
        intervals = simulate(J, 8, 4)[2]
        assert 0.9 - 2 / np.sqrt(2 * len(intervals)) < cv(intervals) < 1.2
    (mean, sd), (twice, more) = campbell(1, 8, 4), campbell(1, 16, 4)
    assert mean == twice == 0
    assert more / sd == pytest.approx(np.sqrt(2))
    slow, fast = (1 / simulate(1, r, 4)[2].mean() for r in (8, 16))
    assert fast > 1.2 * slow


def test_tempotron():
    from brainnet.learn import Tempotron

    says("tempotron", "With 40 inputs nearly always up to about 2 patterns an input")

    def learned(patterns, draw):
        neuron = Tempotron(margin=0, max_epochs=150, random_state=0, progress=False)
        return neuron.fit(*lab("tempotron").task(patterns, 40, draw)).converged_

    assert all(learned(80, draw) for draw in range(4))
    assert sum(learned(100, draw) for draw in range(4)) < 4


def test_resume():
    says("resume", "It takes 150 to 200")
    targets = np.linspace(60, 270, 8).round()
    for draw in range(2):
        last = [lab("resume").learned(n, targets, 10, draw).correlations_[-1, 0, 0] for n in (100, 200)]
        assert last[0] < 0.95 < 0.98 < last[1]


def test_spikeprop():
    says("spikeprop", "two or three neurons are often enough")
    converged = {h: [lab("spikeprop").trained(h, 0.01, "rprop", d).converged_ for d in range(3)] for h in (1, 2, 3)}
    assert sum(converged[2]) >= 2 <= sum(converged[3])
    assert sum(converged[1]) < 3


def test_triplets():
    says("triplets", "both curves of a rule come together", "Pre before post does nothing at all")
    change = lab("triplets").curves(6.5e-3, 7.1e-3, 114)
    for rule in ("triplet", "pair"):
        apart = np.abs(change[rule][0] - change[rule][1])
        assert apart[-1] < 0.15 * apart[0]
    alone = lab("triplets").curves(6.5e-3, 7.1e-3, 114, np.array([1.0]))["triplet"][:, 0]
    assert alone[0] == pytest.approx(0, abs=1e-4)  # a second apart, o_2 has 1.5e-4 left
    assert alone[1] == pytest.approx(-20 * 7.1e-3 * np.exp(-10 / 33.7), rel=1e-3)
