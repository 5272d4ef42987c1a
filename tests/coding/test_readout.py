"""Decisions from spikes and potentials, by hand."""

import numpy as np
from brian2 import Hz, ms

from brainnet.coding import decisions_from_potential, decisions_from_spikes, winners


def test_decisions_from_spikes():
    raster = np.zeros((3, 4, 3), np.uint8)
    # Sample 0: neuron 2 at step 1, neuron 1 at steps 2 and 3. Sample 1: neuron 1 at step 0, neuron 0 at step 3.
    for sample, step, neuron in [(0, 1, 2), (0, 2, 1), (0, 3, 1), (1, 0, 1), (1, 3, 0)]:
        raster[sample, step, neuron] = 1
    # No spike, or as many: the first neuron of those.
    assert decisions_from_spikes(raster).tolist() == [[0, 2, 1, 1], [1, 1, 1, 0], [0, 0, 0, 0]]


def test_more_spikes_than_a_byte_holds():
    raster = np.ones((1, 300, 2), np.uint8)
    raster[0, 299, 0] = 0
    assert decisions_from_spikes(raster)[0].tolist() == [0] * 299 + [1]


def test_decisions_from_potential():
    potential = np.array([[[0.0, 0.0], [0.5, 1.5], [-3.0, -2.0]], [[2.0, 1.0], [1.0, 1.0], [-1.0, -2.0]]])
    assert decisions_from_potential(potential).tolist() == [[0, 1, 1], [0, 0, 0]]


def test_winners_are_drawn_by_softmax():
    v, n, steps = np.log([1.0, 2.0, 5.0]), 200, 500
    raster = winners(np.tile(v, (n, steps, 1)), rate=300 * Hz, dt=1 * ms, seed=4)
    draws, p = n * steps, -np.expm1(-0.3)
    # Never two at a time; the generator fires with 1 - exp(-0.3), and 1, 2, 5 of 8 spikes go to the three neurons.
    assert raster.sum(axis=2).max() == 1
    for share, count in zip([1 / 8, 2 / 8, 5 / 8], raster.sum(axis=(0, 1)), strict=True):
        q = p * share
        assert abs(count - draws * q) < 5 * np.sqrt(draws * q * (1 - q))  # five standard deviations


def test_winners_depend_on_seed_and_position_alone():
    rng = np.random.default_rng(0)
    potential = rng.normal(size=(6, 40, 5)).cumsum(axis=1)
    how = {"rate": 800 * Hz, "dt": 1 * ms}
    together = winners(potential, seed=1, **how)
    np.testing.assert_array_equal(winners(potential[2:4], seed=1, first_sample=2, **how), together[2:4])
    assert (winners(potential, seed=2, **how) != together).any()
    # One neuron far ahead takes all; large potentials do not overflow.
    ahead = np.zeros((1, 50, 3))
    ahead[..., 1] = 1e4
    assert winners(ahead, **how).sum(axis=(0, 1)).tolist()[::2] == [0, 0]
