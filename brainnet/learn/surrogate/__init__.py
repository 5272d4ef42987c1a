"""Hybrid training: a converted network is trained on as spikes, by a surrogate gradient (PyTorch, extra `torch`)."""

from brainnet.learn.surrogate.finetune import Tuned, finetune, simulate, tuned_network
from brainnet.learn.surrogate.settings import Surrogate

__all__ = ["Surrogate", "Tuned", "finetune", "simulate", "tuned_network"]
