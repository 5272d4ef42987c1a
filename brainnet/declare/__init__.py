"""The declarations: what a model, a protocol and a figure are. Knows Brian2 and nothing of the other rooms."""

from brainnet.declare.device import Device
from brainnet.declare.evaluate import evaluate
from brainnet.declare.figure import PublishedFigure, figure
from brainnet.declare.neuron import NeuronModel
from brainnet.declare.protocol import Protocol, ProtocolRun, Result, noted_runs, protocol
from brainnet.declare.synapse import SynapseModel
from brainnet.random import normal, uniform
from brainnet.traces import Scheme, Trace
from brainnet.values.parameter import Parameter

__all__ = [
    "Device",
    "NeuronModel",
    "Parameter",
    "Protocol",
    "ProtocolRun",
    "PublishedFigure",
    "Result",
    "Scheme",
    "SynapseModel",
    "Trace",
    "evaluate",
    "figure",
    "normal",
    "noted_runs",
    "protocol",
    "uniform",
]
