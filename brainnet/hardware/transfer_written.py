"""A network whose weights are conductances of devices: what was written, what it cost, and how it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.errors import ParameterError
from brainnet.hardware.array import DeviceArray
from brainnet.hardware.transfer_levels import Levels, as_matrix, layers_of, with_matrices
from brainnet.hardware.transfer_plan import LevelPlan, TransferScheme

__all__ = ["WrittenLayer", "WrittenNetwork"]

# Of a level. What is nearer to a level than that is rounding of floating-point numbers, and counts as on it.
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class WrittenLayer:
    """Devices of one layer.

    Parameters
    ----------
    levels : Levels
        What was to be written.
    plan : LevelPlan
    cells : list of (DeviceArray, DeviceArray)
        G+ and G- of the inputs of each neuron.
    """

    levels: Levels
    plan: LevelPlan
    cells: list[tuple[DeviceArray, DeviceArray]]

    def steps(self, after: Any = None) -> NDArray[np.float64]:
        """Return the weights in units of the interval, (inputs, neurons); read after a time, or as they are."""
        return np.stack([self.steps_of(pair, after) for pair in self.cells], axis=1)

    def steps_of(self, pair: tuple[DeviceArray, DeviceArray], after: Any = None) -> NDArray[np.float64]:
        """Return the weights of one neuron in units of the interval, (inputs,)."""
        plus, minus = (each.G if after is None else each.read(after) for each in pair)
        steps = (plus - minus) / self.plan.unit
        near = np.rint(steps)
        return np.where(np.abs(steps - near) <= _ROUNDING, near, steps)


@dataclass(frozen=True, eq=False)
class WrittenNetwork:
    """A network in devices.

    Parameters
    ----------
    aimed : LayerGraph
        The quantised network that was to be written.
    scheme : TransferScheme
    layers : list of WrittenLayer
        Those with weights. Biases are not in devices: they are as trained.
    """

    aimed: LayerGraph
    scheme: TransferScheme
    layers: list[WrittenLayer]

    def network(self, after: Any = None) -> LayerGraph:
        """Return the network with the weights that were written.

        Parameters
        ----------
        after : Quantity, optional
            Time since the transfer: retention, drift and the noise of one read act. Where it is left out, conductances
            are as written, without noise of reading.
        """
        return with_matrices(
            self.aimed, {each.levels.name: each.levels.interval * each.steps(after) for each in self.layers}
        )

    def weight_error(self, after: Any = None) -> float:
        """Return the root mean square of what weights are off by, in units of the largest level of their layer."""
        return self._root_mean_square({each.levels.name: each.steps(after) for each in self.layers})

    def weight_error_of(self, network: LayerGraph) -> float:
        """Return the same for a network that was made of this one, such as one that was read and scaled."""
        found = {layer.name: as_matrix(layer) for layer in layers_of(network)}
        return self._root_mean_square(
            {each.levels.name: found[each.levels.name] / each.levels.interval for each in self.layers}
        )

    def _root_mean_square(self, steps: dict[str, NDArray[np.float64]]) -> float:
        off = [((steps[each.levels.name] - each.levels.steps) / each.levels.half).ravel() for each in self.layers]
        return float(np.sqrt(np.square(np.concatenate(off)).mean()))

    @property
    def weights(self) -> int:
        """Number of synapses, each a pair of devices."""
        return sum(each.levels.steps.size for each in self.layers)

    @property
    def pulses(self) -> int:
        """Pairs of pulses given so far, those that write many synapses at once counted once."""
        return self._sum(lambda cells: cells.rounds)

    @property
    def pulses_one_by_one(self) -> int:
        """Pairs of pulses that devices have received so far, each counted by itself."""
        return self._sum(lambda cells: cells.pulses)

    @property
    def write_energy(self) -> Quantity | None:
        """Energy of all pulses; None where the device declares none."""
        try:
            return self._sum(lambda cells: cells.energy)
        except ParameterError:
            return None

    @property
    def write_time(self) -> Quantity | None:
        """Time of all pulses, one neuron after the other; None where the device declares none."""
        try:
            return self._sum(lambda cells: cells.time)
        except ParameterError:
            return None

    def _sum(self, of: Callable[[DeviceArray], Any]) -> Any:
        found = [of(cells) for layer in self.layers for pair in layer.cells for cells in pair]
        total = found[0]
        for each in found[1:]:
            total = total + each
        return total
