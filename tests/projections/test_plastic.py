"""Plastic projections, traces once a neuron, against single synapses, traces once a synapse: weights to 1e-12.

Both as whole matrices and in rows of sparse ones.
"""

import itertools

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, StateMonitor, Synapses, defaultclock, ms
from scipy import sparse

import brainnet
from brainnet import models
from brainnet.errors import BrainnetError
from brainnet.pairing import DELAY_SITE, PAIRING, WEIGHT_DEPENDENCE
from brainnet.projections import PlasticProjection

N_PRE, N_POST, STEPS = 5, 7, 300
EXTRA = {"guetig": {"mu_plus": 0.3, "mu_minus": 0.7}, "power_law": {"mu": 0.4, "w_ref": 0.8}}
# Unequal time constants; short ones, so that traces are written anew many times. Amplitudes that reach the bounds.
UNEQUAL = {"tau_plus": 7 * ms, "tau_minus": 11 * ms}
RULES = {
    "pair_stdp": {**UNEQUAL, "A_plus": 0.11, "A_minus": 0.09},
    "triplet_stdp": {**UNEQUAL, "tau_x": 13 * ms, "tau_y": 17 * ms, "parameters": "hippocampus.all_to_all.full"},
    "window_stdp": {},
    "vogels_stdp": {"eta": 0.05, "tau_stdp": 8 * ms},
}
WEIGHTS = np.random.default_rng(3).uniform(0.1, 0.9, (N_PRE, N_POST))
# Of the sparse form: a neuron of each side has no synapse, and what is learned in one depends on no other one.
JOINED = np.random.default_rng(6).random((N_PRE, N_POST)) < 0.6
JOINED[2] = JOINED[:, 4] = False


def variants():
    for name, values in RULES.items():
        dependences = WEIGHT_DEPENDENCE if "weight_dependence" in models[name].variants else [None]
        for pairing, dependence, site in itertools.product(PAIRING, dependences, DELAY_SITE):
            wait = 3 if site == "dendritic" or pairing in ("all_to_all", "nearest_reduced") else 0
            chosen = {"pairing": pairing, "delay_site": site, **values, **EXTRA.get(dependence, {})}
            try:
                yield (
                    (name, pairing, dependence, site, wait),
                    models[name](**chosen, **({"weight_dependence": dependence} if dependence else {})),
                )
            except BrainnetError:
                assert name in ("triplet_stdp", "window_stdp"), "pairings that these rules give no meaning to"


def train(n, seed, probability=0.06):
    """Random spikes with many that coincide, and a pause in which traces die."""
    raster = np.random.default_rng(seed).random((STEPS, n)) < probability
    raster[180:250] = False
    steps, neurons = np.nonzero(raster)
    return SpikeGeneratorGroup(n, neurons, steps * ms)


ALL = dict(variants())
# C++ code is compiled for each; every choice is among them, with every pairing and site together.
FEW = [
    ("pair_stdp", "all_to_all", "guetig", "dendritic", 3),
    ("pair_stdp", "nearest_symmetric", "power_law", "axonal", 0),
    ("pair_stdp", "nearest_pre_centred", "additive", "axonal", 0),
    ("pair_stdp", "nearest_pre_centred", "multiplicative", "dendritic", 3),
    ("pair_stdp", "nearest_reduced", "multiplicative", "axonal", 3),
    ("triplet_stdp", "all_to_all", "additive", "axonal", 3),
    ("triplet_stdp", "nearest_symmetric", "multiplicative", "dendritic", 3),
    ("window_stdp", "nearest_reduced", "additive", "dendritic", 3),
    ("vogels_stdp", "nearest_pre_centred", None, "dendritic", 3),
]


def test_the_axes_are_covered():
    assert len(ALL) == 72
    assert set(FEW) <= set(ALL)


@pytest.mark.parametrize(("target", "chosen"), [("numpy", list(ALL)), ("cpp", FEW)])
def test_same_weights_as_single_synapses(target, chosen, request):
    if target != "numpy":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        pairs = {
            key: [
                ALL[key].connect(
                    pre, post, WEIGHTS, mask=mask, onto=None, delay=key[-1] * ms, path=path, name=f"{name}_{number}"
                )
                for path, mask, name in (("synapses", True, "stock"), ("auto", True, "whole"), ("auto", JOINED, "rows"))
                if name != "rows" or key in FEW
            ]
            for number, key in enumerate(chosen)
        }
        program = brainnet.build(Network(pre, post, *itertools.chain(*pairs.values())), STEPS * ms)
        for _ in range(2):  # the second run starts anew
            program.run()
            for key, (stock, ours, *sparse_ours) in pairs.items():
                assert isinstance(stock, Synapses)
                assert isinstance(ours, PlasticProjection)
                for each in sparse_ours:
                    assert isinstance(each, PlasticProjection)
                    assert np.array_equal(np.nonzero(JOINED), (each.i[:], each.j[:]))
                    expected = np.array(stock.w[:]).reshape(WEIGHTS.shape)[JOINED]
                    np.testing.assert_allclose(each.w[:], expected, rtol=0, atol=1e-12, err_msg=str(key))
                assert np.abs(ours.weights - WEIGHTS).max() > 1e-3, key
                np.testing.assert_allclose(ours.w[:], stock.w[:], rtol=0, atol=1e-12, err_msg=str(key))


