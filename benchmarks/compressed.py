"""Cost of compressed connections: time and memory against connectivity and bits, and where the dense form wins.

    python benchmarks/compressed.py [--dtype float32] [--rounds 5] [--json FILE] [--figure FILE]

A dense layer (784 to 800) and a convolution (16 channels of 12 x 12 to 32, 5 x 5), alone in a program. In each step a
tenth of the neurons before spike, always the same ones. CPU time of the program, in ns per spike: fastest of the
rounds, less that of a run without spikes. Memory is what the program holds of the connection. Weights: of any
value; on 15 levels; on 3; for each the sparse form over connectivity, and the dense form of floating-point numbers and
integers. `compact` chooses by these numbers.
"""

from __future__ import annotations

import argparse
import json
import resource
from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Network, NeuronGroup, defaultclock
from scipy import sparse

import brainnet
from brainnet.projections import (
    Conv2d,
    Dense,
    Projection,
    QuantisedConv2d,
    QuantisedDense,
    SparseConv2d,
    SparseRows,
    compact,
)

CONNECTIVITY = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
LEVELS = {"any value": 0, "15 levels": 7, "3 levels": 1}  # n of 2n + 1
IMAGE, KERNEL = (16, 12, 12), (32, 16, 5, 5)
SHAPES = {"dense": (784, 800), "convolution": KERNEL}
SPIKING, STEPS = 0.1, 20_000


def weights(shape: tuple[int, ...], connectivity: float, half: int) -> np.ndarray:
    """Draw weights; levels are integers."""
    rng = np.random.default_rng(1)
    values = rng.normal(0, 1, shape) if not half else rng.choice([*range(-half, 0), *range(1, half + 1)], shape)
    return values * (rng.random(shape) < connectivity)


def forms(kind: str, connectivity: float, half: int, dense: bool) -> dict[str, Any]:
    """Return connections of the same weights, by name."""
    drawn = weights(SHAPES[kind], connectivity, half)
    scaled = drawn * (0.01 if half else 1.0)
    if kind == "dense":
        made: dict[str, Any] = {"sparse": SparseRows(sparse.csr_matrix(scaled))}
        if dense:
            made["float"] = Dense(scaled)
            if half:
                made["integers"] = QuantisedDense(drawn.astype(np.int8), 0.01)
                made["16 bits"] = QuantisedDense((300 * drawn).astype(np.int16), 0.01 / 300)
        return made
    made = {"sparse": SparseConv2d(scaled, IMAGE)}
    if dense:
        made["float"] = Conv2d(scaled, IMAGE)
        if half:
            made["integers"] = QuantisedConv2d(drawn.astype(np.int8), 0.01, IMAGE)
            made["16 bits"] = QuantisedConv2d((300 * drawn).astype(np.int16), 0.01 / 300, IMAGE)
    return made


