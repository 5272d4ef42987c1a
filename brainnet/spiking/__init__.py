"""Networks of spiking neurons: the graph, its NIR files, and its run on Brian2."""

from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.network import NIR_PARAMETERS, NirNetwork, NirResponse, from_nir
from brainnet.spiking.nir_read import read_nir
from brainnet.spiking.nir_write import write_nir

__all__ = ["NIR_PARAMETERS", "NirNetwork", "NirResponse", "SpikingGraph", "from_nir", "read_nir", "write_nir"]
