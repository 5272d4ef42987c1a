"""Smaller networks: pruning and quantisation, from a layer graph to a layer graph, in any order."""

from brainnet.compress.layers import fractions_by_layer
from brainnet.compress.prune import prune_activity, prune_magnitude, prune_random, prune_threshold
from brainnet.compress.quantise import quantise_kmeans, quantise_linear, quantise_stochastic
from brainnet.compress.retrain import admm, compressed_network, finetune
from brainnet.compress.settings import Retraining
from brainnet.compress.sizes import LayerSize, sizes

__all__ = [
    "LayerSize",
    "Retraining",
    "admm",
    "compressed_network",
    "finetune",
    "fractions_by_layer",
    "prune_activity",
    "prune_magnitude",
    "prune_random",
    "prune_threshold",
    "quantise_kmeans",
    "quantise_linear",
    "quantise_stochastic",
    "sizes",
]
