"""Event-driven contrastive divergence, milliseconds an image: brainnet and stock Brian2 C++, in turns.

    python benchmarks/srbm.py [--data DIR] [--images 20] [--repeats 3] [--hidden 500] [--json F]

784 pixels, 40 label neurons and a bias neuron by 500 hidden neurons and another learn from MNIST in cycles of 140 ms,
steps of 0.5 ms, on one core. Both begin at the same weights, learned by brainnet from 1,000 other images, and have
about the same spikes: brainnet's noise is counter-based, that of stock Brian2 its own `xi`. Stock Brian2 holds each
synapse by itself, with two traces that are integrated from event to event, and is compiled with its own flags.
brainnet's time is end to end: start of the program, files of images and weights in and out. That of stock Brian2 is
the time of its program, and what it takes to make the synapses (a run of no images) is taken off.

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
               dI_syn/dt = -I_syn/tau : amp'''
names = dict(C=1*pF, g_L=1*nS, sigma=4.24e-11*amp*second**0.5, tau=4*ms, I_ext=offset*amp)
layers = [
    NeuronGroup(n, equations + more, threshold="v > 100*mV", reset="v = 0*mV", refractory=4*ms, method="euler",
                namespace={**names, "drive": TimedArray(rows*amp, dt=70*ms)})
    for n, more in ((weights.shape[0], "\\nI_d = drive(t, i) : amp"), (weights.shape[1], "\\nI_d : amp"))
]
layers[1].I_d = clamps*amp
synapses = Synapses(
    *layers,
    '''w : amp
       dx/dt = -x/tau : 1 (event-driven)
       dy/dt = -y/tau : 1 (event-driven)
       g : 1 (shared)''',
    on_pre="I_syn_post += w; w += g*A*y; x += 1", on_post="I_syn_pre += w; w += g*A*x; y += 1",
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


def main() -> None:
    """Measure, print a table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--images", type=int, default=20)
    parser.add_argument("--more", type=int, default=10, help="times as many images for brainnet")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--hidden", type=int, default=500)
    parser.add_argument("--json")
    options = parser.parse_args()
    import brainnet
    from brainnet.data import load
    from brainnet.learn.srbm.brian import Layers
    from brainnet.learn.srbm.rule import first_weights
    from brainnet.learn.srbm.settings import make_settings
    from brainnet.learn.srbm.training import clamps_of

    n, many = options.images, options.images * options.more
    part = load(options.data).first(1000 + many, 1)
    settings = make_settings(hidden=options.hidden)
    clamps = clamps_of(settings, part.x_train.reshape(1000 + many, -1), part.y_train, 10)
    rows = np.stack([clamps, np.zeros_like(clamps)], axis=1).reshape(-1, clamps.shape[1])
    eta, results = 0.016, {}
    with brainnet.target("cpp"), tempfile.TemporaryDirectory() as folder:
        layers = Layers(settings, clamps.shape[1], 0)
        first = first_weights(clamps.shape[1], options.hidden, 1, 0.1, -2.0, 0)
        weights, _ = layers.run(rows[:2000], first, 0.032)
        spikes = {}

        def ours() -> None:
            _, counts = layers.run(rows[2000:], weights, eta, first=2000)
            spikes.update({name: each.sum() / many for name, each in counts.items()})

        beta, on = layers.sigmoid.beta, np.log(0.98 / 0.02)
        np.savez(
            f"{folder}/given.npz",
            rows=np.hstack([rows[2000 : 2000 + 2 * n], np.full((2 * n, 1), on)]) / beta,
            weights=weights / beta, clamps=np.append(np.zeros(options.hidden), [on]) / beta,
        )  # fmt: skip
        values = [beta, layers.sigmoid.offset, eta * 4e-3 / (2 * settings.learning) / beta]
        stock, empty = build_stock(folder, n, values), build_stock(folder, 0, values)
        times = {"brainnet": [], "stock Brian2": []}
        for turn in range(options.repeats + 1):
            mine = np.array(timed(ours)) / many
            theirs = (np.array(timed(stock)) - timed(empty)) / n
            if turn:  # the first round warms up
                times["brainnet"].append(mine)
                times["stock Brian2"].append(theirs)
    for name, each in times.items():
        clock, cpu = 1e3 * np.median(each, axis=0)
        results[name] = {"clock_ms": clock, "cpu_ms": cpu, "rounds": [[float(x) for x in one] for one in each]}
        print(f"{name:14} {clock:10.2f} ms an image, CPU {cpu:10.2f} ms")
    ratio = results["stock Brian2"]["cpu_ms"] / results["brainnet"]["cpu_ms"]
    counted = ", ".join(f"{name} {each:.0f}" for name, each in spikes.items())
    print(f"ratio of CPU times {ratio:.1f}; spikes an image: {counted}")
    if options.json:
        Path(options.json).write_text(json.dumps({"hidden": options.hidden, **results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
