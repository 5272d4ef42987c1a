"""Projections on Cython, and in a C++ program with OpenMP threads: as on numpy."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, defaultclock

import brainnet
from brainnet.projections import BernoulliInput, Conv2d, Copies, Dense, Projection, QuantisedDense

RNG = np.random.default_rng(8)
KINDS = {
    "dense": Dense(RNG.normal(0.05, 0.3, (84, 33))),
    "copies": Copies(Dense(RNG.normal(0.05, 0.3, (21, 17))), 4, product_above=0.1),
    "int8": QuantisedDense(RNG.integers(-128, 128, (84, 66)).astype(np.int8), 0.01),
    "conv": Conv2d(RNG.normal(0.05, 0.3, (8, 2, 3, 3)), (2, 6, 7)),
}


def states(target, **options):
    """All kinds side by side in one group, and a recurrence with a delay."""
    with brainnet.target(target, **options):
        source = BernoulliInput(np.full(84, 0.2), seed=5, name="source")
        sizes = [kind.shape[1] for kind in KINDS.values()]
        ends = np.cumsum([0, *sizes])
        layer = NeuronGroup(ends[-1], "v : 1", threshold="v >= 1", reset="v -= 1", name="layer")
        objects = [source, layer]
        for index, (name, kind) in enumerate(KINDS.items()):
            part = layer[ends[index] : ends[index + 1]]
            objects.append(Projection(source, part, kind, name=f"to_{name}"))
        loop = Dense(np.full((33, 33), -0.01))
        part = layer[:33]
        objects.append(Projection(part, part, loop, delay=2 * defaultclock.dt, order=1, name="loop"))
        network = brainnet.targets.use_common_schedule(Network(objects))
        brainnet.build(network, 40 * defaultclock.dt).run()
        return np.array(layer.v[:])


@pytest.fixture(scope="module")
def expected():
    values = states("numpy")
    assert len(np.unique(values)) > 100
    return values


@pytest.mark.usefixtures("compiler")
def test_cython(expected):
    assert np.array_equal(states("cython"), expected)


@pytest.mark.usefixtures("compiler")
def test_openmp_threads(expected):
    assert np.array_equal(states("cpp", threads=2), expected)
