"""Whether synapses fit: into the numbers that count them, and into memory."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from brainnet.errors import ParameterError

__all__ = ["available_memory", "check_size"]

MOST = 2**31 - 1  # what Brian2 counts synapses with


def available_memory() -> int | None:
    """Return how many bytes can be taken without swapping; None where the system does not say."""
    found = []
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        found.append(1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]))
    except (OSError, StopIteration, ValueError):
        try:
            found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        except (AttributeError, OSError, ValueError):
            return None
    with suppress(OSError, ValueError):  # of a container
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return min(found)


def check_size(owner: str, synapses: float, size: int) -> None:
    """Refuse more synapses than can be counted or held.

    Parameters
    ----------
    owner : str
    synapses : float
        How many are expected.
    size : int
        Bytes that each takes, at most, while it is drawn.

    Raises
    ------
    ParameterError
        It says how much memory is needed, and how much there is.
    """
    if synapses > MOST:
        raise ParameterError(
            f"{owner}: {synapses:.4g} synapses are more than 2**31 - 1, which Brian2 can count; split the populations, "
            "or connect fewer"
        )
    needed, there = synapses * size, available_memory()
    if there is not None and needed > there:
        raise ParameterError(
            f"{owner}: {synapses:.4g} synapses take {needed / 2**30:.3g} GiB to draw, and {there / 2**30:.3g} GiB are "
            "free; connect fewer, or free memory"
        )
