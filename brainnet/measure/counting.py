"""What a network does for one inference, counted layer by layer and step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError
from brainnet.measure.energy import EnergyTable

__all__ = [
    "Operations",
    "ann_operations",
    "energy_ratio",
    "mean_operations",
    "snn_operations",
    "synaptic_operations",
]

_KINDS = ("ac", "mac", "spikes", "updates")

# Accesses to memory: an accumulation reads a weight and reads and writes a potential or a sum; a multiplication reads
# the activation besides; the update of a neuron in a step reads and writes its potential.
_OF_AC, _OF_MAC, _OF_UPDATE = 3, 4, 2


@dataclass(frozen=True, eq=False)
class Operations:
    """Counts per inference.

    Parameters
    ----------
    layers : tuple of str
        The layers that operations happen in.
    ac, mac, spikes, updates : array (layers,) or (layers, steps)
        Accumulations caused by spikes, multiply-accumulates, spikes that the layer fires, and updates of neurons.

    Raises
    ------
    DataError
        The arrays differ in shape, or a count is negative or not finite.
    """

    layers: tuple[str, ...]
    ac: NDArray[np.float64]
    mac: NDArray[np.float64]
    spikes: NDArray[np.float64]
    updates: NDArray[np.float64]

    def __post_init__(self) -> None:
        counts = (self.ac, self.mac, self.spikes, self.updates)
        if len({np.shape(each) for each in counts}) != 1 or len(self.ac) != len(self.layers) or self.ac.ndim > 2:
            raise DataError(
                f"counts of the shapes {[np.shape(each) for each in counts]} for {len(self.layers)} layers; give "
                "(layers,) or (layers, steps) for all"
            )
        if any(not np.isfinite(each).all() or (each < 0).any() for each in counts):
            raise DataError("counts are negative or not finite; count again")

    @property
    def memory(self) -> NDArray[np.float64]:
        """Accesses to memory: 3 an accumulation, 4 a multiply-accumulate, 2 an update of a neuron."""
        return _OF_AC * self.ac + _OF_MAC * self.mac + _OF_UPDATE * self.updates

    def energy(self, table: EnergyTable) -> NDArray[np.float64]:
        """Energy in joule, in the shape of the counts."""
        return self.ac * table.ac + self.mac * table.mac + self.memory * table.memory

    def totals(self) -> dict[str, float]:
        """Sums over layers and steps, by kind of count."""
        return {kind: float(getattr(self, kind).sum()) for kind in (*_KINDS, "memory")}


def synaptic_operations(spikes: Any, fan_out: Any) -> NDArray[np.float64]:
    """Accumulations that spikes cause, the mean over samples.

    Parameters
    ----------
    spikes : array (n, neurons) or (n, steps, neurons)
        Counts, or 1 for a spike.
    fan_out : number or array (neurons,)
        Synapses of each neuron that fires.

    Returns
    -------
    array () or (steps,)

    Raises
    ------
    DataError
        The shapes do not fit.
    """
    spikes, fan_out = np.asarray(spikes), np.asarray(fan_out, dtype=float)
    if spikes.ndim not in (2, 3) or not len(spikes) or (fan_out.ndim and fan_out.shape != spikes.shape[-1:]):
        raise DataError(f"spikes have the shape {spikes.shape} and fan_out {fan_out.shape}; give (n, neurons) or (n, "
                        "steps, neurons), and one fan-out per neuron")  # fmt: skip
    return np.asarray(spikes.mean(axis=0) @ np.broadcast_to(fan_out, spikes.shape[-1:]))


def ann_operations(macs: Mapping[str, float]) -> Operations:
    """Counts of a network of analog values: one pass through all layers.

    Parameters
    ----------
    macs : mapping of str to float
        Multiply-accumulates by layer.
    """
    mac = np.array(list(macs.values()), dtype=float)
    zero = np.zeros(len(mac))
    return Operations(tuple(macs), zero, mac, zero, zero)


def snn_operations(
    layers: Sequence[str],
    arriving: Mapping[str, tuple[Any, Any]],
    fired: Mapping[str, Any],
    *,
    neurons: Mapping[str, int],
    steps: int,
    analog: Mapping[str, float] | None = None,
) -> Operations:
    """Counts of a spiking network.

    Parameters
    ----------
    layers : sequence of str
        Those that operations happen in, from the first on.
    arriving : mapping of str to (spikes, fan_out)
        What reaches a layer, as `synaptic_operations` takes it.
    fired : mapping of str to array (n, neurons) or (n, steps, neurons)
        What a layer fires; a layer that is missing does not fire.
    neurons : mapping of str to int
        Neurons of each layer, which are updated in every step.
    steps : int
    analog : mapping of str to float, optional
        Multiply-accumulates of layers that get analog values. They are counted once: the same current flows in every
        step. In counts by step they stand in the first.

    Returns
    -------
    Operations
        By layer and step where all spikes are given by step, else by layer.
    """
    given = [spikes for spikes, _ in arriving.values()] + list(fired.values())
    by_step = bool(given) and all(np.ndim(spikes) == 3 for spikes in given)
    shape = (len(layers), steps) if by_step else (len(layers),)
    counts = {kind: np.zeros(shape) for kind in _KINDS}
    for k, name in enumerate(layers):
        if name in arriving:
            counts["ac"][k] = _each(synaptic_operations(*arriving[name]), by_step)
        if name in fired:
            counts["spikes"][k] = _each(synaptic_operations(fired[name], 1.0), by_step)
        counts["updates"][k] = neurons[name] if by_step else neurons[name] * steps
        amount = (analog or {}).get(name, 0.0)
        if by_step:
            counts["mac"][k, 0] = amount
        else:
            counts["mac"][k] = amount
    return Operations(tuple(layers), **counts)


def mean_operations(parts: Sequence[tuple[float, Operations]]) -> Operations:
    """Counts of one inference, from parts of the samples and the number of samples in each.

    Parameters
    ----------
    parts : sequence of (samples, Operations)
        Of the same layers.
    """
    total = sum(n for n, _ in parts)
    means = (sum(n / total * getattr(counts, kind) for n, counts in parts) for kind in _KINDS)
    return Operations(parts[0][1].layers, *(np.asarray(each) for each in means))


def energy_ratio(spiking: Operations, trained: Operations, table: EnergyTable) -> float:
    """Energy of the spiking network over that of the trained one.

    Parameters
    ----------
    spiking, trained : Operations
        What `snn_operations` and `ann_operations` returned.
    table : EnergyTable
    """
    return float(spiking.energy(table).sum() / trained.energy(table).sum())


def _each(values: NDArray[np.float64], by_step: bool) -> NDArray[np.float64]:
    return values if by_step else values.sum()
