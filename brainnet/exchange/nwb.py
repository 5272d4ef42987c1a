"""Spikes in files of Neurodata Without Borders: a unit for each neuron."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from brian2 import Quantity
from numpy.typing import NDArray

from brainnet.errors import DataError, MissingExtraError, one_line
from brainnet.exchange.given import put_together, split
from brainnet.results import prepare_file, whole_file

__all__ = ["read_nwb", "write_nwb"]


def write_nwb(path: str | Path, spikes: Any, *, duration: Quantity, description: str, overwrite: bool = False) -> Path:
    """Write spikes as the units of an NWB file.

    Parameters
    ----------
    path : path
        Of the file, which ends in .nwb.
    spikes : SpikeMonitor, or (n, neurons, times)
        What was recorded; or the number of neurons, and the neuron and the time of each spike, with a unit.
    duration : Quantity
        Of the recording, which begins at 0; the interval in which each unit was observed.
    description : str
        Of the session: what was simulated.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    Path
        Of the file. It is written whole or not at all.

    Raises
    ------
    DataError
        The spikes do not fit to each other or to the duration, or the description is empty.
    ResultsError
        The file exists, or cannot be written.
    MissingExtraError
        pynwb is not installed.
    """
    if not description.strip():
        raise DataError("an NWB file needs a description of its session; say what was simulated")
    trains, length = split(spikes, duration)
    pynwb = _pynwb()
    place = prepare_file(path, overwrite=overwrite)
    session = pynwb.NWBFile(
        session_description=description, identifier=str(uuid.uuid4()), session_start_time=datetime.now(UTC)
    )
    for times in trains:
        session.add_unit(spike_times=times, obs_intervals=[[0.0, length]])
    content = BytesIO()  # in memory first: HDF5 that meets a full disk leaves a handle that crashes Python at exit
    with h5py.File(content, "w") as file, pynwb.NWBHDF5IO(file=file, mode="w") as writer:
        writer.write(session)
    with whole_file(place) as temporary:
        temporary.write_bytes(content.getvalue())
    return place


def read_nwb(path: str | Path) -> tuple[int, NDArray[np.int64], Quantity]:
    """Return the units of an NWB file as a `SpikeGeneratorGroup` takes them.

    Parameters
    ----------
    path : path
        Of the file. Types of data that the file itself defines are not loaded.

    Returns
    -------
    n : int
        Number of units.
    neurons : ndarray of shape (spikes,)
        The row of each spike's unit.
    times : Quantity of shape (spikes,)
        Ascending, from the start of the session on.

    Raises
    ------
    DataError
        The file is missing or damaged, or has no units with spike times.
    MissingExtraError
        pynwb is not installed.
    """
    pynwb = _pynwb()
    place = Path(path).expanduser()
    if not place.is_file():
        raise DataError(f"{place} is no file; give the path of an NWB file")
    try:
        # What the file says of its own types is not taken: no class is made from it.
        with pynwb.NWBHDF5IO(str(place), "r", load_namespaces=False) as file:
            units = file.read().units
            if units is None or "spike_times" not in units.colnames:
                trains = None
            else:
                trains = [np.asarray(units["spike_times"][row], dtype=float) for row in range(len(units))]
    except Exception as error:  # any: of pynwb, hdmf and h5py
        raise DataError(f"{place} cannot be read as NWB ({one_line(error)[:200]}); write it again") from error
    if trains is None:
        raise DataError(f"{place} holds no spike times of units; give a file with sorted or simulated spikes")
    try:
        return put_together(trains)
    except DataError as error:
        raise DataError(f"{place}: {error}") from None


def _pynwb() -> Any:
    try:
        import pynwb
    except ImportError as error:
        raise MissingExtraError("NWB files need pynwb; pip install 'brainnet[nwb]'") from error
    return pynwb
