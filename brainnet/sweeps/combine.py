"""The points of a sweep as one data set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["combined"]


def combined(
    results: Collection[str],
    axes: Mapping[str, tuple[list[Any], str]],
    shape: tuple[int, ...],
    found: Mapping[int, xr.Dataset],
) -> xr.Dataset:
    """Return all points as one data set.

    Parameters
    ----------
    results : collection of str
        Variables that matter most; of those that are left out they are named first.
    axes : mapping of str to (list, str)
        Values along each axis, and their unit.
    shape : tuple of int
    found : mapping of int to Dataset
        By the number of the point; those that failed are missing.

    Returns
    -------
    xarray.Dataset
        Variables that have the same dimensions and coordinates at every point, along the axes of the sweep as well; NaN
        or an empty text where a point failed. The others are named by the attribute ``left_out``: their values are in
        the file of each point.
    """
    import xarray as xr

    sets = list(found.values())
    taken = {str(name) for each in sets for name in {*each.variables, *each.dims}}
    named = {name: f"swept_{name}" if name in taken else name for name in axes}
    dims = tuple(named.values())
    made, left_out = {}, []
    for name in dict.fromkeys(str(name) for each in sets for name in each.data_vars):
        first = next(each[name] for each in sets if name in each)
        if not all(name in each and _alike(each[name], first) for each in sets):
            left_out.append(name)
            continue
        numeric = first.dtype.kind in "biuf"
        stacked = np.full((*shape, *first.shape), np.nan if numeric else "", dtype=float if numeric else object)
        for index, each in found.items():
            stacked[np.unravel_index(index, shape)] = each[name].values
        made[name] = xr.DataArray(
            stacked if numeric else stacked.astype(str), dims=(*dims, *first.dims), attrs=first.attrs,
            coords={key: value for key, value in first.coords.items() if set(value.dims) <= set(first.dims)},
        )  # fmt: skip
    dataset = xr.Dataset(made)
    for axis, (values, unit) in axes.items():
        dataset = dataset.assign_coords({named[axis]: (named[axis], values, {"units": unit} if unit else {})})
    left_out.sort(key=lambda name: (name not in results, name))
    dataset.attrs["left_out"] = ", ".join(left_out)
    return dataset


def _alike(one: xr.DataArray, other: xr.DataArray) -> bool:
    return (
        one.dims == other.dims
        and one.shape == other.shape
        and (one.dtype.kind in "biuf") == (other.dtype.kind in "biuf")
        and all(
            one.coords[dim].equals(other.coords[dim]) for dim in one.dims if dim in one.coords and dim in other.coords
        )
    )
