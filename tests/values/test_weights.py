"""Weights carry a unit wherever they come in, and zeros of a matrix are synapses unless they are left out."""

import warnings

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, SpikeGeneratorGroup, ms, mV, nS
from scipy import sparse

import brainnet
from brainnet import SynapseModel, models
from brainnet.errors import ParameterError, ProjectionError, UnknownNameError
from brainnet.projections import (
    AveragePool,
    Conv2d,
    Copies,
    Dense,
    PlasticProjection,
    Presentation,
    Projection,
    QuantisedDense,
    SparseRows,
)

WEIGHTS = np.array([[0.0, 0.5, 0.0], [0.25, 0.0, 0.75]])
MASK = np.array([[False, True, False], [True, True, True]])  # one of its synapses begins with weight 0
FEW = sparse.csr_matrix(WEIGHTS)


@pytest.fixture(autouse=True)
def _on_numpy():
    with brainnet.target("numpy"):
        yield


def groups():
    pre = SpikeGeneratorGroup(2, [0, 1, 0, 1], [1, 2, 5, 6] * ms)
    return pre, NeuronGroup(3, "g_e : siemens\nv : 1", threshold="t == 3*ms", reset="")


@pytest.mark.parametrize("model", [models.static_synapse, models.pair_stdp(w_max=1 * nS)])
@pytest.mark.parametrize("kind", [np.array, sparse.csr_matrix, sparse.coo_array, sparse.csc_matrix])
@pytest.mark.parametrize("path", ["auto", "synapses"])
def test_a_bare_number_is_refused_and_its_unit_taken(model, kind, path):
    with pytest.raises(ParameterError, match=r"unit of the driven variable, siemens.*weights=\(matrix, siemens\)"):
        model.connect(*groups(), kind(WEIGHTS), onto="g_e", path=path)
    for other in (mV, 1, "nS"):
        with pytest.raises(ParameterError, match="unit"):
            model.connect(*groups(), (kind(WEIGHTS), other), onto="g_e", path=path)
    # SciPy drops the unit and keeps the number: SI only by chance.
    with pytest.raises(ParameterError, match="unit"):
        model.connect(*groups(), kind(WEIGHTS) * nS if kind is not np.array else (WEIGHTS * nS, nS), onto="g_e")
    pre, post = groups()
    connected = model.connect(pre, post, (kind(WEIGHTS), nS), onto="g_e", path=path)
    Network(pre, post, connected).run(2.5 * ms)
    np.testing.assert_allclose(post.g_e / nS, WEIGHTS.sum(axis=0), rtol=1e-12)


def test_connectivities_without_unit_are_refused():
    pre, post = groups()
    kernel, pre4 = np.ones((1, 1, 1, 2)), SpikeGeneratorGroup(4, [0], [1] * ms)
    for source, connectivity in (
        (pre, Dense(WEIGHTS)),
        (pre, SparseRows(FEW)),
        (pre, SparseRows(FEW, 1)),
        (pre, SparseRows(FEW, mV)),
        (pre, QuantisedDense(np.ones((2, 3), np.int8), 0.5)),
        (pre4, Conv2d(kernel, (1, 1, 4))),
        (pre4, AveragePool((1, 2), (1, 1, 4), stride=(1, 1))),
        (SpikeGeneratorGroup(1, [0], [1] * ms), Copies(Dense([[1.0]]), 1)),
    ):
        target = post if connectivity.shape[1] == 3 else NeuronGroup(connectivity.shape[1], "g_e : siemens")
        with pytest.raises(ProjectionError, match="must have the unit of the driven variable"):
            Projection(source, target, connectivity, onto="g_e")
        with pytest.raises((ParameterError, ProjectionError), match="unit"):
            models.static_synapse.connect(source, target, connectivity, onto="g_e", path="synapses")
    assert (
        models.static_synapse.connect(pre, post, SparseRows(FEW, nS), onto="g_e").connectivity.rows[0, 1] == 0.5 * 1e-9
    )
    for unit in ("nS", [1, 2] * nS, 0 * nS, np.nan * nS):
        with pytest.raises(ProjectionError, match="SparseRows: unit"):
            SparseRows(FEW, unit)


def test_a_state_that_restarts_carries_its_unit():
    _, post = groups()
    shown = Presentation(3)
    for value in (1.0, 1 * mV, [1, 2] * nS, np.nan * nS):
        with pytest.raises(ProjectionError, match=r"no value of .*g_e"):
            shown.restart(post, 1, g_e=value)
    assert shown.restart(post, 1, g_e=1 * nS) is post


def learned(weights, **options):
    pre, post = groups()
    rule = models.pair_stdp.connect(pre, post, weights, onto="g_e", w_max=1 * nS, A_plus=0.2, **options)
    Network(pre, post, rule).run(8 * ms)
    assert isinstance(rule, PlasticProjection)
    # Copies: views are of arrays that go with the groups.
    return {name: np.array(of) for name, of in (("i", rule.i), ("j", rule.j), ("w", rule.w_), ("g_e", post.g_e_))}


