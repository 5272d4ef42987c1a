"""Every lab runs, its main number is right, and its solution, and nothing else, meets its checker."""

from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest
from brian2 import defaultclock, ms

from brainnet.labs import lab_names

pytest.importorskip("marimo", reason="marimo is not installed: pip install 'brainnet[labs]'")


@pytest.fixture(autouse=True)
def _time_step():
    yield
    defaultclock.dt = 0.1 * ms  # Brian2's own: labs choose theirs


def run(name, student="Ada"):
    """Run a lab as a program; return its outputs and what it defines."""
    app = import_module(f"brainnet.catalogue.labs.{name}").app
    return app.run(defs={"student": SimpleNamespace(value=student)})


def lif(lab):
    """Intervals are those of the formula, to one time step; the step of a spike counts as the first of t_ref."""
    fires = lab["expected"] > 0
    intervals, exact = 1000 / lab["rates"][fires], 1000 / lab["expected"][fires]
    assert fires.sum() == 31
    assert ((intervals <= exact + 1e-9) & (intervals >= exact - 0.2 - 1e-9)).all()
    assert (lab["rates"][~fires] == 0).all()


def coding(lab):
    """Counts of 400 neurons: the error is known to 1/sqrt(800), and a spike at most in a step takes 2.5 % of it."""
    errors, time = lab["errors"], lab["time"]
    theory = np.sqrt(0.5 / (100 * time[-1] / 1000) * (1 - 0.05))
    assert errors[1, -1] == pytest.approx(theory, rel=4 / np.sqrt(800))
    assert (errors[0] * 100 * time / 1000 < 1).all()  # evenly spaced: less than one spike
    assert lab["latency_error"] == pytest.approx(4 / 200, rel=4 / np.sqrt(800))


def pair_stdp(lab):
    dt, change = lab["differences"], lab["change"]
    exact = np.where(dt > 0, 0.010 * np.exp(-dt / 17.0), -0.006 * np.exp(dt / 34.0))
    np.testing.assert_allclose(change, exact, rtol=1e-10)
    error = lab["drifted"].std() / np.sqrt(len(lab["drifted"]))
    # In 1 s the traces are not there at first: 3 % at most. A spike pairs with none of its own step: 3 % again.
    assert lab["drifted"].mean() == pytest.approx(lab["expected_drift"], abs=4 * error + 0.06 * 0.08)


def pairing_schemes(lab):
    """All to all is the sum over all pairs."""
    dt = np.subtract.outer(lab["post"], lab["pre"]).ravel()
    change = np.sum(0.01 * np.exp(-dt[dt > 0] / 16.8)) - np.sum(0.0085 * np.exp(dt[dt < 0] / 33.7))
    assert float(lab["schemes"].all_to_all) == pytest.approx(0.5 + change, abs=1e-9)
    assert len({round(float(w[-1]), 6) for w in lab["schemes"].given_weight}) == 4


def triplets(lab):
    """Sums over events, at 50 Hz, post 10 ms after pre."""
    t = np.arange(20) * 20.0
    past = np.tril(np.ones((20, 20)))
    gap = np.subtract.outer(t, t)
    r1 = (past * np.exp(-(gap + 10) / 16.8)).sum(axis=1)
    o2 = (np.tril(past, -1) * np.exp(-np.tril(gap) / 114)).sum(axis=1)
    o1 = (np.tril(past, -1) * np.exp(-(np.tril(gap) - 10) / 33.7)).sum(axis=1)
    assert lab["change"]["triplet"][0, -1] == pytest.approx(6.5e-3 * (r1 @ o2) - 7.1e-3 * o1.sum(), rel=1e-9)
    assert lab["change"]["triplet"][1, -1] > 0 > lab["change"]["triplet"][1, 0]
    assert lab["change"]["pair"][1, -1] < 0


def reward(lab):
    np.testing.assert_allclose(lab["change"], lab["expected"], rtol=1e-4)


def tempotron(lab):
    assert lab["neuron"].converged_
    assert (lab["highest"] >= 1).tolist() == (lab["classes"] == 1).tolist()


def resume(lab):
    """In the last epoch the neuron fires with each target, and at no other time."""
    raster = lab["neuron"].raster_
    fired = 1000 * raster[raster[:, 0] == raster[:, 0].max(), 3]
    assert lab["correlation"][-1] > 0.98 > lab["correlation"][0]
    assert len(fired) == len(lab["targets"])
    assert np.abs(fired - lab["targets"]).max() < 1


