"""Digits without labels, milliseconds an image end to end: brainnet, Brian2's published example and BindsNET, in turns.

    python benchmarks/unsupervised.py [--data DIR] [--images 500] [--repeats 5] [--bindsnet PYTHON] [--only NAME ...]
        [--quick] [--json F] [--figure F]

The network of Diehl & Cook 2015 with 784 inputs and 400 excitatory neurons learns from MNIST, one core, one thread.

brainnet              the experiment `unsupervised_mnist`: 700 steps of 0.5 ms with the image, 300 of rest, again and
                      brighter while fewer than 5 spikes answer, weights normalised; start of the program and files
                      are within the time
Brian2 example        examples/frompapers/Diehl_Cook_2015.py of Brian2, compiled to C++ with its own flags: steps of
                      0.1 ms (as published, 5,000 an image) or of 0.5 ms, and without its delays of up to 10 ms, which
                      brainnet's network has not; each image once
BindsNET              its eth_mnist example (250 steps of 1 ms) and batch_eth_mnist (100 steps, 32 images at once), by
                      the Python named by --bindsnet, with torch and bindsnet in its environment

brainnet and Brian2's example begin each round at the same weights and thresholds, learned by brainnet from 1,000 other
images. Each is a process of its own that is kept waiting, in each round all show their images once; slower ones are
shown fewer. Sizes of 100 to 6,400 neurons likewise; larger ones learn from fewer images before (400,000 / neurons).
The start of a program, with Brian2's example 0.1 to 0.2 s of making synapses, is within the time of its images.

Ratios are of medians. CPU time stands next to the wall clock: where it is much smaller, something else was running.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import Peer, keep, serve
from unsupervised_networks import NETWORKS, SIZES, N, learned

TRAINING = 60_000


def prepare(folder: Path, data: str, images: int) -> None:
    """Write what all are given: 1,000 images, those that are shown, weights and thresholds."""
    from brainnet.data import load

    shown = load(data).x_train[: 1000 + images].reshape(-1, 784).astype(float)
    _, state = learned(shown[: len(shown) - images], N)
    np.savez(folder / "given.npz", images=shown, **state)


def measure(options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """Run all in turns; return one row each, and what was left out and why."""
    left_out: list[str] = []
    asked, peers = [], []
    for name in options.only or NETWORKS:
        python = sys.executable
        if name.startswith("BindsNET"):
            python = options.bindsnet or python
            if why := missing(python):
                left_out.append(f"{name} is left out: {why}")
                continue
        asked.append((name, max(1, round(options.images * NETWORKS[name][0])), python))
    try:
        for turn in range(options.repeats + 1):
            for index, (name, images, python) in enumerate(asked):
                if turn == 0:  # each is built while nothing else runs
                    peers.append(Peer(name, 1, images, __file__, python))
                peer = peers[index]
                if peer.process.poll() is None and (wrong := peer.run()):
                    left_out.append(f"{name} is left out: {wrong}")
                    peer.end()
        peers = [peer for peer in peers if len(peer.answers) > options.repeats]
        return [row_of(peer) for peer in peers], left_out
    finally:
        for peer in peers:
            peer.end()


def missing(python: str) -> str:
    """Return why a Python cannot run BindsNET, or nothing."""
    try:
        done = subprocess.run([python, "-c", "import bindsnet.models"], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def row_of(peer: Peer) -> dict[str, Any]:
    spikes, shown = (value / peer.images for value in peer.answers[-1]["counts"])
    return peer.row() | {"spikes": spikes, "presentations": shown}


def report(rows: list[dict[str, Any]], left_out: list[str]) -> None:
    """Print tables; ratios are to brainnet with 400 neurons, learning with learning and answering with answering."""
    by_name = {row["name"]: row for row in rows}
    print(f"{'':34}images  ms an image (min to max)        CPU       MB  spikes  shown  x brainnet  in CPU time")
    for row in rows:
        one = by_name.get("brainnet" + ", answering" * row["name"].endswith("answering"))
        row["times_brainnet"] = one and row["median_ms"] / one["median_ms"]
        row["times_brainnet_cpu"] = one and row["cpu_median_ms"] / one["cpu_median_ms"]
        ratios = f"{row['times_brainnet']:12.2f} {row['times_brainnet_cpu']:12.2f}" if one else ""
        print(
            f"{row['name']:34}{row['images']:6}  {row['median_ms']:7.2f} ({row['min_ms']:7.2f} to {row['max_ms']:7.2f})"
            f"  {row['cpu_median_ms']:7.2f}  {row['mb']:7.1f}  {row['spikes']:6.1f} {row['presentations']:6.2f}{ratios}"
        )
    for neurons, row in sizes(rows):
        row["seconds_per_epoch"] = row["cpu_median_ms"] * TRAINING / 1e3
        print(f"{neurons} neurons: {row['seconds_per_epoch']:.0f} s of CPU time for {TRAINING} images, extrapolated")
    for line in left_out:
        print(line)


def sizes(rows: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    names = {"brainnet" if size == N else f"brainnet, {size} neurons": size for size in SIZES}
    found = [(names[row["name"]], row) for row in rows if row["name"] in names]
    return sorted(found, key=lambda each: each[0])


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw CPU time by network, and against the number of neurons."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (bars, line) = pyplot.subplots(1, 2, figsize=(11, 4), layout="constrained")
    shown = [row for row in rows if not row["name"].endswith("neurons")]
    medians = np.array([row["cpu_median_ms"] for row in shown])
    ends = np.array([[row["cpu_ms"] for row in shown], [row["cpu_max_ms"] for row in shown]])
    bars.barh(range(len(shown)), medians, xerr=np.abs(ends - medians))
    bars.bar_label(bars.containers[-1], [f"{each:.3g}" for each in medians], padding=3)
    bars.set(xscale="log", xlabel="CPU time an image (ms), 400 neurons", yticks=range(len(shown)),
             yticklabels=[row["name"] for row in shown])  # fmt: skip
    bars.set_xlim(right=4 * medians.max())
    bars.invert_yaxis()
    if found := sizes(rows):
        neurons = [each[0] for each in found]
        costs = [each[1]["cpu_median_ms"] for each in found]
        line.plot(neurons, costs, "o-", label="brainnet, learning")
        line.plot(neurons, costs[0] * np.array(neurons) / neurons[0], "--", color="0.5", label="in proportion")
        line.set(xscale="log", yscale="log", xlabel="excitatory neurons", ylabel="CPU time an image (ms)",
                 xticks=neurons, xticklabels=neurons)  # fmt: skip
        line.minorticks_off()
        line.legend()
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mnist", help="folder of MNIST; fetched if not given")
    parser.add_argument("--images", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--bindsnet", help="Python of an environment with bindsnet; this one if not given")
    parser.add_argument("--quick", action="store_true", help="50 images, one round that counts")
    parser.add_argument("--only", nargs="+", choices=[*NETWORKS])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--threads", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--worker", choices=[*NETWORKS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        serve(NETWORKS[options.worker][1](options.images), program=options.worker.lower().startswith("br"))
        return
    if options.quick:
        options.images, options.repeats = 50, 1
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BENCHMARK_FOLDER"] = folder
        prepare(Path(folder), options.data, options.images)
        rows, left_out = measure(options)
    report(rows, left_out)
    keep(options, rows, left_out, load)
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
