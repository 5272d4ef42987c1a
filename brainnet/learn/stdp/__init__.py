"""Unsupervised classification by STDP after Diehl & Cook 2015."""

from brainnet.learn.stdp.estimator import StdpClassifier
from brainnet.learn.stdp.settings import PARAMETERS, RULES

__all__ = ["PARAMETERS", "RULES", "StdpClassifier"]
