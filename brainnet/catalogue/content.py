"""The three catalogues: models, protocols, figures."""

from __future__ import annotations

from brainnet.catalogue.catalogue import Catalogue
from brainnet.declare.device import Device
from brainnet.declare.figure import PublishedFigure
from brainnet.declare.neuron import NeuronModel
from brainnet.declare.protocol import Protocol
from brainnet.declare.pulsed import named_by
from brainnet.declare.synapse import SynapseModel

__all__ = ["figures", "models", "protocols"]

models = Catalogue("models", (NeuronModel, SynapseModel, Device))
named_by(models.__getitem__)
protocols = Catalogue("protocols", Protocol)
figures = Catalogue("figures", PublishedFigure)
