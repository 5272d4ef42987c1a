"""Accuracy, rates against activations, operations and energy of spiking networks, and distances of spike trains."""

from brainnet.measure.counting import (
    Operations,
    ann_operations,
    energy_ratio,
    mean_operations,
    snn_operations,
    synaptic_operations,
)
from brainnet.measure.declared import ENERGY_TABLE, RESULTS, SPIKING_RESULTS, TTFS_RESULTS
from brainnet.measure.energy import ENERGY_TABLES, EnergyTable, energy_table
from brainnet.measure.evaluation import evaluate, positions_of
from brainnet.measure.fidelity import LayerCheck, verify
from brainnet.measure.inference import operations
from brainnet.measure.irregularity import variability
from brainnet.measure.rates import RunningCorrelation, correlation
from brainnet.measure.report import report_text
from brainnet.measure.trains import schreiber_correlation, van_rossum_distance, victor_purpura_distance

__all__ = [
    "ENERGY_TABLE",
    "ENERGY_TABLES",
    "RESULTS",
    "SPIKING_RESULTS",
    "TTFS_RESULTS",
    "EnergyTable",
    "LayerCheck",
    "Operations",
    "RunningCorrelation",
    "ann_operations",
    "correlation",
    "energy_ratio",
    "energy_table",
    "evaluate",
    "mean_operations",
    "operations",
    "positions_of",
    "report_text",
    "schreiber_correlation",
    "snn_operations",
    "synaptic_operations",
    "van_rossum_distance",
    "variability",
    "verify",
    "victor_purpura_distance",
]
