"""Milliseconds per image on each target: the same converted network, the same images, interleaved.

    python benchmarks/targets.py [--repeats 5] [--images 200] [--json FILE]

One line per target: time to build, and the median over the repeats of the time per image, with its range. The targets
take turns, so that a machine that slows down slows all of them; the first round is not counted.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path

import brainnet
from brainnet.convert import convert
from brainnet.data import load_digits
from brainnet.train.mlp import train_mlp

TARGETS = ("numpy", "cython", "cpp")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()

    digits = load_digits()
    trained = train_mlp(digits.x_train, digits.y_train, 100, epochs=20, seed=0)
    samples = digits.x_test[: options.images]
    times: dict[str, list[float]] = {name: [] for name in TARGETS}
    build = {}
    counts = {}
    for repeat in range(options.repeats + 1):
        for name in TARGETS:
            with brainnet.target(name):
                spiking = convert(trained, calibration=digits.x_train, coding="bernoulli")
                response = spiking.run(samples)
                counts[name] = sum(int(each.sum()) for each in response.counts.values())
                build[name] = spiking.program.compile_seconds
                if repeat:  # the first round warms caches up
                    times[name].append(1e3 * response.run_seconds / len(samples))
    if len(set(counts.values())) != 1:
        raise SystemExit(f"the targets disagree: spikes {counts}")
    fastest = min(statistics.median(values) for values in times.values())
    rows = {}
    for name in TARGETS:
        median = statistics.median(times[name])
        rows[name] = {
            "median_ms": median,
            "min_ms": min(times[name]),
            "max_ms": max(times[name]),
            "build_s": build[name],
        }
        print(
            f"{name:8} {median:9.3f} ms per image ({min(times[name]):.3f} to {max(times[name]):.3f}), "
            f"{median / fastest:7.1f} times the fastest, build {build[name]:.1f} s"
        )
    if options.json:
        options.json.write_text(
            json.dumps({"images": len(samples), "spikes": counts["cpp"], "targets": rows}, indent=2)
        )


if __name__ == "__main__":
    main()
