"""Training as spikes by a surrogate gradient (PyTorch, extra `torch`): from the start, or on from a conversion."""

from brainnet.learn.surrogate.estimator import SurrogateClassifier
from brainnet.learn.surrogate.finetune import Tuned, finetune, simulate, tuned_network
from brainnet.learn.surrogate.recipe import SpikingRecipe
from brainnet.learn.surrogate.settings import Surrogate
from brainnet.learn.surrogate.training import simulate_torch, train_spiking, trained_spiking

__all__ = [
    "SpikingRecipe",
    "Surrogate",
    "SurrogateClassifier",
    "Tuned",
    "finetune",
    "simulate",
    "simulate_torch",
    "train_spiking",
    "trained_spiking",
    "tuned_network",
]
