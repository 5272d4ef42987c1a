"""When a plastic projection is taken, how its weights are read, set and normalised, and what is refused."""

import warnings

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, SpikeGeneratorGroup, StateMonitor, Synapses, defaultclock, ms, mV
from scipy import sparse

import brainnet
from brainnet import Parameter, SynapseModel, Trace, models
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import Dense, PlasticProjection, SparseRows
from brainnet.projections.layout import Rows, layout_of

WEIGHTS = np.array([[0.1, 0.4, 0.0], [0.3, 0.2, 0.0]])


def groups(spikes=True):
    pre = SpikeGeneratorGroup(2, [0, 1, 0], [1, 3, 5] * ms)
    return pre, NeuronGroup(3, "v : 1", **({"threshold": "v > 0.35", "reset": "v = 0"} if spikes else {}))


def learner(**fields):
    return SynapseModel(
        "learner",
        **{
            "traces": {"x": Trace("pre", tau="tau")},
            "on_pre": "{onto}_post += w",
            "on_post": "w += eta*x",
            "parameters": {"tau": Parameter(20 * ms, ""), "eta": Parameter(0.1, "")},
            **fields,
        },
    )


NEEDS_SYNAPSES = {
    "well": (models.calcium_stdp(drift="double_well"), {}, "w is declared as clock-driven"),
    "name": (learner(equations="w : {unit}\nkept : 1"), {}, "kept, a state of each synapse, means something else"),
    "shared": (learner(equations="w : {unit}\nu : 1 (shared)"), {}, "declared as shared"),
    "dynamics": (learner(equations="dw/dt = -w/tau : {unit} (clock-driven)"), {}, "declared as clock-driven"),
    "random": (learner(on_post="w += eta*x*rand()"), {}, "draws from rand"),
    "writes_post": (learner(on_pre="{onto}_post = w"), {}, "changes v_post by '='"),
    "writes_trace": (learner(on_post="x = 0"), {}, "changes x by '='"),
    "structured": (learner(), {"weights": Dense(WEIGHTS)}, "neither an array nor a sparse matrix"),
    "none": (learner(), {"weights": None}, "no weights"),
    "clock": (learner(), {"clock": Clock(1 * ms)}, "clock of its own"),
}


@pytest.mark.parametrize("case", NEEDS_SYNAPSES)
def test_what_needs_single_synapses_gets_them_and_says_why(case):
    model, options, reason = NEEDS_SYNAPSES[case]
    with brainnet.target("numpy"):
        pre, post = groups()
        options = {"weights": WEIGHTS, **options}
        with pytest.raises(ProjectionError, match=f"{reason}.*path='synapses'"):
            model.connect(pre, post, path="projection", **options)
        if case == "structured":
            return
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            assert isinstance(model.connect(pre, post, **options), Synapses)
        # Code that is not safe for a matrix is named; a state, or weights that are no matrix, say it by themselves.
        told = [str(each.message) for each in said if "single synapses" in str(each.message)]
        if case in ("random", "writes_post", "writes_trace"):
            assert len(told) == 1
            assert reason in told[0]
        else:
            assert not told


def test_rules_with_states_get_a_projection():
    membrane = models.brader_stdp(w_min=0 * mV, w_max=1 * mV)
    begun = learner(initial={"w": "0.1 + 0.2*i", "u": "j"}, equations="w : {unit}\nu : 1")
    with brainnet.target("numpy"):
        pre, post = groups()
        for rule in (models.reward_stdp, models.calcium_stdp, learner(equations="w : {unit}\nu : 1"), begun):
            made = rule.connect(pre, post, WEIGHTS, path="projection")
            assert isinstance(made, PlasticProjection)
        np.testing.assert_allclose(made.w[:], [0.1] * 3 + [0.3] * 3)
        np.testing.assert_array_equal(made.u[:], [0, 1, 2] * 2)
        post = NeuronGroup(3, "v : volt", threshold="v > 1*volt")
        assert isinstance(membrane.connect(pre, post, WEIGHTS * mV, path="projection"), PlasticProjection)


def test_rules_of_traces_get_a_projection():
    with brainnet.target("numpy"):
        pre, post = groups()
        for model in (models.pair_stdp, models.triplet_stdp, models.window_stdp, models.vogels_stdp, learner()):
            for weights in (WEIGHTS, sparse.csr_matrix(WEIGHTS), SparseRows(sparse.csr_matrix(WEIGHTS))):
                assert isinstance(model.connect(pre, post, weights), PlasticProjection)
            assert isinstance(model.connect(pre, post, WEIGHTS, path="synapses"), Synapses)
        with pytest.raises(ProjectionError, match="no spikes"):
            models.pair_stdp.connect(pre, groups(spikes=False)[1], WEIGHTS, path="projection")
        with pytest.raises(ProjectionError, match="another unit"):
            models.pair_stdp.connect(pre, post, SparseRows(sparse.csr_matrix(WEIGHTS), mV))


