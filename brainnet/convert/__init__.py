"""A trained network becomes a spiking one: normalise, convert, run, compare."""

from brainnet.convert.convert import convert
from brainnet.convert.export import spiking_graph
from brainnet.convert.network import LayerCheck, Response, SpikingLayer, SpikingNetwork
from brainnet.convert.normalise import normalise
from brainnet.convert.parameters import PARAMETERS

__all__ = [
    "PARAMETERS",
    "LayerCheck",
    "Response",
    "SpikingLayer",
    "SpikingNetwork",
    "convert",
    "normalise",
    "spiking_graph",
]
