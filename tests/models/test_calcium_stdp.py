"""The calcium rule of Graupner & Brunel 2012 against integration in small steps."""

import math

import numpy as np
import pytest
from brian2 import ms, second

from brainnet import models

STEP = 0.004  # ms, of the reference
TAU_CA, C_PRE, C_POST, TAU = 20.0, 0.6, 2.0, 15_000.0  # tau a tenth of the paper's: larger changes
THRESHOLDS = {"DP": (1.3, 1.0, 321.808, 200.0), "PD": (1.0, 1.4, 200.0, 400.0)}

SPARSE = ([10, 60, 130, 200], [40, 90, 131, 260])  # calcium falls below both thresholds between some of the spikes


def rule(name):
    theta_p, theta_d, gamma_p, gamma_d = THRESHOLDS[name]
    return models.calcium_stdp(tau_Ca=TAU_CA * ms, C_pre=C_PRE, C_post=C_POST, tau=TAU / 1000 * second,
                               theta_p=theta_p, theta_d=theta_d, gamma_p=gamma_p, gamma_d=gamma_d)  # fmt: skip


def expected(pre, post, name, rho=0.5, later=0):
    """rho at the last spike or later; each step has constant rates, taken from the calcium in its middle."""
    theta_p, theta_d, gamma_p, gamma_d = THRESHOLDS[name]
    last = max([*pre, *post]) + later
    middle = (np.arange(round(last / STEP)) + 0.5) * STEP
    c = sum(a * np.exp(-np.maximum(middle - s, 0) / TAU_CA) * (middle > s)
            for spikes, a in ((pre, C_PRE), (post, C_POST)) for s in spikes)  # fmt: skip
    for up, down in zip(gamma_p * (c > theta_p) / TAU, gamma_d * (c > theta_d) / TAU, strict=True):
        if up + down:
            rest = up / (up + down)
            rho = rest + (rho - rest) * math.exp(-(up + down) * STEP)
    return rho


def tolerance(pre, post, name):
    """Of the reference: a spike makes at most one crossing of each threshold, known to half a step."""
    return 2 * (len(pre) + len(post)) * max(THRESHOLDS[name]) / TAU * STEP / 2


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_both_orders_of_the_thresholds_follow_the_integral(trains, drive, target):
    chosen = {"sparse": SPARSE, **{key: trains[key] for key in ("discriminating", "coincident", "nest")}}
    for name, by_train in drive({name: rule(name) for name in THRESHOLDS}, chosen, on=target).items():
        for train, (pre, post) in chosen.items():
            assert by_train[train] == pytest.approx(expected(pre, post, name), abs=tolerance(pre, post, name)), train


def test_swapped_sides_are_noticed(drive):
    pre, post = SPARSE
    for name, by_train in drive({name: rule(name) for name in THRESHOLDS}, {"t": (post, pre)}).items():
        assert abs(by_train["t"] - expected(pre, post, name)) > 5 * tolerance(pre, post, name), name


def test_time_step_does_not_matter(trains, drive):
    chosen = {key: trains[key] for key in ("discriminating", "poisson")}
    fine, coarse = (drive({"DP": rule("DP")}, chosen, dt=dt)["DP"] for dt in (0.25, 1.0))
    for train in chosen:
        assert fine[train] == pytest.approx(coarse[train], abs=1e-12)


