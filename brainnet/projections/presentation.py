"""A whole data set through one program: samples one after the other, layers in a pipeline, results streamed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Network, Subgroup, prefs
from tqdm import tqdm

from brainnet.brian import get_device
from brainnet.errors import DataError, ProjectionError, TargetError
from brainnet.projections.presented import Feed, Record, Restart
from brainnet.projections.projection import Projection
from brainnet.targets.device import CppDevice
from brainnet.targets.program import Program, build
from brainnet.targets.schedule import use_common_schedule
from brainnet.targets.target import current

__all__ = ["Presentation"]

# Steps are counted with 31 bits, and so are those that random input is drawn for.
_MOST_STEPS = 2**31 - 1


class Presentation:
    """Show samples to a feed-forward network, `steps` steps each.

    Spikes cross one layer a step, so layer l has the steps from ``n*steps + l`` to ``(n+1)*steps + l`` for sample n,
    and starts again at the first of them: exactly the network run anew for each sample, without waiting for the
    pipeline to drain. What a layer received before its first window is forgotten there. On C++ samples are read from
    a file and results written to files, so that the program's memory does not grow with the number of samples.

    Parameters
    ----------
    steps : int
        Steps per sample.
    at_once : bool
        Spikes cross all layers in the step in which they are fired, and all layers have the same steps of a sample.
        What a delay would bring into the next sample is dropped.

    Examples
    --------
    >>> from brian2 import NeuronGroup
    >>> from brainnet.projections import BernoulliInput, Dense, Presentation, Projection
    >>> shown = Presentation(steps=3)
    >>> inputs = shown.feed(BernoulliInput([0.0, 0.0]), "p")
    >>> outputs = shown.restart(NeuronGroup(1, "v : 1", threshold="v >= 1", reset="v -= 1"), layer=1, v=0)
    >>> shown.record(outputs, layer=1, key="out")
    >>> built = shown.build(inputs, outputs, Projection(inputs, outputs, Dense([[1.0], [0.0]])))
    >>> built.run([[1.0, 0.0], [0.0, 1.0]])["out"].ravel()
    array([3, 0], dtype=int32)
    """

    def __init__(self, steps: int, *, at_once: bool = False) -> None:
        if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
            raise ProjectionError(f"Presentation: steps = {steps!r} is out of range; give at least 1")
        self.steps, self.depth, self.at_once = steps, 0, at_once
        self.pieces: list[Any] = []
        self.program: Program | None = None
        self._feeds: list[Feed] = []
        self._source: Any = None
        self._by_step = False
        self._layers: dict[str, int] = {}

    def feed(self, group: Any, variable: str, layer: int = 0, *, by_step: bool = False) -> Any:
        """Let `variable` of `group` be the sample (in SI units). Returns the group.

        Where several groups are fed, a sample holds the values of one after those of the other. With `by_step` it holds
        a row of them for each step; all groups or none are fed like that.
        """
        known = group.variables.get(variable)
        if known is None or known.read_only or known.size != len(group):
            raise ProjectionError(
                f"Presentation: {variable!r} is no variable of each neuron of {group.name}; name one for samples"
            )
        if any(feed.group is group for feed in self._feeds):
            raise ProjectionError(f"Presentation: {group.name} is fed already; feed one variable of a group")
        feed = Feed(group, variable, 1 if by_step else self.steps, self._layer(group, layer))
        if self._feeds and self._by_step != by_step:
            raise ProjectionError(
                f"Presentation: {group.name} and others are fed, one by step and one not; feed all alike"
            )
        self._by_step = by_step
        self._feeds.append(feed)
        if "first_step" in group.variables:
            self._source = group
        return group

    def restart(self, group: Any, layer: int, **values: Any) -> Any:
        """Start variables of `group` again with each sample. Returns the group."""
        self.pieces.append(Restart(group, self._layer(group, layer), self.steps, values))
        return group

    def record(
        self, group: Any, layer: int, key: str, *, variable: str = "", by_step: bool = False, bursts: str = ""
    ) -> None:
        """Keep the spikes of `group` by neuron, or by step and neuron; or `variable` by step and neuron.

        `bursts` names a variable that says how many spikes each one stands for.
        """
        how: dict[str, Any] = {"variable": variable, "by_step": by_step, "bursts": bursts}
        if key in {piece.key for piece in self._records()}:
            raise ProjectionError(f"Presentation: {key!r} is recorded already; give another key")
        self.pieces.append(Record(group, self._layer(group, layer), self.steps, key, **how))

    def _layer(self, group: Any, layer: int) -> int:
        if isinstance(group, Subgroup):
            raise ProjectionError(f"Presentation: {group.name} is a part of a group; give the whole group")
        if isinstance(layer, bool) or not isinstance(layer, int) or layer < 0:
            raise ProjectionError(f"Presentation: layer = {layer!r}; give the number of steps that it lags, from 0 on")
        if layer and self.at_once:
            raise ProjectionError(
                f"Presentation: {group.name} lags {layer} steps, and all layers act at once; leave it out"
            )
        if self._layers.setdefault(group.name, layer) != layer:
            raise ProjectionError(
                f"Presentation: {group.name} was layer {self._layers[group.name]} and is layer {layer} now; give one"
            )
        self.depth = max(self.depth, layer)
        return layer

    def build(self, *objects: Any, early: bool = False) -> Presentation:
        """Build the network of `objects` on the current target, once for all runs.

        With `early`, layers may be further apart than spikes take: for codes in which neurons stay silent that long.
        """
        if not self._feeds:
            raise ProjectionError("Presentation: no group is fed; call feed(group, variable) first")
        for each in objects:
            if isinstance(each, Projection):
                self._check_lag(each, early)
        for feed in self._feeds:
            feed.depth = self.depth
        self._feeds[0].progress = current().progress
        network = use_common_schedule(Network(*objects, *self._feeds, *self.pieces))
        # Threads are for samples side by side: within a step there is too little work to share.
        threads = prefs.devices.cpp_standalone.openmp_threads
        prefs.devices.cpp_standalone.openmp_threads = 0
        try:
            # The feed ends the program; elsewhere `run` gives the duration.
            self.program = build(network, _MOST_STEPS * self._feeds[0].clock.dt, progress=False)
        finally:
            prefs.devices.cpp_standalone.openmp_threads = threads
        return self

    def _check_lag(self, projection: Projection, early: bool) -> None:
        """Refuse spikes that would arrive in another sample than the one they were fired for."""
        ends = [self._layers.get(_whole(group).name) for group in (projection.source, projection.target)]
        if ends[0] is None or ends[1] is None:
            return
        if self.at_once:
            return projection.end_with(self.steps)
        slack = ends[1] - ends[0] - 1 - projection.delay_steps
        if slack < 0 or (slack > 0 and not early):
            raise ProjectionError(
                f"Presentation: {projection.name} takes {1 + projection.delay_steps} steps from layer {ends[0]} to "
                f"layer {ends[1]}, so that spikes of one sample would reach another; let layers be as far apart as "
                "spikes take, or present samples one by one"
            )

    def run(
        self,
        samples: Any,
        first_sample: int = 0,
        processes: int = 1,
        values: Mapping[Any, Any] | None = None,
    ) -> dict[str, np.ndarray]:
        """Show samples.

        Parameters
        ----------
        samples : array, shape (n_samples, n_inputs), or (n_samples, steps, n_inputs) where groups are fed by step
            In SI units.
        first_sample : int
            Position of the first one in its data set; random input is drawn by position.
        processes : int
            Copies of the program, each with a part of the samples; C++ only.
        values : mapping, optional
            New contents of state variables, as of `Program.run`: weights, say. What the samples have made of them can
            be read afterwards, so that there is one process.

        Returns
        -------
        dict of str to ndarray
            For each `record`: shape (n_samples, n_neurons), or (n_samples, steps, n_neurons).

        Raises
        ------
        DataError
            Samples of the wrong shape, or NaN.
        TargetError
            The program fails.
        """
        program = self.program
        if program is None:
            raise ProjectionError("Presentation: it is not built; call build(*objects) first")
        samples = _check_samples(samples, self._shape)
        if isinstance(processes, bool) or not isinstance(processes, int) or processes < 1:
            raise ProjectionError(f"Presentation: processes = {processes!r}; give a whole number from 1 on")
        if values is not None and processes != 1:
            raise ProjectionError(
                f"Presentation: what values come to is that of one process, and processes = {processes}; leave it out"
            )
        if first_sample < 0:
            raise DataError(f"first_sample = {first_sample} is out of range; give at least 0")
        n = len(samples)
        samples = samples.reshape(-1, samples.shape[-1])
        if (first_sample + n) * self.steps + self.depth > _MOST_STEPS:
            raise DataError(f"{n} samples of {self.steps} steps are more than a run counts; present fewer")
        program.check_context()
        for feed, fed in zip(self._feeds, self._columns(samples), strict=True):
            feed.check(fed)
        device = get_device()
        new = {self._source.first_step: first_sample * self.steps} if self._source is not None else {}
        new |= values or {}
        if isinstance(device, CppDevice):
            self._write(device, samples)
            if values is not None:
                return self._run_here(program, device, new, n)
            return self._run_parts(device, n, first_sample, max(1, min(processes, n)))
        if processes != 1:
            raise ProjectionError("Presentation: this target has one process; use brainnet.target('cpp') for more")
        for feed, fed in zip(self._feeds, self._columns(samples), strict=True):
            feed.samples = fed.astype(feed.dtype)
        program.run(new, duration=(n * self.steps + self.depth) * self._feeds[0].clock.dt)
        return {piece.key: piece.result(piece.records, n) for piece in self._records()}

    @property
    def _shape(self) -> tuple[int, ...]:
        """Shape of a sample."""
        width = sum(feed.n for feed in self._feeds)
        return (self.steps, width) if self._by_step else (width,)

    def _columns(self, samples: np.ndarray) -> list[np.ndarray]:
        """Return the values of each group that is fed."""
        return np.split(samples, np.cumsum([feed.n for feed in self._feeds])[:-1], axis=1)

    def _records(self) -> list[Record]:
        return [piece for piece in self.pieces if isinstance(piece, Record)]

    def _write(self, device: CppDevice, samples: np.ndarray) -> None:
        folder = Path(device.project_dir)
        try:
            for feed, fed in zip(self._feeds, self._columns(samples), strict=True):
                with (folder / "static_arrays" / feed.file).open("wb") as file:
                    for start in range(0, len(samples), 1024):
                        fed[start : start + 1024].astype(feed.dtype).tofile(file)
        except OSError as error:
            raise TargetError(f"samples cannot be written to {folder} ({error}); free disk space there") from error

    def _run_here(self, program: Program, device: CppDevice, new: dict[Any, Any], n: int) -> dict[str, np.ndarray]:
        for feed in self._feeds:
            new |= {feed.rows.first: 0, feed.rows.end: n * self._rows}
        program.run(new)
        return self._read(Path(device.results_dir), n)

    @property
    def _rows(self) -> int:
        """Rows of a sample in the file."""
        return self.steps if self._by_step else 1

    def _read(self, results: Path, n: int) -> dict[str, np.ndarray]:
        try:
            return {
                piece.key: piece.result(np.fromfile(results / piece.file, piece.dtype), n) for piece in self._records()
            }
        except (OSError, ValueError) as error:
            raise TargetError(f"the program's results are not complete ({error}); free disk space") from error

    def _run_parts(self, device: CppDevice, n: int, first: int, processes: int) -> dict[str, np.ndarray]:
        edges = np.linspace(0, n, processes + 1).astype(int)
        done = np.zeros(processes)
        bar = tqdm(total=n, unit="sample", leave=False, disable=None if self._feeds[0].progress else True)

        def part(index: int) -> dict[str, np.ndarray]:
            start, stop = int(edges[index]), int(edges[index + 1])

            def report(share: float) -> None:
                done[index] = share * (stop - start)
                bar.update(int(done.sum()) - bar.n)

            bounds = {"first": start * self._rows, "end": stop * self._rows}
            arguments = [f"{feed.rows.name}.{key}={value}" for feed in self._feeds for key, value in bounds.items()]
            if self._source is not None:
                arguments.append(f"{self._source.name}.first_step={(first + start) * self.steps}")
            results = device.run_part(f"results_{index}", arguments, report)
            try:
                return self._read(results, stop - start)
            finally:
                shutil.rmtree(results, ignore_errors=True)

        with bar, ThreadPoolExecutor(processes) as pool:  # each thread waits for a process
            try:
                parts = list(pool.map(part, range(processes)))
            except BaseException:
                device.stop()
                raise
        return {piece.key: np.concatenate([p[piece.key] for p in parts]) for piece in self._records()}


def _whole(group: Any) -> Any:
    return group.source if isinstance(group, Subgroup) else group


def _check_samples(samples: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.asarray(samples)
    if array.shape[1:] != shape or not len(array) or array.dtype.kind not in "uifb":
        rows = " x ".join(map(str, shape))
        raise DataError(f"samples are of the shape {array.shape}; give rows of {rows} numbers, at least one")
    if not np.isfinite(array).all():
        raise DataError("samples hold NaN or infinity; correct them")
    return array
