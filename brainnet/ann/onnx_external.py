"""Tensors that an ONNX file keeps in another file beside it, as exporters do with large ones."""

from __future__ import annotations

import math
from pathlib import Path

from onnx import AttributeProto, ModelProto, TensorProto

from brainnet.ann.onnx_tensors import TYPES
from brainnet.errors import ModelFileError

__all__ = ["load_external"]

KEYS = ("location", "offset", "length", "checksum")


def load_external(model: ModelProto, folder: Path, max_bytes: int) -> int:
    """Put the data that lie beside the file into the tensors of the model.

    Parameters
    ----------
    model : onnx.ModelProto
        Changed in place.
    folder : path
        That of the file; nothing outside it is opened.
    max_bytes : int
        Most that all these data together may take: what the file itself leaves.

    Returns
    -------
    int
        Bytes that were read.

    Raises
    ------
    ModelFileError
        If a file is missing, outside the folder or shorter than the tensor says, before it is read.

    References
    ----------
    github.com/onnx/onnx/blob/main/docs/ExternalData.md
    """
    nodes = [attribute for node in model.graph.node for attribute in node.attribute]
    stored = [attribute.t for attribute in nodes if attribute.type == AttributeProto.TENSOR]
    left = max_bytes
    for tensor in (*model.graph.initializer, *stored):
        if tensor.data_location == TensorProto.EXTERNAL:
            left -= _load(tensor, folder, left)
    return max_bytes - left


def _load(tensor: TensorProto, folder: Path, left: int) -> int:
    """Read one tensor and return its size in bytes."""
    what = f"tensor {tensor.name[:80]!r}"
    said = {entry.key: entry.value for entry in tensor.external_data}
    if len(said) != len(tensor.external_data) or not said.get("location") or not set(said) <= set(KEYS):
        raise ModelFileError(f"{what} does not say plainly where its data lie; export the model again")
    if tensor.data_type not in TYPES or any(dim < 0 for dim in tensor.dims) or tensor.raw_data:
        raise ModelFileError(f"{what} has data in another file, and a type or shape of no such data; export it again")
    size = math.prod(tensor.dims) * TYPES[tensor.data_type][0]
    offset, length = (_whole(said.get(key, default), what) for key, default in (("offset", 0), ("length", size)))
    if length != size:
        raise ModelFileError(f"{what} takes {size} bytes and has {length} in another file; export the model again")
    if size > left:
        raise ModelFileError(f"{what}: file and data beside it take more than max_bytes; raise it if you trust them")
    path = _inside(said["location"], folder, what)
    there = path.stat().st_size
    if offset + size > there:
        raise ModelFileError(
            f"{what} needs {offset + size} bytes of {path.name[:80]!r}, which has {there}; copy both files again"
        )
    with path.open("rb") as file:
        file.seek(offset)
        content = file.read(size)
    if len(content) != size:
        raise ModelFileError(f"{what}: {path.name[:80]!r} became shorter while it was read; copy it again")
    tensor.raw_data = content
    tensor.data_location = TensorProto.DEFAULT
    del tensor.external_data[:]
    return size


def _whole(text: str | int, what: str) -> int:
    """Return a number of bytes."""
    if isinstance(text, str) and not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ModelFileError(f"{what} lies at {text[:40]!r}, which is no number of bytes; export the model again")
    return int(text)


def _inside(location: str, folder: Path, what: str) -> Path:
    """Return the file, which lies in the folder even when links are followed."""
    root = folder.resolve()
    path = root / location
    outside = "\0" in location or Path(location).is_absolute() or ".." in Path(location.replace("\\", "/")).parts
    if outside or not path.resolve().is_relative_to(root):
        raise ModelFileError(
            f"{what} lies in another folder, {location[:80]!r}, which is not read; put all files into one folder"
        )
    if not path.is_file():
        raise ModelFileError(
            f"{what} lies in {location[:80]!r}, which is not beside the file; copy it there, or save the model "
            "in one file (torch.onnx.export(..., external_data=False))"
        )
    return path.resolve()
