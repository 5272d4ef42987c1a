"""A map written into devices."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import second

from brainnet.hardware.array import DeviceArray
from brainnet.hardware.crossbar import CrossbarMap
from brainnet.seeds import check_seed

__all__ = ["programmed"]


def programmed(mapped: CrossbarMap, seed: int, *, after: Any = 0 * second) -> CrossbarMap:
    """Return a map as its devices hold it: written and verified once, read a time later.

    Parameters
    ----------
    mapped : CrossbarMap
    seed : int
        Of variation, stuck cells, noise of programming and of the read; each tile has its own from it.
    after : Quantity
        Time since the devices were written.

    Raises
    ------
    ParameterError
        The seed or the time is not valid, or the map is one seen through wires: see it so after it is programmed.
    """
    mapped.check_devices("programmed")
    seed, made = check_seed(mapped.device.name, seed), []
    seeds = np.random.SeedSequence(seed).generate_state(len(mapped.tiles))
    for own, tile in zip(seeds, mapped.tiles, strict=True):
        cells = DeviceArray(mapped.device, (tile.rows, tile.columns), int(own))
        cells.program(tile.conductances)
        made.append(cells.read(after))
    return mapped.with_conductances(made)
