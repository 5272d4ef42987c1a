"""Values to spikes and spikes to decisions."""

from brainnet.coding.readout import decisions_from_potential, decisions_from_spikes, winners
from brainnet.coding.sources import check_samples, full_scale_rate, probabilities, source_group

__all__ = [
    "check_samples",
    "decisions_from_potential",
    "decisions_from_spikes",
    "full_scale_rate",
    "probabilities",
    "source_group",
    "winners",
]
