"""The triplet rule under Poisson rates against its closed form."""

import numpy as np
import pytest
from brian2 import Hz, second

import brainnet
from brainnet import protocols


@pytest.fixture(scope="module")
def curve():
    with brainnet.target("numpy"):
        return protocols.bcm_curve(quick=True, seed=3)


def test_simulated_changes_follow_the_closed_form(curve):
    assert float(curve.max_deviation) < 4, "six points, four standard errors: one false alarm in 2600 seeds"


def test_depression_turns_into_potentiation_at_the_threshold(curve):
    # Minimal set: A2_minus tau_minus = A3_plus tau_plus tau_y rho_y; the time constants are a little shorter on a grid.
    theta = 7.1e-3 * 33.7 / (6.5e-3 * 16.8 * 0.114)
    assert float(curve.closed_threshold) == pytest.approx(theta, rel=0.03)
    assert float(curve.closed_form[0]) < 0 < float(curve.closed_form[-1])
    assert float(curve.threshold) == pytest.approx(theta, rel=0.2)


SMALL = {"duration": 5 * second, "synapses": 30, "points": 3, "seed": 2}


def test_rules_without_a_closed_form_are_measured_all_the_same():
    with brainnet.target("numpy"):
        nearest = protocols.bcm_curve(parameters="visual_cortex.nearest.full", **SMALL)
        bounded = protocols.bcm_curve(rule="calcium", w_init=0.4, **SMALL)
    for got in (nearest, bounded):
        assert "no closed form here" in got.max_deviation.attrs["no_value"]
        assert "closed_form" not in got
        assert np.isfinite(got.drift).all()
        assert protocols.bcm_curve.draw(got).axes
    assert bounded.attrs["weight_at_start"] == 0.4


def test_the_pair_rule_has_the_form_of_triplets_without_triplets():
    with brainnet.target("numpy"):
        got = protocols.bcm_curve(rule="pair", rule_parameters="A_plus=0.02", rates=[3, 12.5, 40] * Hz, **SMALL)
    assert got.rho_y.values.tolist() == [3, 12.5, 40]
    assert float(got.max_deviation) < 4
    rise = got.closed_form / got.rho_y  # the same at any rate
    np.testing.assert_allclose(rise, rise[0], rtol=1e-12)


def test_traces_that_begin_at_nothing_are_in_the_closed_form():
    """tau_x = 946 ms of these parameters is a fifth of the shortest trains."""
    with brainnet.target("numpy"):
        got = protocols.bcm_curve(
            parameters="hippocampus.all_to_all.full", duration=5 * second, synapses=100, points=4, seed=1
        )
    assert float(got.max_deviation) < 4
    module = protocols.bcm_curve.module
    rule = brainnet.models.triplet_stdp(parameters="hippocampus.all_to_all.full")
    long, short = (module.drift(rule, 10.0, 20.0, seconds) for seconds in (1e6, 5.0))
    assert abs(short - long) > 0.05 * abs(long)


def test_trains_in_which_nothing_meets_are_refused():
    with brainnet.target("numpy"), pytest.raises(brainnet.BrainnetError, match="no spikes meet within"):
        protocols.bcm_curve(rate=0.01 * Hz, synapses=10, quick=True)
