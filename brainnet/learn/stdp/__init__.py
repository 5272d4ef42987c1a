"""Unsupervised classification by STDP after Diehl & Cook 2015."""

from brainnet.learn.stdp.estimator import StdpClassifier

__all__ = ["StdpClassifier"]