def test_a_mask_gives_the_network_of_the_sparse_matrix():
    rows, columns = np.nonzero(MASK)
    entries = sparse.csr_matrix((WEIGHTS[MASK], (rows, columns)), shape=MASK.shape)
    wanted = learned((entries, nS))
    assert len(wanted["w"]) == 4
    for weights in (WEIGHTS, np.where(MASK, WEIGHTS, np.nan)):  # what is no synapse is not read
        found = learned(weights * nS, mask=MASK)
        for name, values in wanted.items():
            assert np.array_equal(found[name], values), name
    static = models.static_synapse.connect(*groups(), WEIGHTS * nS, onto="g_e", mask=MASK)
    assert (static.connectivity.rows != SparseRows(entries, nS).rows).nnz == 0


def test_what_a_mask_refuses():
    rule = models.pair_stdp
    for weights, mask, words in (
        (WEIGHTS, MASK.T, r"shape \(3, 2\); give truth values of the shape \(2, 3\)"),
        (WEIGHTS, MASK.astype(int), "type int64"),
        (FEW, MASK, "says itself"),
        (Dense(WEIGHTS), MASK, "not of Dense"),
        (None, MASK, "connects later"),
        (np.ma.masked_equal(WEIGHTS, 0), None, r"filled\(0\) and mask="),
        (np.where(MASK, WEIGHTS, np.nan), None, "leave synapses out with mask="),
        ([[1.0, 2.0, 3.0], [1.0]], None, "no matrix"),
    ):
        with pytest.raises(ParameterError, match=words):
            rule.connect(*groups(), weights, onto="v", mask=mask)


LEARNERS = [models.pair_stdp, models.reward_stdp, models.clopath_stdp, SynapseModel("decays", on_post="w *= 0.5")]


@pytest.mark.parametrize("model", LEARNERS)
def test_zeros_that_learn_are_named(model):
    def said(weights, rule=model, **options):
        pre, post = groups()
        post = NeuronGroup(3, "v : volt\nv_past : volt\ng : 1", threshold="v > 1*volt")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            rule.connect(pre, post, weights, onto="g", **options)
        return [str(each.message) for each in caught if "exactly 0" in str(each.message)]

    (told,) = said(np.array([[0, 0, 0], [0, 0.5, 0.5]]))
    assert "67% of the weights are exactly 0" in told
    assert "scipy.sparse" in told
    assert "mask=" in told
    for weights in (np.zeros((2, 3)), np.array([[0, 0, 0], [0.5, 0.5, 0.5]]), sparse.csr_matrix(WEIGHTS)):
        assert not said(weights)  # a start from nothing, half of them, none
    assert not said(np.array([[0, 0, 0], [0, 0.5, 0.5]]), mask=True)
    assert not said(np.array([[0, 0, 0], [0, 0.5, 0.5]]), models.static_synapse)


def test_nothing_driven_is_no_projection():
    for weights in (Dense(WEIGHTS), WEIGHTS):
        with pytest.raises(ProjectionError, match="onto=None drives nothing"):
            models.static_synapse.connect(*groups(), weights, onto=None, path="projection")


@pytest.mark.parametrize("model", [models.static_synapse, models.pair_stdp(w_max=1 * nS)])
@pytest.mark.parametrize(
    ("weights", "match"),
    [
        ((0.5, nS), r"weights have the shape \(\), expected \(2, 3\)"),
        ((0.5, nS, 3), "numbers with and without units; write e.g. weights=\\(matrix, nS\\)"),
        ([[0.5 * nS, 1, 1], [1, 1, 1]], "numbers with and without units"),
        ((None, nS), "weights have the type object; give real numbers"),
        ({}, "weights have the type object; give real numbers"),
    ],
)
def test_what_is_no_matrix_is_refused(model, weights, match):
    pre, post = groups()
    with pytest.raises(ParameterError, match=match):
        model.connect(pre, post, weights, onto="g_e")


def test_weights_have_one_name():
    pre, post = groups()
    for model in (models.static_synapse, models.pair_stdp):
        with pytest.raises(UnknownNameError, match="no parameter or variant 'w'; weights are given as weights="):
            model.connect(pre, post, w=None)


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_none_is_no_weight(path):
    pre, post = groups()
    learned = models.pair_stdp(w_max=1 * nS).connect(pre, post, (WEIGHTS, nS), onto="g_e", path=path)
    before = np.array(learned.w[:])
    for wrong in (None, "none"[:0] or {}, object()):
        with pytest.raises(ParameterError, match=r": w = .* is no number; give numbers, with the unit of w"):
            learned.w = wrong
    program = brainnet.build(Network(pre, post, learned), 1 * ms)
    with pytest.raises(ParameterError, match="w"):
        program.run({learned.w: None})
    np.testing.assert_array_equal(np.array(learned.w[:]), before)


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_contacts_of_small_integers_are_added_as_numbers(path):
    with brainnet.target("numpy"):
        pre, post = SpikeGeneratorGroup(2, [0], [0] * ms), NeuronGroup(2, "v : 1")
        matrix = sparse.coo_matrix((np.full(4, 100, np.int8), ([0, 0, 0, 1], [0, 0, 0, 1])), shape=(2, 2))
        joined = models.static_synapse.connect(pre, post, matrix, path=path)
        Network(pre, post, joined).run(0.3 * ms)
        assert list(post.v[:]) == [300, 0]
        assert SparseRows(matrix).rows[0, 0] == 300
        with pytest.raises(ParameterError, match="complex128; give real numbers"):
            models.static_synapse.connect(pre, post, matrix.astype(complex), path=path)
