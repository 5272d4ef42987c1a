"""The Tempotron (Gütig & Sompolinsky 2006): learning spike-timing-based decisions."""

from brainnet.learn.tempotron.brian import tempotron_network
from brainnet.learn.tempotron.estimator import Tempotron
from brainnet.learn.tempotron.kernel import kernel, normalisation, published_rate, time_to_peak
from brainnet.learn.tempotron.potential import potential

__all__ = ["Tempotron", "kernel", "normalisation", "potential", "published_rate", "tempotron_network", "time_to_peak"]
