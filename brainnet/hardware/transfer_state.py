"""What a transfer leaves when it is killed: the conductances of all neurons that were complete."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError, ModelFileError, ResultsError
from brainnet.guarded.archive import read_archive, write_archive
from brainnet.guarded.limits import max_bytes
from brainnet.hardware.array import DeviceArray
from brainnet.hardware.transfer_levels import Levels

__all__ = ["PartlyWritten", "TransferState", "read_transfer"]

_MAX_BYTES = 2**33
_KIND = "transfer_of_weights"


@dataclass(frozen=True, eq=False)
class PartlyWritten:
    """The complete neurons of a layer.

    Parameters
    ----------
    name : str
        Of the layer.
    neurons : int
        That it has in all.
    plus, minus : array (complete neurons, inputs)
        Conductances G+ and G- in siemens.
    """

    name: str
    neurons: int
    plus: NDArray[np.float64]
    minus: NDArray[np.float64]


class TransferState:
    """One file that is whole at any moment.

    Parameters
    ----------
    path : path or None
        None: nothing is kept.
    levels : list of Levels
        Of all layers.

    Raises
    ------
    ResultsError
        The path is a folder or lies in none, or the file holds something else than a transfer.
    """

    def __init__(self, path: str | os.PathLike[str] | None, levels: list[Levels]) -> None:
        self._path = None if path is None else Path(path)
        if self._path is not None and self._path.is_dir():
            raise ResultsError(f"checkpoint {self._path} is a folder; give a file such as {self._path / 'written.npz'}")
        if self._path is not None and not self._path.absolute().parent.is_dir():
            raise ResultsError(f"checkpoint {self._path}: there is no folder {self._path.parent}; make it first")
        if self._path is not None and self._path.exists():
            try:
                read_transfer(self._path)
            except DataError as error:
                raise ResultsError(
                    f"checkpoint {self._path} is there and holds no transfer; give the name of another file"
                ) from error
            # What an earlier transfer left would pass for this one until its first neuron is complete.
            self._path.unlink()
        self._levels = levels
        self._done: list[tuple[list[NDArray[Any]], list[NDArray[Any]]]] = [([], []) for _ in levels]

    def complete(self, layer: int, pair: tuple[DeviceArray, DeviceArray]) -> None:
        """Keep a neuron that is complete."""
        if self._path is None:
            return
        for kept, cells in zip(self._done[layer], pair, strict=True):
            kept.append(cells.G.copy())
        arrays: dict[str, Any] = {"kind": _KIND, "layers": [each.name for each in self._levels]}
        arrays["neurons"] = [each.shape[1] for each in self._levels]
        for number, (levels, sides) in enumerate(zip(self._levels, self._done, strict=True)):
            for word, kept in zip(("plus", "minus"), sides, strict=True):
                arrays[f"{word}_{number}"] = np.array(kept).reshape(len(kept), levels.shape[0])
        write_archive(self._path, arrays)


def read_transfer(path: str | os.PathLike[str]) -> list[PartlyWritten]:
    """Read what a transfer has written so far.

    Returns
    -------
    list of PartlyWritten
        All layers of the network, in order; those that were not begun have no complete neuron.

    Raises
    ------
    DataError
        The file is missing, damaged, or of another kind.
    """
    try:
        found = read_archive(Path(path), _check_member, max_bytes(_MAX_BYTES), empty=True)
        if str(found["kind"]) != _KIND:
            raise ModelFileError("it is of another kind")
        names, neurons = found["layers"].tolist(), found["neurons"].tolist()
        layers = [
            PartlyWritten(str(name), int(count), found[f"plus_{number}"], found[f"minus_{number}"])
            for number, (name, count) in enumerate(zip(names, neurons, strict=True))
        ]
        for each in layers:
            if each.plus.ndim != 2 or each.plus.shape != each.minus.shape or len(each.plus) > each.neurons:
                raise ModelFileError(f"conductances of layer {each.name!r} do not fit it")
            if not np.isfinite([each.plus.sum(), each.minus.sum()]).all():
                raise ModelFileError(f"conductances of layer {each.name!r} are not finite")
    except Exception as error:  # whatever a damaged file brings about
        raise DataError(
            f"{path}: no transfer can be read ({error or type(error).__name__}); give the checkpoint of one"
        ) from error
    return layers


def _check_member(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "ifU":
        raise ModelFileError(f"array {name!r} has type {dtype}, which no transfer writes")
