"""Values to spikes and spikes to decisions."""

from brainnet.coding.latency import gaussian_population_code, latency_code
from brainnet.coding.patterns import SpikePatterns
from brainnet.coding.random_patterns import jittered, poisson_patterns, random_latency_patterns, random_train, thinned
from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes, winners
from brainnet.coding.sources import check_samples, full_scale_rate, probabilities, source_group

__all__ = [
    "SpikePatterns",
    "check_samples",
    "decisions_from_potential",
    "decisions_from_spikes",
    "full_scale_rate",
    "gaussian_population_code",
    "jittered",
    "latency_code",
    "poisson_patterns",
    "probabilities",
    "random_latency_patterns",
    "random_train",
    "source_group",
    "thinned",
    "winners",
]
