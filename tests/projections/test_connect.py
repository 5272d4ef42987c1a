"""`SynapseModel.connect` takes a projection where nothing needs single synapses, and says why where something does."""

import warnings

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, Synapses, ms, mV
from scipy import sparse

import brainnet
from brainnet import Projection, SynapseModel
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import AveragePool, Conv2d, Dense, QuantisedDense, SparseRows

WEIGHTS = np.array([[1.0, -2.0, 3.0], [0.5, 0.25, 4.0]])
STATIC = SynapseModel("static")
CHANCE = SynapseModel("chance", on_post="w = w*randn()")
NOISY = SynapseModel("noisy", on_pre="{onto}_post += w*rand()")


def groups():
    pre = NeuronGroup(2, "x : 1", threshold="x >= 0", reset="")
    return pre, NeuronGroup(3, "v : volt\nu : volt (shared)", threshold="v > 1*volt", reset="")


@pytest.mark.parametrize("weights", [WEIGHTS * mV, (sparse.csr_matrix(WEIGHTS), mV), Dense(WEIGHTS * mV)])
def test_both_paths_give_the_same(weights):
    results = []
    for path in ("auto", "projection", "synapses"):
        pre, post = groups()
        connected = STATIC.connect(pre, post, weights, path=path)
        assert isinstance(connected, Synapses if path == "synapses" else Projection)
        brainnet.build(brainnet.targets.use_common_schedule(Network(pre, post, connected)), 1 * ms).run()
        results.append(np.array(post.v[:]))
    assert results[0].any()
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


@pytest.mark.parametrize(("model", "reason"), [(CHANCE, "draws from randn"), (NOISY, "draws from rand")])
def test_models_that_need_synapses(model, reason):
    pre, post = groups()
    with pytest.warns(UserWarning, match=f"single synapses: a spike {reason}"):
        assert isinstance(model.connect(pre, post, WEIGHTS * mV), Synapses)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*single synapses")
        assert isinstance(model.connect(pre, post, WEIGHTS * mV, path="synapses"), Synapses)
    with pytest.raises(ProjectionError, match="path='synapses'"):
        model.connect(pre, post, WEIGHTS * mV, path="projection")
    with pytest.raises(ProjectionError, match="path='synapses'"):
        model.connect(pre, post, Dense(WEIGHTS * mV))


def test_other_reasons_for_synapses():
    pre, post = groups()
    assert isinstance(STATIC.connect(pre, post), Synapses)
    assert isinstance(STATIC.connect(pre, post, WEIGHTS * mV, clock=Clock(dt=1 * ms)), Synapses)
    assert isinstance(STATIC.connect(pre, post, WEIGHTS * mV, clock=pre.clock), Projection)
    with pytest.raises(ParameterError, match="did you mean 'synapses'"):
        STATIC.connect(pre, post, WEIGHTS * mV, path="synapse")


def test_fallback_to_synapses_says_why():
    pre, post = NeuronGroup(2, "x : 1", threshold="x >= 0", reset=""), NeuronGroup(3, "n : integer")
    with pytest.warns(UserWarning, match=r"by single synapses: .*no float"):
        connected = STATIC.connect(pre, post, WEIGHTS, onto="n")
    assert isinstance(connected, Synapses)
    with pytest.raises(ProjectionError, match="no float"):
        STATIC.connect(pre, post, WEIGHTS, onto="n", path="projection")


BAD = {
    "shape": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS.T * mV)), "give groups of these sizes"),
    "unit": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS)), "unit of the driven variable"),
    "nan": (lambda pre, post: Dense([[np.nan]]), "correct"),
    "axes": (lambda pre, post: Dense([1.0]), "2 axes"),
    "words": (lambda pre, post: Dense([["a"]]), "no array of numbers"),
    "onto": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), onto="w"), "cannot be driven"),
    "shared": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), onto="u"), "cannot be driven"),
    "delays": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=[1, 2, 3] * ms), r"shape \(3,\)"),
    "negative": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=-1 * ms), "at least 0"),
    "endless": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=np.inf * ms), "not one time"),
    "nan_delay": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=np.nan * ms), "not one time"),
    "no_spikes": (lambda pre, post: Projection(NeuronGroup(3, "v : volt"), post, Dense(np.eye(3) * mV)), "threshold"),
    "kernel": (lambda pre, post: AveragePool(5, (1, 4, 4)), "smaller kernel"),
    "conv_kernel": (lambda pre, post: Conv2d(np.ones((1, 1, 3, 6)), (1, 5, 5)), "spans 6 positions of 5"),
    "conv_dilated": (lambda pre, post: Conv2d(np.ones((1, 1, 3, 3)), (1, 5, 5), dilation=3), "pad more"),
    "conv_channels": (lambda pre, post: Conv2d(np.ones((4, 2, 3, 3)), (3, 5, 5)), "does not fit 3 input channels"),
    "conv_nan": (lambda pre, post: Conv2d(np.full((1, 1, 3, 3), np.inf), (1, 5, 5)), "correct"),
    "conv_axes": (lambda pre, post: Conv2d(np.ones((3, 3)), (1, 5, 5)), "4 axes"),
    "sparse_complex": (lambda pre, post: SparseRows(sparse.csr_matrix([[1j]])), "real numbers"),
    "sparse_nan": (lambda pre, post: SparseRows(sparse.csr_matrix([[np.nan]])), "correct"),
    "scale": (lambda pre, post: QuantisedDense(np.ones((2, 3), np.int8), np.nan), "one finite number"),
    "float_weights": (lambda pre, post: QuantisedDense(WEIGHTS, 1.0), "int8 or int16"),
    "not_sparse": (lambda pre, post: SparseRows(WEIGHTS), "scipy.sparse"),
    "overflow": (lambda pre, post: QuantisedDense(np.full((70_000, 1), 32767, np.int16), 1.0), "at most 65538"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_remedy(case):
    make, remedy = BAD[case]
    with pytest.raises(ProjectionError, match=remedy):
        make(*groups())
