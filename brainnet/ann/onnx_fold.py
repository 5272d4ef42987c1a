"""Constants that an ONNX graph computes from constants, such as the shape that a Reshape takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from brainnet.ann.onnx_nodes import Node

__all__ = ["FOLDED", "fold"]

# Results are as large as the broadcast inputs; operators that make arrays of any size are not among them.
ELEMENTWISE = ("Add", "Sub", "Mul", "Div", "Min", "Max", "Sqrt", "Neg", "Abs", "Reciprocal", "Cast")
SAME_SIZE = ("Squeeze", "Unsqueeze", "Reshape", "Flatten")
# Used in shapes: a few numbers.
SHORT = ("Gather", "Slice", "Concat", "ReduceProd", "Mod", "ConstantOfShape")
FOLDED = frozenset((*ELEMENTWISE, *SAME_SIZE, *SHORT))
MOST = 256  # values that those take


def fold(node: Node) -> NDArray[Any]:
    """Return the constant, computed by the reference of ONNX.

    Raises
    ------
    ModelFileError
        If it takes too much memory, or cannot be computed.
    """
    from onnx import helper
    from onnx.reference import ReferenceEvaluator

    operator = node.proto.op_type
    stored = [np.asarray(value) for value in node.inputs if value is not None]
    names = [name for name in node.proto.input if name]
    outputs = [name for name in node.proto.output if name]
    if len(outputs) != 1:
        node.refuse("gives several constants; export the model again")
    if operator in SHORT and sum(each.size for each in stored) > MOST:
        node.refuse(f"computes with more than {MOST} stored numbers; store the result instead")
    if operator == "ConstantOfShape" and math.prod(max(int(n), 0) for n in stored[0].ravel()) > MOST:
        node.refuse(f"makes more than {MOST} equal numbers; store the result instead")
    try:
        if operator in ELEMENTWISE:
            node.builder.charge(8 * math.prod(np.broadcast_shapes(*(each.shape for each in stored))))
        feeds = dict(zip(names, stored, strict=True))
        values = [
            helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(each.dtype), each.shape)
            for name, each in feeds.items()
        ]
        result = helper.make_tensor_value_info(outputs[0], 0, None)
        graph = helper.make_graph([node.proto], "constants", values, [result])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", node.version)])
        (folded,) = ReferenceEvaluator(model).run(None, feeds)
    except (ValueError, TypeError, IndexError, ArithmeticError, RuntimeError) as error:
        cause = " ".join(str(error).split())[:120] or type(error).__name__
        node.refuse(f"computes no constant ({cause}); export the model again")
    return np.asarray(folded)
