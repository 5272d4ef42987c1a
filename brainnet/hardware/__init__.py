"""Memory devices at work: arrays of them, their curves and the inverse of these; networks held by them."""

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
from brainnet.hardware.shared import BY_VOLTAGE, STUCK, STUCK_CELLS
from brainnet.hardware.transfer_brian import transfer_in_time
from brainnet.hardware.transfer_levels import MOST_LEVELS, Levels, as_matrix, levels_of
from brainnet.hardware.transfer_plan import PAIRS, TRANSFER_SCHEME, LevelPlan, TransferScheme, plan_levels
from brainnet.hardware.transfer_state import PartlyWritten, read_transfer
from brainnet.hardware.transfer_verify import VerifyRound, verify_round
from brainnet.hardware.transfer_writer import transfer
from brainnet.hardware.transfer_written import WrittenLayer, WrittenNetwork
from brainnet.hardware.wires import node_voltages, seen_conductances, with_wire_resistance

__all__ = [
    "BY_VOLTAGE",
    "ISAAC",
    "MOST_LEVELS",
    "PAIRS",
    "STUCK",
    "STUCK_CELLS",
    "TAILS",
    "TRANSFER_SCHEME",
    "Block",
    "Converters",
    "Cost",
    "CrossbarMap",
    "DeviceArray",
    "Fit",
    "HardwareReport",
    "LevelPlan",
    "Levels",
    "PartlyWritten",
    "Periphery",
    "Tile",
    "TransferScheme",
    "VerifyRound",
    "Writing",
    "WrittenLayer",
    "WrittenNetwork",
    "accuracy",
    "as_matrix",
    "converter_ranges",
    "curvature",
    "fit_device",
    "hardware_report",
    "levels_of",
    "map_network",
    "node_voltages",
    "outputs",
    "overlap",
    "overlap_change",
    "overlap_synapse",
    "plan_levels",
    "programmed",
    "read_description",
    "read_transfer",
    "seen_conductances",
    "step",
    "time_difference",
    "transfer",
    "transfer_in_time",
    "verify_round",
    "window",
    "with_wire_resistance",
    "write_description",
    "writing",
]
