"""summary.json: what was run, with what, and what came out."""

from __future__ import annotations

import math
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np

from brainnet.declare.declaration import Declaration
from brainnet.errors import ResultsError
from brainnet.values.parameter import Parameter, quantity_repr

if TYPE_CHECKING:
    import xarray as xr

    from brainnet.declare.protocol import Protocol

NO_VALUE = "no_value"  # attribute of a result that is null on purpose: why

__all__ = ["no_value", "parameter_text", "result_value", "summarise", "versions"]


def no_value(why: str) -> xr.DataArray:
    """Return a result that an experiment with these parameters does not have; summary.json holds null and the reason.

    Parameters
    ----------
    why : str
        In a few words, with the remedy where there is one.
    """
    import xarray as xr

    return xr.DataArray(np.nan, attrs={NO_VALUE: why})


def summarise(
    protocol: Protocol,
    parameters: Mapping[str, Any],
    dataset: xr.Dataset,
    *,
    seed: int,
    target: str,
    wall_seconds: float,
) -> dict[str, Any]:
    """Return the content of summary.json.

    Raises
    ------
    ResultsError
        A result is missing from `dataset`, is not finite, or has more than one dimension.
    """
    results = {}
    for name, declared in protocol.results.items():
        if declared.optional and name not in dataset:
            continue
        value = result_value(dataset, name)
        reference = None if value is None else declared.reference_for(parameters)
        published = reference is not None
        results[name] = {
            "value": value,
            "unit": declared.unit,
            "reference": reference,
            # Of the reference: nothing to say where there is none for these parameters.
            "tolerance": float(declared.tolerance) if published and declared.tolerance is not None else None,
            "source": declared.source if published or declared.reference is None else "",
            # What the value rests on, such as the table that an energy was computed with.
            **{str(key): text for key, text in dataset[name].attrs.items() if isinstance(text, str) and key != "units"},
        }
    return {
        "protocol": protocol.name,
        "parameters": {
            name: parameter_text(protocol.parameters.get(name), value) for name, value in parameters.items()
        },
        "seed": int(seed),
        "target": target,
        "versions": versions(),
        "wall_seconds": round(float(wall_seconds), 3),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "results": results,
    }


def result_value(dataset: xr.Dataset, name: str) -> Any:
    """Return a result as JSON knows it.

    Parameters
    ----------
    dataset : xarray.Dataset
        Its variable `name` is a scalar, or of one dimension.
    name : str
        Of the result.

    Returns
    -------
    number, str, list, dict or None
        None where the result is a `no_value`.
        Scalar: the number. One dimension: {coordinate as text: value} in order; a list where there is no coordinate.

    Raises
    ------
    ResultsError
        The result is missing, not finite, or has more than one dimension, or a coordinate occurs twice.
    """
    if name not in dataset:
        raise ResultsError(f"result {name!r} is not in the data set; return it as a variable of that name")
    variable = dataset[name]
    if variable.attrs.get(NO_VALUE):
        return None
    values = variable.values
    if values.dtype.kind not in "biufUSO":
        raise ResultsError(f"result {name!r} has the type {values.dtype}; return real numbers or text")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        bad = values[~np.isfinite(values)].flat[0]
        raise ResultsError(f"result {name!r} holds {bad}; correct the protocol, a result is a finite number")
    if values.ndim == 0:
        return _number(name, values.item())
    if values.ndim > 1:
        raise ResultsError(f"result {name!r} has {values.ndim} dimensions; return a scalar or one dimension")
    plain = [_number(name, value) for value in values.tolist()]
    dim = variable.dims[0]
    if dim not in variable.coords:
        return plain
    keys = [str(key) for key in variable.coords[dim].values.tolist()]
    if len(set(keys)) < len(keys):
        raise ResultsError(f"result {name!r} has a coordinate of {str(dim)!r} twice; give each value its own")
    return dict(zip(keys, plain, strict=True))


def _number(name: str, value: Any) -> Any:
    """Check one element; an array of objects may hold anything."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ResultsError(f"result {name!r} holds {value}; correct the protocol, a result is a finite number")
    if not isinstance(value, bool | int | float | str):
        raise ResultsError(f"result {name!r} holds a {type(value).__name__}; return real numbers or text")
    return value


def parameter_text(declared: Parameter | None, value: Any) -> Any:
    """Write a parameter for JSON: numbers plain, quantities as a user would type them, such as ``20*ms``."""
    if isinstance(value, np.ndarray) and value.ndim:  # a Quantity is one too
        return [parameter_text(declared, item) for item in value]
    if isinstance(value, list | tuple):
        return [parameter_text(declared, item) for item in value]
    if declared is not None and declared.has_unit:
        return declared.text(value)
    if isinstance(value, np.ndarray | np.generic):
        value = quantity_repr(value) if getattr(value, "dim", None) else value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no infinity
    if isinstance(value, Declaration):
        return repr(value)  # which gives it back; as text it is a page
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def versions() -> dict[str, str]:
    """Return the versions that decide what a run gives."""
    found = {}
    for package in ("brainnet", "brian2", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found | {"python": platform.python_version(), "platform": platform.platform()}
