"""Unsupervised classification by STDP after Diehl & Cook 2015."""

from brainnet.learn.stdp.compressed import COMPRESSION_RESULTS, compress_while_learning
from brainnet.learn.stdp.estimator import StdpClassifier
from brainnet.learn.stdp.experiment import RESULTS, classify
from brainnet.learn.stdp.pruning import COMPRESSION, Compression
from brainnet.learn.stdp.settings import PARAMETERS, RULES, make_settings

__all__ = [
    "COMPRESSION",
    "COMPRESSION_RESULTS",
    "PARAMETERS",
    "RESULTS",
    "RULES",
    "Compression",
    "StdpClassifier",
    "classify",
    "compress_while_learning",
    "make_settings",
]
