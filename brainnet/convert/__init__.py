"""A trained network becomes a spiking one: normalise, convert, run, compare."""

from brainnet.convert.convert import convert
from brainnet.convert.export import spiking_graph
from brainnet.convert.network import LayerCheck, Response, SpikingLayer, SpikingNetwork
from brainnet.convert.nir_network import NirNetwork, NirResponse, from_nir
from brainnet.convert.normalise import normalise
from brainnet.convert.parameters import PARAMETERS

__all__ = [
    "PARAMETERS",
    "LayerCheck",
    "NirNetwork",
    "NirResponse",
    "Response",
    "SpikingLayer",
    "SpikingNetwork",
    "convert",
    "from_nir",
    "normalise",
    "spiking_graph",
]
