"""The three catalogues: models, protocols, figures."""

from __future__ import annotations

from brainnet.catalogue.catalogue import Catalogue
from brainnet.spec.figure import PublishedFigure
from brainnet.spec.neuron import NeuronModel
from brainnet.spec.protocol import Protocol
from brainnet.spec.synapse import SynapseModel

__all__ = ["figures", "models", "protocols"]

models = Catalogue("models", (NeuronModel, SynapseModel))
protocols = Catalogue("protocols", Protocol)
figures = Catalogue("figures", PublishedFigure)
