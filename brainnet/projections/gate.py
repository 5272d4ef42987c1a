"""Spiking max pooling: of each window, only the neuron that fires most passes its spikes on."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.brian import Variables
from brainnet.errors import ProjectionError
from brainnet.projections.convolution import Conv2d
from brainnet.projections.runner import Runner
from brainnet.targets.device import CppDevice

__all__ = ["MaxGate", "Windows"]


class Windows:
    """Which neurons of an image each window holds.

    Parameters
    ----------
    size : int or pair of int
    input_shape : (channels, height, width)
    stride, padding, dilation
        As in `Conv2d`; the stride is the size where not given. Padding never wins.
    """

    def __init__(self, size: Any, input_shape: Any, *, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> None:
        one = np.ones((1, 1, *np.broadcast_to(size, 2)))
        stride = size if stride is None else stride
        window = Conv2d(one, (1, *input_shape[1:]), stride=stride, padding=padding, dilation=dilation)
        channels = int(input_shape[0])
        self.output_shape = (channels, *window.output_shape[1:])
        plane = window.unroll().tocsc()
        plane.sort_indices()  # first row, first column
        (n_pre, n_post), counts = plane.shape, np.diff(plane.indptr)
        if counts.min() == 0:
            raise ProjectionError("Windows: a window lies in the padding alone; pad less")
        self.shape = (channels * n_pre, channels * n_post)
        each = np.arange(channels)
        self.members = (plane.indices + n_pre * each[:, None]).ravel().astype(np.int32)
        self.starts = np.concatenate([[0], np.cumsum(np.tile(counts, channels))]).astype(np.int32)
        self.fan_out = np.tile(np.bincount(plane.indices, minlength=n_pre), channels)


class MaxGate(Runner):
    """Adds 1 to ``onto`` of a neuron in the steps in which the first among the neurons of its window spikes.

    The first is the one with the most spikes since `count` was last set to zero, those of this step included; of equal
    ones the first in row and column. The gate is that of Rueckauer et al. 2017, Front. Neurosci. 11:682, "Spiking
    max-pooling", with the mean rate so far as the estimate.

    Parameters
    ----------
    source, target : brian2 groups
        As many neurons as windows have members and there are windows.
    windows : Windows
    onto : str
        Variable of the target.
    order, name
        As in `brian2.Synapses`.

    Attributes
    ----------
    variables : mapping
        With ``count``, for `Presentation.restart`.
    """

    template = "gate"
    add_to_magic_network = True

    def __init__(
        self, source: Any, target: Any, windows: Windows, *, onto: str = "v", order: int = 0, name: str = "gate*"
    ) -> None:
        if windows.shape != (len(source), len(target)):
            raise ProjectionError(
                f"MaxGate: windows of {windows.shape[0]} neurons for {windows.shape[1]}, but {source.name} has "
                f"{len(source)} and {target.name} {len(target)}; give groups of these sizes"
            )
        super().__init__(clock=source.clock, when="synapses", order=order, name=name)
        self.source, self.target, self.connectivity = source, target, windows
        self.add_dependency(source)
        self.add_dependency(target)
        own = Variables(self)
        own.add_array("count", size=len(source), dtype=np.int32)
        self.variables: Any = {
            "_spikespace": source.variables["_spikespace"],
            "_onto": target.variables[onto],
            "count": own["count"],
        }

    def template_values(self, device: CppDevice) -> dict[str, Any]:
        """Return sizes, and the tables of windows as files."""
        windows = self.connectivity
        by_neuron = np.repeat(np.arange(windows.shape[1], dtype=np.int32), np.diff(windows.starts))
        order = np.argsort(windows.members, kind="stable")
        arrays = {
            "members": windows.members,
            "starts": windows.starts,
            "windows": by_neuron[order],
            "windows_from": np.concatenate([[0], np.cumsum(windows.fan_out)]).astype(np.int32),
        }
        return {
            "files": {
                name: (device.file_array(f"{self.name}_{name}", array), array.nbytes) for name, array in arrays.items()
            }
        }

    def bind(self, run_namespace: Any) -> None:
        """Look up the driven array."""
        self._v = self.variables["_onto"].get_value()
        self._count = self.variables["count"].get_value()

    def _full_state(self) -> np.ndarray:
        return np.array(self.variables["count"].get_value())

    def _restore_from_full_state(self, state: np.ndarray | None) -> None:
        self.variables["count"].set_value(0 if state is None else state)

    def step(self) -> None:
        """Count the spikes of one step, and let those of the first neurons pass."""
        space = self.variables["_spikespace"].get_value()
        spikes = space[: space[-1]]
        if not len(spikes):
            return
        windows, count = self.connectivity, self._count
        count[spikes] += 1
        inside = count[windows.members]
        best = np.maximum.reduceat(inside, windows.starts[:-1])
        is_best = inside == np.repeat(best, np.diff(windows.starts))
        # Of equal ones the first: the smallest number of a member among them.
        numbers = np.where(is_best, windows.members, len(count))
        first = np.minimum.reduceat(numbers, windows.starts[:-1])
        spiked = np.zeros(len(count), bool)
        spiked[spikes] = True
        self._v[spiked[first]] += 1
