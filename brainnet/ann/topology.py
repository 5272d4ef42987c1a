"""The order of a layer graph: every layer after its inputs, names and shapes filled in."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from brainnet.ann.layers import KINDS, Dense, Layer, Softmax
from brainnet.ann.layers.base import MOST_VALUES, Shape
from brainnet.errors import ModelFileError, nearest

__all__ = ["consumers", "wired"]


def wired(
    layers: tuple[Layer, ...], input_shape: Shape, name: str, kinds: Mapping[str, type[Layer]] = KINDS
) -> tuple[Layer, ...]:
    """Return the layers of a network in order, with their inputs and the shapes of these filled in.

    Parameters
    ----------
    layers : tuple of Layer
        A layer without inputs takes the one before it, or the samples.
    input_shape : shape
        Of one sample.
    name : str
        Of the network.
    kinds : mapping of str to class
        Layers that the network may have. Rules of activations are those of `KINDS`, and hold for no others.

    Returns
    -------
    tuple of Layer
        Each after its inputs, and in the order given where that is so already; the output is last.

    Raises
    ------
    ModelFileError
        If a name is taken twice or unknown, inputs run in a circle or do not fit, there is not one output, or an
        activation stands where it cannot.
    """
    if not layers:
        raise ModelFileError(f"network {name!r} has no layers; give at least one")
    for layer in layers:
        if type(layer) not in kinds.values():
            raise ModelFileError(
                f"network {name!r}: a layer is a {type(layer).__name__}; understood: {', '.join(kinds)}"
            )
    inputs = _inputs(layers, name)
    shapes: dict[str, Shape] = {"input": input_shape}
    bound = []
    for layer in _sorted(layers, inputs, name):
        sources = inputs[layer.name]
        fitted = layer.bound(sources, [shapes[source] for source in sources])
        shapes[layer.name] = fitted.output_shape
        if math.prod(fitted.output_shape) > MOST_VALUES:
            fitted.refuse(f"has the output shape {fitted.output_shape}; use smaller ones")
        bound.append(fitted)
    taken = _check_ends(bound, name)
    if kinds is KINDS:
        _check_activations(bound, taken)
    return tuple(bound)


def consumers(layers: tuple[Layer, ...]) -> dict[str, list[Layer]]:
    """Return the layers that take each layer, by its name; those of ``"input"`` as well."""
    taken: dict[str, list[Layer]] = {"input": [], **{layer.name: [] for layer in layers}}
    for layer in layers:
        for source in dict.fromkeys(layer.inputs):
            taken[source].append(layer)
    return taken


def _inputs(layers: tuple[Layer, ...], name: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the inputs of every layer."""
    names = Counter(layer.name for layer in layers)
    for layer in layers:
        if names[layer.name] > 1:
            raise ModelFileError(f"network {name!r} has two layers {layer.name!r}; give each its own name")
        if layer.name == "input":
            layer.refuse("has the name of the samples; give it another one")
    inputs = {layers[0].name: layers[0].inputs or ("input",)}
    for before, layer in pairwise(layers):
        inputs[layer.name] = layer.inputs or (before.name,)
    known = {"input", *names}
    for layer in layers:
        unknown = [source for source in inputs[layer.name] if source not in known]
        if unknown:
            layer.refuse(f"takes {unknown[0]!r}, which is no layer; {nearest(unknown[0], known)}")
        if layer.joins and len(inputs[layer.name]) < 2:
            layer.refuse("joins inputs and names none; give it inputs=(..., ...)")
    return inputs


def _sorted(layers: tuple[Layer, ...], inputs: Mapping[str, tuple[str, ...]], name: str) -> list[Layer]:
    """Put every layer after its inputs; an order in which that is so stays."""
    done = {"input"}
    for layer in layers:
        if not done.issuperset(inputs[layer.name]):
            break
        done.add(layer.name)
    else:
        return list(layers)
    by_name = {layer.name: layer for layer in layers}
    before = {layer: [source for source in sources if source != "input"] for layer, sources in inputs.items()}
    try:
        return [by_name[each] for each in TopologicalSorter(before).static_order()]
    except CycleError as error:
        raise ModelFileError(
            f"network {name!r} runs in a circle ({' > '.join(error.args[1])}); "
            "only feed-forward networks are understood"
        ) from error


def _check_ends(layers: list[Layer], name: str) -> dict[str, list[Layer]]:
    """Check that one layer is the output, and put it last; return what takes each."""
    taken = consumers(tuple(layers))
    ends = [layer for layer in layers if not taken[layer.name]]
    if len(ends) > 1:
        raise ModelFileError(
            f"network {name!r} has {len(ends)} outputs ({', '.join(layer.name for layer in ends)}); give it one"
        )
    layers.append(layers.pop(layers.index(ends[0])))
    if not taken["input"]:
        raise ModelFileError(f"network {name!r} does not use its input; connect it")
    return taken


def _check_activations(layers: list[Layer], taken: Mapping[str, list[Layer]]) -> None:
    """Check the activations of all layers before the output."""
    for layer in layers[:-1]:
        activation = getattr(layer, "activation", "softmax" if isinstance(layer, Softmax) else "relu")
        before_dense = isinstance(layer, Dense) and any(isinstance(each, Dense) for each in taken[layer.name])
        if activation == "softmax" or (activation == "identity" and before_dense):
            remedy = "put a ReLU after it, or merge it with the next layer (W1 @ W2, b1 @ W2 + b2)"
            if activation == "softmax":
                remedy = "a softmax must be last"
            raise ModelFileError(
                f"hidden layer {layer.name!r} has activation {activation!r}; {remedy}{layer.read_from}"
            )