def cpu_of_children() -> float:
    """Return seconds of the processor that finished programs took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(connectivity: Any, dtype: str, rounds: int) -> float:
    """Return nanoseconds of the processor that a spike takes."""
    n_pre, n_post = connectivity.shape
    fires = np.random.default_rng(2).random(n_pre) < SPIKING
    with brainnet.target("cpp", dtype=dtype):
        before = NeuronGroup(n_pre, "fires : 1", threshold="fires > 0", reset="", name="before")
        after = NeuronGroup(n_post, "v : 1", name="after")
        joined = Projection(before, after, connectivity, name="joined")
        program = brainnet.build(Network(before, after, joined), STEPS * defaultclock.dt)
        times = []
        for _ in range(rounds):
            for spiking in (1.0, 0.0):
                start = cpu_of_children()
                program.run({before.fires: fires * spiking})
                times.append(cpu_of_children() - start)
    return 1e9 * max(0.0, min(times[::2]) - min(times[1::2])) / (fires.sum() * STEPS)


def measure(kind: str, dtype: str, rounds: int) -> list[dict[str, Any]]:
    """Measure all forms of a kind of connection."""
    rows = []
    whole = {"dense": Dense, "convolution": lambda kernel: Conv2d(kernel, IMAGE)}[kind]
    for name, half in LEVELS.items():
        for connectivity in CONNECTIVITY:
            with brainnet.target("cpp", dtype=dtype):
                drawn = weights(SHAPES[kind], connectivity, half) * (0.01 if half else 1.0)
                chosen = type(compact(whole(drawn))).__name__
            for form, each in forms(kind, connectivity, half, dense=connectivity == CONNECTIVITY[-1]).items():
                arrays, _ = each.cpp(np.dtype(dtype))
                rows.append(
                    {
                        "kind": kind, "weights": name, "form": form, "connectivity": connectivity, "chosen": chosen,
                        "bytes": sum(array.nbytes for array in arrays.values()), "ns": cost(each, dtype, rounds),
                    }
                )  # fmt: skip
                print(rows[-1], flush=True)
    return rows


def break_even(rows: list[dict[str, Any]], name: str, what: str, against: str) -> float:
    """Return the connectivity at which the sparse form costs as much as a dense one, between points measured."""
    mine = [row for row in rows if row["weights"] == name]
    dense = next(row[what] for row in mine if row["form"] == against)
    points = [(row["connectivity"], row[what]) for row in mine if row["form"] == "sparse"]
    share, costs = (np.array(each) for each in zip(*points, strict=True))
    if dense > costs[-1]:  # beyond the last point cost is proportional
        return float(min(1.0, share[-1] * dense / costs[-1]))
    return float(np.interp(dense, costs, share))


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw time and memory against connectivity."""
    from brainnet.plot.style import new_figure

    figure, axes = new_figure(2, 2, figsize=(10, 7))
    for column, kind in enumerate(SHAPES):
        for line, (what, label) in enumerate((("ns", "ns per spike"), ("bytes", "bytes"))):
            axis = axes[line, column]
            for colour, name in enumerate(LEVELS):
                mine = [row for row in rows if row["kind"] == kind and row["weights"] == name]
                sparse_rows = [row for row in mine if row["form"] == "sparse"]
                axis.plot([100 * row["connectivity"] for row in sparse_rows], [row[what] for row in sparse_rows], "o-",
                          color=f"C{colour}", markersize=3, label=f"sparse, {name}")  # fmt: skip
                for row in mine:
                    if row["form"] == "integers" or (row["form"] == "float" and name == "any value"):
                        axis.axhline(row[what], color=f"C{colour}", linestyle="--", linewidth=1,
                                     label=f"dense, {name if row['form'] == 'integers' else 'float'}")  # fmt: skip
            axis.set(xscale="log", yscale="log", xlabel="weights left (%)", ylabel=label, title=kind)
    axes[0, 0].legend(fontsize=7)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure, print and keep."""
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--dtype", default="float32", choices=("float32", "float64"))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--json", type=Path)
    options.add_argument("--figure", type=Path)
    chosen = options.parse_args()
    rows = [row for kind in SHAPES for row in measure(kind, chosen.dtype, chosen.rounds)]
    print("| kind | weights | form | left | ns per spike | KB | chosen |")
    for row in rows:
        print(f"| {row['kind']} | {row['weights']} | {row['form']} | {row['connectivity']:.0%} | {row['ns']:.1f} | "
              f"{row['bytes'] / 1024:.0f} | {row['chosen']} |")  # fmt: skip
    for kind in SHAPES:
        mine = [row for row in rows if row["kind"] == kind]
        for name, against in (("any value", "float"), ("15 levels", "integers"), ("3 levels", "integers")):
            time, memory = (break_even(mine, name, what, against) for what in ("ns", "bytes"))
            print(
                f"{kind}, {name}: sparse is quicker than dense {against} below {time:.1%}, smaller below {memory:.1%}"
            )
    if chosen.json:
        chosen.json.write_text(json.dumps({"dtype": chosen.dtype, "rows": rows}, indent=1))
    if chosen.figure:
        draw(rows, chosen.figure)


if __name__ == "__main__":
    main()
