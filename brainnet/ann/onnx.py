"""Reader of ONNX files, which many frameworks write."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.graph import LayerGraph, sample_shape
from brainnet.errors import BrainnetError, ModelFileError
from brainnet.guarded.limits import allowed

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

__all__ = ["read_onnx"]

OLDEST = 7  # operators had other inputs before


def read_onnx(
    path: str | os.PathLike[str], input_shape: Sequence[int] | None = None, max_bytes: int = 2**31
) -> LayerGraph:
    """Read a network from an ONNX file.

    The operators that are understood are listed in docs/networks.md. Nothing of the file is run, no file outside its
    folder is opened, and its names do not become those of layers.

    Parameters
    ----------
    path : path
        The file; data that exporters put into another file must lie in the same folder.
    input_shape : sequence of int, optional
        Shape of one sample, channels first; needed where the file leaves it open.
    max_bytes : int
        Most that the file with the data beside it may take, and the arrays of all layers together.

    Returns
    -------
    LayerGraph
        Simplified: batch norm is folded, activations are part of the weights before them.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large, or holds something that is not understood.
    """
    path = Path(path)
    try:
        model = _parsed(path, max_bytes)
        return _graph(model, path, input_shape, max_bytes)
    except BrainnetError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror or error}); check the file") from error
    except Exception as error:  # protobuf and NumPy raise a dozen types on damaged bytes
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelFileError(f"{path}: cannot be understood ({cause}); export the model again") from error


def _parsed(path: Path, max_bytes: int) -> ModelProto:
    """Return the message in the file."""
    try:
        from onnx import ModelProto
    except ImportError as error:
        raise ModelFileError("ONNX files need the onnx package; pip install 'brainnet[onnx]'") from error
    if not path.is_file():
        raise ModelFileError("no such file; give the path of an ONNX file")
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
    if not content:
        raise ModelFileError("the file is empty; export the model again")
    if len(content) > max_bytes:
        raise ModelFileError(f"the file takes more than {max_bytes} bytes; raise max_bytes if you trust it")
    model = ModelProto()
    model.ParseFromString(content)
    return model


def _graph(model: ModelProto, path: Path, input_shape: Sequence[int] | None, max_bytes: int) -> LayerGraph:
    """Return the layer graph of a model."""
    from onnx.defs import onnx_opset_version

    from brainnet.ann.onnx_external import load_external
    from brainnet.ann.onnx_nodes import OnnxNodes
    from brainnet.ann.onnx_tensors import tensor

    graph = model.graph
    versions = [each.version for each in model.opset_import if each.domain in ("", "ai.onnx")]
    if len(versions) != 1 or not OLDEST <= versions[0] <= onnx_opset_version():
        raise ModelFileError(
            f"has the operator sets {versions}; export it with one of {OLDEST} to {onnx_opset_version()}"
        )
    if model.functions or graph.sparse_initializer or graph.quantization_annotation:
        raise ModelFileError("holds functions, sparse or quantised tensors; export plain operators and tensors")
    beside = load_external(model, path.parent, max_bytes - path.stat().st_size)
    bound = allowed(path, max_bytes, beside)
    constants = {each.name: tensor(each, f"tensor {each.name!r}") for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1 or len(constants) != len(graph.initializer):
        raise ModelFileError(
            f"has {len(inputs)} inputs and {len(graph.output)} outputs; give a network with one each, of distinct names"
        )
    batch, shape = _declared(inputs[0])
    if input_shape is not None:
        shape = list(input_shape)
    if not shape or None in shape:
        raise ModelFileError(f"leaves the shape of a sample open, {shape}; give input_shape=..., channels first")
    builder = GraphBuilder(sample_shape(shape, "this file"), *bound)
    nodes = OnnxNodes(builder, versions[0], constants, inputs[0].name, batch)
    for node in graph.node:
        nodes.read(node)
    nodes.finish(graph.output[0].name)
    return builder.graph(path.stem, str(path))


def _declared(value: ValueInfoProto) -> tuple[int | None, list[int | None]]:
    """Return the number of samples and the shape of one, None where they are open."""
    axes: list[Any] = list(value.type.tensor_type.shape.dim)
    lengths = [axis.dim_value if axis.HasField("dim_value") and axis.dim_value > 0 else None for axis in axes]
    return (lengths[0], lengths[1:]) if lengths else (None, [])
