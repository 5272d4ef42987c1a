"""What a second process brings to a sweep: the same points with one worker and with two, in turns.

    python benchmarks/sweep.py [--rounds 3] [--points 6] [--json FILE]

A point is a run of `song_abbott` for some seconds of simulated time, on the target numpy: nothing is compiled, and no
point waits for another. One line per number of workers: the median over the rounds of the wall clock, with its range,
and of the CPU time that the points took. A machine that does other work has less to give to a second process: the
load, and the CPU seconds per second of wall clock that the sweep really got, are told too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import brainnet


def cpu() -> float:
    """CPU seconds of this process and of those that have ended below it."""
    return sum(
        each.ru_utime + each.ru_stime
        for each in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def measured(workers: int, points: int, duration: str) -> tuple[float, float]:
    """Return wall clock and CPU seconds of a sweep."""
    from joblib.externals.loky import get_reusable_executor

    begin, used = time.perf_counter(), cpu()
    with tempfile.TemporaryDirectory() as folder, brainnet.target("numpy"):
        brainnet.sweep(
            "song_abbott", out=Path(folder) / "out", repeat=points, workers=workers, progress=False,
            quick=True, duration=duration,
        )  # fmt: skip
    wall = time.perf_counter() - begin
    if workers > 1:
        get_reusable_executor().shutdown(wait=True)  # children count once they have ended
    return wall, cpu() - used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--points", type=int, default=6)
    parser.add_argument("--duration", default="500*ms", help="simulated time of a point")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    loads = []
    measured(1, 2, options.duration)  # imports and caches
    for _ in range(options.rounds):
        for workers, results in found.items():
            loads.append(os.getloadavg()[0])
            results.append(measured(workers, options.points, options.duration))
    rows: dict[str, Any] = {}
    for workers, results in found.items():
        wall, used = [each[0] for each in results], [each[1] for each in results]
        rows[str(workers)] = {
            "wall_s": statistics.median(wall), "min_s": min(wall), "max_s": max(wall), "cpu_s": statistics.median(used),
            "cores": statistics.median(b / a for a, b in results),
        }  # fmt: skip
        print(
            f"workers {workers}: {statistics.median(wall):.1f} s ({min(wall):.1f} to {max(wall):.1f}), "
            f"CPU {statistics.median(used):.1f} s, {rows[str(workers)]['cores']:.2f} cores"
        )
    speedup = rows["1"]["wall_s"] / rows["2"]["wall_s"]
    load = f"{min(loads):.1f} to {max(loads):.1f}"
    print(f"speed-up {speedup:.2f}; load {load} on {os.cpu_count()} cores, of everything that ran")
    if options.json:
        told = {"points": options.points, "duration": options.duration, "rounds": options.rounds, "workers": rows}
        options.json.write_text(
            json.dumps(told | {"speedup": speedup, "load": [min(loads), max(loads)]}, indent=1) + "\n"
        )


if __name__ == "__main__":
    main()
