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


def expected(pre, post, name, rho=0.5):
    """rho at the last spike; each step has constant rates, taken from the calcium in its middle."""
    theta_p, theta_d, gamma_p, gamma_d = THRESHOLDS[name]
    last = max([*pre, *post])
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