@pytest.mark.parametrize(
    ("weights", "options", "words"),
    [
        (WEIGHTS.T, {}, "transpose"),
        (WEIGHTS * np.nan, {}, "NaN"),
        (WEIGHTS * mV, {}, "unit of the driven variable"),
    ],
)
def test_bad_input(weights, options, words):
    with brainnet.target("numpy"), pytest.raises(ParameterError, match=words):
        models.pair_stdp.connect(*groups(), weights, path="projection", **options)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_the_matrix_of_weights_is_a_copy_that_cannot_be_changed(target, request):
    """What would be lost raises: an entry is set by `w`."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        pre, post = groups()
        learned = learner().connect(pre, post, WEIGHTS, onto="v", path="projection")
        if target == "cpp":
            brainnet.build(Network(pre, post, learned), 1 * ms).run()
        taken = learned.weights
        for change in (lambda: taken.__setitem__((0, 0), 1.0), lambda: taken.__imul__(2)):
            with pytest.raises(ValueError, match="read-only"):
                change()
        np.testing.assert_array_equal(np.asarray(learned.weights), WEIGHTS)


def test_weights_are_read_and_set_as_a_matrix():
    with brainnet.target("numpy"):
        plastic = models.pair_stdp.connect(*groups(), WEIGHTS, name="learned")
        assert "learned: plastic, 2 of spikegeneratorgroup" in repr(plastic)
        assert "traces x, y" in repr(plastic)
        assert np.array_equal(plastic.weights, WEIGHTS)
        plastic.weights = 2 * WEIGHTS
        assert plastic.w[1, 0] == [0.6]
        plastic.w[0, :] = 0.5
        assert np.array_equal(plastic.weights, [[0.5] * 3, [0.6, 0.4, 0.0]])
        plastic.w = "0.1*i + 0.01*j"
        np.testing.assert_allclose(plastic.weights, [[0, 0.01, 0.02], [0.1, 0.11, 0.12]])
        with pytest.raises(ProjectionError, match="shape"):
            plastic.weights = WEIGHTS.T
        with pytest.raises(ProjectionError, match="NaN"):
            plastic.weights = WEIGHTS * np.nan
        with pytest.raises(IndexError):
            plastic.w[0, 5]


def test_sparse_weights_without_unit_and_some_of_them_recorded():
    with brainnet.target("numpy"):
        pre, post = groups()
        matrix = sparse.csr_matrix([[0.1, 0.0, 0.4], [0.3, 0.2, 0.0]])
        plastic = learner().connect(pre, post, matrix)
        found, unit = plastic.weights
        assert unit == 1
        assert np.array_equal(found.toarray(), matrix.toarray())
        assert [list(plastic[item]) for item in (1, slice(1, 3), (1, slice(None)), (0, 2), "j == 0")] == [
            [1], [1, 2], [2, 3], [1], [0, 2],
        ]  # fmt: skip
        some = StateMonitor(plastic, "w", record=plastic[1, :])
        Network(pre, post, plastic, some).run(6 * ms)
        assert list(some.record) == [2, 3]
        assert np.array_equal(some.w[:, -1], plastic.w[1, :])
        assert np.array_equal(some[plastic[1, 0]].w, some.w[:1])


@pytest.mark.parametrize("path", ["projection", "synapses"])
def test_each_contact_of_a_pair_reaches_the_presynaptic_neuron(path):
    with brainnet.target("numpy"):
        pre = NeuronGroup(2, "u : 1", threshold="u > 100", name="pre")
        post = NeuronGroup(1, "v : 1", threshold="v > 0.5", reset="v = 0")
        post.v = 1
        matrix = sparse.coo_matrix(([1.0, 2.0, 4.0], ([0, 0, 1], [0, 0, 0])), shape=(2, 1))
        joined = learner(on_post="u_pre += w").connect(pre, post, matrix, path=path)
        Network(pre, post, joined).run(1 * ms)
        assert list(pre.u[:]) == [3, 4]


def test_a_connectivity_without_entries_is_refused():
    with brainnet.target("numpy"), pytest.raises(ParameterError, match="no entries"):
        learner().connect(*groups(), SparseRows(sparse.csr_matrix((2, 3))))


def test_sparse_weights_are_read_and_set_with_their_unit():
    matrix = sparse.csr_matrix(([0.4, 0.1, 0.0, 0.2], [2, 0, 1, 2], [0, 2, 4]), shape=(2, 3))  # any order in a row
    with brainnet.target("numpy"):
        pre, post = SpikeGeneratorGroup(2, [], [] * ms), NeuronGroup(3, "v : volt", threshold="v > 1*volt")
        plastic = models.pair_stdp.connect(pre, post, (matrix, mV), w_min=0 * mV, w_max=1 * mV)
        assert isinstance(plastic, PlasticProjection)
        assert "3 of neurongroup" in repr(plastic)
        assert "4 synapses, traces x, y" in repr(plastic)
        assert [list(plastic.i[:]), list(plastic.j[:])] == [[0, 0, 1, 1], [2, 0, 1, 2]]
        assert list(plastic.j[:] - 2 * plastic.i[:]) == [2, 0, -1, 0], "numbers with a sign"
        np.testing.assert_allclose(plastic.w[:] / mV, [0.4, 0.1, 0.0, 0.2])
        np.testing.assert_allclose(plastic.w[:, 2] / mV, [0.4, 0.2])
        assert plastic.w[0, 1].size == 0
        with pytest.raises(IndexError):
            plastic.w[0, 5]
        found, unit = plastic.weights
        np.testing.assert_allclose((found * float(unit)).toarray(), 1e-3 * matrix.toarray())
        plastic.weights = (2 * matrix, mV)
        plastic.w["i == 1"] = "0.1*mV*(j - i)"
        np.testing.assert_allclose(plastic.w[:] / mV, [0.8, 0.2, 0.0, 0.1])
        plastic.w = np.arange(6).reshape(2, 3) / 6 * mV  # entries with a synapse are read
        np.testing.assert_allclose(plastic.w[:] / mV, np.array([2, 0, 4, 5]) / 6)
        again = models.pair_stdp.connect(pre, post, plastic.weights, w_min=0 * mV, w_max=1 * mV)
        assert np.array_equal(again.w[:], plastic.w[:])
        for change, words in (
            (lambda: setattr(plastic, "weights", matrix), "unit"),
            (lambda: setattr(plastic, "weights", (matrix[:, ::-1], mV)), "joins other neurons"),
            (lambda: plastic.prune(), "only all-to-all synapses are pruned"),
        ):
            with pytest.raises(ProjectionError, match=words):
                change()


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_normalised_as_by_numpy_and_run_again_from_other_weights(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    total, other = np.array([2.0, 3.0, 4.0]), WEIGHTS[::-1] + 0.5
    with brainnet.target(target):
        defaultclock.dt = 1 * ms
        pre, post = groups()
        plastic = models.pair_stdp.connect(pre, post, WEIGHTS, onto=None, w_max=10.0)
        plastic.normalise(total, every=4 * ms)
        frozen = models.pair_stdp.connect(pre, post, WEIGHTS, onto=None, A_plus=0.0, A_minus=0.0, w_max=10.0)
        frozen.normalise(1.5, every=3 * ms)
        some = sparse.csr_matrix(([0.1, 0.4, 0.3, 0.0], ([0, 0, 1, 1], [0, 1, 0, 2])), shape=(2, 3))
        rows = models.pair_stdp.connect(pre, post, some, onto=None, A_plus=0.0, A_minus=0.0, w_max=10.0)
        rows.normalise(1.5, every=3 * ms)
        program = brainnet.build(Network(pre, post, plastic, frozen, rows), 5 * ms).run()
        np.testing.assert_allclose(rows.w[:], [0.375, 1.5, 1.125, 0.0], rtol=1e-14)
        scaled = WEIGHTS * np.array([1.5 / 0.4, 1.5 / 0.6, 1])  # the last column is 0 and stays 0
        np.testing.assert_allclose(frozen.weights, scaled, rtol=1e-14)
        np.testing.assert_allclose(plastic.weights.sum(axis=0), [2.0, 3.0, 0.0], rtol=1e-14)
        program.run({plastic.w: other.ravel()})
        np.testing.assert_allclose(plastic.weights, other * total / other.sum(axis=0), rtol=1e-14)


def test_normalisation_refuses_what_it_cannot_do():
    with brainnet.target("numpy"):
        plastic = models.pair_stdp.connect(*groups(), WEIGHTS)
        for total, every, words in (
            (0.0, 5 * ms, "above 0"),
            (np.nan, 5 * ms, "above 0"),
            ([1.0, 2.0], 5 * ms, "or 3 of them"),
            (1 * mV, 5 * ms, "unit of the weights"),
            (1.0, 5, "no time"),
            (1.0, 0.25 * ms, "whole number"),
            (1.0, 0 * ms, "whole number"),
        ):
            with pytest.raises(ProjectionError, match=words):
                plastic.normalise(total, every)


def test_rows_of_many_neurons_have_wider_numbers_and_too_many_synapses_are_refused():
    rows = Rows(np.array([0, 2, 69_999]), np.array([1, 0, 1]), (70_000, 3))
    assert [each.dtype for each in (rows.rows, rows.columns, rows.row_of)] == [np.int32, np.uint16, np.int32]
    ((synapses, neurons, *_),) = rows.walk("post", 1, None)
    assert [list(synapses), list(neurons)] == [[0, 2], [0, 69_999]]
    assert list(rows.find(np.array([2, 69_999]), np.array([0, 1]))) == [1, 2]
    shape = (50_000, 50_000)
    with pytest.raises(ProjectionError, match="2,500,000,000 synapses are more than the 2,147,483,647"):
        layout_of("learned", np.broadcast_to(0.5, shape), shape)
