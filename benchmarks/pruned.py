"""Pruned plastic synapses: time an image against the share of synapses that is left, learning and tested.

    python benchmarks/pruned.py [--neurons 400] [--images 40] [--repeats 5] [--rule power_law] [--json F]

The network of Diehl & Cook 2015 on images of 784 pixels, each shown once, 1,000 steps per image, one thread. Three
programs, each built once: "dense", whose synapses cannot be pruned; "rows", which walks whole rows and columns and
asks of each synapse; "lists", which walks lists of what is left. Shares are pruned at random from weights drawn
uniformly; all are run in turns in each round. Where "lists" take less than "rows" decides `projections.pruned.FEW`.

Time is CPU time of the program, start and reading of the weights included (given as "start": two images against none
more); medians, with the smallest and largest.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

import brainnet
from brainnet.learn.stdp.brian import StdpNetwork
from brainnet.learn.stdp.settings import make_settings
from brainnet.learn.stdp.training import first_state
from brainnet.projections import normalise, pathway

SHARES = (1.0, 0.9, 0.75, 0.5, 0.25, 0.1, 0.05)
# What each program is built with: at which share lists begin.
FORMS = {"dense": None, "rows": 0.0, "lists": 1.0}
N_INPUTS = 784


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def built(form: str, options: argparse.Namespace, seed: int = 0) -> Any:
    """Return the network, in a context of its own that stays open."""
    few = FORMS[form]
    if few is not None:
        pathway.FEW = normalise.FEW = few
    settings = make_settings(neurons=options.neurons, rule=options.rule, attempts=1)
    return StdpNetwork(settings, N_INPUTS, seed, prunable=few is not None)


def images_of(n: int) -> np.ndarray:
    """Return images as bright as digits: 100 pixels of 784 on, in blots."""
    random = np.random.default_rng(1)
    rows, columns = np.indices((28, 28))
    found = np.zeros((n, 28, 28))
    for image in found:
        for row, column in random.uniform(7, 21, (4, 2)):
            image[(rows - row) ** 2 + (columns - column) ** 2 < 9] = 1
    return found.reshape(n, -1)


def measure(form: str, options: argparse.Namespace) -> dict[tuple[float, str], list[float]]:
    """Run one program with all shares, in turns."""
    found: dict[tuple[float, str], list[float]] = {}
    first, images = first_state(N_INPUTS, options.neurons, 0), images_of(options.images + 2)
    total = np.full(options.neurons, make_settings().mean_weight * N_INPUTS)
    random = np.random.default_rng(2).random(first["weights"].shape)
    with ExitStack() as stack:
        stack.enter_context(brainnet.target("cpp"))
        network = built(form, options)
        for _ in range(options.repeats):
            for share in SHARES if form != "dense" else (1.0,):
                state = first if form == "dense" else {**first, "kept": random < share, "total": total}
                for kind, run in (("learning", network.learn), ("tested", network.respond)):
                    state = {**state, "weights": first["weights"] * (random < share)}
                    times = []
                    for n in (2, options.images + 2):
                        begin = cpu_seconds()
                        run(images[:n], state, phase=0)
                        times.append(cpu_seconds() - begin)
                    found.setdefault((share, kind), []).append(1e3 * (times[1] - times[0]) / options.images)
                    found.setdefault((share, "start"), []).append(1e3 * times[0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurons", type=int, default=400)
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--rule", default="power_law")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    load, rows = os.getloadavg()[0], []
    print(f"{options.rule}, {options.neurons} neurons: CPU ms per image, median (smallest to largest)")
    for form in FORMS:
        for (share, kind), times in measure(form, options).items():
            row = {"form": form, "share": share, "kind": kind, "median_ms": float(np.median(times)),
                   "min_ms": min(times), "max_ms": max(times)}  # fmt: skip
            rows.append(row)
            print(f"{form:6} {share:5.2f} {kind:9} {row['median_ms']:8.3f} ({min(times):.3f} to {max(times):.3f})")
    print(f"load before and after: {load:.1f} and {os.getloadavg()[0]:.1f}, on {os.cpu_count()} cores")
    if options.json:
        options.json.write_text(json.dumps({"options": {k: str(v) for k, v in vars(options).items()}, "rows": rows}))


if __name__ == "__main__":
    main()
