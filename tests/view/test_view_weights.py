"""Averaged matrices, receptive fields and numbers, against plain loops."""

from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from brainnet.view.numbers import arrow_numbers, delay_text, short
from brainnet.view.parts import Arrow
from brainnet.view.weights import Weights, binned, sampled_tiles


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 400), st.floats(0, 1), st.integers(0, 99))
def test_cells_are_means_of_the_synapses_in_them(n_pre, n_post, most, density, seed):
    rng = np.random.default_rng(seed)
    dense = rng.normal(size=(n_pre, n_post))
    there = rng.random((n_pre, n_post)) < density
    rows, columns = np.nonzero(there)
    drawn = binned(Weights(sparse.coo_matrix((dense[there], (rows, columns)), shape=dense.shape)), most)
    high, wide = drawn.block
    assert drawn.mean.shape == (ceil(n_pre / high), ceil(n_post / wide))
    assert drawn.mean.size <= max(most, 1) * 2  # whole cells
    if n_pre * n_post <= most:
        assert drawn.block == (1, 1)
    assert (drawn.share is None) == bool(there.all())
    for (row, column), mean in np.ndenumerate(drawn.mean):
        part = slice(row * high, (row + 1) * high), slice(column * wide, (column + 1) * wide)
        inside = dense[part][there[part]]
        if len(inside):
            assert mean == pytest.approx(inside.mean(), rel=1e-5, abs=1e-6)
        else:
            assert np.isnan(mean)
        if drawn.share is not None:
            assert drawn.share[row, column] == pytest.approx(there[part].mean())


@pytest.mark.parametrize("kind", ["array", "pruned", "sparse"])
def test_receptive_fields_are_columns(kind):
    rng = np.random.default_rng(0)
    dense = np.where(rng.random((12, 300)) < 0.3, 0.0, rng.normal(size=(12, 300)))
    matrix = sparse.csr_matrix(dense) if kind == "sparse" else dense
    tiles = sampled_tiles(Weights(matrix, zero_is_none=kind == "pruned"), (3, 4), 12 * 60)
    assert (len(tiles.images), tiles.total) == (49, 300)  # a square number, of 60 that may be
    assert (tiles.labels[0], tiles.labels[-1]) == (0, 299)
    expected = dense[:, tiles.labels].T.reshape(-1, 3, 4)
    if kind != "array":
        expected = np.where(expected == 0, np.nan, expected)
    np.testing.assert_allclose(tiles.images, expected, rtol=1e-6)


def test_colours_of_an_image_are_averaged_and_others_are_no_images():
    dense = np.arange(24.0).reshape(12, 2)
    (first, second) = sampled_tiles(Weights(dense), (3, 2, 2), 1000).images
    np.testing.assert_allclose(first, dense[:, 0].reshape(3, 2, 2).mean(axis=0))
    np.testing.assert_allclose(second, dense[:, 1].reshape(3, 2, 2).mean(axis=0))
    for shape in (None, (12,), (12, 1, 1), (5, 2, 2), (2, 3)):
        assert sampled_tiles(Weights(dense), shape, 1000) is None


def test_kernels_are_images():
    kernel = np.arange(2 * 3 * 4.0).reshape(2, 3, 2, 2)
    tiles = sampled_tiles(Weights(kernel.reshape(2, -1).T, kernel=kernel), None, 1000)
    np.testing.assert_array_equal(tiles.images, kernel.reshape(6, 2, 2))
    assert tiles.what == "kernels, by input channel"


def test_the_numbers_of_a_pruned_and_quantised_projection():
    matrix = np.array([[0.5, 0, 0, -0.5], [0.5, 0, 0, 0], [0, 0, 0, 0]])
    arrow = Arrow("a", "Dense", "x", "y", (3, 4), Weights(matrix, "mV", zero_is_none=True), delay=np.array([1.0, 2.5]))
    assert arrow_numbers(arrow) == {
        "neurons": "3 × 4",
        "delay": "1 to 2.5 ms",
        "synapses": "3",
        "connectivity": "25.00 %",
        "mean weight": "0.1667 mV",
        "standard deviation": "0.4714 mV",
        "smallest, largest": "-0.5, 0.5 mV",
        "of weight 0": "none",
        "distinct weights": "2",
        "levels": "-0.5, 0.5 mV",
        "out-degree": "0 to 2, mean 1",
        "in-degree": "0 to 2, mean 0.75",
    }
    dense = Arrow("a", "Dense", "x", "y", (3, 4), Weights(matrix))  # there a synapse may weigh nothing
    numbers = arrow_numbers(dense)
    assert [numbers[key] for key in ("synapses", "of weight 0", "out-degree")] == ["12", "9", "4, all alike"]
    assert delay_text(dense) == "none"


def test_long_names_are_cut_and_control_characters_written_out():
    assert short("a" * 30, 11) == "aaaaa…aaaaa"
    assert short("a\x00\x1b[2J\nb", 40) == "a\\x00\\x1b[2J b"
