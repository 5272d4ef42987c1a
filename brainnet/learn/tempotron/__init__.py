"""The Tempotron (Gütig & Sompolinsky 2006): learning spike-timing-based decisions."""

from brainnet.learn.tempotron.classifier import Tempotron
from brainnet.learn.tempotron.kernel import kernel, normalisation, time_to_peak

__all__ = ["Tempotron", "kernel", "normalisation", "time_to_peak"]
