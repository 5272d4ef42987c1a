"""The description of mapped hardware: a folder of JSON and arrays, written whole and read back to the last bit.

``hardware.json`` says what stands where, as ``hardware.schema.json`` (in this package) has it; ``arrays.npz`` holds
weights and biases of the layers (``weights_3``, ``bias_3``... of the layer at position 3) and the conductances of the
tiles in siemens (``plus_5``, ``minus_5`` of tile 5).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions

from brainnet.ann import LayerGraph
from brainnet.ann.description import described, from_description
from brainnet.catalogue.content import models
from brainnet.declare import Device
from brainnet.errors import BrainnetError, ModelFileError
from brainnet.guarded.archive import read_archive, save_arrays
from brainnet.guarded.limits import max_bytes, read_text
from brainnet.hardware.crossbar import CrossbarMap, Tile, placed
from brainnet.results import check_folder, whole_folder
from brainnet.spiking import SpikingGraph, write_nir

__all__ = ["check_description_folder", "read_description", "write_description"]

DESCRIPTION, ARRAYS, NIR = "hardware.json", "arrays.npz", "network.nir"
FORMAT, VERSION = "brainnet hardware", 1
_MOST_TEXT, _MOST_BYTES = 2**26, 2**31
WEIGHTED = ("Dense", "Conv1d", "Conv2d")
_KEYS = {"format", "version", "network", "device", "tile", "scheme", "convolution", "scales", "tiles", "arrays"}


def write_description(
    mapped: CrossbarMap, out: str | os.PathLike[str], *, spiking: SpikingGraph | None = None, overwrite: bool = False
) -> Path:
    """Write hardware.json, arrays.npz and, of a spiking graph, network.nir into a folder: all of them, or nothing.

    Parameters
    ----------
    mapped : CrossbarMap
    out : path
        The folder; it must not exist, be empty, or be a description that `overwrite` allows to replace.
    spiking : SpikingGraph, optional
        What `brainnet.convert.spiking_graph` makes of the effective graph.

    Returns
    -------
    Path
        Of the folder.

    Raises
    ------
    ParameterError
        The map is one seen through wires.
    ModelFileError
        Classes of the network are neither numbers nor text; or NIR has no word for what the spiking graph holds.
    ResultsError
        The folder holds something, the disk is full, or it cannot be written.
    """
    mapped.check_devices("description")
    arrays: dict[str, Any] = {
        f"{field}_{k}": getattr(layer, field) for k, layer in enumerate(mapped.graph.layers) for field in layer.arrays
    }
    for k, tile in enumerate(mapped.tiles):
        arrays |= {f"plus_{k}": tile.plus, f"minus_{k}": tile.minus}
    described_without = _described(mapped, "")  # refuses before anything is written
    path = check_description_folder(out, overwrite)
    with whole_folder(path, replace=overwrite) as draft:
        with (draft.folder / ARRAYS).open("wb") as file:
            save_arrays(file, arrays)
        digest = hashlib.sha256((draft.folder / ARRAYS).read_bytes()).hexdigest()
        content = {**described_without, "arrays": {"file": ARRAYS, "sha256": digest}}
        (draft.folder / DESCRIPTION).write_text(json.dumps(content, indent=1, allow_nan=False), "utf-8")
        if spiking is not None:
            write_nir(spiking, draft.folder / NIR)
    return draft.placed


def check_description_folder(out: str | os.PathLike[str], overwrite: bool) -> Path:
    """Return the absolute path of a folder that a description may be written to.

    Raises
    ------
    ResultsError
        It is a file or holds something else; or a description, and `overwrite` is False.
    """
    return check_folder(os.fspath(out), overwrite, is_description, "hardware description")


def is_description(folder: Path) -> bool:
    """Whether a folder holds a description of hardware."""
    try:
        _content(folder / DESCRIPTION)
    except ModelFileError:
        return False
    return True


def read_description(folder: str | os.PathLike[str], device: Device | None = None) -> CrossbarMap:
    """Read a mapped network.

    Parameters
    ----------
    folder : path
        With hardware.json and arrays.npz.
    device : Device, optional
        Where the one that the description names is not in the catalogue.

    Returns
    -------
    CrossbarMap
        Conductances, weights and all that follows from them as they were, bit for bit.

    Raises
    ------
    ModelFileError
        A file is missing, damaged, too large or changed, or says what `map_network` would not have laid out so.
    """
    path = Path(folder) / DESCRIPTION
    content = _content(path)
    try:
        given = _Given(content, path.parent)
        graph = given.graph()
        layout = placed(graph, given.tile, content["scheme"], content["convolution"])
        mapped = CrossbarMap(graph, given.tiles(layout), given.scales(), given.device(device), given.tile,
                             content["scheme"], content["convolution"])  # fmt: skip
        if json.loads(json.dumps(_described(mapped, content["arrays"]["sha256"]))) != content:
            raise ModelFileError("it differs from what the network and the arrays make; write it again")
        return mapped
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except BrainnetError as error:
        raise ModelFileError(f"{path}: {error}") from error
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        ArithmeticError,
    ) as error:
        cause = " ".join(str(error).split())
        raise ModelFileError(f"{path}: cannot be understood ({cause}); write it with brainnet map") from error


def _described(mapped: CrossbarMap, digest: str) -> dict[str, Any]:
    graph, used = mapped.graph, mapped.tile_utilisation.tolist()
    classes = None if graph.classes is None else [_plain(each) for each in graph.classes]
    return {
        "format": FORMAT,
        "version": VERSION,
        "network": {
            "name": graph.name,
            "source": graph.source,
            "input_shape": list(graph.input_shape),
            "classes": classes,
            "folded": dict(graph.folded),
            "layers": [json.loads(described(layer)) for layer in graph.layers],
        },
        "device": {
            "name": mapped.device.name,
            "variants": dict(mapped.device.chosen),
            "parameters": {name: _plain(np.asarray(p.value).item()) for name, p in _parameters(mapped.device).items()},
        },
        "tile": {"rows": mapped.tile[0], "columns": mapped.tile[1]},
        "scheme": mapped.scheme,
        "convolution": mapped.convolution,
        "scales": dict(mapped.scales),
        "tiles": [
            {
                "layer": tile.block.layer,
                "inputs": [list(each) for each in tile.block.inputs],
                "outputs": [list(each) for each in tile.block.outputs],
                "rows": tile.rows,
                "columns": tile.columns,
                "utilisation": share,
            }
            for tile, share in zip(mapped.tiles, used, strict=True)
        ],
        "arrays": {"file": ARRAYS, "sha256": digest},
    }


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, str | int | float):
        raise ModelFileError(f"{value!r} is neither a number nor text, and cannot be described")
    return value


def _parameters(device: Device) -> Mapping[str, Any]:
    return device.resolved_parameters()


def _content(path: Path) -> dict[str, Any]:
    """Read the JSON, and refuse what is none of ours."""

    def refuse(text: str) -> None:
        raise ValueError(f"{text} is no number")

    try:
        text = read_text(path, max_bytes(_MOST_TEXT))
        content = json.loads(text, parse_constant=refuse) if text is not None else None
    except (OSError, ValueError, RecursionError) as error:
        words = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise ModelFileError(f"{path}: cannot be read ({words}); give a folder that brainnet map wrote") from error
    if text is None:
        raise ModelFileError(
            f"{path}: more than {max_bytes(_MOST_TEXT)} bytes; raise BRAINNET_MAX_BYTES if you trust it"
        )
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ModelFileError(f"{path}: no description of hardware; give a folder that brainnet map wrote")
    if content.get("version") != VERSION:
        raise ModelFileError(f"{path}: version {content.get('version')!r} is not known; this one reads {VERSION}")
    if set(content) != _KEYS:
        odd = sorted(set(content) ^ _KEYS)[0]
        raise ModelFileError(f"{path}: {odd!r} is {'missing' if odd in _KEYS else 'not understood'}; write it again")
    return content


class _Given:
    """What a description says, piece by piece."""

    def __init__(self, content: dict[str, Any], folder: Path) -> None:
        self.content, self.tile = content, (content["tile"]["rows"], content["tile"]["columns"])
        if content["arrays"]["file"] != ARRAYS:
            raise ModelFileError(f"arrays are in {content['arrays']['file']!r}; they belong in {ARRAYS}")
        archive = folder / ARRAYS
        self.arrays = read_archive(archive, _check_member, max_bytes(_MOST_BYTES), itemsize=8)
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != content["arrays"]["sha256"]:
            raise ModelFileError(f"{ARRAYS} is not the one that was written with it; write both again")

    def graph(self) -> LayerGraph:
        network, layers = self.content["network"], []
        for k, each in enumerate(network["layers"]):
            mine = {
                name.rpartition("_")[0]: self.arrays.pop(name)
                for name in list(self.arrays)
                if name.rpartition("_")[2] == str(k) and name.rpartition("_")[0] not in ("plus", "minus")
            }
            layers.append(from_description(json.dumps(each), mine, f"layer {k}"))
        classes = network["classes"]
        return LayerGraph(tuple(layers), tuple(network["input_shape"]), network["name"], network["source"],
                          None if classes is None else tuple(classes), network["folded"])  # fmt: skip

    def tiles(self, layout: list[Any]) -> tuple[Tile, ...]:
        made = []
        for k, block in enumerate(layout):
            made.append(Tile(block, self.arrays.pop(f"plus_{k}"), self.arrays.pop(f"minus_{k}")))
        if self.arrays:
            raise ModelFileError(f"array {next(iter(self.arrays))!r} belongs to no layer or tile; write it again")
        return tuple(made)

    def scales(self) -> dict[str, float]:
        found = {name: float(each) for name, each in self.content["scales"].items()}
        weighted = [each["name"] for each in self.content["network"]["layers"] if each["kind"] in WEIGHTED]
        if list(found) != weighted or not all(0 < each < math.inf for each in found.values()):
            raise ModelFileError(
                f"scales are not one positive number for each of {', '.join(weighted)}; write it again"
            )
        return found

    def device(self, given: Device | None) -> Device:
        """Return the device with the parameters as described."""
        described = self.content["device"]
        base = given or models[described["name"]]
        if not isinstance(base, Device) or base.name != described["name"]:
            raise ModelFileError(f"{described['name']!r} is no such device; give it as device=")
        if described["variants"] != dict(base.chosen):
            base = base(**described["variants"])
        known = _parameters(base)
        odd = next(iter(known.keys() ^ described["parameters"].keys()), None)
        if odd is not None:
            raise ModelFileError(f"device {base.name!r} has parameters other than described, such as {odd!r}")
        values = {
            name: Quantity(described["parameters"][name], dim=get_dimensions(p.value)) if p.has_unit
            else described["parameters"][name] for name, p in known.items()
        }  # fmt: skip
        changed = {name: value for name, value in values.items() if value != known[name].value}
        return base(**changed) if changed else base


def _check_member(key: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "fiu":
        raise ModelFileError(f"array {key!r} has type {dtype}; give real numbers")