def spikeprop(lab):
    assert lab["network"].converged_
    assert lab["errors"][-1] <= 4 * 0.25
    np.testing.assert_allclose(lab["times"], [16, 10, 10, 16], atol=np.sqrt(2 * 4 * 0.25))


def conversion(lab):
    """The first layer, whose input is constant, fires as often as the formula says; the second one does not."""
    (_, quantisation, uneven), (_, _, second) = lab["parts"]
    assert uneven == pytest.approx(0, abs=1e-9)
    assert quantisation > 0.01
    assert second > 0.01
    assert lab["right"][-1] >= 0.8


def pooling(lab):
    """Of 100 steps each of four counts has the variance r (1 - r) 100; weights of a quarter never lose a spike."""
    rates, estimates = lab["rates"], lab["estimates"]
    inputs = lab["inputs"].sum(axis=0)
    assert estimates["average"][-1] == pytest.approx(inputs.sum() / 400, abs=2 / 100)
    assert estimates["gate"][-1] == pytest.approx(rates.max(), abs=4 * np.sqrt(0.6 * 0.4 / 100))
    assert estimates["gate"][-1] > estimates["average"][-1]


def pruning(lab):
    assert lab["left_over"] == pytest.approx(0.3, abs=0.005)
    assert lab["accuracies"][-1] > 0.85
    chance = lab["pruned"](lab["graph"], 0.3, "random", lab["x"]).accuracy(lab["x"][1200:], lab["y"][1200:])
    assert lab["accuracies"][4] > chance + 0.1  # 30 % of the weights
    assert lab["accuracies"][4] > lab["accuracies"][0] + 0.2  # 5 %


def mismatch(lab):
    """A spread of amplitudes moves all levels alike; its estimate from n devices is good to 1/sqrt(2 n).

    The largest levels lie at the end of the range.
    """
    for level in (-2, -1, 1, 2):
        spread = lab["spread"][level]
        n = np.sum(lab["wanted"] == level)
        assert spread == pytest.approx(0.1, rel=5 / np.sqrt(2 * n)), level
    assert lab["accuracy"]["written"] <= lab["accuracy"]["trained"] + 0.02


def srbm(lab):
    """Much nearer to the distribution asked for than neurons of the same means without a weight."""
    exact, independent = lab["exact"], lab["independent"]
    assert lab["shares"].sum() == pytest.approx(1)
    assert 0 < lab["divergence"] < 0.3 * np.sum(independent * np.log(independent / exact))


def balance(lab):
    """The free potential of the exercise, against Campbell's theorem; inputs come in steps of 0.5 ms."""
    free = lab["recorded"][:, lab["record_time"] > 120]
    mean, sd = lab["campbell"](0.5, 8, lab["secret"].value)
    samples = free.size * 0.5 / 40  # independent ones: 2 tau apart
    assert free.mean() == pytest.approx(mean * 1.0125, abs=4 * sd / np.sqrt(samples))
    assert free.std() == pytest.approx(sd, rel=0.02 + 4 / np.sqrt(2 * samples))
    assert 0.5 < lab["cv"] < 1.2


CHECKS = {
    each.__name__: each
    for each in (
        lif, coding, pair_stdp, pairing_schemes, triplets, reward, tempotron, resume, spikeprop, conversion, pooling,
        pruning, mismatch, srbm, balance,
    )
}  # fmt: skip


def test_every_lab_has_a_check():
    assert lab_names() == list(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_lab_runs_and_is_solved(name):
    outputs, lab = run(name)
    assert sum(output is not None for output in outputs) >= 7
    CHECKS[name](lab)
    secret, solution = lab["secret"], import_module(f"brainnet.catalogue.labs.solutions.{name}")
    found = solution.estimate(lab)
    assert secret.check(found), (found, secret.value)
    assert "Right" in secret.verdict(found)
    most = secret.tolerance if secret.absolute else secret.tolerance * secret.value
    for wrong in (secret.value + 1.5 * most, secret.value - 1.5 * most):
        assert not secret.check(wrong)
        assert "Not yet" in secret.verdict(wrong)