@pytest.mark.usefixtures("compiler")
def test_cython_runs_the_numpy_form():
    results = []
    for target, path in (("numpy", "synapses"), ("cython", "projection")):
        with brainnet.target(target):
            defaultclock.dt = 1 * ms
            pre, post = train(N_PRE, 1), train(N_POST, 2)
            learned = ALL[FEW[0]].connect(pre, post, WEIGHTS, onto=None, delay=3 * ms, path=path)
            Network(pre, post, learned).run(STEPS * ms)
            results.append(np.array(learned.w[:]))
    np.testing.assert_allclose(results[1], results[0], rtol=0, atol=1e-12)


def swapped_result(name, mask):
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        groups = train(N_PRE, 1), train(N_PRE, 2)
        weights = WEIGHTS[:, :N_PRE]
        there = models[name].connect(*groups, weights, mask=mask, onto=None, **RULES[name])
        back = models[name].connect(*groups[::-1], weights.T, mask=mask.T, onto=None, **RULES[name])
        Network(*groups, there, back).run(STEPS * ms)
        one, other = np.zeros_like(weights), np.zeros_like(weights)
        one[there.i[:], there.j[:]], other[back.j[:], back.i[:]] = there.w[:], back.w[:]
        return np.abs(one - other).max()


@pytest.mark.parametrize("mask", [JOINED[:, :N_PRE], np.ones((N_PRE, N_PRE), bool)], ids=["rows", "whole"])
@pytest.mark.parametrize("name", RULES)
def test_swapped_sides_are_noticed(name, mask):
    assert swapped_result(name, mask) > 1e-3


def test_weights_stay_within_bounds_at_every_event():
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        strong = {**UNEQUAL, "A_plus": 0.9, "A_minus": 0.9, "w_min": 0.1, "w_max": 0.8}
        plastic = models.pair_stdp.connect(pre, post, WEIGHTS.clip(0.1, 0.8), onto=None, **strong)
        course = StateMonitor(plastic, "w", True, when="end")
        Network(pre, post, plastic, course).run(STEPS * ms)
    assert course.w.shape == (N_PRE * N_POST, STEPS)
    assert (course.w.min(), course.w.max()) == (0.1, 0.8), "both bounds are reached, none is passed"


def whole(weights, random):
    return weights


def rows(weights, random):
    """A third of them; some pairs of neurons have two synapses, and the columns of a row are in no order."""
    i, j = (random.integers(0, n, weights.size // 3) for n in weights.shape)
    order = np.argsort(i, kind="stable")
    return sparse.coo_matrix((np.minimum(2.5 * weights[i, j], 0.5)[order], (i[order], j[order])), shape=weights.shape)


def network(path, source, form, seed=4):
    """Subgroups, recurrence, refractoriness, two plastic projections and single synapses onto one variable."""
    random, called = np.random.default_rng(seed), f"{path}_{form.__name__}"
    cells = NeuronGroup(
        20, "dv/dt = -v/(10*ms) : 1 (unless refractory)", threshold="v > 1", reset="v = 0", refractory=3 * ms,
        method="exact", name=f"cells_{called}",
    )  # fmt: skip
    part = cells[4:17]
    rule = models.triplet_stdp(pairing="nearest_symmetric", w_max=0.5)
    rest = Synapses(source, cells, "w : 1", on_pre="v_post += w", name=f"rest_{called}")
    rest.connect(j="(7*i) % 20")
    rest.w = 0.3
    learning = [
        rule.connect(
            cells[2:12], part, form(random.uniform(0, 0.4, (10, 13)), random), path=path, name=f"a_{called}"
        ),
        rule.connect(
            source, cells, form(random.uniform(0, 0.2, (15, 20)), random), delay=2 * ms, path=path,
            delay_site="dendritic", name=f"b_{called}",
        ),
        models.pair_stdp.connect(
            part, part, form(random.uniform(0, 0.2, (13, 13)), random), delay=1 * ms, path=path, name=f"c_{called}"
        ),
    ]  # fmt: skip
    return [cells, rest, *learning], learning, SpikeMonitor(cells, name=f"spikes_{called}"), cells


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_network(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        source = train(15, 8, 0.05)
        networks = [[network(path, source, form) for path in ("synapses", "projection")] for form in (whole, rows)]
        objects = Network(source, [(all_of, spikes) for pair in networks for all_of, _, spikes, _ in pair])
        brainnet.build(brainnet.targets.use_common_schedule(objects), STEPS * ms).run()
        for (_, stock_learning, stock_spikes, stock_cells), (_, our_learning, our_spikes, our_cells) in networks:
            assert len(our_spikes.i) > 100
            assert np.array_equal(stock_spikes.i[:], our_spikes.i[:])
            assert np.array_equal(stock_spikes.t[:], our_spikes.t[:])
            np.testing.assert_allclose(our_cells.v[:], stock_cells.v[:], rtol=0, atol=1e-12)
            for one, other in zip(stock_learning, our_learning, strict=True):
                np.testing.assert_allclose(other.w[:], one.w[:], rtol=0, atol=1e-12)
                assert np.array_equal(other.i[:], one.i[:])
                assert np.array_equal(other.j[:], one.j[:])
                assert np.array_equal(other.w[:, 5], other.w[:][one.j[:] == 5])
                assert np.array_equal(other.w[2, 3], other.w[:][(one.i[:] == 2) & (one.j[:] == 3)])
