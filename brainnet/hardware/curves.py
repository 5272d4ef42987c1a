"""What one pulse and one pair of pulses do to a device without noise, and the pair that does what is wanted."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Quantity, get_dimensions, second, siemens

from brainnet.declare import Device
from brainnet.declare.evaluate import evaluate
from brainnet.errors import ParameterError

__all__ = ["change_of_pair", "check_difference", "in_si", "step", "time_difference", "window"]

_POINTS = 2049  # of a branch, on which it must be monotone
_HALVINGS = 1100  # enough for any two floats; it ends when nothing moves


def in_si(owner: str, name: str, value: Any, unit: Quantity) -> np.ndarray:
    """Return numbers in SI units, from a Quantity of that unit or from plain numbers.

    Raises
    ------
    ParameterError
        Another unit, NaN, or no numbers.
    """
    if isinstance(value, Quantity) and get_dimensions(value) != get_dimensions(unit):
        raise ParameterError(f"{owner}: {name} = {value} is not in {unit}; give it in {unit}")
    try:
        numbers = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise ParameterError(f"{owner}: {name} is no array of numbers; give values in {unit}") from None
    if np.isnan(numbers).any():
        raise ParameterError(f"{owner}: {name} holds NaN; give numbers in {unit}")
    return numbers


def step(device: Device, G: Any, up: bool) -> np.ndarray:
    """Return the step in conductance of one pulse, before the conductance is clipped.

    Parameters
    ----------
    device : Device
    G : array in siemens, or Quantity
    up : bool
        Whether the pulse potentiates.

    Returns
    -------
    ndarray, in siemens
        Negative where the pulse depresses.

    Raises
    ------
    ParameterError
        Single pulses do not move the device.
    """
    G = in_si(device.name, "G", G, siemens)
    values = device.values()
    return change_of_pulse(device, {**device.functions, **values, "G": G}, up) + np.zeros_like(G)


def change_of_pulse(device: Device, values: dict[str, Any], up: bool) -> Any:
    """Return the step of one pulse for values of all names, arrays among them."""
    text = device.resolved("potentiation" if up else "depression")
    if not text:
        way = "potentiating" if up else "depressing"
        raise ParameterError(f"{device.name} has no {way} pulse; write it by pairs of pulses, or declare the step")
    return evaluate(text, values)


def window(device: Device, dt: Any, G: Any = None) -> np.ndarray:
    """Return the change in conductance by one pair of pulses, before the conductance is clipped.

    Parameters
    ----------
    device : Device
    dt : array in seconds, or Quantity
        t_post - t_pre; 0 changes nothing. The formula, also where the curve was not measured.
    G : array in siemens, or Quantity, optional
        Conductance before, where the curve depends on it; the middle of the range where not given.

    Returns
    -------
    ndarray, in siemens

    Raises
    ------
    ParameterError
        The device has no window.
    """
    dt = in_si(device.name, "dt", dt, second)
    values = device.values()
    values["G"] = _middle(values) if G is None else in_si(device.name, "G", G, siemens)
    return change_of_pair(device, {**device.functions, **values}, dt)


def change_of_pair(device: Device, values: dict[str, Any], dt: np.ndarray) -> np.ndarray:
    """Return the change by one pair for values of all names, arrays among them."""
    branches = device.resolved("window")
    if not branches:
        raise ParameterError(f"{device.name} has no window; use single pulses, or declare a window")
    # Each branch is asked on its own side only: the other would overflow there.
    rise = evaluate(branches["potentiation"], {**values, "dt": np.maximum(dt, 0.0)})
    fall = evaluate(branches["depression"], {**values, "dt": np.minimum(dt, 0.0)})
    return np.where(dt > 0, rise, np.where(dt < 0, fall, 0.0))


def check_difference(device: Device, dt: np.ndarray) -> None:
    """Refuse time differences outside the range that the curve was fitted on."""
    values = device.values()
    size = np.abs(dt)
    wrong = (size > values["dt_max"]) | ((size < values["dt_min"]) & (size > 0))
    if wrong.any():
        worst = float(dt[wrong].flat[0]) if np.ndim(dt) else float(dt)
        low, high = (device.resolved_parameters()[name].text() for name in ("dt_min", "dt_max"))
        raise ParameterError(
            f"{device.name}: a time difference of {worst:g} s is outside the fitted window; "
            f"give one from {low} to {high}, of either sign"
        )


def time_difference(device: Device, dG: Any, G: Any = None) -> Quantity:
    """Return the time difference of the pair of pulses that changes the conductance by dG.

    Parameters
    ----------
    device : Device
    dG : array in siemens, or Quantity
        Wanted change; 0 is reached by dt = 0.
    G : array in siemens, or Quantity, optional
        Conductance before, as in `window`.

    Returns
    -------
    Quantity, in seconds, of the shape of dG

    Raises
    ------
    ParameterError
        The curve is not monotone between dt_min and dt_max, so that it has no inverse, or does not reach dG there.
    """
    wanted = in_si(device.name, "dG", dG, siemens)
    values = {**device.functions, **device.values()}
    before = np.asarray(_middle(values) if G is None else in_si(device.name, "G", G, siemens))
    wanted, before = np.broadcast_arrays(wanted, before)
    # Weights take few levels: each is inverted once.
    pairs, place = np.unique(np.stack([wanted.ravel(), before.ravel()], axis=1), axis=0, return_inverse=True)
    found = np.zeros(len(pairs))
    for sign in (1.0, -1.0):
        chosen = sign * pairs[:, 0] > 0
        if chosen.any():
            found[chosen] = _inverse(device, values, sign, pairs[chosen, 0], pairs[chosen, 1])
    return Quantity(found[place.ravel()].reshape(wanted.shape), dim=second.dim)


def _inverse(device: Device, values: dict[str, Any], sign: float, wanted: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Invert one branch by halving: it is monotone, and nothing else is known of it."""
    branch = "potentiation" if sign > 0 else "depression"

    def change(size: np.ndarray, G: np.ndarray) -> np.ndarray:
        # The limit at dt = 0 belongs to the branch, though a pair at dt = 0 changes nothing.
        text = device.resolved("window")[branch]
        return np.abs(evaluate(text, {**values, "dt": sign * size, "G": G}) + np.zeros(np.broadcast(size, G).shape))

    if not device.resolved("window"):
        raise ParameterError(f"{device.name} has no window; use single pulses, or declare a window")
    ends = values["dt_min"], values["dt_max"]
    grid = np.linspace(*ends, _POINTS)
    for G in {before.min(), before.max()}:
        rises = np.diff(change(grid, np.asarray(G)))
        if not (np.all(rises > 0) or np.all(rises < 0)):
            where = grid[:-1][(rises >= 0) if rises.sum() < 0 else (rises <= 0)][0]
            raise ParameterError(
                f"{device.name}: the branch of {branch} is not monotone (at dt = {sign * where:g} s), so that it has "
                "no inverse; narrow dt_min and dt_max to a part that is"
            )
    near, far = (change(np.full_like(wanted, end), before) for end in ends)
    size = np.abs(wanted)
    out = (size > np.maximum(near, far)) | (size < np.minimum(near, far))
    if out.any():
        reach = min(near.min(), far.min()), max(near.max(), far.max())
        raise ParameterError(
            f"{device.name}: one pair changes G by {reach[0]:.4g} to {reach[1]:.4g} S ({branch}), and "
            f"{size[out][0]:.4g} S is asked for; give another step, several pairs, or another range of dt"
        )
    low, high = np.full_like(size, ends[0]), np.full_like(size, ends[1])
    falling = near > far
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        if np.all((middle == low) | (middle == high)):
            break
        beyond = (change(middle, before) > size) == falling
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    nearer = np.abs(change(low, before) - size) <= np.abs(change(high, before) - size)
    return sign * np.where(nearer, low, high)


def _middle(values: dict[str, Any]) -> float:
    return float(values["G_min"] + values["G_max"]) / 2
