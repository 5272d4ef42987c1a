"""New contents of state variables and timed arrays for one run of a program: checked, and as the target takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Network, Quantity, Subgroup, TimedArray
from brian2.units.fundamentalunits import DimensionMismatchError, fail_for_dimension_mismatch

from brainnet.brian import ArrayVariable, VariableView, contained_objects, is_gone, view_shape
from brainnet.errors import ParameterError
from brainnet.targets.content import as_numbers, check_content
from brainnet.values.checked import Checked

__all__ = ["NewValue", "check_values"]


@dataclass(frozen=True)
class NewValue:
    """What a variable or timed array holds from the beginning of a run.

    Parameters
    ----------
    key : VariableView or TimedArray
    name : str
        As the user calls it.
    target : str
        As a C++ program calls it.
    value : Quantity or number
    """

    key: Any
    name: str
    target: str
    value: Any


def check_values(network: Network, values: Any, *, whole: bool) -> list[NewValue]:
    """Return the new values of a run if each can be what its key holds.

    Parameters
    ----------
    network : brian2.Network
    values : mapping or None
    whole : bool
        Whether only whole arrays can be set, as in a C++ program.

    Raises
    ------
    ParameterError
    """
    if values is None:
        return []
    if not isinstance(values, Mapping):
        raise ParameterError(f"values = {values!r} is no mapping; write e.g. {{group.I_ext: 1*nA}}")
    objects = contained_objects(network)
    return [_check(objects, key, value, whole) for key, value in values.items()]


def _check(objects: Iterable[Any], key: Any, value: Any, whole: bool) -> NewValue:
    shape: tuple[int, ...] | None
    if isinstance(key, TimedArray):
        name, target, shape, dim = key.name, f"{key.name}.values", key.values.shape, key.dim
    elif isinstance(key, VariableView):
        name, dim = f"{key.group_name}.{key.name}", key.variable.dim
        target = _settable(objects, key, name, whole)
        shape = view_shape(key)
    else:
        raise ParameterError(f"{key!r} is no state variable or TimedArray; use e.g. {{group.I_ext: 1*nA}} as the key")
    if isinstance(key, VariableView) and isinstance(key.group, Checked):
        value = key.group.one_each(key.name, value)
    bare = isinstance(key, VariableView) and key.dim is None  # `group.I_ext_`, in SI units
    try:
        value = as_numbers(name, value)
        fail_for_dimension_mismatch(Quantity(1.0) if bare else Quantity(1.0, dim=dim), value)
    except DimensionMismatchError as error:
        unit = "no unit" if bare else Quantity(1.0, dim=dim)
        raise ParameterError(f"new value of {name} has the wrong unit; give one in {unit}") from error
    if shape == () and np.shape(value) == (1,):
        value = value[0]
    if np.ndim(value) and (np.ndim(value) != 1 if shape is None else np.shape(value) != shape):
        wanted = "one number per synapse" if shape is None else shape
        raise ParameterError(f"new value of {name} has the shape {np.shape(value)}; give {wanted} or one value")
    if bare:
        value = Quantity(value, dim=dim)
    check_content(key, name, value)
    # In the order in which a program reads it.
    return NewValue(key, name, target, value if np.ndim(value) == 0 else Quantity(np.ascontiguousarray(value), dim=dim))


def _settable(objects: Iterable[Any], key: VariableView, name: str, whole: bool) -> str:
    """Return the name of the array behind `key`; refuse what cannot be set before a run."""
    variable = key.variable
    if not isinstance(variable, ArrayVariable):
        raise ParameterError(f"{name} is computed from other variables; give new values of those")
    if variable.read_only:
        raise ParameterError(f"{name} is fixed when the network is made; make another network")
    known = (each for one in objects for each in getattr(one, "variables", {}).values())
    if not any(each is variable for each in known):
        raise ParameterError(f"{name} belongs to nothing in this program; build it with what the variable belongs to")
    owner = f"{variable.owner.name}.{variable.name}"
    if key.index_var_name in ("_idx", "0"):
        return owner
    if is_gone(key.group):
        raise ParameterError(
            f"{name} is a variable of a part that nothing holds; give the part a name first, as part = cells[1:]"
        )
    if not isinstance(key.group, Subgroup):
        raise ParameterError(f"{name} is {owner}, seen from elsewhere; give {owner} a value")
    if whole:
        raise ParameterError(f"{name} is a part of {owner}, and a C++ program takes whole arrays; give {owner} a value")
    return owner
