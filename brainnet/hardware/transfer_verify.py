"""Rounds of read and correct: devices that missed their level are moved again, many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import second
from numpy.typing import NDArray

from brainnet.declare import Device
from brainnet.errors import ParameterError
from brainnet.hardware.array import DeviceArray
from brainnet.hardware.curves import time_difference, window
from brainnet.hardware.transfer_written import WrittenLayer, WrittenNetwork

__all__ = ["VerifyRound", "verify_round"]


@dataclass(frozen=True)
class VerifyRound:
    """One round.

    Attributes
    ----------
    corrected : int
        Devices that were moved.
    pulses : int
        Pairs of pulses, those that move many devices of a neuron at once counted once.
    reads : int
        Devices that were read.
    """

    corrected: int
    pulses: int
    reads: int


def verify_round(written: WrittenNetwork, *, tolerance: float = 0.1, groups: int = 8) -> VerifyRound:
    """Read every synapse, and correct those that are off by more than the tolerance.

    Neuron by neuron, what weights are off by is put into equal classes up to the largest error, and each class is
    corrected by one pair of pulses: as in the transfer itself, all synapses of a class at once. Only G+ is corrected
    (where both devices are adjusted from the bottom, the one that the sign of the level says).

    Parameters
    ----------
    written : WrittenNetwork
        Its devices are moved.
    tolerance : float
        In levels; smaller errors are left.
    groups : int
        Classes of either sign.

    Returns
    -------
    VerifyRound

    Raises
    ------
    ParameterError
        The tolerance is no number above 0, groups is no whole number from 1 to 1000, or the device has no window, by
        which it could be corrected.
    """
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 0 < tolerance < np.inf:
        raise ParameterError(f"verify: tolerance = {tolerance!r}; give levels above 0, such as 0.1")
    if isinstance(groups, bool) or not isinstance(groups, int) or not 1 <= groups <= 1000:
        raise ParameterError(f"verify: groups = {groups!r}; give a whole number from 1 to 1000")
    window(written.layers[0].cells[0][0].device, 0.0)  # says whether there is one
    corrected = pulses = reads = 0
    for layer in written.layers:
        for neuron, pair in enumerate(layer.cells):
            off = layer.levels.steps[:, neuron] - layer.steps_of(pair, 0 * second)
            reads += 2 * off.size
            for side, wanted in _wanted(layer, neuron, off, written.scheme.pair):
                moved, given = _correct(pair[side], wanted, tolerance, groups, layer.plan.unit)
                corrected, pulses = corrected + moved, pulses + given
    return VerifyRound(corrected, pulses, reads)


def _wanted(layer: WrittenLayer, neuron: int, off: NDArray[np.float64], pair: str) -> list[tuple[int, Any]]:
    """Return which device of each synapse moves, by how many levels; NaN where it stays."""
    if pair != "either":
        return [(0, off)]
    negative = layer.levels.steps[:, neuron] < 0
    return [(0, np.where(negative, np.nan, off)), (1, np.where(negative, -off, np.nan))]


def _correct(
    cells: DeviceArray, off: NDArray[np.float64], tolerance: float, groups: int, unit: float
) -> tuple[int, int]:
    """Move the devices of a neuron towards their levels; return how many were moved, and pairs of pulses."""
    wrong = np.abs(off) > tolerance  # NaN is not
    if not wrong.any():
        return 0, 0
    width = np.abs(off[wrong]).max() / groups
    classes = np.where(wrong, np.sign(off) * np.ceil(np.abs(off) / width), 0)
    before = cells.rounds
    there = [wrong & (classes == each) for each in np.unique(classes[wrong])]
    changes = [_reachable(cells.device, float(off[chosen].mean()) * unit) for chosen in there]
    # all at once: inverting a curve costs far more than what is looked up in it
    for chosen, time in zip(there, np.asarray(time_difference(cells.device, changes)), strict=True):
        if time:
            cells.pair(chosen, time)
    return int(wrong.sum()), cells.rounds - before


def _reachable(device: Device, change: float) -> float:
    """Return the change that one pair can make and is nearest; 0 where half the smallest one is too much."""
    values = device.values()
    ends = np.sign(change) * np.array([max(values["dt_min"], 1e-9 * values["dt_max"]), values["dt_max"]])
    least, most = np.sort(np.abs(window(device, ends)))
    if abs(change) < least:
        return float(np.sign(change) * least) if abs(change) > least / 2 else 0.0
    return float(np.sign(change) * min(abs(change), most))
