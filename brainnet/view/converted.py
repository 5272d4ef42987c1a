"""Scenes of converted networks."""

from __future__ import annotations

import math
from dataclasses import replace

from brainnet.spiking import Population as Coded
from brainnet.spiking import SpikingNetwork
from brainnet.view.brian import FED, network_scene
from brainnet.view.layers import image_shape, weight_arrow
from brainnet.view.parts import Arrow, Population, Scene

__all__ = ["converted_scene"]

TRAINED = "The input is a constant current: these are the weights of the trained network, before they are scaled."


def converted_scene(spiking: SpikingNetwork) -> Scene:
    """Return the scene of a converted network, with the shapes of its layers.

    With constant current the input has no neurons, and the layers that it passes as numbers are drawn as arrows too.
    """
    trained, graph = spiking.trained, spiking.graph
    shapes = {
        each.name: each.code.shape
        for each in graph.populations
        if each.code is not None and each.name != "input" and each.n == each.code.values and len(each.code.shape) > 1
    }
    shape, guessed = image_shape(math.prod(trained.input_shape), trained.input_shape)
    group = spiking.groups.get("input")
    if group is not None and shape is not None and len(shape) > 1 and len(group) == math.prod(shape):
        shapes["input"] = shape
    coding = spiking.settings.get("coding", "first spikes")
    about = f"converted from {trained.source}: {coding} input, {spiking.steps} steps per sample"
    found = network_scene(spiking.program.network, about, shapes, trained.name)
    if guessed and shape:
        height, width = shape
        found = found.with_notes([f"The input is drawn as an image of {height} × {width}, a guess from its size."])
    if "input" in spiking.groups:
        return found
    populations = [each for each in found.populations if each.kind != FED]  # the samples are drawn as the input
    arrows = [each for each in found.arrows if each.kind != FED]
    one = Population("input", "constant current", math.prod(trained.input_shape), shape, guessed)
    currents = [_current(spiking, each) for each in graph.populations if each.fed]
    return replace(found, populations=(one, *populations), arrows=(*currents, *arrows))


def _current(spiking: SpikingNetwork, population: Coded) -> Arrow:
    """Return the arrow of what the input is multiplied with, once a sample."""
    name, trained = population.name, spiking.trained
    size = math.prod(trained.input_shape), population.n
    for layer in (trained.layer[each] for each in (population.code.layers if population.code else ())):
        if getattr(layer, "weights", None) is not None:
            found = weight_arrow(name, "input", name, layer, size)
            kind = f"{found.kind}, as a current"
            return replace(found, name=f"{name}_current", kind=kind, notes=(TRAINED, *found.notes))
    return Arrow(f"{name}_current", "current", "input", name, size)
