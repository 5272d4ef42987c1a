"""Pair STDP against sums over pairs of spikes, and against the published tables of the pairing schemes."""

import itertools

import brian2 as b2
import pytest
import stdp
from brian2 import ms

import brainnet
from brainnet import models
from brainnet.pairing import PAIRING, WEIGHT_DEPENDENCE

# Unequal time constants and amplitudes, as in nest-simulator's test of the schemes (see conftest).
TAU_PLUS, TAU_MINUS, A_PLUS, A_MINUS = 16.8, 33.7, 0.01, 0.0085
RULE = {"tau_plus": TAU_PLUS * ms, "tau_minus": TAU_MINUS * ms, "A_plus": A_PLUS, "A_minus": A_MINUS}
EXTRA = {"guetig": {"mu_plus": 0.3, "mu_minus": 0.7}, "power_law": {"mu": 0.4, "w_ref": 0.8}}
ALL = list(itertools.product(PAIRING, WEIGHT_DEPENDENCE))

# Final weights from 0.5, computed from the definitions in Morrison et al. 2008, fig. 7: additive, multiplicative.
TABLE = {
    "nest": {
        "all_to_all": (0.455838994, 0.479485857),
        "nearest_symmetric": (0.508148716, 0.503380271),
        "nearest_pre_centred": (0.508148716, 0.504067016),
        "nearest_reduced": (0.505509727, 0.502535762),
    },
    "discriminating": {
        "all_to_all": (0.522986557, 0.510823792),
        "nearest_symmetric": (0.514885395, 0.507266156),
        "nearest_pre_centred": (0.517497823, 0.508564056),
        "nearest_reduced": (0.511936684, 0.505878270),
    },
}


def variants(chosen=ALL):
    return {
        (scheme, dependence): models.pair_stdp(
            pairing=scheme, weight_dependence=dependence, **RULE, **EXTRA.get(dependence, {})
        )
        for scheme, dependence in chosen
    }


def expected(pre, post, scheme, dependence, w=0.5):
    amounts = stdp.amounts(dependence, A_PLUS, A_MINUS, **EXTRA.get(dependence, {}))
    return stdp.pair_weights(pre, post, scheme, *amounts, TAU_PLUS, TAU_MINUS, w)


@pytest.mark.parametrize(("train", "scheme"), [(t, s) for t in TABLE for s in PAIRING])
def test_the_reference_gives_the_table(trains, train, scheme):
    for column, dependence in enumerate(("additive", "multiplicative")):
        got = expected(*trains[train], scheme, dependence)[-1]
        assert got == pytest.approx(TABLE[train][scheme][column], abs=1e-9)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_every_variant_follows_the_pairs(trains, drive, target):
    # C++ needs each piece of generated code once: schemes and dependences meet in no line of it.
    chosen = ALL if target == "numpy" else [v for v in ALL if v[0] == "all_to_all" or v[1] == "guetig"]
    got = drive(variants(chosen), trains, on=target)
    for (scheme, dependence), by_train in got.items():
        for train, (pre, post) in trains.items():
            want = (expected(pre, post, scheme, dependence) or [0.5])[-1]
            assert by_train[train] == pytest.approx(want, abs=1e-9), (scheme, dependence, train)


def test_swapped_sides_are_noticed(trains, drive):
    swapped = {"discriminating": trains["discriminating"][::-1]}
    for (scheme, dependence), by_train in drive(variants(), swapped).items():
        want = expected(*trains["discriminating"], scheme, dependence)[-1]
        assert abs(by_train["discriminating"] - want) > 1e-3, (scheme, dependence)


def test_time_step_does_not_matter(trains, drive):
    on_whole_ms = {name: trains[name] for name in ("discriminating", "coincident", "poisson")}
    fine, coarse = (drive(variants(), on_whole_ms, dt=dt) for dt in (0.25, 1.0))
    for variant in fine:
        for train in on_whole_ms:
            assert fine[variant][train] == pytest.approx(coarse[variant][train], abs=1e-12)


def test_weights_stay_within_bounds_at_every_event(trains, drive):
    strong = {"A_plus": 0.9, "A_minus": 0.9, "w_min": 0.1, "w_max": 0.8}
    rules = {key: model(**strong) for key, model in variants().items()}
    for (scheme, dependence), by_train in drive(rules, {"poisson": trains["poisson"]}, record=True).items():
        course = by_train["poisson"]
        assert course.min() >= 0.1, (scheme, dependence)
        assert course.max() <= 0.8, (scheme, dependence)
        if dependence == "additive":
            assert {0.1, 0.8} <= set(course), "both bounds are reached"


def test_delay_sites_shift_dt_to_either_side(trains, drive):
    pre, post = trains["discriminating"]
    for site, shift in (("axonal", (3, 0)), ("dendritic", (0, 3))):
        got = drive(variants(), {"t": (pre, post)}, delay=3 * ms, delay_site=site)
        for (scheme, dependence), by_train in got.items():
            want = expected([t + shift[0] for t in pre], [t + shift[1] for t in post], scheme, dependence)[-1]
            assert by_train["t"] == pytest.approx(want, abs=1e-9), (site, scheme, dependence)


@pytest.mark.parametrize("site", ["axonal", "dendritic"])
def test_effect_on_the_target_comes_after_the_delay(site):
    with brainnet.target("numpy"):
        source = b2.SpikeGeneratorGroup(1, [0], [1] * ms)
        target = b2.NeuronGroup(1, "v : volt", threshold="False")
        rule = models.pair_stdp(delay_site=site, w_max=5 * b2.mV)
        synapses = rule.connect(source, target, [[2.0]] * b2.mV, delay=3 * ms)
        record = b2.StateMonitor(target, "v", True, when="end")
        b2.Network(source, target, synapses, record).run(6 * ms)
    assert record.t[record.v[0] > 0][0] / ms == pytest.approx(4.0)
    assert record.v[0][-1] / b2.mV == pytest.approx(2.0)


def test_refusals():
    with pytest.raises(brainnet.BrainnetError, match="only with weight_dependence='guetig'"):
        models.pair_stdp(mu_plus=0.5)
    with pytest.raises(brainnet.BrainnetError, match=r"w_min = -1\.0 is out of range"):
        models.pair_stdp(w_min=-1.0)(weight_dependence="multiplicative")
    with pytest.raises(brainnet.BrainnetError, match="did you mean 'nearest_symmetric'"):
        models.pair_stdp(pairing="nearest_symetric")
    source, target = b2.SpikeGeneratorGroup(1, [], [] * ms), b2.NeuronGroup(1, "v : volt", threshold="False")
    with pytest.raises(brainnet.BrainnetError, match=r"w_max = 1.0 is a weight .* write e.g. w_max=1\*volt"):
        models.pair_stdp.connect(source, target, [[2.0]] * b2.mV)
    with pytest.raises(brainnet.BrainnetError, match="is not below"):
        models.pair_stdp.connect(source, source, w_min=1.0, onto=None)


@pytest.mark.parametrize("variant", ALL)
def test_repr_gives_the_model_back(variant):
    model = variants([variant])[variant]
    space = {**vars(b2), **{name: getattr(brainnet.declare, name) for name in brainnet.declare.__all__}}
    assert eval(repr(model), space) == model
