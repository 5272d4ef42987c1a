"""Whether a value may be what a variable holds: finite, whole where integers are kept, and as its group declares."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from brian2 import Network, Quantity, Subgroup, TimedArray, have_same_dimensions, second

from brainnet.errors import ParameterError
from brainnet.values.checked import CheckedNeurons

__all__ = ["as_numbers", "check_content", "check_run"]


def check_run(network: Network, duration: Any, *, at_once: bool = False) -> None:
    """Refuse a duration that is no time; warn of a run in which nothing can happen.

    Neurons of a declared model say so themselves in a run that is `at_once`.

    Raises
    ------
    ParameterError
    """
    if not isinstance(network, Network):
        raise ParameterError(f"{network!r} is no network; write e.g. build(Network(neurons, synapses), 100*ms)")
    if not isinstance(duration, Quantity) or not have_same_dimensions(duration, second) or np.ndim(duration):
        raise ParameterError(f"duration = {duration!r} is no time; write e.g. 100*ms")
    if not 0 <= float(duration) < np.inf:
        raise ParameterError(f"duration = {duration} is out of range; give at least 0*ms")
    objects = list(network.objects)
    if not objects:
        warnings.warn(
            "the network holds no objects, so that nothing runs; give them: Network(neurons, synapses, monitor)",
            stacklevel=4,
        )
        return
    told = at_once and any(isinstance(each, CheckedNeurons) for each in objects)
    if not duration and not told:  # of less than a step Brian2 makes one
        warnings.warn(
            f"a duration of {duration} is no time step, so that nothing runs; give a longer one",
            stacklevel=4,
        )


def as_numbers(name: str, value: Any) -> Any:
    """Return `value` if it is a number or an array of numbers, with or without unit; lists as an array.

    Raises
    ------
    ParameterError
    """
    try:
        array = np.asanyarray(value) if isinstance(value, Quantity) else np.asanyarray(Quantity(value))
        if array.dtype.kind in "biuf":
            return value if np.isscalar(value) or isinstance(value, np.ndarray) else array
    except (TypeError, ValueError):
        pass
    raise ParameterError(f"new value of {name} is no number or array of numbers: {value!r}")


def check_content(key: Any, name: str, value: Any) -> None:
    """Refuse a value of the right unit and shape that `key` cannot hold.

    Parameters
    ----------
    key : VariableView or TimedArray
    name : str
        Of it, for messages.
    value : number or array

    Raises
    ------
    ParameterError
    """
    numbers = np.asarray(value, dtype=float)
    if not np.isfinite(numbers).all():
        raise ParameterError(f"new value of {name} holds NaN or infinity; correct it")
    if isinstance(key, TimedArray):
        return
    kind = np.dtype(key.variable.dtype).kind
    if kind in "iu" and (numbers != np.rint(numbers)).any():
        raise ParameterError(f"new value of {name} holds fractions, and it keeps whole numbers; round it")
    if kind == "b" and not np.isin(numbers, (0, 1)).all():
        raise ParameterError(f"new value of {name} is neither True nor False; give one of them")
    group = key.group.source if isinstance(key.group, Subgroup) else key.group
    # Groups of a declared model know more; others hold what they are given.
    check = getattr(group, "check_value", None)
    if check is not None:
        check(key.name, value)
