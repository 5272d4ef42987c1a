"""Scenes of declared models: one population, or two with what connects them."""

from __future__ import annotations

from typing import Any

from brainnet.declare import Device, NeuronModel, SynapseModel
from brainnet.view.parts import Arrow, Population, Scene

__all__ = ["model_scene"]


def model_scene(model: NeuronModel | SynapseModel | Device, about: str) -> Scene:
    """Return the scene of a model: without sizes, which it has none of; its text has the equations with values."""
    if isinstance(model, NeuronModel):
        one = Population(model.name, "neuron model", 0, text=str(model))
        return Scene(model.name, about, (one,), (), ("A model alone, of which a network has any number.",))
    if isinstance(model, Device):
        one = Population(model.name, "memory device", 0, text=str(model))
        return Scene(model.name, about, (one,), (), ("A device alone, of which an array has any number.",))
    ends = tuple(Population(name, "any neurons", 0) for name in ("pre", "post"))
    arrow = Arrow(model.name, "synapse model", "pre", "post", (0, 0), plastic=_is_plastic(model),
                  text=str(model))  # fmt: skip
    return Scene(model.name, about, ends, (arrow,), ("A model alone: click the arrow for its equations.",))


def _is_plastic(model: Any) -> bool:
    return bool(model.traces or model.resolved("on_post") or model.bounds)
