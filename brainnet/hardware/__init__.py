"""Memory devices at work: arrays of them, their curves and the inverse of these."""

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.curves import step, time_difference, window
from brainnet.hardware.fit import Fit, fit_device
from brainnet.hardware.neurosim import curvature
from brainnet.hardware.overlap import TAILS, overlap, overlap_change, overlap_synapse
from brainnet.hardware.shared import BY_VOLTAGE, STUCK, STUCK_CELLS

__all__ = [
    "BY_VOLTAGE",
    "STUCK",
    "STUCK_CELLS",
    "TAILS",
    "DeviceArray",
    "Fit",
    "curvature",
    "fit_device",
    "overlap",
    "overlap_change",
    "overlap_synapse",
    "step",
    "time_difference",
    "window",
]
