"""Writer of the Neuromorphic Intermediate Representation."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from brainnet.ann.layers import Add, AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer
from brainnet.errors import ModelFileError
from brainnet.leftovers import hidden_file
from brainnet.spiking.graph import SpikingGraph
from brainnet.spiking.neurons import SPIKING, Neurons, SumPool
from brainnet.spiking.nir_describe import nir_graph
from brainnet.spiking.nir_graph import NirGraph

__all__ = ["write_nir"]

VERSION = "1.0"


def write_nir(graph: NirGraph | SpikingGraph, path: str | os.PathLike[str], *, extension: bool = True) -> None:
    """Write a spiking network to a NIR file, whole or not at all.

    What NIR has no word for is written as metadata of the neurons, and `read_nir` reads it back: ``brainnet_reset``
    ("subtract"), ``brainnet_subtracted`` (by how much), ``brainnet_v_init``; and of the graph, ``brainnet_dt`` in
    seconds. Others read such a file as reset to ``v_reset`` from 0 on.

    Parameters
    ----------
    graph : NirGraph or SpikingGraph
        A converted network is described by `nir_graph`.
    path : path
        The file, ending in ``.nir``; replaced if it exists.
    extension : bool
        False: refuse what NIR has no word for.

    Raises
    ------
    ModelFileError
        If the network cannot be stored, or the file not written.
    """
    path = Path(path)
    if isinstance(graph, SpikingGraph):
        graph = nir_graph(graph)
    if not isinstance(graph, NirGraph):
        remedy = "give its graph" if hasattr(graph, "presentation") else "convert it by brainnet.convert.spiking_graph"
        raise ModelFileError(f"{path}: a {type(graph).__name__} is no spiking graph; {remedy}")
    if path.suffix != ".nir":
        raise ModelFileError(f"{path}: does not end in .nir; give it that ending")
    if "output" in graph.layer:
        raise ModelFileError(f"{path}: a layer is called 'output', which is the name of the end; give it another one")
    nodes: dict[str, Any] = {"input": {"type": "Input", "shape": np.array(graph.input_shape)}}
    for layer in graph.layers:
        if not isinstance(layer, Add):
            nodes[layer.name] = _node(layer, extension)
    last = graph.layers[-1]
    nodes["output"] = {"type": "Output", "shape": np.array(last.output_shape)}
    root = {"type": "NIRGraph", "nodes": nodes, "edges": _edges(graph)}
    if graph.dt is not None:
        root["metadata"] = {"brainnet_dt": np.array(graph.dt)}
    content = io.BytesIO()  # in memory first: the HDF5 library would lock the file itself
    with h5py.File(content, "w") as file:
        _write(file, {"version": VERSION, "node": root})
    try:
        with hidden_file(path) as part:
            part.write_bytes(content.getbuffer())
            part.replace(path)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be written ({error.strerror or error}); check the folder") from error


def _edges(graph: NirGraph) -> list[tuple[str, str]]:
    """Return pairs of names; a sum is several edges into what takes it."""
    sums = {layer.name: layer for layer in graph.layers if isinstance(layer, Add)}

    def summands(name: str) -> list[str]:
        return [each for source in sums[name].inputs for each in summands(source)] if name in sums else [name]

    edges = []
    ends = {layer.name: layer.inputs for layer in graph.layers}
    for after, sources in {**ends, "output": (graph.layers[-1].name,)}.items():
        if after not in sums:
            edges += [(before, after) for source in sources for before in summands(source)]
    twice = next((edge for edge in edges if edges.count(edge) > 1), None)
    if twice:
        raise ModelFileError(f"layer {twice[1]!r} takes {twice[0]!r} twice, which NIR cannot say; scale it instead")
    return edges


def _node(layer: Layer, extension: bool) -> dict[str, Any]:
    """Return the members of the group of a layer."""
    if isinstance(layer, Dense):
        return {"type": "Affine", "weight": layer.weights.T, "bias": layer.bias}
    if isinstance(layer, Flatten):
        given = np.array(layer.input_shapes[0])
        return {"type": "Flatten", "start_dim": np.array(0), "end_dim": np.array(-1), "input_type": given}
    if isinstance(layer, Conv1d | Conv2d):
        return _convolution(layer)
    if isinstance(layer, AveragePool | SumPool):
        if len(layer.kernel) != 2 or set(layer.dilation) != {1} or not getattr(layer, "count_padding", True):
            layer.refuse("pools as NIR has no word for; pool two axes without dilation, and count the padding")
        kind = "AvgPool2d" if isinstance(layer, AveragePool) else "SumPool2d"
        sizes = {"kernel_size": layer.kernel, "stride": layer.stride, "padding": _symmetric(layer)}
        return {"type": kind, **{field: np.array(each) for field, each in sizes.items()}}
    if layer.kind not in SPIKING:
        layer.refuse("is nothing that NIR has a word for; leave it out")
    shape = layer.output_shape
    values = {field: getattr(layer, field) for field in layer.arrays}
    full = {field: np.full(shape, array.ravel()[0]) if array.size == 1 else array for field, array in values.items()}
    return {"type": layer.kind, **full, **_metadata(layer, extension)}


def _convolution(layer: Conv1d | Conv2d) -> dict[str, Any]:
    settings: dict[str, Any] = {"stride": layer.stride, "padding": _symmetric(layer), "dilation": layer.dilation}
    settings["input_shape"] = layer.input_shapes[0][1:]
    sizes = {field: np.array(each if layer.rank == 2 else each[0]) for field, each in settings.items()}
    return {"type": layer.kind, "weight": layer.weights, "bias": layer.bias, "groups": np.array(layer.groups), **sizes}


def _symmetric(layer: Any) -> list[int]:
    """Return the padding of each axis, the same on both sides."""
    if any(before != after for before, after in layer.padding):
        layer.refuse(f"pads {layer.padding}, unequal before and after, which NIR cannot say; pad the same")
    return [before for before, _ in layer.padding]


def _metadata(layer: Layer, extension: bool) -> dict[str, Any]:
    """Return what NIR has no word for."""
    said: dict[str, Any] = {}
    if isinstance(layer, Neurons) and layer.v_init:
        said["brainnet_v_init"] = np.array(float(layer.v_init))
    if getattr(layer, "reset", "value") == "subtract":
        said["brainnet_reset"] = "subtract"
        said["brainnet_subtracted"] = np.array(float(layer.subtracted))  # type: ignore[attr-defined]
    if said and not extension:
        layer.refuse(f"needs {', '.join(said)}, which NIR has no word for; use extension=True, or reset to zero from 0")
    return {"metadata": said} if said else {}


def _write(group: Any, members: dict[str, Any]) -> None:
    """Write groups and data."""
    text = h5py.string_dtype()
    for name, value in members.items():
        if isinstance(value, dict):
            _write(group.create_group(name), value)
        elif isinstance(value, str):
            group.create_dataset(name, data=value, dtype=text)
        elif isinstance(value, list):
            group.create_dataset(name, data=np.array(value, dtype=object), dtype=text)
        else:
            group.create_dataset(name, data=value, compression="gzip" if value.ndim else None)
