"""Event-driven contrastive divergence, milliseconds per image: brainnet and stock Brian2 C++, in turns.

    python benchmarks/srbm.py [--data DIR] [--images 20] [--repeats 3] [--hidden 125,250,500] [--json F] [--figure F]

784 pixels, 40 label neurons and a bias neuron by each number of hidden neurons and another learn from MNIST in cycles
of 140 ms, steps of 0.5 ms, on one core. Both begin at the same weights, learned by brainnet from 1,000 other images,
and have about the same spikes: brainnet's noise is counter-based, that of stock Brian2 its own `xi`. Stock Brian2 is
written as fast as it can be: traces are variables of neurons, not of synapses, which hold a weight only; it is compiled
with its own flags. brainnet's time is end to end: start of the program, files of images and weights in and out. That of
stock Brian2 is the time of its program, and what it takes to make the synapses (a run of no images) is taken off.

Medians of all rounds; CPU time stands beside the wall clock: where it is much smaller, something else was running.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

STOCK = """
import sys
import numpy as np
from brian2 import *
folder, cycles, beta, offset, amount = sys.argv[1], int(sys.argv[2]), *map(float, sys.argv[3:])
set_device("cpp_standalone", build_on_run=False)
prefs.devices.cpp_standalone.openmp_threads = 0
defaultclock.dt = 0.5*ms
given = np.load(folder + "/given.npz")
rows, weights, clamps = given["rows"], given["weights"], given["clamps"]
equations = '''dv/dt = (I_ext + I_d + I_syn - g_L*v + sigma*xi)/C : volt (unless refractory)
               dI_syn/dt = -I_syn/tau : amp
               dx/dt = -x/tau : 1'''
names = dict(C=1*pF, g_L=1*nS, sigma=4.24e-11*amp*second**0.5, tau=4*ms, I_ext=offset*amp)
layers = [
    NeuronGroup(n, equations + more, threshold="v > 100*mV", reset="v = 0*mV; x += 1", refractory=4*ms, method="euler",
                namespace={**names, "drive": TimedArray(rows*amp, dt=70*ms)})
    for n, more in ((weights.shape[0], "\\nI_d = drive(t, i) : amp"), (weights.shape[1], "\\nI_d : amp"))
]
layers[1].I_d = clamps*amp
synapses = Synapses(
    *layers,
    '''w : amp
       g : 1 (shared)''',
    on_pre="I_syn_post += w; w += g*A*x_post", on_post="I_syn_pre += w; w += g*A*x_pre",
    namespace={**names, "A": amount*amp},
)
synapses.connect()
synapses.w = weights.ravel()*amp
synapses.run_regularly("g = int(t_in_timesteps % 140 >= 28)*(1 - 2*int(t_in_timesteps % 280 >= 140))",
                       dt=defaultclock.dt)
counts = [SpikeMonitor(layer, record=False) for layer in layers]
Network(*layers, synapses, *counts).run(cycles*140*ms)
device.build(directory=f"{folder}/stock_{cycles}", compile=True, run=False)
"""


def build_stock(folder: str, cycles: int, values: list[float]) -> Callable[[], None]:
    """Compile stock Brian2's program for so many images; return what runs it."""
    subprocess.run([sys.executable, "-c", STOCK, folder, str(cycles), *map(repr, values)], check=True)
    place = f"{folder}/stock_{cycles}"
    return lambda: subprocess.run(["./main"], cwd=place, check=True)


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Return wall-clock and CPU seconds of a run and the programs that it starts."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    begin = time.perf_counter()
    run()
    seconds = time.perf_counter() - begin
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(used, after, strict=True))
    return seconds, cpu


