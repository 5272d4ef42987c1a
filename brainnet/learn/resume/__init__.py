"""ReSuMe: neurons learn to fire given spike trains (Ponulak & Kasinski 2010)."""

from brainnet.learn.resume.classifier import ReSuMeClassifier
from brainnet.learn.resume.estimator import NEURON, ReSuMe

__all__ = ["NEURON", "ReSuMe", "ReSuMeClassifier"]
