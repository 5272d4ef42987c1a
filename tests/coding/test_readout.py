"""Decisions from spikes and potentials, by hand."""

import numpy as np

from brainnet.coding import decisions_from_potential, decisions_from_spikes


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
