"""`SynapseModel.connect` takes a projection where nothing needs single synapses, and says why where something does."""

import numpy as np
import pytest
from brian2 import Clock, Network, NeuronGroup, Synapses, ms, mV
from scipy import sparse

import brainnet
from brainnet import Projection, SynapseModel
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import AveragePool, Dense, QuantisedDense, SparseRows

WEIGHTS = np.array([[1.0, -2.0, 3.0], [0.5, 0.25, 4.0]])
STATIC = SynapseModel("static")
PLASTIC = SynapseModel("plastic", on_post="w = w*0.5")
NOISY = SynapseModel("noisy", on_pre="{onto}_post += 2*w")


def groups():
    pre = NeuronGroup(2, "x : 1", threshold="x >= 0", reset="")
    return pre, NeuronGroup(3, "v : volt\nu : volt (shared)", threshold="v > 1*volt", reset="")


@pytest.mark.parametrize("weights", [WEIGHTS * mV, sparse.csr_matrix(WEIGHTS * 1e-3), Dense(WEIGHTS * mV)])
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


@pytest.mark.parametrize("model", [PLASTIC, NOISY])
def test_models_that_need_synapses(model):
    pre, post = groups()
    assert isinstance(model.connect(pre, post, WEIGHTS * mV), Synapses)
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


BAD = {
    "shape": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS.T * mV)), "give groups of these sizes"),
    "unit": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS)), "unit of the driven variable"),
    "nan": (lambda pre, post: Dense([[np.nan]]), "mend"),
    "axes": (lambda pre, post: Dense([1.0]), "2 axes"),
    "words": (lambda pre, post: Dense([["a"]]), "no array of numbers"),
    "onto": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), onto="w"), "cannot be driven"),
    "shared": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), onto="u"), "cannot be driven"),
    "delays": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=[1, 2] * ms), "path='synapses'"),
    "negative": (lambda pre, post: Projection(pre, post, Dense(WEIGHTS * mV), delay=-1 * ms), "at least 0"),
    "no_spikes": (lambda pre, post: Projection(NeuronGroup(3, "v : volt"), post, Dense(np.eye(3) * mV)), "threshold"),
    "kernel": (lambda pre, post: AveragePool(5, (1, 4, 4)), "smaller kernel"),
    "float_weights": (lambda pre, post: QuantisedDense(WEIGHTS, 1.0), "int8 or int16"),
    "not_sparse": (lambda pre, post: SparseRows(WEIGHTS), "scipy.sparse"),
    "overflow": (lambda pre, post: QuantisedDense(np.full((70_000, 1), 32767, np.int16), 1.0), "at most 65538"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_with_a_remedy(case):
    make, remedy = BAD[case]
    with pytest.raises(ProjectionError, match=remedy):
        make(*groups())
