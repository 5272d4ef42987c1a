"""A trained network becomes a spiking one: plan, normalise, connect, run, compare."""

from brainnet.convert.balance import balance_thresholds
from brainnet.convert.check import LayerCheck
from brainnet.convert.convert import convert
from brainnet.convert.evaluate import evaluate
from brainnet.convert.export import spiking_graph
from brainnet.convert.network import Response, SpikingNetwork
from brainnet.convert.nir_network import NirNetwork, NirResponse, from_nir
from brainnet.convert.normalise import normalise
from brainnet.convert.parameters import PARAMETERS
from brainnet.convert.plan import Plan, Population, plan
from brainnet.convert.report import report_text
from brainnet.convert.scaled import scaled
from brainnet.convert.ttfs import TTFS_PARAMETERS, TtfsNetwork, TtfsResponse, convert_ttfs
from brainnet.convert.wiring import SpikingLayer

__all__ = [
    "PARAMETERS",
    "TTFS_PARAMETERS",
    "LayerCheck",
    "NirNetwork",
    "NirResponse",
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
    "from_nir",
    "normalise",
    "plan",
    "report_text",
    "scaled",
    "spiking_graph",
]