def test_efficacy_ends_where_potentiation_and_depression_balance(drive):
    # 100 Hz of both sides keeps calcium above both thresholds: rho relaxes to gamma_p/(gamma_p + gamma_d).
    every = np.arange(10.0, 1500.0, 10.0)
    final = drive({"DP": rule("DP")}, {"t": (every, every)}, dt=1.0)["DP"]["t"]
    rest, seconds = 321.808 / 521.808, 1.48
    assert final == pytest.approx(rest + (0.5 - rest) * math.exp(-521.808 / 15 * seconds), abs=1e-9)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_double_well_keeps_one_of_two_states(drive, target):
    # No calcium: with u = rho - 1/2, u**2 is logistic, 1/4 / (1 + (1/(4 u0**2) - 1) exp(-t / (2 tau))).
    model = models.calcium_stdp(drift="double_well", C_pre=0.0, C_post=0.0, tau=0.2 * second)
    for w in (0.4, 0.6):
        final = drive({"w": model}, {"t": ([1.0], [600.0])}, w=w, on=target)["w"]["t"]
        u = 0.5 / math.sqrt(1 + (1 / (4 * 0.1**2) - 1) * math.exp(-0.62 / (2 * 0.2)))
        # The run ends 20 ms after the last spike. Euler: half a step of the largest second derivative, over three
        # time constants.
        assert final == pytest.approx(0.5 + math.copysign(u, w - 0.5), abs=3 * 1e-4 / 0.2)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_noise_has_the_variance_of_an_ornstein_uhlenbeck_process(drive, target):
    # Calcium that stays above both thresholds. The well is 1/2000 of the rest, the bounds three deviations away.
    n, rate = 1000, 521.808
    model = models.calcium_stdp(drift="double_well", C_pre=1000.0, tau_Ca=100 * second)
    begin = {f"{k}": ([1.0], [1500.0]) for k in range(n)}
    found = np.array([*drive({"w": model}, begin, dt=1.0, w=321.808 / rate, on=target)["w"].values()])
    variance = 2.8284**2 / rate * (1 - math.exp(-2 * rate * 1.5 / 150))
    assert found.mean() == pytest.approx(321.808 / rate, abs=4 * math.sqrt(variance / n) + 5e-4)
    # Four standard errors of a variance, and one in a hundred for what is clipped and for the step.
    assert found.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / n) + 0.01)


def test_noise_above_one_threshold_has_half_the_variance_of_that_above_both(drive):
    """The correction, doi:10.1073/pnas.1220044110. As first printed, both would be sigma**2 t / tau."""
    n, seconds = 2000, 0.5
    found = {}
    # No drift but the well, at whose border rho starts: it grows by 0.05 % in this time. Calcium stays where it is.
    for label, calcium in (("one", 1.2), ("both", 5.0)):
        model = models.calcium_stdp(drift="double_well", C_pre=calcium, gamma_p=0.0001, gamma_d=0.0001, sigma=1.0,
                                    tau_Ca=1000 * second)  # fmt: skip
        begin = {f"{k}": ([1.0], [480.0]) for k in range(n)}
        # Postsynaptic calcium of 2 would lift "one" above both: none of it.
        model = model(C_post=0.0)
        found[label] = np.array([*drive({"w": model}, begin, dt=1.0, w=0.5)["w"].values()]).var()
    # The run is 500 ms, of which 498 or 499 follow the spike.
    assert found["one"] == pytest.approx(1.0 * (seconds - 0.0015) / 150, rel=4 * math.sqrt(2 / n) + 0.002)
    assert found["both"] == pytest.approx(2.0 * (seconds - 0.0015) / 150, rel=4 * math.sqrt(2 / n) + 0.002)


@pytest.mark.parametrize("name", THRESHOLDS)
def test_every_step_and_event_by_event_agree(trains, drive, name):
    pre, post = trains["discriminating"]
    model = rule(name)(drift="double_well", sigma=0.0)
    for train in ((pre, post), (post, pre)):
        found = drive({"w": model}, {"t": train}, dt=0.01)["w"]["t"]
        # The run ends 20 ms after the last spike. A step more or less above a threshold for each spike, and the
        # double well, whose slope is at most 1/20 / tau.
        bound = 10 * 2 * max(THRESHOLDS[name]) / TAU * 0.01 + 0.05 * 100 / TAU
        assert found == pytest.approx(expected(*train, name, later=20), abs=bound)
