"""The declarations: what a model, a protocol and a figure are. Knows Brian2 and nothing of the other rooms."""

from brainnet.spec.figure import PublishedFigure, figure
from brainnet.spec.neuron import NeuronModel
from brainnet.spec.parameter import Parameter
from brainnet.spec.protocol import Protocol, Result, protocol
from brainnet.spec.random import uniform
from brainnet.spec.synapse import SynapseModel
from brainnet.spec.trace import Scheme, Trace

__all__ = [
    "NeuronModel",
    "Parameter",
    "Protocol",
    "PublishedFigure",
    "Result",
    "Scheme",
    "SynapseModel",
    "Trace",
    "figure",
    "protocol",
    "uniform",
]
