"""Who is connected to whom, with which weight and delay: declared, and drawn from a seed, the same on every target."""

from brainnet.connectivity.distributions import Clipped, Distribution, LogNormal, Normal, Uniform
from brainnet.connectivity.drawn import Drawn
from brainnet.connectivity.rules import AllToAll, FixedInDegree, FixedOutDegree, FixedProbability, OneToOne
from brainnet.connectivity.space import ByDistance, Grid, Ring, SmallWorld
from brainnet.connectivity.wiring import Wiring

__all__ = [
    "AllToAll",
    "ByDistance",
    "Clipped",
    "Distribution",
    "Drawn",
    "FixedInDegree",
    "FixedOutDegree",
    "FixedProbability",
    "Grid",
    "LogNormal",
    "Normal",
    "OneToOne",
    "Ring",
    "SmallWorld",
    "Uniform",
    "Wiring",
]
