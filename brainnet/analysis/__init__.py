"""Measures of spike trains, rates and costs."""

from brainnet.analysis.energy import ENERGY_TABLES, EnergyTable, energy_ratio
from brainnet.analysis.rates import RunningCorrelation, correlation

__all__ = ["ENERGY_TABLES", "EnergyTable", "RunningCorrelation", "correlation", "energy_ratio"]
