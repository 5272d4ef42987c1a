"""The points of a sweep as one data set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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
        Variables that have the same dimensions, unit and coordinates at every point, along the axes of the sweep as
        well; NaN, NaT or an empty text where a point failed. The others are named by the attribute ``left_out``: their
        values are in the file of each point. Attributes are those that are the same at every point.
    """
    import xarray as xr

    # Coordinates that are no index are stacked as variables are, unless they are the same everywhere.
    beside = {str(name) for each in found.values() for name in each.coords if name not in each.dims}
    sets = {index: each.reset_coords() for index, each in found.items()}
    taken = {str(name) for each in sets.values() for name in {*each.variables, *each.dims}}
    dims = {name: _free_name(name, taken) for name in axes}
    made, left_out = {}, []
    for name in dict.fromkeys(str(name) for each in sets.values() for name in each.data_vars):
        points = {index: each[name] for index, each in sets.items() if name in each}
        one = next(iter(points.values()))
        if len(points) < len(sets) or not all(_alike(one, other) for other in points.values()):
            left_out.append(name)
        elif name in beside and all(one.variable.equals(other.variable) for other in points.values()):
            made[name] = one
        else:
            stacked = _stacked({index: each.values for index, each in points.items()}, shape)
            attributes = _common([each.attrs for each in points.values()])
            made[name] = xr.DataArray(stacked, dims=(*dims.values(), *one.dims), coords=one.coords, attrs=attributes)
    dataset = xr.Dataset(made).set_coords([name for name in made if name in beside])
    for axis, (values, unit) in axes.items():
        dataset = dataset.assign_coords({dims[axis]: (dims[axis], values, {"units": unit} if unit else {})})
    left_out.sort(key=lambda name: (name not in results, name))
    dataset.attrs = _common([each.attrs for each in found.values()]) | {"left_out": ", ".join(left_out)}
    return dataset


def _free_name(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name = f"swept_{name}"
    return name


def _kind(dtype: np.dtype[Any]) -> str:
    return "number" if dtype.kind in "biuf" else dtype.kind if dtype.kind in "cmM" else "text"


def _alike(one: xr.DataArray, other: xr.DataArray) -> bool:
    return (
        one.dims == other.dims
        and one.shape == other.shape
        and _kind(one.dtype) == _kind(other.dtype)
        and one.attrs.get("units") == other.attrs.get("units")
        and set(one.coords) == set(other.coords)
        and all(one.coords[name].variable.equals(other.coords[name].variable) for name in one.coords)
    )


def _stacked(points: Mapping[int, np.ndarray[Any, Any]], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    """Put arrays of one shape in their places; whole numbers and truth values stay such where none is missing."""
    one = next(iter(points.values()))
    kind = _kind(one.dtype)
    dtype = np.dtype(object) if kind == "text" else np.result_type(*{each.dtype for each in points.values()})
    stacked = np.zeros((*shape, *one.shape), dtype=dtype)
    if len(points) < np.prod(shape):
        if dtype.kind in "biu":
            stacked = stacked.astype(float)
        stacked[...] = "" if kind == "text" else "NaT" if kind in "mM" else np.nan
    for index, each in points.items():
        stacked[np.unravel_index(index, shape)] = each
    return stacked.astype(str) if kind == "text" else stacked


def _common(attributes: Sequence[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Return the attributes that are the same everywhere."""
    return {
        name: value
        for name, value in attributes[0].items()
        if all(name in each and np.array_equal(each[name], value) for each in attributes)
    }
