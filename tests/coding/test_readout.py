"""Decisions from spikes and potentials, by hand."""

import numpy as np

from brainnet.coding import decisions_from_potential, decisions_from_spikes


def test_decisions_from_spikes():
    # Sample 0: neuron 2 at step 1, neuron 1 at steps 2 and 3. Sample 1: neuron 1 at step 0, neuron 0 at step 3.
    sample, step, neuron = np.array([[0, 1, 2], [0, 2, 1], [0, 3, 1], [1, 0, 1], [1, 3, 0]]).T
    decisions = decisions_from_spikes(sample, step, neuron, (3, 4, 3))
    # No spike, or as many: the first neuron of those.
    assert decisions.tolist() == [[0, 2, 1, 1], [1, 1, 1, 0], [0, 0, 0, 0]]


def test_two_spikes_of_one_step_count_twice():
    assert decisions_from_spikes(np.array([0, 0, 0]), np.zeros(3, int), np.array([1, 1, 0]), (1, 1, 2)).tolist() == [
        [1]
    ]


def test_no_spikes_at_all():
    none = np.array([], int)
    assert decisions_from_spikes(none, none, none, (2, 3, 4)).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_decisions_from_potential():
    potential = np.array([[[0.0, 0.0], [0.5, 1.5], [-3.0, -2.0]], [[2.0, 1.0], [1.0, 1.0], [-1.0, -2.0]]])
    assert decisions_from_potential(potential).tolist() == [[0, 1, 1], [0, 0, 0]]
