"""Networks of spiking neurons: the graph, its NIR files, and its run on Brian2."""

from brainnet.spiking.evaluate import SPIKING_RESULTS, evaluate_spiking
from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.network import NIR_PARAMETERS, NirNetwork, NirResponse, from_nir
from brainnet.spiking.nir_read import read_nir
from brainnet.spiking.nir_write import write_nir

__all__ = [
    "NIR_PARAMETERS",
    "SPIKING_RESULTS",
    "NirNetwork",
    "NirResponse",
    "SpikingGraph",
    "evaluate_spiking",
    "from_nir",
    "read_nir",
    "write_nir",
]
