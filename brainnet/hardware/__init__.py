"""Memory devices at work: arrays of them, their curves and the inverse of these; crossbars and the networks on them."""

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.converters import Converters
from brainnet.hardware.cost import Cost, HardwareReport, hardware_report
from brainnet.hardware.crossbar import CrossbarMap, Tile, map_network
from brainnet.hardware.curves import step, time_difference, window
from brainnet.hardware.description import read_description, write_description
from brainnet.hardware.fit import Fit, fit_device
from brainnet.hardware.inference import accuracy, converter_ranges, outputs
from brainnet.hardware.layout import Block
from brainnet.hardware.neurosim import curvature
from brainnet.hardware.overlap import TAILS, overlap, overlap_change, overlap_synapse
from brainnet.hardware.periphery import ISAAC, Periphery
from brainnet.hardware.program import programmed
from brainnet.hardware.pulses import Writing, writing
from brainnet.hardware.wires import node_voltages, seen_conductances, with_wire_resistance

__all__ = [
    "ISAAC",
    "TAILS",
    "Block",
    "Converters",
    "Cost",
    "CrossbarMap",
    "DeviceArray",
    "Fit",
    "HardwareReport",
    "Periphery",
    "Tile",
    "Writing",
    "accuracy",
    "converter_ranges",
    "curvature",
    "fit_device",
    "hardware_report",
    "map_network",
    "node_voltages",
    "outputs",
    "overlap",
    "overlap_change",
    "overlap_synapse",
    "programmed",
    "read_description",
    "seen_conductances",
    "step",
    "time_difference",
    "window",
    "with_wire_resistance",
    "write_description",
    "writing",
]
