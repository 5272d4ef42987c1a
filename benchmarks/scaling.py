"""Cost of a dense projection over input sparsity, layer width and batch, and where the matrix product wins.

    python benchmarks/scaling.py [--widths 100 1000 10000] [--copies 1 4 16 64] [--json FILE] [--figure FILE]

As many neurons before as after; in each step the same random neurons of each copy spike. Each pair of width and copies
is a program with float32 weights, once always by rows of spikes and once always by the product in tiles, which is what
`Copies(product_above=...)` chooses between. CPU time of the program in nanoseconds per step and copy: fastest of the
repeats, less that of a run without spikes, so that start, reading of weights and thresholds are not in it.
"""

from __future__ import annotations

import argparse
import json
import resource
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Network, NeuronGroup, defaultclock

import brainnet
from brainnet.projections import Copies, Dense, Projection

DENSITIES = (0.02, 0.1, 0.3, 0.5)
OPERATIONS = 2e9  # at 10 % spikes, in a run


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(matrix: Dense, copies: int, product: bool, repeats: int) -> list[dict[str, Any]]:
    """Build one program and run it for all densities."""
    width = matrix.shape[0]
    steps = int(np.clip(OPERATIONS / (0.1 * copies * width * width), 5, 300_000))
    kind = Copies(matrix, copies, product_above=0.0 if product else 1.0)
    with brainnet.target("cpp", dtype="float32"):
        before = NeuronGroup(copies * width, "fires : 1", threshold="fires > 0", reset="", name="before")
        after = NeuronGroup(copies * width, "v : 1", name="after")
        joined = Projection(before, after, kind, name="joined")
        program = brainnet.build(Network(before, after, joined), steps * defaultclock.dt)
        best = []
        for density in (0.0, *DENSITIES):
            fires = np.random.default_rng(1).random(copies * width) < density
            times = []
            for _ in range(repeats):
                start = cpu_of_children()
                program.run({before.fires: fires.astype(float)})
                times.append(cpu_of_children() - start)
            best.append((int(fires.sum()), min(times)))
    (_, idle), *rest = best
    return [
        {
            "width": width, "copies": copies, "density": density, "product": product, "spikes": spikes / copies,
            "ns": 1e9 * (seconds - idle) / steps / copies, "gops": spikes * width * steps / (seconds - idle) / 1e9,
        }
        for density, (spikes, seconds) in zip(DENSITIES, rest, strict=True)
    ]  # fmt: skip


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Left: cost against spikes times fan-out. Right: how much quicker the product is, against density."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    found = {(r["width"], r["copies"], r["density"], r["product"]): r for r in rows}
    widths, batches = sorted({r["width"] for r in rows}), sorted({r["copies"] for r in rows})
    for color, width in enumerate(widths):
        for copies, style in zip(batches, ("-o", "--s", "-.^", ":d", "-x", "--+"), strict=False):
            mine = [found[width, copies, density, False] for density in DENSITIES]
            left.plot([r["spikes"] * width for r in mine], [r["ns"] for r in mine], style, color=f"C{color}")
            if (width, copies, DENSITIES[0], True) in found:
                gain = [r["ns"] / found[width, copies, r["density"], True]["ns"] for r in mine]
                right.plot(DENSITIES, gain, style, color=f"C{color}", label=f"{width} wide, {copies} copies")
    sums = np.array([min(r["spikes"] * r["width"] for r in rows), max(r["spikes"] * r["width"] for r in rows)])
    left.plot(sums, sums / 20, color="gray", lw=0.8, label="20 additions a nanosecond")
    left.set(xscale="log", yscale="log", xlabel="spikes x fan-out", ylabel="ns per step and copy, by rows of spikes")
    right.axhline(1, color="gray", lw=0.8)
    right.set(xlabel="fraction of spiking neurons", ylabel="time by rows / time by product")
    left.legend()
    right.legend(fontsize="small")
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--widths", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 4, 16, 64])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for width in options.widths:
        rng = np.random.default_rng(0)
        matrix = Dense(rng.random((width, width), dtype=np.float32) - 0.5)
        for copies in options.copies:
            for product in (False, True)[: 1 + (copies > 1)]:
                rows += measure(matrix, copies, product, options.repeats)
                for row in rows[-len(DENSITIES) :]:
                    print(
                        f"{row['width']:6} wide {row['copies']:3} copies {100 * row['density']:3.0f} % "
                        f"{'product' if product else 'rows   '} {row['ns']:12.0f} ns per step and copy, "
                        f"{row['gops']:5.1f} additions a ns",
                        flush=True,
                    )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n")
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
