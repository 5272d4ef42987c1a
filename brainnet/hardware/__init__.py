"""Memory devices at work: arrays of them, their curves and the inverse of these, and networks written into them."""

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.curves import step, time_difference, window
from brainnet.hardware.fit import Fit, fit_device
from brainnet.hardware.neurosim import curvature
from brainnet.hardware.overlap import TAILS, overlap, overlap_change, overlap_synapse
from brainnet.hardware.transfer_brian import transfer_in_time
from brainnet.hardware.transfer_levels import MOST_LEVELS, Levels, as_matrix, levels_of
from brainnet.hardware.transfer_plan import PAIRS, TRANSFER_SCHEME, LevelPlan, TransferScheme, plan_levels
from brainnet.hardware.transfer_state import PartlyWritten, read_transfer
from brainnet.hardware.transfer_verify import VerifyRound, verify_round
from brainnet.hardware.transfer_writer import transfer
from brainnet.hardware.transfer_written import WrittenLayer, WrittenNetwork

__all__ = [
    "MOST_LEVELS",
    "PAIRS",
    "TAILS",
    "TRANSFER_SCHEME",
    "DeviceArray",
    "Fit",
    "LevelPlan",
    "Levels",
    "PartlyWritten",
    "TransferScheme",
    "VerifyRound",
    "WrittenLayer",
    "WrittenNetwork",
    "as_matrix",
    "curvature",
    "fit_device",
    "levels_of",
    "overlap",
    "overlap_change",
    "overlap_synapse",
    "plan_levels",
    "read_transfer",
    "step",
    "time_difference",
    "transfer",
    "transfer_in_time",
    "verify_round",
    "window",
]
