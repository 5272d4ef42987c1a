"""Unsupervised classification by STDP after Diehl & Cook 2015."""

from brainnet.learn.stdp.estimator import StdpClassifier
from brainnet.learn.stdp.experiment import RESULTS, classify
from brainnet.learn.stdp.settings import PARAMETERS, RULES, make_settings

__all__ = ["PARAMETERS", "RESULTS", "RULES", "StdpClassifier", "classify", "make_settings"]
