"""Spiking restricted Boltzmann machine: event-driven contrastive divergence after Neftci et al. 2014."""

from brainnet.learn.srbm.cells import CELL_PARAMETERS, MemoryCells
from brainnet.learn.srbm.estimator import SpikingRBM
from brainnet.learn.srbm.sampling import NEURONS, Sigmoid, clamp_for, firing_rates, sigmoid_constants

__all__ = [
    "CELL_PARAMETERS",
    "NEURONS",
    "MemoryCells",
    "Sigmoid",
    "SpikingRBM",
    "clamp_for",
    "firing_rates",
    "sigmoid_constants",
]
