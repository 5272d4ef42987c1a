"""Which pair of pulses writes which level: conductances of the levels, and the inverted STDP curve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import us
from numpy.typing import NDArray

from brainnet.declare import Device
from brainnet.errors import ParameterError
from brainnet.hardware.curves import time_difference, window
from brainnet.values.parameter import Parameter, check_fields

__all__ = ["PAIRS", "TRANSFER_SCHEME", "LevelPlan", "TransferScheme", "plan_levels"]

PAIRS = ("one", "either", "both")
WRITES = ("pairs", "program")
_BITS = 20  # of a conductance of a level, so that sums of these are exact

TRANSFER_SCHEME = {
    "pair": Parameter("one", "device of a synapse that is adjusted: the excitatory one; the one that the sign of the "
                      "weight says; both, by half a level each", choices=PAIRS),
    "pulses_per_level": Parameter(1, "pairs of pulses that a level is written by, in equal parts", low=1, high=1000),
    "jitter": Parameter(0 * us, "standard deviation of time differences", low=0 * us),
    "jitter_of": Parameter("pair", "one draw for each pair of pulses on gate 2, or one for each synapse",
                           choices=("pair", "synapse")),
    "write": Parameter("pairs", "by pairs of pulses, or to their target by write and verify, with the noise of that",
                       choices=WRITES),
    "resolution": Parameter(0 * us, "time differences are whole multiples of it; 0: any", low=0 * us),
}  # fmt: skip


@dataclass(frozen=True)
class TransferScheme:
    """How levels are written.

    Parameters
    ----------
    pair : {"one", "either", "both"}
        A synapse is a pair of devices, G+ and G-. "one": G+ is moved up or down from the middle of its range, G- stays
        there (Hwang et al. 2021, Appl. Sci. 11:2059). "either": both begin at the bottom, and G+ or G- is moved up.
        "both": both begin in the middle, G+ is moved by half a level and G- by as much the other way.
    pulses_per_level : int
        Pairs of pulses that a level is written by, in equal parts.
    jitter : Quantity
        Standard deviation of time differences. What it moves out of the fitted window is taken at its edge.
    jitter_of : {"pair", "synapse"}
        One draw for each pair of pulses on gate 2, or one for each synapse that it writes.
    write : {"pairs", "program"}
        "pairs": levels by pairs of pulses, many synapses at once. "program": each synapse to its target by write and
        verify, as the device's programming noise leaves it; pulses are not counted then, and the rest does not act.
    resolution : Quantity
        Time differences are rounded to multiples of it; 0: they are not.

    Raises
    ------
    ParameterError
        A value out of its range.
    """

    pair: str = TRANSFER_SCHEME["pair"].value
    pulses_per_level: int = TRANSFER_SCHEME["pulses_per_level"].value
    jitter: Any = field(default_factory=lambda: TRANSFER_SCHEME["jitter"].value)
    jitter_of: str = TRANSFER_SCHEME["jitter_of"].value
    write: str = TRANSFER_SCHEME["write"].value
    resolution: Any = field(default_factory=lambda: TRANSFER_SCHEME["resolution"].value)

    def __post_init__(self) -> None:
        """Check every value."""
        check_fields("transfer", self, TRANSFER_SCHEME)


@dataclass(frozen=True, eq=False)
class LevelPlan:
    """Conductances and time differences of the levels -n to n.

    Attributes
    ----------
    half : int
        n.
    rest : float
        Conductance of both devices before, in siemens.
    step : float
        What one level moves a device by, in siemens.
    unit : float
        G+ - G- of one level, in siemens: twice the step where both devices are moved.
    times : dict of int to array (pulses_per_level,)
        Time differences in seconds that move a device from rest by so many steps. Pairs need not be alike where the
        curve depends on the conductance; none where levels are programmed.
    """

    half: int
    rest: float
    step: float
    unit: float
    times: dict[int, NDArray[np.float64]]

    def moves(self, level: int, pair: str) -> list[tuple[int, int]]:
        """Return which device moves by how many steps: 0 is G+, 1 is G-."""
        if pair == "one":
            return [(0, level)]
        if pair == "either":
            return [(int(level < 0), abs(level))]
        return [(0, level), (1, -level)]


def plan_levels(device: Device, half: int, scheme: TransferScheme | None = None) -> LevelPlan:
    """Find the pairs of pulses that write levels -n to n.

    Parameters
    ----------
    device : Device
        With a window that can be inverted. Its nominal parameters are those that are known.
    half : int
        n.
    scheme : TransferScheme, optional

    Returns
    -------
    LevelPlan
        The largest step that the range of conductance has room for.

    Raises
    ------
    ParameterError
        The device has no window, or one without an inverse; it does not reach a level with so many pairs of pulses,
        or falls below what the shortest level needs.
    """
    if isinstance(half, bool) or not isinstance(half, int | np.integer) or half < 1:
        raise ParameterError(f"transfer: {half!r} levels on each side of zero; give a whole number, at least 1")
    scheme = scheme or TransferScheme()
    if not isinstance(device, Device):
        raise ParameterError(f"transfer: {device!r} is no Device; give one, such as brainnet.models.ideal_device")
    if scheme.write == "pairs":
        window(device, 0.0)  # says whether there is one
    values = device.values()
    low, high = values["G_min"], values["G_max"]
    # Conductances of few bits: levels are sums without rounding, and what they are read as is exact.
    grain = 2.0 ** (np.floor(np.log2(high)) - _BITS)
    bottom, room = np.ceil(low / grain), np.floor(high / grain) - np.ceil(low / grain)
    step = float(np.floor(room / (half if scheme.pair == "either" else 2 * half)) * grain)
    if step <= 0:
        raise ParameterError(
            f"{device.name}: between {low:g} and {high:g} S there is no room for {half} levels on each side; give "
            "fewer levels, or a wider range"
        )
    rest = float(bottom * grain) + (0.0 if scheme.pair == "either" else half * step)
    wanted = range(1, half + 1) if scheme.pair == "either" else [k for k in range(-half, half + 1) if k]
    times = {k: _times(device, k, rest, step, scheme) for k in wanted} if scheme.write == "pairs" else {}
    return LevelPlan(int(half), rest, step, step * (2 if scheme.pair == "both" else 1), times)


def _times(device: Device, level: int, rest: float, step: float, scheme: TransferScheme) -> NDArray[np.float64]:
    """Return the time differences that write one level."""
    pulses = scheme.pulses_per_level
    before = rest + level * step * np.arange(pulses) / pulses
    change = level * step / pulses
    try:
        found = np.asarray(time_difference(device, np.full(pulses, change), before), dtype=float)
    except ParameterError as error:
        remedy = _remedy(device, change, before, pulses)
        raise ParameterError(f"level {level} cannot be written{remedy}: {error}") from error
    resolution = float(scheme.resolution)
    if not resolution:
        return found
    rounded = np.rint(found / resolution) * resolution
    values = device.values()
    size = np.abs(rounded)
    wrong = (size == 0) | (size < values["dt_min"]) | (size > values["dt_max"])
    if wrong.any():
        raise ParameterError(
            f"{device.name}: level {level} takes a time difference of {found[wrong][0] / 1e-6:.4g} us, which is none "
            f"of the fitted window in steps of {scheme.resolution}; give a smaller resolution, or fewer levels"
        )
    return rounded


def _remedy(device: Device, change: float, before: NDArray[np.float64], pulses: int) -> str:
    """Say how many pairs would do, where more or fewer would."""
    values = device.values()
    ends = np.array([values["dt_min"] or 1e-12 * values["dt_max"], values["dt_max"]]) * np.sign(change)
    reach = np.abs(np.array([window(device, ends, G) for G in before]))
    most, least = reach.max(axis=1).min(), reach.min(axis=1).max()
    if abs(change) > most > 0:
        return f" by {pulses} pairs of pulses; pulses_per_level={int(np.ceil(abs(change) * pulses / most))} would do"
    if abs(change) < least:
        fewer = int(abs(change) * pulses / least)
        would = f"pulses_per_level={fewer}" if fewer else "fewer levels, or a window that reaches smaller changes,"
        return f" by {pulses} pairs of pulses; {would} would do"
    return ""
