"""Inhibitory STDP against sums over pairs of spikes, and its fixed point."""

import numpy as np
import pytest
import stdp
from brian2 import Hz, ms

from brainnet import models
from brainnet.pairing import PAIRING

TAU, RHO, ETA = 22.0, 5.0, 0.01
RULE = {"tau_stdp": TAU * ms, "rho_0": RHO * Hz, "eta": ETA}
ALPHA = 2 * RHO * TAU / 1000


def rules():
    return {scheme: models.vogels_stdp(pairing=scheme, **RULE) for scheme in PAIRING}


def expected(pre, post, scheme, w=0.5):
    course = stdp.pair_weights(pre, post, scheme, lambda w, k: ETA * k, lambda w, k: ETA * (ALPHA - k), TAU, TAU, w)
    return course[-1]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_pairing_follows_the_pairs(trains, drive, target):
    for scheme, by_train in drive(rules(), trains, on=target).items():
        for train, (pre, post) in trains.items():
            assert by_train[train] == pytest.approx(expected(pre, post, scheme), abs=1e-9), (scheme, train)


def test_swapped_sides_are_noticed(trains, drive):
    # The window is symmetric; what tells the sides apart is alpha, once a presynaptic spike.
    pre, post = trains["discriminating"]
    for scheme, by_train in drive(rules(), {"t": (post, pre)}).items():
        assert abs(by_train["t"] - expected(pre, post, scheme)) > 1e-3, scheme


def test_weights_stay_within_bounds_at_every_event(trains, drive):
    strong = {name: rule(eta=0.6, rho_0=20 * Hz) for name, rule in rules().items()}
    for scheme, by_train in drive(strong, {"t": trains["poisson"]}, record=True).items():
        assert set(by_train["t"]) >= {0.0, 1.0}, f"{scheme} reaches both bounds"
        assert 0.0 <= by_train["t"].min() <= by_train["t"].max() <= 1.0, scheme


def test_fixed_point_is_rho_0(drive):
    # 40 synapses, 60 s, 10 Hz before and rho_0 or twice that after; grid of 1 ms.
    rng, seconds, n, rate = np.random.default_rng(5), 60, 40, 10

    def poisson(hertz):
        return np.flatnonzero(rng.random(seconds * 1000) < hertz / 1000).astype(float)

    pairs = {f"{name} {k}": (poisson(rate), poisson(factor * RHO)) for name, factor in (("at", 1), ("above", 2))
             for k in range(n)}  # fmt: skip
    free = {"free": models.vogels_stdp(**RULE, w_min=-100.0, w_max=100.0)(eta=ETA / 100)}
    final = drive(free, pairs, dt=1.0, w=0.0)["free"]
    for name, factor in (("at", 1), ("above", 2)):
        change = np.array([final[f"{name} {k}"] for k in range(n)])
        # Sums over the grid instead of integrals, without dt = 0: 2/(exp(1/tau) - 1) bins for 2 tau.
        window = 2 / np.expm1(1 / TAU) / 1000
        mean = ETA * seconds * rate * (window * factor * RHO - ALPHA)
        assert abs(change.mean() - mean) < 4 * change.std() / np.sqrt(n), name
    assert change.mean() > 10 * change.std() / np.sqrt(n), "above rho_0 the synapse strengthens"
