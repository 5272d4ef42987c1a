"""Structured connections: what a trained layer is, a matrix or a kernel, instead of a synapse object per weight."""

from brainnet.projections.all_but_one import AllButOne
from brainnet.projections.bernoulli import BernoulliInput, poisson_probability
from brainnet.projections.compact import compact
from brainnet.projections.connectivity import Connectivity
from brainnet.projections.convolution import AveragePool, Conv1d, Conv2d
from brainnet.projections.copies import Copies
from brainnet.projections.delivered import Delivery
from brainnet.projections.dense import Dense
from brainnet.projections.gate import MaxGate, Windows
from brainnet.projections.plastic import ORDERS, PlasticProjection
from brainnet.projections.poisson import PoissonDrive
from brainnet.projections.presentation import Presentation
from brainnet.projections.projection import Projection
from brainnet.projections.quantised import QuantisedDense
from brainnet.projections.quantised_convolution import QuantisedConv2d
from brainnet.projections.released import Release, ReleasedProjection
from brainnet.projections.sparse import SparseRows
from brainnet.projections.sparse_convolution import SparseConv2d
from brainnet.projections.trials import Answers, Trials

__all__ = [
    "ORDERS",
    "AllButOne",
    "Answers",
    "AveragePool",
    "BernoulliInput",
    "Connectivity",
    "Conv1d",
    "Conv2d",
    "Copies",
    "Delivery",
    "Dense",
    "MaxGate",
    "PlasticProjection",
    "PoissonDrive",
    "Presentation",
    "Projection",
    "QuantisedConv2d",
    "QuantisedDense",
    "Release",
    "ReleasedProjection",
    "SparseConv2d",
    "SparseRows",
    "Trials",
    "Windows",
    "compact",
    "poisson_probability",
]
