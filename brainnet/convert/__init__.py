"""A trained network becomes a spiking one: plan, normalise, connect, run, compare."""

from brainnet.convert.balance import balance_thresholds
from brainnet.convert.convert import convert
from brainnet.convert.evaluate import ENERGY_TABLE, RESULTS, evaluate, positions_of
from brainnet.convert.export import spiking_graph
from brainnet.convert.fidelity import LayerCheck
from brainnet.convert.network import Response, SpikingNetwork
from brainnet.convert.normalise import normalise
from brainnet.convert.plan import Plan, Population, plan
from brainnet.convert.populations import SpikingLayer
from brainnet.convert.report import report_text
from brainnet.convert.scaled import scaled
from brainnet.convert.settings import PARAMETERS
from brainnet.convert.ttfs import TTFS_PARAMETERS, TtfsNetwork, TtfsResponse, convert_ttfs
from brainnet.convert.ttfs_evaluate import TTFS_RESULTS, evaluate_ttfs

__all__ = [
    "ENERGY_TABLE",
    "PARAMETERS",
    "RESULTS",
    "TTFS_PARAMETERS",
    "TTFS_RESULTS",
    "LayerCheck",
    "Plan",
    "Population",
    "Response",
    "SpikingLayer",
    "SpikingNetwork",
    "TtfsNetwork",
    "TtfsResponse",
    "balance_thresholds",
    "convert",
    "convert_ttfs",
    "evaluate",
    "evaluate_ttfs",
    "normalise",
    "plan",
    "positions_of",
    "report_text",
    "scaled",
    "spiking_graph",
]
