"""SpikeProp: backpropagation through the times of single spikes."""

from brainnet.learn.spikeprop.estimator import PARAMETERS, SpikeProp

__all__ = ["PARAMETERS", "SpikeProp"]
