"""Trainers of the networks that protocols convert, and the cache of what they trained."""

from brainnet.train.cache import cached_network
from brainnet.train.mlp import TRAINERS, train_mlp, trained_mlp
from brainnet.train.network import train_network, trained_network
from brainnet.train.recipe import RECIPE_PARAMETERS, Recipe, parts_of

__all__ = [
    "RECIPE_PARAMETERS",
    "TRAINERS",
    "Recipe",
    "cached_network",
    "parts_of",
    "train_mlp",
    "train_network",
    "trained_mlp",
    "trained_network",
]
