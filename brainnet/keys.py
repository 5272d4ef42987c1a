"""One short text for all that decides a result: the key of what is kept, in a cache or a checkpoint."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

__all__ = ["fingerprint"]


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
