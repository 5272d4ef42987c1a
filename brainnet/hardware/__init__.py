"""Memory devices at work: arrays of them, their curves and the inverse of these."""

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.curves import step, time_difference, window
from brainnet.hardware.neurosim import curvature

__all__ = ["DeviceArray", "curvature", "step", "time_difference", "window"]
