"""Plastic projections whose synapses are pruned, against single synapses between those pairs only: to 1e-12."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, Synapses, defaultclock, ms

import brainnet
from brainnet import models
from brainnet.errors import ParameterError, ProjectionError

N_PRE, N_POST, STEPS = 6, 8, 300
UNEQUAL = {"tau_plus": 7 * ms, "tau_minus": 11 * ms, "A_plus": 0.11, "A_minus": 0.09}
# Traces on both sides, a weight that is read by time, a matrix of its own (cleared sums), a power of the weight.
RULES = {
    "pair": lambda: models.pair_stdp(pairing="nearest_symmetric", **UNEQUAL),
    "cleared": lambda: models.pair_stdp(pairing="nearest_pre_centred", **UNEQUAL),
    "power_law": lambda: models.power_law_stdp(pairing="all_to_all", eta=0.1, tau_plus=9 * ms),
}
WEIGHTS = np.random.default_rng(3).uniform(0.1, 0.9, (N_PRE, N_POST))
# By share: lists are walked, rows are walked in part, a neuron of each side loses all, nothing is gone.
KEPT = {share: np.random.default_rng(5).random((N_PRE, N_POST)) < share for share in (0.3, 0.8, 1.0)}
KEPT[0.3][:, 2] = KEPT[0.3][4] = False


def train(n, seed):
    raster = np.random.default_rng(seed).random((STEPS, n)) < 0.06
    raster[180:250] = False
    steps, neurons = np.nonzero(raster)
    return SpikeGeneratorGroup(n, neurons, steps * ms)


def stock(rule, kept, swapped=False):
    """Single synapses between the pairs that are kept."""
    with brainnet.target("numpy"):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        where = kept[::-1, ::-1] if swapped else kept
        single = RULES[rule]().connect(pre, post, WEIGHTS, onto=None, mask=where, path="synapses")
        if where.all():
            single = RULES[rule]().connect(pre, post, WEIGHTS, onto=None, path="synapses")
        assert isinstance(single, Synapses)
        assert len(single) == where.sum(), "those pairs only"
        Network(pre, post, single).run(STEPS * ms)
        weights = np.zeros((N_PRE, N_POST))
        weights[single.i[:], single.j[:]] = single.w[:]
        return weights


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_as_single_synapses_of_those_pairs(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre, post = train(N_PRE, 1), train(N_POST, 2)
        plastic = {
            rule: make().connect(pre, post, WEIGHTS, onto=None, path="projection", name=rule)
            for rule, make in RULES.items()
        }
        for each in plastic.values():
            each.prune()
        program = brainnet.build(Network(pre, post, *plastic.values()), STEPS * ms)
        for kept in KEPT.values():  # one program for all, in any order
            program.run({each.kept: kept for each in plastic.values()})
            for rule, each in plastic.items():
                expected = stock(rule, kept)
                assert np.abs(expected - WEIGHTS)[kept].max() > 1e-2, "they learn"
                np.testing.assert_allclose(each.weights, expected, rtol=0, atol=1e-12, err_msg=rule)
                assert (np.asarray(each.weights)[~kept] == 0).all()
        # Synapses whose sides are swapped, or that are others, are noticed.
        assert np.abs(stock("pair", KEPT[0.8], swapped=True) - stock("pair", KEPT[0.8])).max() > 1e-2


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_gone_means_silent_and_stays_zero_under_normalisation(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre = train(N_PRE, 1)
        driven = NeuronGroup(N_POST, "v : 1", threshold="False", name="driven")
        # It transmits more than the weight: what is gone transmits nothing, not only a weight of 0.
        model = brainnet.SynapseModel(
            name="odd", summary="", traces={"x": brainnet.Trace("pre", tau="tau")}, on_pre="v_post += w + 1\nw += x",
            parameters={"tau": brainnet.Parameter(5 * ms, "decay")}, source="none",
        )  # fmt: skip
        plastic = model.connect(pre, driven, np.full((N_PRE, N_POST), 0.5), onto=None, path="projection")
        plastic.prune()
        plastic.normalise(2.0, every=10 * ms)
        program = brainnet.build(Network(pre, driven, plastic), STEPS * ms)
        for share, mask in KEPT.items():
            program.run({plastic.kept: mask})
            received = np.array(driven.v[:])
            assert (np.asarray(plastic.weights)[~mask] == 0).all()
            assert (received[mask.any(axis=0)] > 1).all()
            assert (received[~mask.any(axis=0)] == 0).all(), share


def test_frozen_learning_still_knows_what_is_gone():
    kept = KEPT[0.3]
    results = []
    for path in ("projection", "synapses"):
        with brainnet.target("numpy"):
            defaultclock.dt = 1 * ms
            pre = train(N_PRE, 1)
            cells = NeuronGroup(N_POST, "dv/dt = -v/(9*ms) : 1\nlearns : integer (shared, constant)",
                                threshold="v > 5", reset="v = 0", method="exact")  # fmt: skip
            how = {"mask": kept} if path == "synapses" else {}
            plastic = RULES["power_law"]().connect(pre, cells, WEIGHTS, onto="v", path=path, **how)
            if path == "projection":
                plastic.prune(kept)
                plastic.learn_while(cells, "learns")
            Network(pre, cells, plastic).run(40 * ms)
            results.append(np.array(cells.v[:]))
    np.testing.assert_allclose(results[0], results[1], atol=1e-12)
    assert results[0].max() > 0


def made(target="numpy"):
    pre, post = train(N_PRE, 1), train(N_POST, 2)
    return pre, post, RULES["pair"]().connect(pre, post, WEIGHTS, onto=None, path="projection", name="p")


def test_gone_for_good():
    with brainnet.target("numpy"):
        pre, post, plastic = made()
        with pytest.raises(ParameterError, match=r"shape \(2, 2\); give truth values of the shape \(6, 8\)"):
            plastic.prune(np.ones((2, 2), bool))
        with pytest.raises(ParameterError, match="type float64"):
            plastic.prune(np.ones((N_PRE, N_POST)))
        with pytest.raises(ProjectionError, match="every synapse would be gone"):
            plastic.prune(np.zeros((N_PRE, N_POST), bool))
        plastic.prune(KEPT[0.8])
        for bring_back in (
            lambda: plastic.prune(),
            lambda: setattr(plastic, "kept", True),
            lambda: setattr(plastic, "kept", KEPT[1.0]),
            lambda: plastic.kept.set_item(slice(0, 10), True),
        ):
            with pytest.raises(ProjectionError, match=r"come back, and pruned ones are gone for good|set in part"):
                bring_back()
        assert (plastic.kept[:].reshape(N_PRE, N_POST) == KEPT[0.8]).all(), "nothing is changed"
        fewer = KEPT[0.8] & KEPT[0.3]
        net = Network(pre, post, plastic)
        net.run(50 * ms)
        plastic.prune(fewer)  # while it is used
        assert np.asarray(plastic.weights)[KEPT[0.8]].all()
        net.run(50 * ms)
        assert (np.asarray(plastic.weights)[~fewer] == 0).all()
        program = brainnet.build(net, 50 * ms)
        with pytest.raises(ProjectionError, match="gone for good"):
            program.run({plastic.kept: KEPT[1.0]})
        with pytest.raises(ParameterError, match="neither True nor False"):
            program.run({plastic.kept: np.full(N_PRE * N_POST, 0.5)})


@pytest.mark.usefixtures("compiler")
def test_a_built_program_takes_new_values_only():
    with brainnet.target("cpp"):
        pre, post, plastic = made()
        plastic.prune(KEPT[0.8])
        program = brainnet.build(Network(pre, post, plastic), 20 * ms)
        with pytest.raises(ProjectionError, match=r"program.run\(\{p.kept"):
            plastic.prune(KEPT[0.8])
        program.run()
        assert (np.asarray(plastic.weights)[~KEPT[0.8]] == 0).all(), "what was pruned before"
        with pytest.raises(ProjectionError, match="gone for good"):
            program.run({plastic.kept: KEPT[1.0]})


def test_saved_with_what_is_left(tmp_path):
    with brainnet.target("numpy"):
        _, _, plastic = made()
        plastic.prune(KEPT[0.3])
        plastic.save(tmp_path / "p.npz")
        _, _, other = made()
        other.prune()
        other.load(tmp_path / "p.npz")
        assert (other.kept[:] == plastic.kept[:]).all()
