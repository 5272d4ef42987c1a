"""A peer as a process that is kept waiting, so that all take turns: both ends of its pipe. Needs no package."""

from __future__ import annotations

import argparse
import atexit
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["Peer", "cpu_time", "keep", "run_in_turns", "serve", "stock_program"]


def serve(show: Any, program: bool) -> None:
    """Run `show` for each line of standard input; tell seconds, memory and counts."""
    if program:
        from peer_programs import PeakOfChildren
    mb = 0.0
    for _ in sys.stdin:
        # A program's memory is watched in the first round only, which is not timed: watching takes time.
        watch = PeakOfChildren("main", "limit") if program and not mb else contextlib.nullcontext()
        with watch:
            cpu, begin = cpu_time(), time.perf_counter()
            result = show()
            wall, cpu = time.perf_counter() - begin, cpu_time() - cpu
        mb = mb or watch.mb if program else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds, counts, *better = result if isinstance(result, tuple) else (wall, result)
        answer = {"seconds": seconds, "cpu": better[0] if better else cpu, "mb": mb, "counts": counts.tolist()}
        print("answer" + json.dumps(answer), flush=True)


def cpu_time() -> float:
    """Return CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class Peer:
    """A process that is kept waiting, and what it answered."""

    def __init__(self, name: str, threads: int, images: int, script: str, python: str = sys.executable) -> None:
        self.name, self.threads, self.images = name, threads, images
        self.answers: list[dict[str, Any]] = []
        options = ["--worker", name, "--threads", str(threads), "--images", str(self.images)]
        variables = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        self.process = subprocess.Popen(
            [python, script, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=variables,
        )  # fmt: skip

    def run(self) -> str:
        """Show all images once; return what is wrong, or nothing."""
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        with contextlib.suppress(BrokenPipeError):  # it ended; it says why below
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("answer"):
                self.answers.append(json.loads(line[len("answer") :]))
                return ""
        return self.process.stderr.read().strip().splitlines()[-1]

    def row(self, warm_up: int = 1) -> dict[str, Any]:
        """Milliseconds per image and megabytes; the first rounds warm up and are not counted."""
        per_image = 1e3 / self.images
        wall = [answer["seconds"] * per_image for answer in self.answers[warm_up:]]
        cpu = [answer["cpu"] * per_image for answer in self.answers[warm_up:]]
        return {
            "name": self.name, "threads": self.threads, "images": self.images, "median_ms": statistics.median(wall),
            "min_ms": min(wall), "max_ms": max(wall), "cpu_ms": min(cpu), "cpu_median_ms": statistics.median(cpu),
            "cpu_max_ms": max(cpu), "mb": self.answers[-1]["mb"],
        }  # fmt: skip

    def end(self) -> None:
        """Let the process end."""
        assert self.process.stdin
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


def run_in_turns(peers: list[Peer], rounds: int, left_out: list[str]) -> None:
    """Run all peers once in each round; those that fail are ended and taken out, and it is said why."""
    for _ in range(rounds):
        for peer in list(peers):
            if wrong := peer.run():
                left_out.append(f"{peer.name} is left out: {wrong}")
                peers.remove(peer)
                peer.end()


def stock_program() -> tuple[Path, Callable[[], float]]:
    """Build what stock Brian2 was told to run; return the folder, and a function that runs it and gives seconds."""
    import brian2

    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    brian2.device.build(directory=folder.name, compile=True, run=False)

    def run() -> float:
        begin = time.perf_counter()
        brian2.device.run(folder.name, results_directory="results", with_output=False, run_args=[])
        seconds = time.perf_counter() - begin
        brian2.device.has_been_run = True
        return seconds

    return Path(folder.name), run


def keep(options: argparse.Namespace, rows: list[dict[str, Any]], left_out: list[str], load: float) -> None:
    """Print the load before and now, and write everything where --json says."""
    loads = [round(load, 2), round(os.getloadavg()[0], 2)]
    print(f"load before and after: {loads[0]} and {loads[1]}, on {os.cpu_count()} cores")
    if options.json:
        kept = {"load": loads, "cores": os.cpu_count(), "repeats": options.repeats, "rows": rows, "left_out": left_out}
        options.json.write_text(json.dumps(kept, indent=2) + "\n")
