"""Memory devices at work: arrays of them, their curves and the inverse of these."""

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.curves import step, time_difference, window

__all__ = ["DeviceArray", "step", "time_difference", "window"]
