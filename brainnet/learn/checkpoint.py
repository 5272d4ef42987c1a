"""State of a training kept on the disk: a killed training goes on where it stood."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from typing import Any

import numpy as np

from brainnet.errors import BrainnetError, DataError, ModelFileError, ResultsError
from brainnet.guarded.archive import read_archive, save_arrays
from brainnet.guarded.limits import max_bytes
from brainnet.results import prepare_file
from brainnet.results.atomic import whole_file

__all__ = ["Checkpoint"]

_KEY, _RANDOM = "_key", "_random"
MAX_BYTES = 2**33  # of all arrays; BRAINNET_MAX_BYTES sets another limit


class Checkpoint:
    """One file that holds the whole state of a training, whichever moment it is killed at.

    Parameters
    ----------
    path : path or None
        The npz file; None: nothing is kept, and `load` finds nothing.
    key : str
        `fingerprint` of all that decides the course of the training: data, parameters, seed. What the training may be
        resumed with, such as a larger number of epochs, is left out of it.
    interval : float
        Seconds between two writings; 0 writes at every `save`.

    Raises
    ------
    ResultsError
        The path is a folder, or cannot be written: told before anything is learned.

    Notes
    -----
    The file holds numbers and text, never pickles. What is saved comes back bit by bit, so that a resumed training
    gives what an uninterrupted one gives if the state holds all that the training reads.
    """

    def __init__(self, path: str | os.PathLike[str] | None, key: str, *, interval: float = 10.0) -> None:
        self.path = None if path is None else Path(path)
        self._key, self._interval, self._written = key, interval, time.monotonic()
        if self.path is not None and self.path.is_dir():
            raise ResultsError(f"checkpoint {self.path} is a folder; give a file such as {self.path / 'fit.npz'}")
        if self.path is not None:
            _check_writable(self.path)

    def load(self, **expected: tuple[Any, tuple[int | None, ...]]) -> _State | None:
        """Return what was saved last, or None where there is no file.

        Parameters
        ----------
        **expected : (dtype, shape)
            Of arrays, by name; a length of None is any. A whole number or count is 0 or more. The key alone says
            nothing of what a file holds that somebody else has written.

        Raises
        ------
        DataError
            The file is damaged, takes more than 8 GiB in memory (BRAINNET_MAX_BYTES sets another limit), or is of
            other data or parameters, or holds arrays of another type or shape. It is left alone.
        """
        if self.path is None or not self.path.exists():
            return None
        try:
            found = read_archive(self.path, _check_member, max_bytes(MAX_BYTES), empty=True)
            key = str(found.pop(_KEY))
            randoms = {name: _random(words) for name, words in json.loads(str(found.pop(_RANDOM))).items()}
        except BrainnetError as error:  # what is wrong, without the path and the remedy of other archives
            cause = re.sub("; write it (again )?with np.savez$", "", str(error).removeprefix(f"{self.path}: "))
            raise DataError(f"checkpoint {self.path} cannot be read: {cause}; delete it to start anew") from error
        except Exception as error:  # whatever else a damaged file brings about
            raise DataError(
                f"checkpoint {self.path} cannot be read: it is damaged, or none of a training; delete it to start anew"
            ) from error
        if key != self._key:
            raise DataError(
                f"checkpoint {self.path} is of other data or parameters; give another path, or delete it to start anew"
            )
        # A training goes on in these arrays, and what is read from an archive cannot be changed.
        state = _State(self.path, {**{name: np.array(array) for name, array in found.items()}, **randoms})
        for name, (dtype, shape) in expected.items():
            state.check(name, np.dtype(dtype), shape)
        return state

    def save(self, *, force: bool = False, **state: Any) -> None:
        """Keep the state, if the interval since the last writing is over.

        Parameters
        ----------
        force : bool
            Write in any case: at the end of a training.
        **state : arrays, numbers, texts or numpy.random.Generator
            Come back from `load` as arrays (of no axes, for numbers and texts) and as generators.

        Raises
        ------
        ResultsError
            The disk is full, or the folder cannot be written.
        """
        if self.path is None or (not force and time.monotonic() - self._written < self._interval):
            return
        randoms = {name: each for name, each in state.items() if isinstance(each, np.random.Generator)}
        arrays = {name: np.asarray(each) for name, each in state.items() if name not in randoms}
        words = json.dumps({name: each.bit_generator.state for name, each in randoms.items()})
        with whole_file(self.path) as temporary, temporary.open("wb") as file:
            save_arrays(file, {**arrays, _KEY: self._key, _RANDOM: words})
        self._written = time.monotonic()


class _State(dict[str, Any]):
    """What was saved; what is missing is the fault of the file."""

    def __init__(self, path: Path, found: dict[str, Any]) -> None:
        super().__init__(found)
        self._path = path

    def check(self, name: str, dtype: np.dtype[Any], shape: tuple[int | None, ...]) -> None:
        """Compare an array with what the training writes."""
        array = self[name]
        same = isinstance(array, np.ndarray) and array.dtype == dtype and array.ndim == len(shape)
        if not same or any(n not in (None, length) for n, length in zip(shape, array.shape, strict=True)):
            what = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else "no array"
            wanted = f"({', '.join('any' if n is None else str(n) for n in shape)})"
            raise DataError(
                f"checkpoint {self._path}: {name!r} is {what}, expected {dtype} of shape {wanted}; delete it to start "
                "anew"
            )
        if array.dtype.kind == "i" and array.size and array.min() < 0:
            raise DataError(f"checkpoint {self._path}: {name!r} is negative; delete it to start anew")

    def __missing__(self, name: str) -> Any:
        raise DataError(f"checkpoint {self._path} holds no {name!r}; delete it to start anew")


def _check_writable(path: Path) -> None:
    try:
        prepare_file(path.absolute(), overwrite=True)
    except ResultsError as error:
        words = str(error).replace("choose another --out", "give another path")
        raise ResultsError(f"checkpoint: {words}") from error


def _check_member(name: str, dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "biufcU":
        raise ModelFileError(f"array {name!r} has type {dtype}, which no training writes")


def _random(words: Any) -> np.random.Generator:
    generator = np.random.default_rng(0)
    generator.bit_generator.state = words
    return generator
