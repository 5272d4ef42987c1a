"""Reader of the Neuromorphic Intermediate Representation: spiking networks that other frameworks wrote."""

from __future__ import annotations

import os
import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from itertools import count
from keyword import iskeyword
from pathlib import Path
from typing import Any

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.coverage import unknown
from brainnet.ann.graph import identifier
from brainnet.ann.layers import Add, Layer
from brainnet.ann.layers.base import LONGEST_NAME
from brainnet.errors import BrainnetError, ModelFileError
from brainnet.guarded.hdf5 import read_hdf5
from brainnet.spiking.neurons import SPIKING, Neurons
from brainnet.spiking.nir_fields import NirNode
from brainnet.spiking.nir_graph import NirGraph
from brainnet.spiking.nir_nodes import NODES

__all__ = ["read_nir"]

_PLAIN = re.compile(f"[A-Za-z_][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")


def read_nir(path: str | os.PathLike[str], max_bytes: int = 2**31) -> NirGraph:
    """Read a feed-forward network from a NIR file.

    The nodes that are understood are listed in docs/networks.md. Several edges into a node are a sum, as NIR says.

    Parameters
    ----------
    path : path
        The file (HDF5).
    max_bytes : int
        Most that all data of the file, and the arrays of all layers, may take.

    Returns
    -------
    NirGraph
        Layers are called as in the file where that is an identifier, else by their kind; ``origin`` keeps the name.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, too large, or holds something that is not understood, such as recurrence.
    """
    path = Path(path)
    try:
        return _graph(read_hdf5(path, max_bytes), path, max_bytes)
    except BrainnetError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except Exception as error:  # whatever a damaged file still brings about
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelFileError(f"{path}: cannot be understood ({cause}); write it again") from error


def _graph(tree: dict[str, Any], path: Path, max_bytes: int) -> NirGraph:
    """Return the graph of a file."""
    root = tree.get("node")
    if not isinstance(root, dict) or root.get("type") != "NIRGraph" or not isinstance(root.get("nodes"), dict):
        raise ModelFileError("holds no NIRGraph; write it with the nir package, or write_nir")
    nodes = {}
    for name, fields in root["nodes"].items():
        if not isinstance(fields, dict):
            raise ModelFileError(f"node {name[:80]!r} is no group; write the file again")
        nodes[name] = NirNode(name, fields)
    sources = _sources(root.get("edges"), nodes)
    ends = {kind: [name for name, node in nodes.items() if node.kind == kind] for kind in ("Input", "Output")}
    for kind, found in ends.items():
        if len(found) != 1:
            raise ModelFileError(f"has {len(found)} nodes of the type {kind}; give a network with one")
    (first,), (last,) = ends["Input"], ends["Output"]
    builder = GraphBuilder(nodes[first].whole("shape"), max_bytes)
    names = {first: "input"}
    for name in _ordered(sources):
        node = nodes[name]
        if name == first:
            if sources[name]:
                node.refuse("takes edges; an input has none")
            continue
        if not sources[name]:
            node.refuse("has no edge into it; connect it, or remove it")
        inputs = tuple(names[source] for source in sources[name])
        if len(inputs) > 1:
            inputs = (builder.add(Add, inputs=inputs, origin=f"the edges into {node.where}"),)
        names[name] = inputs[0] if name == last else _added(builder, node, inputs[0])
    shape = nodes[last].whole("shape")
    if tuple(shape) != builder.shapes[names[last]]:
        nodes[last].refuse(f"has shape {shape} and gets {builder.shapes[names[last]]}; make them the same")
    said = NirNode("graph", root).extension(("dt",))
    graph = NirGraph(_renamed(builder), builder.input_shape, identifier(path.stem), str(path), said.get("dt"))
    if any(last in each for each in sources.values()) or graph.layers[-1].origin != builder.layer(names[last]).origin:
        nodes[last].refuse("is not the only end; remove what is computed and not used")
    return graph


def _added(builder: GraphBuilder, node: NirNode, source: str) -> str:
    """Add the layer of a node and return its name."""
    if node.kind not in NODES:
        node.refuse(unknown(node.kind, ["Input", *NODES, "Output"]))
    if node.kind in SPIKING and issubclass(SPIKING[node.kind], Neurons):
        return NODES[node.kind](builder, node, source)
    node.extension(())
    return NODES[node.kind](builder, node, source)


def _sources(edges: Any, nodes: dict[str, NirNode]) -> dict[str, list[str]]:
    """Return the names of the nodes that lead to each."""
    sources: dict[str, list[str]] = {name: [] for name in nodes}
    if not isinstance(edges, list) or any(not isinstance(edge, list) or len(edge) != 2 for edge in edges):
        raise ModelFileError("has no edges, or edges that are no pairs of names; write the file again")
    for before, after in edges:
        unknown = [name for name in (before, after) if name not in nodes]
        if unknown:
            raise ModelFileError(f"an edge names {unknown[0][:80]!r}, which is no node; write the file again")
        if before in sources[after]:
            raise ModelFileError(f"the edge from {before[:80]!r} to {after[:80]!r} is there twice; remove one")
        sources[after].append(before)
    return sources


def _ordered(sources: dict[str, list[str]]) -> list[str]:
    """Return the names, each after those that lead to it."""
    try:
        return list(TopologicalSorter(sources).static_order())
    except CycleError as error:
        circle = " > ".join(str(name)[:40] for name in error.args[1][:8])
        raise ModelFileError(f"runs in a circle ({circle}); only feed-forward networks are understood") from error


def _renamed(builder: GraphBuilder) -> tuple[Layer, ...]:
    """Return the layers with the names of the file where they are identifiers, and none is taken twice."""
    origins = {layer.name: re.sub(r"^node '(.*)' \(\w+\)$", r"\1", layer.origin) for layer in builder.layers}
    plain = {name: origin for name, origin in origins.items() if _PLAIN.fullmatch(origin)}
    times = Counter(plain.values())
    final = {"input": "input"}
    for name, origin in plain.items():
        if times[origin] == 1 and origin != "input" and not iskeyword(origin):
            final[name] = origin
    taken = set(final.values())
    for name in origins:
        if name not in final:
            stem, start = name.rsplit("_", 1)
            final[name] = next(each for k in count(int(start)) if (each := f"{stem}_{k}") not in taken)
            taken.add(final[name])
    return tuple(layer.renamed(final) for layer in builder.layers)
