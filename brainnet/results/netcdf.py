"""data.nc: a data set on disk, with attributes that NetCDF knows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.errors import ResultsError, one_line
from brainnet.guarded.hdf5 import probe_netcdf
from brainnet.guarded.limits import max_bytes

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["plain_attributes", "read_netcdf", "write_netcdf"]

MAX_BYTES = 2**31


def write_netcdf(dataset: xr.Dataset, path: Path) -> None:
    """Write `dataset` with the h5netcdf engine.

    Raises
    ------
    ResultsError
        The data set holds what NetCDF cannot store.
    OSError
        The disk is full.
    """
    plain = dataset.copy()
    plain.attrs = plain_attributes(dataset.attrs)
    for name in plain.variables:
        plain[name].attrs = plain_attributes(dataset[name].attrs)
    try:
        # In memory first: when HDF5 itself meets a full disk, it leaves a handle that crashes Python at exit.
        content = plain.to_netcdf(engine="h5netcdf")
    except (TypeError, ValueError, NotImplementedError, AttributeError) as error:
        words = " ".join(str(error).split())
        raise ResultsError(
            f"the data set cannot be stored as NetCDF: {words}; return plain numbers and text"
        ) from error
    path.write_bytes(content)


def read_netcdf(path: Path, *, own: bool = False) -> xr.Dataset:
    """Read a data set into memory and close the file.

    Parameters
    ----------
    path : Path
    own : bool
        This process has written it: no other one, which takes some tenths of a second, need try it first.

    Raises
    ------
    ResultsError
        The file is missing or damaged, or takes more than 2 GiB in memory (BRAINNET_MAX_BYTES sets another limit).
    """
    import xarray as xr

    if not path.is_file():  # a pipe would be waited for
        raise ResultsError(f"{path} {'is no file' if path.exists() else 'does not exist'}; give a complete run folder")
    try:
        # A process of its own reads it first: what ends, stops or fills that one is not read here.
        if not own:
            probe_netcdf(path, max_bytes(MAX_BYTES))
        return xr.load_dataset(path, engine="h5netcdf")
    except Exception as error:
        words = one_line(error).removesuffix("; write it again")
        raise ResultsError(f"{path} cannot be read: {words or type(error).__name__}; repeat the run") from error


def plain_attributes(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Return attributes as numbers, arrays of numbers and text; deeper ones become JSON text, bool 0 or 1."""
    return {str(name): _plain(value) for name, value in attributes.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bool | np.bool_):
        return int(value)
    if isinstance(value, str | int | float | np.number):
        return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        return np.asarray(value)
    if isinstance(value, list | tuple) and value and all(type(item) in (int, float) for item in value):
        return np.asarray(value)
    if value is None or isinstance(value, Mapping | list | tuple | np.ndarray):
        return json.dumps(value, default=_json)
    return str(value)


def _json(value: Any) -> Any:
    """Write in JSON what the module `json` does not know."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    return dict(value) if isinstance(value, Mapping) else str(value)
