"""Measures of spike trains, rates and costs."""

from brainnet.measure.energy import ENERGY_TABLES, EnergyTable, energy_table
from brainnet.measure.operations import (
    Operations,
    ann_operations,
    energy_ratio,
    mean_operations,
    snn_operations,
    synaptic_operations,
)
from brainnet.measure.rates import RunningCorrelation, correlation
from brainnet.measure.trains import schreiber_correlation, van_rossum_distance, victor_purpura_distance

__all__ = [
    "ENERGY_TABLES",
    "EnergyTable",
    "Operations",
    "RunningCorrelation",
    "ann_operations",
    "correlation",
    "energy_ratio",
    "energy_table",
    "mean_operations",
    "schreiber_correlation",
    "snn_operations",
    "synaptic_operations",
    "van_rossum_distance",
    "victor_purpura_distance",
]
