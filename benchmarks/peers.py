"""The same network with the same spikes in brainnet and in its peers: time, memory, distance to a hand-written program.

    python benchmarks/peers.py [--images 256] [--repeats 7] [--threads 1 2] [--only NAME ...] [--json F] [--figure F]

784-800-10 integrate-and-fire neurons, reset by subtraction, 100 steps per image, 9.5 % input spikes. Each peer is a
process of its own that is kept waiting; in each round all of them show the images once, one after the other, so that a
machine that slows down slows all of them. Every count of spikes is compared with exact arithmetic: a peer that computes
something else is not measured. Peers that are not installed are left out, with a line that says so.

Time is that of the wall clock. CPU time is printed next to it: where it is much smaller (one thread), or the load is
high, something else was running and the wall clock says little. brainnet and Brian2 draw the input spikes, and read
and write files, within their time; the others are given the spikes. NEST has no reset by subtraction: it does the
same work with reset to the start, and is compared with that. Rows that end in "current" have a constant current into
the hidden layer instead of spikes, and are compared with each other.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np
from peer_networks import NETWORKS
from peer_process import Peer, keep, serve
from peer_programs import PROGRAMS
from peer_work import make_work, reference

# Names as they are printed; slow ones are shown fewer images.
FEWER = {"NEST": 8, "Brian2 C++": 32}
LIMITS = {"brainnet int8": "limit int8"}
CURRENT = ", current"  # ends the names of those with constant current instead of input spikes


def worker(name: str, threads: int, images: int) -> None:
    """Answer each line of standard input by one run, as a line of JSON."""
    work = make_work(images)
    program = name in PROGRAMS
    serve(PROGRAMS[name](work, threads) if program else NETWORKS[name][1](work, threads), program)


def measure(options: argparse.Namespace) -> tuple[list[dict[str, Any]], list[str]]:
    """Run all peers in turns; return one row each, and what was left out and why."""
    left_out, peers = [], []
    names = [name for name in (*PROGRAMS, *NETWORKS) if not options.only or name in options.only]
    for name in names:
        package = NETWORKS[name][0] if name in NETWORKS else None
        if package and importlib.util.find_spec(package) is None:
            left_out.append(f"{name} is left out: the package {package} is not installed")
            continue
        images = min(options.images, FEWER.get(name, options.images))
        peers += [Peer(name, threads, images, __file__) for threads in options.threads]
    work = make_work(options.images)
    expected = {hard: reference(work, hard) for hard in (False, True)}
    by_current = reference(work, constant=True)
    try:
        for _ in range(options.repeats + 1):
            for peer in list(peers):
                wrong = peer.run()
                counts = np.array(peer.answers[-1].pop("counts")) if not wrong else None
                wanted = by_current if peer.name.endswith(CURRENT) else expected[peer.name == "NEST"]
                if counts is not None and not np.array_equal(counts, wanted[: peer.images]):
                    wrong = "its spikes differ from exact arithmetic"
                if wrong:
                    left_out.append(f"{peer.name} with {peer.threads} threads is left out: {wrong}")
                    peers.remove(peer)
                    peer.end()
        return [peer.row() for peer in peers], left_out
    finally:
        for peer in peers:
            peer.end()


def report(rows: list[dict[str, Any]], left_out: list[str]) -> None:
    """Print a table; ratios are of medians with the same number of threads, to ours and to the limit."""
    median = {(row["name"], row["threads"]): row["median_ms"] for row in rows}
    print(f"{'':18}threads  ms per image (min to max)      CPU      MB  x brainnet  x limit")
    for row in sorted(rows, key=lambda row: (row["threads"], row["median_ms"])):
        current = row["name"].endswith(CURRENT)
        ours = median.get((f"brainnet{CURRENT}" if current else "brainnet float32", row["threads"]))
        best = None if current else median.get((LIMITS.get(row["name"], "limit float32"), row["threads"]))
        row["times_brainnet"] = ours and row["median_ms"] / ours
        row["times_limit"] = best and row["median_ms"] / best
        ratios = "".join(
            f"{value:10.2f}" if value else f"{'':10}" for value in (row["times_brainnet"], best and row["times_limit"])
        )
        print(
            f"{row['name']:18}{row['threads']:7}  "
            f"{row['median_ms']:7.3f} ({row['min_ms']:7.3f} to {row['max_ms']:7.3f})"
            f"  {row['cpu_ms']:7.3f}  {row['mb']:6.1f} {ratios}"
        )
    for line in left_out:
        print(line)


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw medians as bars with the range of the repeats."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = sorted(
        {row["name"] for row in rows}, key=lambda name: min(r["median_ms"] for r in rows if r["name"] == name)
    )
    threads = sorted({row["threads"] for row in rows})
    figure, axes = pyplot.subplots(figsize=(7, 0.6 + 0.45 * len(names)), layout="constrained")
    for index, count in enumerate(threads):
        mine = {row["name"]: row for row in rows if row["threads"] == count}
        shown = [name for name in names if name in mine]
        medians = np.array([mine[name]["median_ms"] for name in shown])
        ends = np.array([[mine[name][key] for name in shown] for key in ("min_ms", "max_ms")])
        at = [names.index(name) + 0.8 * (index + 0.5) / len(threads) - 0.4 for name in shown]
        label = f"{count} thread{'s' if count > 1 else ''}"
        axes.barh(at, medians, 0.75 / len(threads), xerr=np.abs(ends - medians), label=label)
    axes.set(xscale="log", xlabel="ms per image", yticks=range(len(names)), yticklabels=names)
    axes.invert_yaxis()
    axes.legend()
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--only", nargs="+", choices=[*PROGRAMS, *NETWORKS])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--worker", choices=[*PROGRAMS, *NETWORKS], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.threads[0], options.images)
        return
    load = os.getloadavg()[0]
    rows, left_out = measure(options)
    report(rows, left_out)
    keep(options, rows, left_out, load)
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
