"""Tensors and attributes of ONNX files, checked before memory is taken."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import AttributeProto, NodeProto, TensorProto, numpy_helper

from brainnet.errors import ModelFileError

__all__ = ["attributes", "tensor"]

# Type, and the field that holds its values where raw_data does not.
TYPES: dict[int, tuple[int, str]] = {
    TensorProto.FLOAT: (4, "float_data"),
    TensorProto.DOUBLE: (8, "double_data"),
    TensorProto.FLOAT16: (2, "int32_data"),
    TensorProto.INT64: (8, "int64_data"),
    TensorProto.INT32: (4, "int32_data"),
    TensorProto.BOOL: (1, "int32_data"),
}
ATTRIBUTES = {
    AttributeProto.FLOAT: "f",
    AttributeProto.INT: "i",
    AttributeProto.STRING: "s",
    AttributeProto.TENSOR: "t",
    AttributeProto.FLOATS: "floats",
    AttributeProto.INTS: "ints",
}


def tensor(proto: TensorProto, what: str) -> NDArray[Any]:
    """Return the values of a tensor that is whole within the file.

    Parameters
    ----------
    proto : onnx.TensorProto
    what : str
        To name it in messages.

    Raises
    ------
    ModelFileError
        If its data lie in another file, are of another type, or are not as many as its shape says.
    """
    if proto.data_location != TensorProto.DEFAULT or proto.external_data:
        raise ModelFileError(
            f"{what} lies in another file, which is read for tensors of the graph only; save the model in one file"
        )
    if proto.data_type not in TYPES or proto.HasField("segment"):
        raise ModelFileError(f"{what} has data type {proto.data_type}; use float, double, float16, int64 or int32")
    size, field = TYPES[proto.data_type]
    dims = list(proto.dims)
    if any(dim < 0 for dim in dims):
        raise ModelFileError(f"{what} has shape {dims}; export the model again")
    declared, values = math.prod(dims), len(getattr(proto, field))
    stored, unit = (len(proto.raw_data), size) if proto.raw_data or not values else (values, 1)
    if stored != declared * unit or (proto.raw_data and values):
        raise ModelFileError(f"{what} declares {declared} values and has {stored // unit}; export the model again")
    return np.asarray(numpy_helper.to_array(proto))


def attributes(node: NodeProto, what: str, **defaults: Any) -> dict[str, Any]:
    """Return the attributes of a node, defaults filled in.

    Raises
    ------
    ModelFileError
        If one is not known, given twice or of another type.
    """
    given: dict[str, Any] = {}
    for attribute in node.attribute:
        name = attribute.name
        if name not in defaults or name in given:
            known = ", ".join(defaults) or "none"
            raise ModelFileError(f"{what} has the attribute {name!r}, not known or twice; understood: {known}")
        field = ATTRIBUTES.get(attribute.type)
        if field is None or attribute.ref_attr_name:
            raise ModelFileError(f"{what}: attribute {name!r} is of a type that is not understood; export it again")
        value = getattr(attribute, field)
        if field == "t":
            value = tensor(value, f"{what}: {name}")
        elif field == "s":
            value = value.decode("ascii", "replace")
        elif field in ("floats", "ints"):
            value = list(value)
        wanted = type(defaults[name])
        if defaults[name] is not None and type(value) is not wanted:
            raise ModelFileError(f"{what}: attribute {name!r} is no {wanted.__name__}; export the model again")
        given[name] = value
    return {**defaults, **given}
