"""A trained network becomes a spiking one: plan, normalise, lower to a spiking graph."""

from brainnet.convert.balance import balance_thresholds
from brainnet.convert.convert import convert, spiking_graph
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import Plan, PlannedPopulation, plan
from brainnet.convert.scaled import scaled
from brainnet.convert.settings import PARAMETERS
from brainnet.convert.ttfs import TTFS_PARAMETERS, convert_ttfs

__all__ = [
    "PARAMETERS",
    "TTFS_PARAMETERS",
    "Plan",
    "PlannedPopulation",
    "balance_thresholds",
    "convert",
    "convert_ttfs",
    "normalise",
    "plan",
    "scaled",
    "spiking_graph",
]
