"""Trainers of the networks that protocols convert, and the cache of what they trained."""

from brainnet.train.cache import cached_network, fingerprint
from brainnet.train.mlp import TRAINERS, train_mlp, trained_mlp
from brainnet.train.network import train_network, trained_network
from brainnet.train.recipe import CHOICES, Recipe, parts_of

__all__ = [
    "CHOICES",
    "TRAINERS",
    "Recipe",
    "cached_network",
    "fingerprint",
    "parts_of",
    "train_mlp",
    "train_network",
    "trained_mlp",
    "trained_network",
]
