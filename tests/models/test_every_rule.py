"""Bounds, time step and the two sides: every rule that spikes move, with every pairing, side by side."""

import numpy as np
import pytest
from brian2 import second

import brainnet
from brainnet import SynapseModel, models
from brainnet.pairing import PAIRING

RULES = [name for name in models if isinstance(models[name], SynapseModel) and models[name].bounds]
# These need a membrane potential, a reward or a teacher.
BY_SPIKES = sorted({*RULES} - {"brader_stdp", "clopath_stdp", "florian_stdp", "resume", "reward_stdp"})

# Short of their bounds a rule's own trains differ from the swapped ones; large steps make it reach the bounds.
TRAIN = "discriminating"
STRONG = {
    "pair_stdp": {"A_plus": 0.9, "A_minus": 0.8},
    "triplet_stdp": {"A2_plus": 0.9, "A2_minus": 0.8},
    "vogels_stdp": {"eta": 0.4},
    "calcium_stdp": {"tau": 1 * second},
    "power_law_stdp": {"eta": 0.9},
    "window_stdp": {},
}


def by_pairing(**values):
    """Every rule that spikes move, with every pairing that it has a meaning for."""
    found = {}
    for name in BY_SPIKES:
        model = models[name](**values.get(name, {}))
        for choice in PAIRING if "pairing" in model.variants else [None]:
            try:
                found[name, choice] = model(pairing=choice) if choice else model
            except brainnet.BrainnetError:
                assert name in ("triplet_stdp", "window_stdp"), "pairings that these rules give no meaning to"
    return found


def test_the_pairings_are_covered():
    found = by_pairing()
    assert {name for name, _ in found} == set(BY_SPIKES) == set(STRONG)
    assert {choice for name, choice in found if name == "pair_stdp"} == set(PAIRING)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_weights_stay_within_bounds_at_every_event(trains, drive, target):
    rules = {key: model(w_min=0.2, w_max=0.7) for key, model in by_pairing(**STRONG).items()}
    reached = set()
    for key, by_train in drive(rules, {"t": trains["poisson"]}, record=True, dt=1.0, on=target).items():
        course = by_train["t"]
        assert course.min() >= 0.2, key
        assert course.max() <= 0.7, key
        assert np.ptp(course) > 0, key
        reached |= {key[0]} if {0.2, 0.7} <= set(course) else set()
    assert {"pair_stdp", "triplet_stdp"} <= reached, "both bounds are met, so that the clipping is seen"


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_time_step_does_not_matter_and_the_sides_do(trains, drive, target):
    pre, post = trains[TRAIN]
    chosen = {"there": (pre, post), "back": (post, pre), "poisson": trains["poisson"]}
    fine = drive(by_pairing(), chosen, dt=0.25, on=target)
    coarse = drive(by_pairing(), chosen, dt=1.0)
    for key, by_train in coarse.items():
        for train in chosen:
            assert fine[key][train] == pytest.approx(by_train[train], abs=1e-12), (key, train)
        assert abs(by_train["there"] - by_train["back"]) > 1e-6, key
