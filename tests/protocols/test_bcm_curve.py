"""The triplet rule under Poisson rates against its closed form."""

import pytest

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


def test_sets_for_nearest_spikes_are_refused():
    with pytest.raises(brainnet.BrainnetError, match="choose a set with all_to_all"):
        protocols.bcm_curve(parameters="visual_cortex.nearest.full")