def measure(hidden: int, options: argparse.Namespace) -> dict:
    """Let both learn with so many hidden neurons, in turns; return times per image, and brainnet's spikes."""
    import brainnet
    from brainnet.data import load
    from brainnet.learn.srbm.brian import ALWAYS, Layers
    from brainnet.learn.srbm.rule import first_weights
    from brainnet.learn.srbm.settings import make_settings
    from brainnet.learn.srbm.training import clamps_of

    n, many = options.images, options.images * options.more
    part = load(options.data).first(1000 + many, 1)
    settings = make_settings(hidden=hidden)
    clamps = clamps_of(settings, part.x_train.reshape(1000 + many, -1), part.y_train, 10)
    rows = np.stack([clamps, np.zeros_like(clamps)], axis=1).reshape(-1, clamps.shape[1])
    eta, spikes = settings.eta / 2, {}
    with brainnet.target("cpp"), tempfile.TemporaryDirectory() as folder:
        layers = Layers(settings, clamps.shape[1], 0)
        first = first_weights(clamps.shape[1], hidden, 1, settings.w_0, settings.b_0, 0)
        weights, _ = layers.run(rows[:2000], first, settings.eta)

        def ours() -> None:
            _, counts = layers.run(rows[2000:], weights, eta, first=2000)
            spikes.update({name: each.sum() / many for name, each in counts.items()})

        beta = layers.sigmoid.beta
        np.savez(
            f"{folder}/given.npz",
            rows=np.hstack([rows[2000 : 2000 + 2 * n], np.full((2 * n, 1), ALWAYS)]) / beta,
            weights=weights / beta, clamps=np.append(np.zeros(hidden), [ALWAYS]) / beta,
        )  # fmt: skip
        values = [beta, layers.sigmoid.offset, eta * 4e-3 / (2 * settings.learning) / beta]
        stock, empty = build_stock(folder, n, values), build_stock(folder, 0, values)
        times: dict[str, list[np.ndarray]] = {"brainnet": [], "stock Brian2": []}
        for turn in range(options.repeats + 1):
            mine = np.array(timed(ours)) / many
            theirs = (np.array(timed(stock)) - timed(empty)) / n
            if turn:  # the first round warms up
                times["brainnet"].append(mine)
                times["stock Brian2"].append(theirs)
    found: dict = {"hidden": hidden, "spikes": {name: float(each) for name, each in spikes.items()}}
    for name, each in times.items():
        clock, cpu = 1e3 * np.median(each, axis=0)
        found[name] = {"clock_ms": clock, "cpu_ms": cpu, "rounds": [[float(x) for x in one] for one in each]}
    return found


def draw(results: list[dict], path: Path) -> None:
    """Draw CPU time per image against the number of hidden neurons."""
    import matplotlib.pyplot as pyplot

    figure, axes = pyplot.subplots(figsize=(5, 4), layout="constrained")
    sizes = [each["hidden"] for each in results]
    for name, marker in (("stock Brian2", "s"), ("brainnet", "o")):
        axes.loglog(sizes, [each[name]["cpu_ms"] for each in results], marker=marker, label=name)
    axes.axhline(140, color="0.6", linestyle=":", label="real time")
    axes.set(
        xlabel="hidden neurons", ylabel="CPU time per image (ms)", title="784 pixels and 40 label neurons, learning"
    )
    axes.set_xticks(sizes, [str(each) for each in sizes])
    axes.minorticks_off()
    axes.legend()
    figure.savefig(path, dpi=150)


def main() -> None:
    """Measure, print a table, write JSON and a figure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--more", type=int, default=10, help="times as many images for brainnet")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--hidden", default="500", help="numbers of hidden neurons, with commas between")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    results = []
    for hidden in map(int, options.hidden.split(",")):
        found = measure(hidden, options)
        results.append(found)
        print(f"{hidden} hidden neurons")
        for name in ("brainnet", "stock Brian2"):
            print(f"  {name:14} {found[name]['clock_ms']:10.2f} ms per image, CPU {found[name]['cpu_ms']:10.2f} ms")
        ratio = found["stock Brian2"]["cpu_ms"] / found["brainnet"]["cpu_ms"]
        counted = ", ".join(f"{name} {each:.0f}" for name, each in found["spikes"].items())
        print(f"  ratio of CPU times {ratio:.1f}; spikes per image: {counted}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    if options.figure:
        draw(results, options.figure)


if __name__ == "__main__":
    main()
