"""The nodes of an ONNX graph, one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.coverage import unknown
from brainnet.ann.layers import Layer
from brainnet.ann.layers.base import Shape
from brainnet.ann.onnx_fold import FOLDED, fold
from brainnet.ann.onnx_tensors import attributes
from brainnet.ann.pending import Bounded, Compared, Means, Padded
from brainnet.ann.views import View, layout
from brainnet.errors import ModelFileError

__all__ = ["OPEN", "Node", "OnnxNodes", "Value"]

Value = View | Means | Bounded | Compared | Padded | NDArray[Any]

# Stands for a number of samples that the file leaves open; what is computed with it is another number, and refused.
OPEN = 2147483629


@dataclass(frozen=True, eq=False)
class Node:
    """One node: what it is called in messages, its inputs and attributes, and where its layers go."""

    proto: NodeProto
    where: str
    inputs: list[Value | None]
    builder: GraphBuilder
    version: int
    batch: int

    def attributes(self, **defaults: Any) -> dict[str, Any]:
        """Return the attributes, defaults filled in."""
        return attributes(self.proto, self.where, **defaults)

    def count(self, least: int, most: int) -> None:
        """Check the number of inputs, and that the node has one output."""
        outputs = [name for name in self.proto.output if name]
        if not least <= len(self.inputs) <= most or len(outputs) != 1:
            self.refuse(f"has {len(self.inputs)} inputs and {len(outputs)} outputs; use {least} to {most}, and one")

    def view(self, position: int) -> View:
        """Return an input that is computed by the network."""
        value = self.inputs[position]
        if isinstance(value, Means | Bounded | Compared):
            self.refuse(value.needs)
        if isinstance(value, Padded):
            name = value.settled(self.builder, self.where)
            return View(name, self.builder.shapes[name])
        if not isinstance(value, View):
            self.refuse(f"takes a constant as input {position}; use a value of the network")
        return value

    def constant(self, position: int) -> NDArray[Any] | None:
        """Return an input that is stored in the file, or None where it is left out."""
        value = self.inputs[position] if position < len(self.inputs) else None
        if value is not None and not isinstance(value, np.ndarray):
            self.refuse(f"takes a computed value as input {position}; use a tensor stored in the file")
        return value

    def stored(self, position: int) -> NDArray[Any]:
        """Return an input that is stored in the file and not left out."""
        value = self.constant(position)
        if value is None:
            self.refuse(f"lacks input {position}; export the model again")
        return value

    def numbers(self, position: int, n: int | None = None) -> list[int] | None:
        """Return a stored input as a list of integers, or None where it is left out."""
        value = self.constant(position)
        if value is None:
            return None
        if value.dtype.kind != "i" or value.ndim > 1 or value.size > 8 or (n is not None and value.size != n):
            self.refuse(f"takes {value.dtype} of shape {value.shape} as input {position}; use a few integers")
        return [int(each) for each in value.ravel()]

    def layout(self, view: View) -> tuple[str, Shape]:
        """Return the layer behind a view that shows it as it is, or flat, and its shape.

        Raises
        ------
        ModelFileError
            If the values are in another order or shape.
        """
        return layout(view, self.builder, self.where, self.refuse)

    def add(self, cls: type[Layer], *values: Any, inputs: tuple[str, ...], **fields: Any) -> View:
        """Add a layer and return the view of it as it is."""
        name = self.builder.add(cls, *values, inputs=inputs, origin=self.where, **fields)
        return View(name, self.builder.shapes[name])

    def same(self, cls: type[Layer], *values: Any) -> View:
        """Add a layer that works on each value by itself, through the view of its input."""
        view = self.view(0)
        name = self.builder.add(cls, *values, inputs=(view.layer,), origin=self.where)
        return replace(view, layer=name)

    def seen(self, view: View) -> View:
        """Return a view of the same layer as the input, and count the node."""
        self.builder.skip(self.proto.op_type)
        return view

    def refuse(self, reason: str) -> NoReturn:
        """Raise the error that names this node."""
        raise ModelFileError(f"{self.where} {reason}")


class OnnxNodes:
    """Turns nodes into layers; names of the file stay here.

    Parameters
    ----------
    builder : GraphBuilder
    version : int
        Of the operator set.
    constants : dict of str to array
        Tensors stored in the file.
    input_name : str
    batch : int or None
        Number of samples that the file declares.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        version: int,
        constants: dict[str, NDArray[Any]],
        input_name: str,
        batch: int | None,
    ) -> None:
        """Begin with the constants and the input."""
        self.builder, self.version, self.batch = builder, version, OPEN if batch is None else batch
        self.values: dict[str, Value] = {
            **constants,
            input_name: View("input", builder.input_shape),
        }

    def read(self, proto: NodeProto) -> None:
        """Add the layers of a node.

        Raises
        ------
        ModelFileError
            If the node is not understood.
        """
        from brainnet.ann.onnx_operators import OPERATORS

        where = f"node {(proto.name or (proto.output[0] if proto.output else ''))[:80]!r} ({proto.op_type[:40]})"
        plain = proto.domain in ("", "ai.onnx")
        operator = OPERATORS.get(proto.op_type) if plain else None
        stored = [self.values.get(name) for name in proto.input if name]
        if plain and proto.op_type in FOLDED and stored and all(isinstance(each, np.ndarray) for each in stored):
            operator = fold
        if operator is None:
            raise ModelFileError(f"{where} {unknown(proto.op_type, list(OPERATORS))}")
        missing = [name for name in proto.input if name and name not in self.values]
        if missing or not proto.output or proto.output[0] in self.values:
            raise ModelFileError(f"{where} takes {missing} before it is there, or gives a name twice; export it again")
        inputs = [self.values[name] if name else None for name in proto.input]
        node = Node(proto, where, inputs, self.builder, self.version, self.batch)
        self.values[proto.output[0]] = operator(node)

    def finish(self, output: str) -> None:
        """Make sure that the output is the last layer as it is.

        Raises
        ------
        ModelFileError
            If it is none, or shown in another order.
        """
        view = self.values.get(output)
        if isinstance(view, Means):
            raise ModelFileError(
                f"the output {output[:80]!r} averages over the axes {sorted(view.over)} of a sample only; "
                "average over all axes after the channels"
            )
        if isinstance(view, Bounded | Compared):
            raise ModelFileError(f"the output {output[:80]!r} {view.needs}")
        if not isinstance(view, View | Padded) or view.layer == "input":
            raise ModelFileError(f"the output {output[:80]!r} is not computed from the input; export the model again")
        node = Node(NodeProto(), f"output {output[:80]!r}", [view], self.builder, self.version, self.batch)
        name, _ = node.layout(node.view(0))
        if any(name in layer.inputs for layer in self.builder.layers):
            raise ModelFileError(f"the output {output[:80]!r} is not the only end; export with one output")
