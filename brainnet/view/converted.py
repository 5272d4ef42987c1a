"""Scenes of converted networks."""

from __future__ import annotations

import math
from dataclasses import replace

from brainnet.convert import SpikingNetwork
from brainnet.convert.plan import Population as Coded
from brainnet.view.brian import FED, network_scene
from brainnet.view.layers import image_shape, weight_arrow
from brainnet.view.parts import Arrow, Population, Scene

__all__ = ["converted_scene"]

TRAINED = "The input is a constant current: these are the weights of the trained network, before they are scaled."


def converted_scene(spiking: SpikingNetwork) -> Scene:
    """Return the scene of a converted network, with the shapes of its layers.

    With constant current the input has no neurons, and the layers that it passes as numbers are drawn as arrows too.
    """
    graph, plan = spiking.graph, spiking.plan
    shapes = {each.name: each.shape for each in plan.populations if each.neurons == each.values and len(each.shape) > 1}
    shape, guessed = image_shape(math.prod(graph.input_shape), graph.input_shape)
    inputs = [layer.group for layer in spiking.layers if layer.name == "input"]
    if inputs and shape is not None and len(shape) > 1 and len(inputs[0]) == math.prod(shape):
        shapes["input"] = shape
    about = f"converted from {graph.source}: {spiking.settings['coding']} input, {spiking.steps} steps a sample"
    found = network_scene(spiking.program.network, about, shapes, graph.name)
    if guessed and shape:
        height, width = shape
        found = found.with_notes([f"The input is drawn as an image of {height} × {width}, a guess from its size."])
    if not plan.analog:
        return found
    populations = [each for each in found.populations if each.kind != FED]  # the samples are drawn as the input
    arrows = [each for each in found.arrows if each.kind != FED]
    one = Population("input", "constant current", math.prod(graph.input_shape), shape, guessed)
    currents = [_current(spiking, each) for each in plan.populations if each.analog]
    return replace(found, populations=(one, *populations), arrows=(*currents, *arrows))


def _current(spiking: SpikingNetwork, population: Coded) -> Arrow:
    """Return the arrow of what the input is multiplied with, once a sample."""
    name = population.name
    size = math.prod(spiking.graph.input_shape), population.neurons
    for layer in (spiking.graph.layer[each] for each in population.layers):
        if getattr(layer, "weights", None) is not None:
            found = weight_arrow(name, "input", name, layer, size)
            kind = f"{found.kind}, as a current"
            return replace(found, name=f"{name}_current", kind=kind, notes=(TRAINED, *found.notes))
    return Arrow(f"{name}_current", "current", "input", name, size)
