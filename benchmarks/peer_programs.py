"""Peers that are compiled programs: brainnet's, stock Brian2's C++ standalone, and the hand-written limit."""

from __future__ import annotations

import atexit
import contextlib
import os
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from peer_work import SCALE, SEED, START, STEPS, Work

__all__ = ["PROGRAMS", "PeakOfChildren"]

# Shows all images: seconds, spikes of hidden and output layer of each, and CPU seconds where they are known better.
Timed = Callable[[], tuple]


def brainnet(work: Work, threads: int, int8: bool = False) -> Timed:
    """Input is drawn, samples are read and counts are written by the program: all of that is in the time."""
    from brian2 import NeuronGroup

    import brainnet as bn
    from brainnet.projections import BernoulliInput, Dense, Presentation, Projection, QuantisedDense

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp", dtype="float32"))
    shown = Presentation(STEPS)
    before = shown.feed(BernoulliInput(np.zeros(784), seed=SEED, name="inputs"), "p")
    objects: list[Any] = [before]
    for layer, matrix in enumerate((work.first, work.second), start=1):
        n, name = matrix.shape[1], f"layer_{layer}"
        group = NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=name)
        shown.restart(group, layer, v=START)
        shown.record(group, layer, name)
        kind = QuantisedDense(matrix, SCALE) if int8 else Dense(matrix * SCALE)
        objects += [group, Projection(before, group, kind, name=f"to_{name}")]
        before = group
    shown.build(*objects)

    def show() -> tuple[float, np.ndarray]:
        begin = time.perf_counter()
        result = shown.run(work.samples, processes=threads)
        seconds = time.perf_counter() - begin
        return seconds, np.stack([result[f"layer_{layer}"].sum(axis=1) for layer in (1, 2)], axis=1)

    return show


def brainnet_int8(work: Work, threads: int) -> Timed:
    return brainnet(work, threads, int8=True)


def brainnet_current(work: Work, threads: int) -> Timed:
    """Constant current: currents are read and counts are written by the program."""
    import brainnet as bn
    from brainnet.projections import Dense, Presentation, Projection

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp", dtype="float32"))
    shown = Presentation(STEPS)
    first, second = (
        bn.models.integrate_and_fire.group(matrix.shape[1], I=np.zeros(matrix.shape[1]), name=f"layer_{layer}")
        for layer, matrix in enumerate((work.first, work.second), start=1)
    )
    shown.feed(first, "I")
    for layer, group in enumerate((first, second)):
        shown.restart(group, layer, v=START)
        shown.record(group, layer, group.name)
    shown.build(first, second, Projection(first, second, Dense(work.second * SCALE), onto="v", name="to_layer_2"))
    currents = work.currents()

    def show() -> tuple[float, np.ndarray]:
        begin = time.perf_counter()
        result = shown.run(currents, processes=threads)
        seconds = time.perf_counter() - begin
        return seconds, np.stack([result[f"layer_{layer}"].sum(axis=1) for layer in (1, 2)], axis=1)

    return show


