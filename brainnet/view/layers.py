"""Scenes of layer graphs and of the spiking graphs that NIR files hold."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np

from brainnet.view.parts import Arrow, Population, Scene
from brainnet.view.weights import Weights

__all__ = ["image_shape", "layer_scene", "weight_arrow"]

SMALLEST_SQUARE = 16  # neurons that are guessed to be an image, 4 x 4


def layer_scene(graph: Any, about: str) -> Scene:
    """Return the scene of a `LayerGraph` or `NirGraph`.

    A layer that only changes the values of the one before it (an activation, neurons after weights, flattening) is
    drawn as one population with it.
    """
    owner = _merged(graph)
    parts: dict[str, list[Any]] = {"input": []}
    for layer in graph.layers:
        parts.setdefault(owner[layer.name], []).append(layer)
    shape, guessed = image_shape(math.prod(graph.input_shape), graph.input_shape)
    populations = [Population("input", _words(["input"]), math.prod(graph.input_shape), shape, guessed)]
    populations += [
        Population(
            name, _words(_kinds(layers)), layers[-1].n_out, layers[-1].output_shape,
            facts={"shape": " × ".join(map(str, layers[-1].output_shape)), **_facts(layers)},
        )
        for name, layers in parts.items() if name != "input"
    ]  # fmt: skip
    sizes = {each.name: each.size for each in populations}
    arrows = []
    for name, layers in parts.items():
        first = layers[0] if layers else None
        for k, source in enumerate(first.inputs if first is not None and name != "input" else ()):
            before = owner.get(source, "input")
            called = f"{name}_{k}" if len(first.inputs) > 1 else name  # type: ignore[union-attr]
            arrows.append(weight_arrow(called, before, name, first, (sizes[before], sizes[name])))
    notes = []
    if any(each.weights is not None and each.weights.connectivity < 1 for each in arrows):
        notes.append("A weight of 0 is a pruned connection: a trained network has no other word for it.")
    if guessed:
        notes.append(_guess("input", populations[0].shape))
    return Scene(graph.name, about, tuple(populations), tuple(arrows), tuple(notes))


def image_shape(size: int, given: tuple[int, ...] | None) -> tuple[tuple[int, ...] | None, bool]:
    """Return the shape of an image, and whether it is a guess from a size that is a square number.

    Examples
    --------
    >>> image_shape(784, (784,)), image_shape(9, None), image_shape(6, (1, 2, 3))
    (((28, 28), True), (None, False), ((1, 2, 3), False))
    """
    if given is not None and len(given) > 1:
        return given, False
    side = math.isqrt(size)
    if side * side == size and size >= SMALLEST_SQUARE:
        return (side, side), True
    return given, False


def _guess(name: str, shape: tuple[int, ...] | None) -> str:
    height, width = shape or (0, 0)
    return f"{name} is drawn as an image of {height} × {width}, which is a guess from its size; shapes= says another."


def _merged(graph: Any) -> dict[str, str]:
    """Return for each layer the population that it is drawn in."""
    consumers = Counter(source for layer in graph.layers for source in layer.inputs)
    size = {"input": math.prod(graph.input_shape), **{layer.name: layer.n_out for layer in graph.layers}}
    owner = {"input": "input"}
    for layer in graph.layers:
        source = layer.inputs[0]
        alone = len(layer.inputs) == 1 and consumers[source] == 1 and size[source] == layer.n_out
        joins = alone and _matrix(layer) is None and _keeps(layer) and (source != "input" or layer.kind == "Flatten")
        owner[layer.name] = owner[source] if joins else layer.name
    return owner


def _keeps(layer: Any) -> bool:
    """Whether each value stays where it is: all but pooling and the like, which mix values."""
    return layer.kind == "Flatten" or layer.output_shape == layer.input_shapes[0]


def _matrix(layer: Any) -> np.ndarray | None:
    return getattr(layer, "weights", None)


def _words(kinds: list[str]) -> str:
    return " · ".join(dict.fromkeys(kinds))


def _kinds(layers: list[Any]) -> list[str]:
    kinds = []
    for each in layers:
        activation = getattr(each, "activation", "identity")
        kinds += [each.kind] if activation == "identity" else [each.kind, activation]
    return kinds


def _facts(layers: list[Any]) -> dict[str, str]:
    facts = {}
    if len(layers) > 1:
        facts["layers"] = ", ".join(each.name for each in layers)
    bias = getattr(layers[0], "bias", None)
    if bias is not None:
        facts["bias"] = f"{bias.min():.4g} to {bias.max():.4g}"
    return facts


def weight_arrow(name: str, before: str, after: str, layer: Any, pairs: tuple[int, int]) -> Arrow:
    """Return the arrow into a layer, with its weights where it has some."""
    matrix, facts = _matrix(layer), {}
    if (kernel := getattr(layer, "kernel", None)) is not None:
        facts["kernel"] = " × ".join(map(str, kernel))
    for key in ("stride", "padding", "dilation", "groups"):
        value = getattr(layer, key, None)
        if value is not None and value not in (1, (1, 1), (1,), ((0, 0),), ((0, 0), (0, 0))):
            facts[key] = _plain(value)
    if matrix is None:
        return Arrow(name, layer.kind, before, after, pairs, facts=facts)
    if matrix.ndim == 2:
        return Arrow(name, layer.kind, before, after, pairs, Weights(matrix, zero_is_none=True), facts=facts)
    kernel = matrix if matrix.ndim == 4 else matrix[:, :, None, :]
    weights = Weights(
        kernel.reshape(len(kernel), -1).T, zero_is_none=True, kernel=kernel,
        synapses=int(np.count_nonzero(kernel)) * math.prod(layer.output_shape[1:]),
    )  # fmt: skip
    notes = ("All positions share the kernel. Synapses are counted with those at the border that meet padding.",)
    return Arrow(name, layer.kind, before, after, pairs, weights, facts=facts, notes=notes)


def _plain(value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    if len({*value}) == 1:
        return _plain(value[0])
    return " × ".join(map(_plain, value))
