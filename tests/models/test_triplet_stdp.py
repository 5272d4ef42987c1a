"""Triplet STDP, all eight sets of parameters, against sums over spikes."""

import brian2 as b2
import pytest
import stdp
from brian2 import ms

import brainnet
from brainnet import models

SETS = list(models.triplet_stdp.variants["parameters"])
NAMES = ("A2_plus", "A3_plus", "A2_minus", "A3_minus", "tau_plus", "tau_minus", "tau_x", "tau_y")
# Strong and all unequal, so that no term is lost in the others.
STRONG = {"A2_plus": 0.02, "A3_plus": 0.03, "A2_minus": 0.025, "A3_minus": 0.04, "tau_x": 101 * ms, "tau_y": 125 * ms}


def rules():
    strong = {
        f"strong {pairing}": models.triplet_stdp(pairing=pairing, **STRONG)
        for pairing in ("all_to_all", "nearest_symmetric")
    }
    return {name: models.triplet_stdp(parameters=name) for name in SETS} | strong


def expected(rule, pre, post, w=0.5):
    values = {name: declared.value for name, declared in rule.resolved_parameters().items()}
    numbers = [float(values[name] / ms) if name.startswith("tau") else float(values[name]) for name in NAMES]
    nearest = rule.choice("pairing") == "nearest_symmetric"
    return stdp.triplet_weights(pre, post, nearest, *numbers, w=w)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_set_follows_the_triplets(trains, drive, target):
    chosen = rules() if target == "numpy" else {k: v for k, v in rules().items() if k.startswith("strong")}
    for name, by_train in drive(chosen, trains, on=target).items():
        for train, (pre, post) in trains.items():
            want = (expected(chosen[name], pre, post) or [0.5])[-1]
            assert by_train[train] == pytest.approx(want, abs=1e-9), (name, train)


def test_swapped_sides_are_noticed(trains, drive):
    for name, by_train in drive(rules(), {"t": trains["discriminating"][::-1]}).items():
        assert abs(by_train["t"] - expected(rules()[name], *trains["discriminating"])[-1]) > 1e-3, name


def test_time_step_does_not_matter(trains, drive):
    chosen = {name: trains[name] for name in ("discriminating", "coincident", "poisson")}
    fine, coarse = (drive(rules(), chosen, dt=dt) for dt in (0.25, 1.0))
    for name in fine:
        for train in chosen:
            assert fine[name][train] == pytest.approx(coarse[name][train], abs=1e-12)


def test_weights_stay_within_bounds_at_every_event(trains, drive):
    strong = {name: rule(A2_plus=0.9, A2_minus=0.6) for name, rule in rules().items()}
    for name, by_train in drive(strong, {"t": trains["poisson"]}, record=True).items():
        assert set(by_train["t"]) >= {0.0, 1.0}, f"{name} reaches both bounds"
        assert 0.0 <= by_train["t"].min() <= by_train["t"].max() <= 1.0, name


def test_a_set_chooses_its_pairing_unless_told_otherwise():
    nearest = models.triplet_stdp(parameters="hippocampus.nearest.full")
    assert nearest.choice("pairing") == "nearest_symmetric"
    both = models.triplet_stdp(parameters="hippocampus.nearest.full", pairing="all_to_all")
    assert both.choice("pairing") == "all_to_all"
    assert both.resolved_parameters() == nearest.resolved_parameters()


@pytest.mark.parametrize("pairing", ["nearest_pre_centred", "nearest_reduced"])
def test_pairings_that_are_defined_for_pairs_only_are_refused(pairing):
    with pytest.raises(brainnet.BrainnetError, match=r"defined for pairs .* choose all_to_all or nearest_symmetric"):
        models.triplet_stdp(pairing=pairing)


@pytest.mark.parametrize("name", SETS)
def test_repr_gives_the_model_back(name):
    model = models.triplet_stdp(parameters=name)
    space = {**vars(b2), **{name: getattr(brainnet.declare, name) for name in brainnet.declare.__all__}}
    assert eval(repr(model), space) == model
