"""One check of every seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.errors import ParameterError

__all__ = ["MOST_INTEGER", "MOST_SEED", "check_seed"]

MOST_SEED = 2**32 - 1  # what scikit-learn and one word of Philox's key take
MOST_INTEGER = 2**31 - 1  # what a whole number of Brian2 holds


def check_seed(owner: str, seed: Any, most: int = MOST_SEED, *, name: str = "seed") -> int:
    """Return a seed, if it is a whole number from 0 to `most`.

    Parameters
    ----------
    owner : str
        For the message; empty where the function has said where it is.
    seed : int
    most : int
    name : str
        What it is called.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> check_seed("here", 3)
    3
    """
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= most:
        where = f"{owner}: " if owner else ""
        raise ParameterError(f"{where}{name} = {repr(seed)[:40]} is out of range; give a whole number from 0 to {most}")
    return int(seed)
