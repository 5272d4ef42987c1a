"""Networks of spiking neurons: the graph, its run on Brian2, and NIR files."""

from brainnet.spiking.graph import Cells, Code, Connection, Population, SpikingGraph
from brainnet.spiking.network import SpikingNetwork, build, traced
from brainnet.spiking.nir_describe import nir_graph
from brainnet.spiking.nir_graph import NirGraph
from brainnet.spiking.nir_lower import NIR_PARAMETERS, from_nir
from brainnet.spiking.nir_read import read_nir
from brainnet.spiking.nir_write import write_nir
from brainnet.spiking.origin import Origin
from brainnet.spiking.response import Response

__all__ = [
    "NIR_PARAMETERS",
    "Cells",
    "Code",
    "Connection",
    "NirGraph",
    "Origin",
    "Population",
    "Response",
    "SpikingGraph",
    "SpikingNetwork",
    "build",
    "from_nir",
    "nir_graph",
    "read_nir",
    "traced",
    "write_nir",
]
