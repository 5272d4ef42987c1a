"""What it takes to write a map into its devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import ParameterError
from brainnet.hardware.crossbar import CrossbarMap, conductance_range
from brainnet.hardware.curves import step

__all__ = ["Writing", "writing"]

_MOST_PULSES = 50_000  # soft bounds whose first step is a part in 2000 take about that many


@dataclass(frozen=True)
class Writing:
    """Counts of writing all devices of a map from their lowest conductance on.

    Attributes
    ----------
    devices : int
        Devices that are written: those that leave the lowest conductance.
    pulses : int
        Pulses, or pairs of them.
    error : float
        Largest distance from the conductance that is wanted, in siemens.
    energy, time : float or None
        In joule and seconds, None where the device declares none. All devices of a row are written at once, as are all
        tiles, and rows one after the other.
    """

    devices: int
    pulses: int
    error: float
    energy: float | None
    time: float | None


def writing(mapped: CrossbarMap) -> Writing:
    """Count the pulses that write a map, without variation or noise.

    A device takes pulses from its lowest conductance on, to the one that comes nearest. A device that single pulses do
    not move takes one pair of pulses.

    Raises
    ------
    ParameterError
        The device takes more than 50,000 pulses over its range, or does not move from its
        lowest conductance; or the map is one seen through wires.
    """
    mapped.check_devices("writing")
    device = mapped.device.nominal()
    levels = _levels(device) if device.resolved("potentiation") else None
    costs = device.resolved("costs")
    low = conductance_range(device)[0]
    count = devices = 0
    error, energy, rounds = 0.0, 0.0, 0
    spent = _energies(device, levels) if levels is not None and "write_energy" in costs else None
    for tile in mapped.tiles:
        wanted = tile.conductances
        if levels is None:
            pulses = (wanted > low).astype(np.int64)
            if "write_energy" in costs:
                energy += float(np.sum(pulses * np.asarray(device.cost("write_energy", (low + wanted) / 2))))
        else:
            pulses = _nearest(levels, wanted)
            error = max(error, float(np.abs(levels[pulses] - wanted).max()))
            if spent is not None:
                energy += float(spent[pulses].sum())
        count += int(pulses.sum())
        devices += int(np.count_nonzero(pulses))
        rounds = max(rounds, int(pulses.max(axis=1).sum()))
    time = rounds * float(device.cost("write_time")) if "write_time" in costs else None
    return Writing(devices, count, error, energy if "write_energy" in costs else None, time)


def _levels(device: Any) -> NDArray[np.float64]:
    """Return the conductances that pulses reach from the lowest one on."""
    low, high = conductance_range(device)
    found = [low]
    while found[-1] < high * (1 - 1e-12):
        after = min(high, found[-1] + float(step(device, found[-1], True)))
        if after <= found[-1] or len(found) > _MOST_PULSES:
            if len(found) > _MOST_PULSES:
                raise ParameterError(
                    f"{device.name}: more than {_MOST_PULSES:,} pulses over its range; give larger steps"
                )
            break
        found.append(after)
    if len(found) == 1:
        raise ParameterError(
            f"{device.name}: a pulse that raises does not move it from its lowest conductance, so that nothing can be "
            "written; give other parameters"
        )
    return np.array(found)


def _nearest(levels: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.int64]:
    above = np.searchsorted(levels, wanted).clip(1, max(1, len(levels) - 1))
    closer = wanted - levels[above - 1] <= levels[above] - wanted
    return above - closer


def _energies(device: Any, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the energy of reaching each level."""
    each = np.asarray(device.cost("write_energy", (levels[:-1] + levels[1:]) / 2)) + np.zeros(len(levels) - 1)
    return np.concatenate([[0.0], np.cumsum(each)])
