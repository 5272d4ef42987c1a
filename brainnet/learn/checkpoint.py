"""State of a training kept on the disk: a killed training goes on where it stood."""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from brainnet.errors import DataError, ResultsError
from brainnet.results.atomic import whole_file

__all__ = ["Checkpoint", "fingerprint"]

_KEY, _RANDOM = "_key", "_random"


def fingerprint(*parts: Any) -> str:
    """Hash of arrays, numbers, texts and quantities, and of lists, tuples and dictionaries of them.

    Examples
    --------
    >>> fingerprint({"a": 1.0}) == fingerprint({"a": 1.0}) != fingerprint({"a": 1.5})
    True
    """
    digest = hashlib.sha256()
    _feed(digest, parts)
    return digest.hexdigest()[:32]


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

    def load(self) -> dict[str, Any] | None:
        """Return what was saved last, or None where there is no file.

        Raises
        ------
        DataError
            The file is damaged, or of other data or parameters. It is left alone.
        """
        if self.path is None or not self.path.exists():
            return None
        try:
            with np.load(io.BytesIO(self.path.read_bytes()), allow_pickle=False) as archive:
                found = {name: archive[name] for name in archive.files}
            key = str(found.pop(_KEY))
            states = json.loads(str(found.pop(_RANDOM)))
        except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
            raise DataError(f"checkpoint {self.path} cannot be read ({error}); delete it to start anew") from error
        if key != self._key:
            raise DataError(
                f"checkpoint {self.path} is of other data or parameters; give another path, or delete it to start anew"
            )
        state: dict[str, Any] = dict(found)
        for name, words in states.items():
            state[name] = np.random.default_rng(0)
            state[name].bit_generator.state = words
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
        assert not any(each.dtype.hasobject for each in arrays.values()), "a state of numbers and texts"
        words = json.dumps({name: each.bit_generator.state for name, each in randoms.items()})
        with whole_file(self.path) as temporary, temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays, **{_KEY: np.asarray(self._key), _RANDOM: np.asarray(words)})
        self._written = time.monotonic()


def _feed(digest: Any, part: Any) -> None:
    """Feed a value to a hash, with its type, so that no two values read the same."""
    if isinstance(part, dict):
        part = sorted(part.items())
    if isinstance(part, list | tuple):
        digest.update(f"[{len(part)}".encode())
        for each in part:
            _feed(digest, each)
    elif isinstance(part, np.ndarray) and part.ndim:
        digest.update(f"{part.dtype.str}{part.shape}".encode())
        digest.update(np.ascontiguousarray(part).tobytes())
    else:
        words = repr(part).encode()
        digest.update(f"{type(part).__name__}{len(words)}:".encode() + words)