def stock(work: Work, threads: int) -> Timed:
    """All that is stock but the random numbers, which are brainnet's, so that the input is the same."""
    from brian2 import (
        Network,
        NeuronGroup,
        SpikeMonitor,
        Synapses,
        TimedArray,
        defaultclock,
        device,
        prefs,
        set_device,
    )

    from brainnet.random import uniform

    set_device("cpp_standalone", build_on_run=False)
    prefs.core.default_float_dtype = np.float32
    if threads > 1:
        prefs.devices.cpp_standalone.openmp_threads = threads
    samples, dt = len(work.samples), defaultclock.dt
    p = TimedArray(work.samples, dt=STEPS * dt, name="p")
    inputs = NeuronGroup(784, "", threshold=f"uniform({SEED}, 0, t_in_timesteps, i) < p(t, i)", reset="", name="inputs")
    inputs.namespace.update(uniform=uniform, p=p)
    # Input, then layer after layer within one step, so that samples follow each other without a gap.
    slots = ["first", "inputs", "in_1", "fire_1", "reset_1", "in_2", "fire_2", "reset_2"]
    inputs.thresholder["spike"].when = "inputs"
    objects: list[Any] = [inputs]
    monitors = []
    before = inputs
    for layer, matrix in enumerate((work.first, work.second), start=1):
        n, name = matrix.shape[1], f"layer_{layer}"
        group = NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=name)
        group.run_regularly(f"v = {START!r}", dt=STEPS * dt, when="first", name=f"restart_{layer}")
        group.thresholder["spike"].when, group.resetter["spike"].when = f"fire_{layer}", f"reset_{layer}"
        synapses = Synapses(before, group, "w : 1", on_pre="v_post += w", name=f"to_{name}")
        synapses.connect()
        synapses.w.set_item(slice(None), (matrix * SCALE).ravel())
        synapses.pre.when = f"in_{layer}"
        monitors.append(SpikeMonitor(group, name=f"spikes_{layer}"))
        objects += [group, synapses, monitors[-1]]
        before = group
    network = Network(objects)
    network.schedule = [*slots, "start", "groups", "thresholds", "synapses", "resets", "end"]
    network.run(samples * STEPS * dt)
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    device.build(directory=folder.name, compile=True, run=False)

    def show() -> tuple[float, np.ndarray]:
        begin = time.perf_counter()
        device.run(folder.name, results_directory="results", with_output=False, run_args=[])
        seconds = time.perf_counter() - begin
        counts = []
        for monitor in monitors:
            steps = np.round(np.asarray(monitor.t) / float(dt)).astype(int)
            counts.append(np.bincount(steps // STEPS, minlength=samples))
        device.has_been_run = True
        return seconds, np.stack(counts, axis=1)

    return show


def limit(work: Work, threads: int, weight_bytes: int = 4) -> Timed:
    """Input spikes are given and counts stay in memory: neither is in the time, and nor is the program's start."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path = Path(folder.name)
    compiler = shlex.split(os.environ.get("CXX", "g++"))
    source = Path(__file__).with_name("limit.cpp")
    flags = ["-O3", "-march=native", "-std=c++17", "-pthread"]
    subprocess.run([*compiler, *flags, str(source), "-o", str(path / "limit")], check=True)
    work.first.tofile(path / "first")
    work.second.tofile(path / "second")
    spikes = work.spikes().reshape(-1, 784)
    lists = [np.flatnonzero(step).astype(np.int32) for step in spikes]
    np.concatenate([np.concatenate([np.int32([len(each)]), each]) for each in lists]).tofile(path / "spikes")
    options = [len(work.samples), STEPS, threads, weight_bytes, START, SCALE]

    def show() -> tuple[float, np.ndarray, float]:
        command = ["./limit", "first", "second", "spikes", *map(str, options)]
        lines = subprocess.run(command, cwd=path, check=True, capture_output=True, text=True).stdout.split()
        return float(lines[0]), np.array(lines[2:], dtype=int).reshape(-1, 2), float(lines[1])

    return show


def limit_int8(work: Work, threads: int) -> Timed:
    return limit(work, threads, 1)


class PeakOfChildren:
    """Watches programs of the given names that this process starts; `mb` is the largest resident memory seen."""

    def __init__(self, *names: str) -> None:
        self.names, self.mb, self._over = names, 0.0, threading.Event()

    def __enter__(self) -> PeakOfChildren:
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *details: Any) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.002):
            for children in Path("/proc/self/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    for child in children.read_text().split():
                        self._look(Path("/proc") / child)

    def _look(self, process: Path) -> None:
        with contextlib.suppress(OSError):
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            if status["Name"].strip() in self.names and "VmHWM" in status:
                self.mb = max(self.mb, int(status["VmHWM"].split()[0]) / 1024)


PROGRAMS = {
    "brainnet float32": brainnet,
    "brainnet int8": brainnet_int8,
    "brainnet, current": brainnet_current,
    "Brian2 C++": stock,
    "limit float32": limit,
    "limit int8": limit_int8,
}
