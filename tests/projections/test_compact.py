"""The form of a connection that is chosen by itself: which one, its weights, its spikes, and when it is not taken."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, mV, volt
from hypothesis import given, settings
from hypothesis import strategies as st

import brainnet
from brainnet.errors import ProjectionError
from brainnet.projections import (
    AveragePool,
    BernoulliInput,
    Conv2d,
    Dense,
    Projection,
    QuantisedConv2d,
    QuantisedDense,
    SparseConv2d,
    SparseRows,
    compact,
)

RNG = np.random.default_rng(3)


def thinned(shape, connectivity):
    return np.where(RNG.random(shape) < connectivity, RNG.normal(0, 1, shape), 0.0)


def unrolled(connectivity):
    matrix = connectivity.unroll()
    return matrix if isinstance(matrix, np.ndarray) else matrix.toarray()


@pytest.mark.parametrize(
    ("weights", "kind"),
    [
        (RNG.normal(0, 1, (200, 100)), Dense),
        (thinned((200, 100), 0.5), Dense),
        (thinned((200, 100), 0.02), SparseRows),
        (0.013 * RNG.integers(-1, 2, (200, 100)), QuantisedDense),
        (0.013 * RNG.integers(-100, 101, (200, 100)), QuantisedDense),
        (0.7 * RNG.integers(-1000, 1001, (200, 100)), QuantisedDense),
        (0.7 / 3 * RNG.integers(-(2**15) + 1, 2**15, (200, 100)), QuantisedDense),
        (0.7 / 3 * RNG.choice([-6, -4, 9], (200, 100)), QuantisedDense),  # no difference is the interval
        (0.7 / 3 * RNG.integers(-(2**17), 2**17, (200, 100)), Dense),
        (
            (0.1 * RNG.integers(-7, 8, (200, 100))).astype(np.float32).astype(float),
            Dense,
        ),  # rounded otherwise than multiples are
        (0.7 * (RNG.random((200, 100)) < 0.01), SparseRows),  # few and on levels: sparse
        (RNG.choice([-0.3, 0.1, 0.1 * np.pi], (200, 100)), Dense),  # levels that are no multiples
        (np.full((20, 10), 0.5), Dense),  # small
        (np.zeros((200, 100)), Dense),
    ],
)
def test_the_form_and_the_weights(weights, kind):
    made = compact(Dense(weights * mV))
    assert type(made) is kind
    assert made.dim is volt.dim
    np.testing.assert_allclose(unrolled(made), weights * 1e-3, rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("kernel", "kind"),
    [
        (RNG.normal(0, 1, (16, 8, 5, 5)), Conv2d),
        (thinned((16, 8, 5, 5), 0.02), SparseConv2d),
        (0.3 * RNG.integers(-1, 2, (16, 8, 5, 5)), QuantisedConv2d),
    ],
)
def test_the_form_of_a_convolution(kernel, kind):
    dense = Conv2d(kernel, (8, 9, 7), stride=2, padding=((1, 2), (0, 3)))
    made = compact(dense)
    assert type(made) is kind
    np.testing.assert_allclose(unrolled(made), unrolled(dense), rtol=1e-12, atol=0)


def test_what_has_a_form_of_its_own_is_left_alone():
    for given_form in (AveragePool(2, (64, 8, 8)), QuantisedDense(np.ones((50, 50), np.int8), 0.1)):
        assert compact(given_form) is given_form


@settings(max_examples=50, deadline=None)
@given(
    st.integers(1, 300),
    st.floats(1e-6, 1e3),
    st.floats(0.1, 10.0),
    st.sampled_from(["one", "apart"]),
    st.integers(0, 9),
)
def test_multiples_are_found_through_rounding(half, interval, factor, how, seed):
    integers = np.random.default_rng(seed).integers(-half, half + 1, (60, 40))
    # As conversion scales them: at once, or level by level before.
    weights = (interval * integers) * factor if how == "apart" else integers * (interval * factor)
    made = compact(Dense(weights))
    if np.count_nonzero(integers):
        np.testing.assert_allclose(unrolled(made), weights, rtol=1e-11, atol=0)
    if np.count_nonzero(integers) > 1200:
        assert type(made) is QuantisedDense


# By name, connections whose sums reach thresholds exactly where they are on levels.
DENSE = {
    "sparse": Dense(thinned((90, 400), 0.03)),
    "int8": Dense(0.125 / 3 * RNG.integers(-1, 3, (90, 400))),
    "ternary": Dense(0.1 * RNG.integers(-1, 2, (90, 400))),
    "ternary_kernel": Conv2d(0.05 * RNG.integers(-1, 2, (12, 10, 3, 3)), (10, 3, 3), padding=1),
    "sparse_kernel": Conv2d(thinned((12, 10, 3, 3), 0.03), (10, 3, 3), padding=1),
}


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_same_spikes_as_the_dense_form(target):
    objects, pairs = [], {}
    with brainnet.target(target):
        source = BernoulliInput(np.full(90, 0.1), seed=4, name="source")
        for name, dense in DENSE.items():
            made = compact(dense)
            assert type(made) is not type(dense)
            pairs[name] = []
            for form, connectivity in (("dense", dense), ("made", made)):
                cells = NeuronGroup(
                    dense.shape[1], "v : 1\ncount : 1", threshold="v >= 1 - 1e-9", reset="v -= 1; count += 1",
                    name=f"{name}_{form}",
                )  # fmt: skip
                pairs[name].append(cells)
                objects += [cells, Projection(source, cells, connectivity, name=f"{name}_{form}_joined")]
        brainnet.build(Network(source, *objects), 200 * source.clock.dt).run()
        for name, (dense, made) in pairs.items():
            assert np.sum(dense.count[:]) > 100, name
            np.testing.assert_array_equal(made.count[:], dense.count[:], err_msg=name)


def test_bad_kernels_are_refused():
    with pytest.raises(ProjectionError, match="all elements of the kernel are zero"):
        SparseConv2d(np.zeros((2, 1, 3, 3)), (1, 5, 5))
    with pytest.raises(ProjectionError, match="int8 or int16, or use Conv2d"):
        QuantisedConv2d(np.ones((2, 1, 3, 3)), 1.0, (1, 5, 5))
    with pytest.raises(ProjectionError, match="one finite number"):
        QuantisedConv2d(np.ones((2, 1, 3, 3), np.int8), np.nan, (1, 5, 5))
    with pytest.raises(ProjectionError, match="does not fit"):
        QuantisedConv2d(np.ones((2, 2, 3, 3), np.int8), 1.0, (1, 5, 5))
