"""A spike that stands for several: as many times the same addition, on both paths."""

import numpy as np
import pytest
from brian2 import NeuronGroup, ms

import brainnet
from brainnet.errors import ProjectionError
from brainnet.projections import Copies, Dense, Presentation, Projection, SparseRows

SIZES = np.array([1.0, 2.0, 0.0, 5.0])
WEIGHTS = np.arange(12.0).reshape(4, 3)


def driven(target, make, part, delay):
    with brainnet.target(target):
        shown = Presentation(steps=4)
        source = NeuronGroup(4, "x : 1\nn : 1", threshold="x > 0", reset="n = x", name="source", dt=1 * ms)
        sink = NeuronGroup(3, "v : 1", name="sink", dt=1 * ms)
        shown.feed(source, "x")
        shown.restart(sink, 1 + delay, v=0)
        shown.record(sink, 1 + delay, "v", variable="v")
        shown.record(source, 0, "n", bursts="n")
        pre = source[part] if part else source
        weights = make(WEIGHTS[part] if part else WEIGHTS)
        shown.build(source, sink, Projection(pre, sink, weights, bursts="n", delay=delay * ms))
        return shown.run(SIZES[None])


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(("part", "delay"), [(None, 0), (slice(1, 4), 1)])
def test_a_burst_is_that_many_spikes(target, part, delay, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    found = driven(target, Dense, part, delay)
    each = (SIZES[:, None] * WEIGHTS)[part or slice(None)].sum(axis=0)
    # In each of four steps once more.
    np.testing.assert_array_equal(found["v"][0], np.arange(1, 5)[:, None] * each)
    np.testing.assert_array_equal(found["n"][0], 4 * SIZES)


def test_sparse_rows():
    from scipy import sparse

    found = driven("numpy", lambda weights: SparseRows(sparse.csr_matrix(weights)), None, 0)
    np.testing.assert_array_equal(found["v"][0, 0], SIZES @ WEIGHTS)


def test_what_is_refused():
    source, sink = NeuronGroup(4, "n : 1", threshold="n > 0"), NeuronGroup(3, "v : 1")
    with pytest.raises(ProjectionError, match="bursts = 'm' is no variable of"):
        Projection(source, sink, Dense(WEIGHTS), bursts="m")
    with pytest.raises(ProjectionError, match="copies share the weights"):
        Projection(source, sink, Copies(Dense(WEIGHTS), 1), bursts="n")
