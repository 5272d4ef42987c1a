"""A whole data set through one program: samples one after the other, layers in a pipeline, results streamed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from brian2 import Network, Quantity, defaultclock, get_dimensions
from brian2.devices.device import get_device

from brainnet.errors import ProjectionError
from brainnet.projections.pieces import Count, Feed, Restart
from brainnet.targets.device import CppDevice
from brainnet.targets.program import build
from brainnet.targets.schedule import use_common_schedule

__all__ = ["Presentation"]


class Presentation:
    """Show samples to a feed-forward network, `steps` steps each.

    Spikes cross one layer a step, so layer l has the steps from ``n*steps + l`` to ``(n+1)*steps + l`` for sample n,
    and starts again at the first of them: exactly the network run anew for each sample, without waiting for the
    pipeline to drain. Memory does not grow with the number of samples on C++.

    Parameters
    ----------
    samples : array, shape (n_samples, n_inputs)
        float32, uint8 (worth 1/255 each) or what becomes float32.
    steps : int
        Steps a sample.

    Examples
    --------
    >>> from brian2 import NeuronGroup
    >>> from brainnet.projections import BernoulliInput, Dense, Presentation, Projection
    >>> shown = Presentation([[1.0, 0.0], [0.0, 1.0]], steps=3)
    >>> inputs = shown.feed(BernoulliInput([0.0, 0.0]), "p")
    >>> outputs = shown.restart(NeuronGroup(1, "v : 1", threshold="v >= 1", reset="v -= 1"), layer=1, v=0)
    >>> shown.count(outputs, layer=1, name="out")
    >>> shown.run(inputs, outputs, Projection(inputs, outputs, Dense([[1.0], [0.0]])))["out"]
    array([3, 0])
    """

    def __init__(self, samples: Any, steps: int) -> None:
        samples = np.asarray(samples)
        if samples.ndim != 2 or not samples.size or samples.dtype.kind not in "uifb":
            raise ProjectionError(
                f"Presentation: samples are of the shape {samples.shape}; give one row of numbers each"
            )
        if not isinstance(steps, int) or steps < 1:
            raise ProjectionError(f"Presentation: steps = {steps!r} is out of range; give at least 1")
        self.samples = samples if samples.dtype == np.uint8 else np.ascontiguousarray(samples, dtype=np.float32)
        if not np.isfinite(self.samples).all():
            raise ProjectionError("Presentation: samples hold NaN or infinity; mend them")
        self.steps, self.depth = steps, 0
        self.pieces: list[Any] = []
        self._sources: list[Any] = []

    def feed(self, group: Any, variable: str, unit: Any = 1.0) -> Any:
        """Let `variable` of `group` be the sample, times `unit`. Returns the group."""
        if variable not in group.variables or len(group) != self.samples.shape[1]:
            raise ProjectionError(
                f"Presentation: samples of {self.samples.shape[1]} numbers cannot be {variable!r} of {group.name} "
                f"({len(group)} neurons); give a group of that size and one of its variables"
            )
        if group.variables[variable].dim is not get_dimensions(unit):
            one = Quantity(1.0, dim=group.variables[variable].dim)
            raise ProjectionError(f"Presentation: {variable!r} of {group.name} has another unit; give unit={one}")
        self.pieces.append(Feed(group, variable, float(unit), self.samples, self.steps))
        if "first_step" in group.variables:
            self._sources.append(group)
        return group

    def restart(self, group: Any, layer: int, **values: Any) -> Any:
        """Start variables of `group` again with each sample. Returns the group."""
        self.pieces.append(Restart(group, self._layer(layer), self.steps, values))
        return group

    def count(self, group: Any, layer: int, name: str, by_step: bool = False) -> None:
        """Record spikes of `group` a sample: all together, or by step and neuron."""
        self.pieces.append(Count(group, self._layer(layer), self.steps, name, by_step))

    def _layer(self, layer: int) -> int:
        self.depth = max(self.depth, layer)
        return layer

    def run(self, *objects: Any, processes: int = 1) -> dict[str, np.ndarray]:
        """Show all samples.

        Parameters
        ----------
        *objects : brian2 objects
            The network; what this presentation needs is added.
        processes : int
            Copies of the program, each with a part of the samples; C++ only.

        Returns
        -------
        dict of str to ndarray
            For each `count`: shape (n_samples,), or (n_samples, steps, n_neurons).
        """
        network = use_common_schedule(Network(*objects, *self.pieces))
        device, total = get_device(), len(self.samples)
        if processes > 1 and not isinstance(device, CppDevice):
            raise ProjectionError("Presentation: this target has one process; use brainnet.target('cpp') for more")
        share = -(-total // processes)
        program = build(network, (share * self.steps + self.depth) * defaultclock.dt)
        counts = [piece for piece in self.pieces if isinstance(piece, Count)]
        if not isinstance(device, CppDevice):
            program.run()
            return {piece.key: piece.result(b"".join(piece.records)) for piece in counts}

        def part(index: int) -> dict[str, bytes]:
            first = index * share
            arguments = [f"{feed.name}.first={first}" for feed in self.pieces if isinstance(feed, Feed)]
            arguments += [f"{group.name}.first_step={first * self.steps}" for group in self._sources]
            folder = device.run_part(f"results_{index}", arguments)
            return {piece.key: (folder / piece.file).read_bytes() for piece in counts}

        with ThreadPoolExecutor(processes) as pool:  # each thread waits for a process
            parts = list(pool.map(part, range(processes)))
        return {piece.key: piece.result(b"".join(p[piece.key] for p in parts))[:total] for piece in counts}
