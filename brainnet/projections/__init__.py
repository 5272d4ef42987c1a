"""Structured connections: what a trained layer is, a matrix or a kernel, instead of a synapse object per weight."""

from typing import Any

import numpy as np
from scipy.sparse import issparse

from brainnet.declare.project import PROJECTORS
from brainnet.errors import ProjectionError
from brainnet.projections.bernoulli import BernoulliInput, poisson_probability
from brainnet.projections.connectivity import Connectivity
from brainnet.projections.convolution import AveragePool, Conv1d, Conv2d
from brainnet.projections.copies import Copies
from brainnet.projections.dense import Dense
from brainnet.projections.gate import MaxGate, Windows
from brainnet.projections.plastic import PlasticProjection
from brainnet.projections.presentation import Presentation
from brainnet.projections.projection import Projection
from brainnet.projections.quantised import QuantisedDense
from brainnet.projections.rule import Rule
from brainnet.projections.sparse import SparseRows

__all__ = [
    "AveragePool",
    "BernoulliInput",
    "Connectivity",
    "Conv1d",
    "Conv2d",
    "Copies",
    "Dense",
    "MaxGate",
    "PlasticProjection",
    "Presentation",
    "Projection",
    "QuantisedDense",
    "SparseRows",
    "Windows",
    "poisson_probability",
]


def _project(pre: Any, post: Any, weights: Any, one: Any, **options: Any) -> Projection:
    """Make the projection that `SynapseModel.connect` asks for; `weights` are checked and without unit, `one` is it."""
    if issparse(weights):
        weights = SparseRows(weights, one)
    elif not hasattr(weights, "unroll"):
        weights = Dense(weights * one)
    return Projection(pre, post, weights, **options)


def _learn(pre: Any, post: Any, weights: Any, one: Any, *, rule: dict[str, Any], **options: Any) -> PlasticProjection:
    """Make the projection of a rule that learns; raise `ProjectionError` where it needs single synapses."""
    if not isinstance(weights, np.ndarray):
        raise ProjectionError("the weights are no array that joins all to all")
    return PlasticProjection(Rule(**rule), pre, post, weights, one, **options)


PROJECTORS.update(static=_project, plastic=_learn)
