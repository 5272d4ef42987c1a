"""A cortical network, sparse and plastic: brainnet, stock Brian2, NEST and a program written by hand, in turns.

    python benchmarks/cortical.py [--neurons 5000] [--seconds 1] [--repeats 5] [--only NAME ...] [--nest PYTHON]
                                  [--json F] [--figure F]

The network of Brunel 2000 with delta synapses, four of five neurons excitatory, in-degrees of 10 %, delay 1.5 ms, steps
of 0.1 ms, 1,000 Poisson sources of 20 Hz for each neuron; E to E synapses learn by additive pairs. All have the same
connections and initial weights, and draw inputs of their own; rates and weights are compared. One thread. Each is a
process of its own that is kept waiting; in each round all run once, the first round is not counted. NEST may be
installed in another environment: give its Python.

CPU time is that of the run alone, without making the network, reading it and writing results. Where other programs run
beside it, the median of CPU time is what compares; all are as much disturbed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from cortical_networks import BINS, NETWORKS, W_MAX
from peer_process import Peer, keep, run_in_turns, serve


def measure(options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """Run all in turns; return one row each, and what was left out and why."""
    left_out: list[str] = []
    peers = []
    os.environ["BENCHMARK_NEURONS"] = str(options.neurons)
    for name in options.only or NETWORKS:
        python = options.nest if name == "NEST" and options.nest else sys.executable
        if python == sys.executable and importlib.util.find_spec(NETWORKS[name][0]) is None:
            left_out.append(f"{name} is left out: the package {NETWORKS[name][0]} is not installed")
        else:
            peers.append(Peer(name, 1, options.seconds, __file__, python))
    try:
        run_in_turns(peers, options.repeats + 1, left_out)
        return [peer.row() | dict(zip(("rate_e", "rate_i", "mean", "std"), peer.answers[-1]["counts"], strict=False))
                | {"shares": peer.answers[-1]["counts"][4:]} for peer in peers], left_out  # fmt: skip
    finally:
        for peer in peers:
            peer.end()


def report(rows: list[dict[str, Any]], left_out: list[str]) -> None:
    """Print a table; ratios are of medians of CPU time."""
    ours = next((row["cpu_median_ms"] for row in rows if row["name"] == "brainnet"), None)
    print(f"{'a second of biological time':30} CPU s (min to max)     x brainnet     MB  E, I (Hz)     weights (mV)")
    for row in rows:
        row["times_brainnet"] = ours and row["cpu_median_ms"] / ours
        ratio = f"{row['times_brainnet']:10.2f}" if ours else " " * 10
        print(
            f"{row['name']:30} {row['cpu_median_ms'] / 1e3:6.2f} ({row['cpu_ms'] / 1e3:.2f} to "
            f"{row['cpu_max_ms'] / 1e3:.2f}) {ratio} {row['mb']:7.0f}  {row['rate_e']:5.1f} {row['rate_i']:5.1f}   "
            f"{row['mean']:.4f} +- {row['std']:.4f}"
        )
    for line in left_out:
        print(line)


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Left: CPU time of each. Right: weights at the end."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    names = [row["name"] for row in rows]
    left.barh(names, [row["cpu_median_ms"] / 1e3 for row in rows], color=[f"C{k}" for k in range(len(rows))])
    left.invert_yaxis()
    left.set(xscale="log", xlabel="CPU s for 1 s of biological time")
    centres = (np.arange(BINS) + 0.5) * W_MAX / BINS
    for k, row in enumerate(rows):
        if "static" not in row["name"]:
            label = f"{row['name']}, E {row['rate_e']:.1f} Hz"
            right.step(centres, row["shares"], where="mid", color=f"C{k}", label=label)
    right.set(xlabel="E to E weight (mV)", ylabel="share of synapses")
    right.legend(fontsize="small")
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=[*NETWORKS])
    parser.add_argument("--nest", help="Python of an environment with NEST")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--images", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--worker", choices=[*NETWORKS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        show = NETWORKS[options.worker][1](int(os.environ["BENCHMARK_NEURONS"]), options.images)
        serve(show, program=options.worker != "NEST")
        return
    load = os.getloadavg()[0]
    rows, left_out = measure(options)
    report(rows, left_out)
    keep(options, rows, left_out, load)
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
