"""Plastic synapses, 784 to 400 with lateral inhibition: brainnet, stock Brian2 and peers, in turns in one run.

    python benchmarks/plastic.py [--images 200] [--repeats 5] [--only NAME ...] [--json F] [--figure F]

The network of Diehl & Cook 2015 in steps of 0.5 ms, 1,000 steps per image, 1,672 input spikes per image, one thread.
All have the same initial weights and are given the same input spikes; weights are normalised before each image (NEST:
not). Rows "drawing" draw their input: brainnet the very spikes that the others are given, stock Brian2 its own,
as its examples do. Ratios are to the row of brainnet of the same kind. Each is a process of its own that is kept
waiting; in each round all show their images once. The final weights of brainnet must equal those of stock Brian2 to
1e-12: what does not agree is not measured. Peers that are not installed are left out by name.

Time is that of the wall clock; CPU time stands next to it: where it is much smaller, something else was running.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import Peer, keep, run_in_turns, serve
from peers import draw
from plastic_networks import NETWORKS


def worker(name: str, images: int) -> None:
    """Show images on demand; leave the weights where the other side finds them."""
    show = NETWORKS[name][2](images)

    def shown() -> tuple[float, np.ndarray]:
        spikes, weights, seconds = show()
        if weights is not None:
            np.save(_weights(Path(os.environ["BENCHMARK_WEIGHTS"]), name), weights)
        return seconds, np.array([spikes])

    serve(shown, program=name.startswith(("brainnet", "Brian2")))


def _weights(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"


def difference(folder: Path, rule: str, kind: str) -> float | None:
    """Return the largest difference of final weights between brainnet and stock Brian2 with the spikes given."""
    files = [_weights(folder, name) for name in (f"brainnet {rule}{kind}", f"Brian2 C++ {rule}")]
    if not all(file.exists() for file in files):
        return None
    return float(np.abs(np.subtract(*(np.load(file) for file in files))).max())


def measure(options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """Run all in turns; return one row each, and what was left out and why."""
    left_out: list[str] = []
    peers = []
    for name in options.only or NETWORKS:
        package, most, _ = NETWORKS[name]
        if importlib.util.find_spec(package) is None:
            left_out.append(f"{name} is left out: the package {package} is not installed")
        else:
            peers.append(Peer(name, 1, min(options.images, most), __file__))
    try:
        run_in_turns(peers, options.repeats + 1, left_out)
        for name in [peer.name for peer in peers if peer.name.startswith("brainnet")]:
            rule, kind = name.split()[1].strip(","), ", drawing" * name.endswith("drawing")
            apart = difference(Path(os.environ["BENCHMARK_WEIGHTS"]), rule, kind)
            print(f"{name}: weights differ from those of stock Brian2 by {apart}")
            if apart is not None and apart > 1e-12:
                left_out.append(f"{name} is left out: its weights differ from stock Brian2 by {apart}")
                peers = [peer for peer in peers if peer.name != name]
        return [peer.row() | {"spikes": peer.answers[-1]["counts"][0] / peer.images} for peer in peers], left_out
    finally:
        for peer in peers:
            peer.end()


def report(rows: list[dict[str, Any]], left_out: list[str]) -> None:
    """Print a table; ratios are to brainnet with the same rule (BindsNET: pairs), given its input or drawing it."""
    by_name = {row["name"]: row for row in rows}
    print(f"{'':28}images  ms per image (min to max)         CPU      MB  spikes  x brainnet  in CPU time")
    for row in rows:
        rule = "triplet" if "triplet" in row["name"] else "pair"
        ours = by_name.get(f"brainnet {rule}" + ", drawing" * row["name"].endswith("drawing"))
        row["times_brainnet"] = ours and row["median_ms"] / ours["median_ms"]
        row["times_brainnet_cpu"] = ours and row["cpu_ms"] / ours["cpu_ms"]
        ratios = f"{row['times_brainnet']:12.2f} {row['times_brainnet_cpu']:12.2f}" if ours else ""
        print(
            f"{row['name']:28}{row['images']:6}  {row['median_ms']:8.3f} ({row['min_ms']:8.3f} to {row['max_ms']:8.3f})"
            f"  {row['cpu_ms']:8.3f}  {row['mb']:6.1f}  {row['spikes']:6.1f}{ratios}"
        )
    for line in left_out:
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=[*NETWORKS])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--worker", choices=[*NETWORKS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.images)
        return
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCHMARK_WEIGHTS"] = folder
        rows, left_out = measure(options)
    report(rows, left_out)
    keep(options, rows, left_out, load)
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
