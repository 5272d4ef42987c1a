"""What is to be seen, in whatever form it comes, as a scene."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from brian2 import Network

from brainnet import ann
from brainnet.ann import LayerGraph
from brainnet.brian import BrianObject
from brainnet.catalogue import load_file
from brainnet.catalogue.content import models, protocols
from brainnet.declare import Device, NeuronModel, Protocol, SynapseModel
from brainnet.errors import ParameterError, UnknownNameError, nearest
from brainnet.spiking import NirGraph, SpikingGraph, SpikingNetwork, build, read_nir
from brainnet.targets import target
from brainnet.view.brian import network_scene
from brainnet.view.converted import converted_scene
from brainnet.view.layers import layer_scene
from brainnet.view.model import model_scene
from brainnet.view.parts import Scene
from brainnet.view.protocol import protocol_scene
from brainnet.view.run import run_scene

__all__ = ["scene"]

NETWORKS = (".npz", ".onnx", ".nir", *ann.PICKLED)


def scene(
    what: Any,
    *,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    values: Mapping[str, Any] | None = None,
    seed: int = 0,
    data: str | Path | None = None,
) -> Scene:
    """Return a network as it is now, to be drawn by `view` then or later.

    Parameters
    ----------
    what : brian2.Network, objects of one, LayerGraph, NirGraph, SpikingGraph, model, protocol, path or name
        Of a path the ending says what it is: npz, onnx or nir for a trained network, py for a model or protocol of
        the user's, and a folder is a run. A name is that of a model or protocol. Of what holds a built program, such
        as a converted network, the network of that program is taken.
    shapes : mapping of str to tuple of int, optional
        Populations of a Brian2 network that are images, such as ``{"input": (28, 28)}``.
    values, seed, data
        As a protocol takes them; for protocols alone.

    Returns
    -------
    Scene
        Weights and spikes are copies: what runs afterwards does not change it.

    Raises
    ------
    UnknownNameError
        There is no such file, model or protocol.
    ParameterError
        It is nothing that can be seen, holds no neurons, or an option does not apply.
    ModelFileError, ResultsError
        The file or the run folder cannot be read.
    """
    shapes = _checked(shapes or {})
    found = _found(what) if isinstance(what, str | os.PathLike) else what
    if isinstance(found, Protocol):
        about = f"the network of protocol {found.name}: {found.summary.rstrip('.')}"
        return protocol_scene(found, values or {}, about=about, shapes=shapes, seed=seed, data=data)
    if values or data is not None or seed:
        raise ParameterError(f"view: {_words(what)} is no protocol; leave values, data and seed out")
    if isinstance(found, SpikingGraph):
        with target("numpy"):
            return scene(build(found), shapes=shapes)
    converted = isinstance(found, SpikingNetwork) and found.graph.origin is not None
    network = None if converted else _network(found)
    if network is not None:
        about = "Brian2 network" if found is network else f"Brian2 network of a {type(found).__name__}"
        return network_scene(network, about, shapes)
    if shapes:
        raise ParameterError(f"view: {_words(what)} says its own shapes; leave shapes out")
    if isinstance(found, Scene):
        return found
    if converted:
        return converted_scene(found)
    if isinstance(found, Path):
        return run_scene(found)
    if isinstance(found, LayerGraph | NirGraph):
        kind = "trained network" if isinstance(found, LayerGraph) else "network of spiking neurons"
        return layer_scene(found, f"{kind}: {found.source}" if found.source else kind)
    if isinstance(found, NeuronModel | SynapseModel | Device):
        return model_scene(found, found.summary)
    packages = {cls.__module__.partition(".")[0] for cls in type(found).__mro__}
    if packages & {"torch", "sklearn"}:
        return layer_scene(ann.read(found), f"a {type(found).__name__}")
    raise ParameterError(
        f"view: a {type(found).__name__} cannot be seen; give a brian2.Network, what collect() gives, a LayerGraph, a "
        "model, a protocol, or the path of a file or run folder"
    )


def _found(what: str | os.PathLike[str]) -> Any:
    """Return what a path or a name stands for; a run folder as its path."""
    path = Path(what).expanduser()
    text = str(what)
    if os.path.isdir(path) and (os.path.exists(path / "summary.json") or text not in {*models, *protocols}):
        return path
    ending = path.suffix.lower()
    if ending == ".py":
        return load_file(path, (NeuronModel, SynapseModel, Device, Protocol))
    if ending == ".nir":
        return read_nir(path)
    if ending in NETWORKS:
        return ann.read(path)
    for catalogue in (models, protocols):
        if text in catalogue:
            return catalogue[text]
    if os.path.exists(path):
        return ann.read(path)  # which says what endings it knows
    known = {*models, *protocols}
    raise UnknownNameError(f"there is no file, run folder, model or protocol {text!r}; {nearest(text, known)}")


def _network(found: Any) -> Any:
    """Return what Brian2 runs: a network, a collection of objects, or that of a built program."""
    if isinstance(found, Network):
        return found
    program = getattr(found, "program", found)  # of a converted network, say
    if isinstance(getattr(program, "network", None), Network):
        return program.network
    if isinstance(found, BrianObject):
        return [found]
    if isinstance(found, Iterable) and not isinstance(found, str | Mapping):
        objects = list(found)
        if objects and all(isinstance(each, BrianObject) for each in objects):
            return objects
    return None


def _checked(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    for name, shape in shapes.items():
        sizes = shape if isinstance(shape, tuple | list) else ()
        if not 2 <= len(sizes) <= 3 or not all(isinstance(n, int) and n > 0 for n in sizes):
            raise ParameterError(f"view: shapes[{name!r}] = {shape!r} is no image; give e.g. (28, 28)")
    return {name: tuple(shape) for name, shape in shapes.items()}


def _words(what: Any) -> str:
    return f"{str(what)!r}" if isinstance(what, str | os.PathLike) else f"a {type(what).__name__}"
