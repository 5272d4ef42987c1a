"""Layers one after the other as a reader meets them, named by their kind and checked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from brainnet.ann.graph import LayerGraph, identifier, sample_shape
from brainnet.ann.layers import Layer
from brainnet.ann.layers.base import Shape
from brainnet.ann.simplify import simplify
from brainnet.errors import ModelFileError, one_line

__all__ = ["GraphBuilder"]


_REMEDY = "raise max_bytes if you trust the source"


class GraphBuilder:
    """Collects layers and the shapes of what they give.

    Names of the source never become names of layers: these are ``dense_0``, ``conv2d_0``, ``conv2d_1``..., and
    ``origin`` keeps what the source called them.

    Parameters
    ----------
    input_shape : tuple of int
        Of one sample, channels first.
    max_bytes : int
        Most that the arrays of all layers may take: one array of a file may be used by many layers.
    remedy : str
        What to do where they take more.

    Attributes
    ----------
    layers : list of Layer
    shapes : dict of str to tuple of int
        Shape of one sample of ``"input"`` and of every layer.
    """

    def __init__(self, input_shape: Sequence[int], max_bytes: int = 2**31, remedy: str = _REMEDY) -> None:
        """Begin with the samples alone."""
        self.input_shape = sample_shape(input_shape, "this network")
        self.layers: list[Layer] = []
        self.shapes: dict[str, Shape] = {"input": self.input_shape}
        self._left = self._max_bytes = max_bytes
        self._remedy = remedy
        self._counts: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        self._skipped: Counter[str] = Counter()

    def add(
        self,
        cls: type[Layer],
        *values: Any,
        inputs: tuple[str, ...],
        origin: str,
        known_as: str | None = None,
        **fields: Any,
    ) -> str:
        """Add a layer and return its name.

        Parameters
        ----------
        cls : class of the layer
        *values, **fields
            What it takes after its name.
        inputs : tuple of str
            Names of layers that are there already, or ``"input"``.
        origin : str
            For messages.
        known_as : str, optional
            What the source calls such a layer, for the counts; empty where it has none.

        Raises
        ------
        ModelFileError
            If the layer is not valid or does not fit its inputs.
        """
        kind = cls.__name__.lower()
        name = f"{kind}_{self._counts[kind]}"
        self._counts[kind] += 1
        # names of a file go into messages and warnings: never as they stand there
        layer = cls(name, *values, inputs=inputs, origin=one_line(origin), **fields)
        layer = layer.bound(inputs, [self.shapes[source] for source in inputs])
        self.charge(sum(getattr(layer, field).nbytes for field in layer.arrays))
        self.layers.append(layer)
        self._kinds[name] = cls.__name__ if known_as is None else known_as
        self.shapes[name] = layer.output_shape
        return name

    def skip(self, kind: str) -> None:
        """Count what the source has and no layer is needed for, such as dropout."""
        self._skipped[kind] += 1

    def reshape_input(self, shape: Shape) -> None:
        """Take samples of another shape, as long as no layer has taken them.

        Raises
        ------
        ModelFileError
            If a layer has.
        """
        if self.layers:
            raise ModelFileError("the samples are used in two shapes; use them in one")
        self.input_shape = self.shapes["input"] = shape

    def charge(self, n_bytes: int) -> None:
        """Count memory that stays in use.

        Raises
        ------
        ModelFileError
            If it is more than `max_bytes` together.
        """
        self._left -= n_bytes
        if self._left < 0:
            raise ModelFileError(f"the layers take more than {self._max_bytes} bytes; {self._remedy}")

    def layer(self, name: str) -> Layer:
        """Return the layer of that name."""
        return next(layer for layer in self.layers if layer.name == name)

    def graph(self, name: str, source: str) -> LayerGraph:
        """Return the simplified graph of all layers.

        Parameters
        ----------
        name : str
            Any text; made an identifier.
        source : str
            Where the network comes from.
        """
        simple = simplify(LayerGraph(tuple(self.layers), self.input_shape, identifier(name), source))
        folded = Counter(kind for each, kind in self._kinds.items() if kind and each not in simple.layer)
        return replace(simple, folded=folded + self._skipped)
