"""Post-triggered power-law STDP against sums over pairs of spikes, and one pair by hand."""

import numpy as np
import pytest
import stdp
from brian2 import ms

from brainnet import models
from brainnet.pairing import PAIRING

TAU, ETA, X_TARGET, MU = 22.0, 0.1, 0.4, 0.7
RULE = {"tau_plus": TAU * ms, "eta": ETA, "x_target": X_TARGET, "mu": MU}


def rules(**more):
    return {scheme: models.power_law_stdp(pairing=scheme, **RULE, **more) for scheme in PAIRING}


def expected(pre, post, scheme, w=0.5):
    def potentiate(w, k):
        return ETA * (k - X_TARGET) * max(1 - w, 0) ** MU

    return stdp.pair_weights(pre, post, scheme, potentiate, lambda w, k: 0.0, TAU, TAU, w)[-1]


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_pairing_follows_the_pairs(trains, drive, target):
    for scheme, by_train in drive(rules(), trains, on=target).items():
        for train, (pre, post) in trains.items():
            assert by_train[train] == pytest.approx(expected(pre, post, scheme), abs=1e-9), (scheme, train)


def test_swapped_sides_are_noticed(trains, drive):
    pre, post = trains["discriminating"]
    for scheme, by_train in drive(rules(), {"t": (post, pre)}).items():
        assert abs(by_train["t"] - expected(pre, post, scheme)) > 1e-3, scheme


def test_pairs_by_hand(drive):
    found = drive(rules(), {"pair": ([10], [17]), "coincident": ([10, 20], [20]), "post": ([], [20])})
    for scheme, by_train in found.items():
        for train, x in (("pair", np.exp(-7 / TAU)), ("coincident", np.exp(-10 / TAU)), ("post", 0.0)):
            change = ETA * (x - X_TARGET) * (1 - 0.5) ** MU
            assert by_train[train] == pytest.approx(0.5 + change, abs=1e-12), (scheme, train)


def test_traces_add_up_or_start_again(drive):
    # At 22 ms: two spikes, 2 and 12 ms ago.
    found = drive(rules(), {"t": ([10, 20], [22])})
    one, both = np.exp(-2 / TAU), np.exp(-2 / TAU) + np.exp(-12 / TAU)
    for scheme, x in (("nearest_symmetric", one), ("all_to_all", both)):
        assert found[scheme]["t"] == pytest.approx(0.5 + ETA * (x - X_TARGET) * 0.5**MU, abs=1e-12), scheme


def test_weights_stay_within_bounds_at_every_event(trains, drive):
    # mu = 0 goes to both bounds; with mu > 0 the upper one is approached only.
    for x_target, bound in ((2.0, 0.0), (0.0, 1.0)):
        strong = {name: rule(eta=0.9, mu=0.0, x_target=x_target) for name, rule in rules().items()}
        for scheme, by_train in drive(strong, {"t": trains["poisson"]}, record=True).items():
            assert bound in by_train["t"], f"{scheme} reaches {bound}"
            assert 0.0 <= by_train["t"].min() <= by_train["t"].max() <= 1.0, scheme


def test_the_fixed_point_is_the_target(drive):
    """Spikes of both sides far apart but for pairs at one distance: x is above or below x_target by it."""
    distance = -TAU * np.log(X_TARGET)
    found = drive(rules(), {"near": ([100, 300], [100 + round(distance) - 5, 300 + round(distance) - 5]),
                            "far": ([100, 300], [100 + round(distance) + 5, 300 + round(distance) + 5])})  # fmt: skip
    for scheme, by_train in found.items():
        assert by_train["near"] > 0.5 > by_train["far"], scheme
