"""Trained networks in the user's cache directory, keyed by the recipe that made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from brainnet.ann.graph import LayerGraph
from brainnet.ann.npz import read_npz, write_npz
from brainnet.errors import ModelFileError
from brainnet.folders import cache_folder, is_trusted, make_private
from brainnet.keys import fingerprint

__all__ = ["cached_network"]


def cached_network(recipe: Mapping[str, Any], make: Callable[[], LayerGraph]) -> LayerGraph:
    """Return the network that `recipe` makes, from the cache or by `make`.

    Parameters
    ----------
    recipe : mapping
        All that decides the result: data, sizes, epochs, seed, library versions. Numbers, texts and arrays,
        and lists and dictionaries of them.
    make : callable
        Trains the network.

    Notes
    -----
    A cache that cannot be read or written costs time, never the result.
    """
    key = fingerprint(dict(recipe))
    path = cache_folder() / "networks" / f"{key}.npz"
    with suppress(OSError, ModelFileError):  # not there, not readable or damaged: made below
        if is_trusted(path.parent):
            return read_npz(path)
    network = replace(make(), folded={})  # an npz file does not tell either: one result, cached or not
    with suppress(OSError, ModelFileError):
        make_private(path.parent)
        if is_trusted(path.parent):
            write_npz(network, path)
    return network
