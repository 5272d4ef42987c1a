"""Spikes as neo's `SpikeTrain` objects, which elephant and other tools of electrophysiology take."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from brian2 import Quantity
from numpy.typing import NDArray

from brainnet.errors import DataError, MissingExtraError
from brainnet.exchange.given import put_together, split

__all__ = ["from_neo", "to_neo"]


def to_neo(spikes: Any, *, duration: Quantity) -> list[Any]:
    """Return a `neo.SpikeTrain` for each neuron, silent ones too.

    Parameters
    ----------
    spikes : SpikeMonitor, or (n, neurons, times)
        What was recorded; or the number of neurons, and the neuron and the time of each spike, with a unit.
    duration : Quantity
        Of the recording, which begins at 0.

    Returns
    -------
    list of neo.SpikeTrain
        In seconds, in the order of the neurons.

    Raises
    ------
    DataError
        The spikes do not fit to each other or to the duration, or have no unit.
    MissingExtraError
        neo is not installed.

    Examples
    --------
    >>> from brian2 import ms
    >>> [len(train) for train in to_neo((3, [0, 0, 2], [1, 5, 7] * ms), duration=10 * ms)]
    [2, 0, 1]
    """
    trains, length = split(spikes, duration)
    neo = _neo()
    return [neo.SpikeTrain(times, units="s", t_start=0.0, t_stop=length) for times in trains]


def from_neo(trains: Iterable[Any]) -> tuple[int, NDArray[np.int64], Quantity]:
    """Return spikes of neo as a `SpikeGeneratorGroup` takes them: ``SpikeGeneratorGroup(*from_neo(trains))``.

    Parameters
    ----------
    trains : iterable of neo.SpikeTrain
        Such as ``segment.spiketrains``.

    Returns
    -------
    n : int
        Number of trains.
    neurons : ndarray of shape (spikes,)
        The place of each spike's train in `trains`.
    times : Quantity of shape (spikes,)
        Ascending, from the earliest ``t_start`` of all trains on.

    Raises
    ------
    DataError
        Something else than spike trains, none of them, or a time that is NaN.
    MissingExtraError
        neo is not installed.
    """
    neo = _neo()
    given = list(trains)
    for train in given:
        if not isinstance(train, neo.SpikeTrain):
            raise DataError(f"an object of type {type(train).__name__} is no neo.SpikeTrain; give segment.spiketrains")
    start = min((float(train.t_start.rescale("s")) for train in given), default=0.0)
    return put_together([np.asarray(train.rescale("s").magnitude, dtype=float) - start for train in given])


def _neo() -> Any:
    try:
        import neo
    except ImportError as error:
        raise MissingExtraError("spike trains of neo need neo; pip install 'brainnet[neo]'") from error
    return neo
