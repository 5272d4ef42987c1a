"""How long a million declared synapses take to draw, with weights and delays: medians of clock and CPU time.

python benchmarks/connectivity.py [--repeats 9]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

from brian2 import ms, mV

from brainnet.connectivity import (
    AllToAll,
    ByDistance,
    FixedInDegree,
    FixedOutDegree,
    FixedProbability,
    Grid,
    Normal,
    SmallWorld,
    Uniform,
)

N = 10_000
VALUES = {"weights": Normal(0.1 * mV, 0.02 * mV), "delays": Uniform(0.5 * ms, 2 * ms)}
RULES = [
    (FixedProbability(0.01, **VALUES), N),
    (FixedInDegree(100, **VALUES), N),
    (FixedInDegree(100, multapses=True, **VALUES), N),
    (FixedOutDegree(100, **VALUES), N),
    (ByDistance(0.16, 10.0, Grid(100.0, 100.0), **VALUES), N),
    (SmallWorld(100, 0.2, **VALUES), N),
    (AllToAll(**VALUES), 1000),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; seconds a million synapses")
    for rule, n in RULES:
        clock, cpu = [], []
        for _ in range(options.repeats):
            begin, used = time.perf_counter(), time.process_time()
            count = len(rule.draw(n, n))
            clock.append((time.perf_counter() - begin) * 1e6 / count)
            cpu.append((time.process_time() - used) * 1e6 / count)
        many = ", multapses" if getattr(rule, "multapses", False) else ""
        print(f"{type(rule).__name__ + many:26} clock {statistics.median(clock):.3f}  CPU {statistics.median(cpu):.3f}")


if __name__ == "__main__":
    main()
