"""The network of Brunel 2000 at full size, in the asynchronous irregular regime: brainnet and stock Brian2, in turns.

    python benchmarks/brunel.py [--repeats 3] [--json F]

12,500 neurons, 15.6 million static synapses, the same connections for both, float64, one thread. Each is two programs,
of 0.1 and of 0.6 s of biological time, and what counts is their difference: no start, no making of synapses. Stock
Brian2 connects by arrays, its synapses have no weight of their own, and its input is `PoissonInput`, its best form.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import Peer, keep, serve

SHORT, LONG = 0.1, 0.6
NAMES = [f"{who} {seconds}" for who in ("brainnet", "Brian2") for seconds in (SHORT, LONG)]
N_E, N_I, C_E, C_I, G = 10_000, 2_500, 1_000, 250, 5.0


def wirings() -> list[Any]:
    """Declare the connections from excitatory and from inhibitory neurons."""
    from brian2 import ms, mV

    from brainnet.connectivity import FixedInDegree

    return [
        FixedInDegree(k, weights=weight * mV, delays=1.5 * ms, seed=1, stream=stream)
        for stream, (k, weight) in enumerate(((C_E, 0.1), (C_I, -0.1 * G)))
    ]


def ours(seconds: float) -> Any:
    """Build our program; return a function that runs it."""
    from brian2 import Hz, Network, SpikeMonitor, mV, second

    import brainnet
    from brainnet import models
    from brainnet.projections import PoissonDrive

    context = brainnet.target("cpp")
    context.__enter__()
    cells = models.lif.group(N_E + N_I, E_L=0 * mV, v_th=20 * mV, v_reset=10 * mV)
    cells.v = np.random.default_rng(1).uniform(10, 20, N_E + N_I) * mV
    sides = (cells[:N_E], cells[N_E:])
    made = [models.static_synapse.connect(part, cells, each) for part, each in zip(sides, wirings(), strict=True)]
    outside = PoissonDrive(cells, "v", C_E, 20 * Hz, 0.1 * mV, seed=1)
    spikes = SpikeMonitor(cells)
    program = brainnet.build(Network(cells, made, outside, spikes), seconds * second)

    def show() -> np.ndarray:
        assert context  # open as long as this function is there
        program.run()
        return np.array([spikes.num_spikes])

    return show


def theirs(seconds: float) -> Any:
    """Build the program of stock Brian2; return a function that runs it."""
    import brian2 as b2
    from brian2 import Hz, ms, mV, second

    b2.set_device("cpp_standalone", build_on_run=False)
    equations = "dv/dt = -v/(20*ms) : volt (unless refractory)"
    cells = b2.NeuronGroup(
        N_E + N_I, equations, threshold="v >= 20*mV", reset="v = 10*mV", refractory=2 * ms, method="exact"
    )
    cells.v = np.random.default_rng(1).uniform(10, 20, N_E + N_I) * mV
    objects = [cells, b2.PoissonInput(cells, "v", N=C_E, rate=20 * Hz, weight=0.1 * mV)]
    for part, each in zip((cells[:N_E], cells[N_E:]), wirings(), strict=True):
        synapses = b2.Synapses(part, cells, on_pre=f"v_post += {float(each.weights)!r}*volt", delay=1.5 * ms)
        drawn = each.draw(part, cells)
        synapses.connect(i=drawn.i, j=drawn.j)
        objects.append(synapses)
    spikes = b2.SpikeMonitor(cells)
    b2.Network(*objects, spikes).run(seconds * second)
    folder = tempfile.TemporaryDirectory()
    b2.device.build(run=False, directory=folder.name)

    def show() -> np.ndarray:
        assert folder  # is there as long as this function
        b2.device.run()
        return np.array([spikes.num_spikes])

    return show


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path)
    for name, kind in (("worker", str), ("threads", int), ("images", int)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        who, seconds = options.worker.split()
        serve((ours if who == "brainnet" else theirs)(float(seconds)), program=True)
        return
    load, left_out = os.getloadavg()[0], []
    peers = [Peer(name, 1, 1, __file__) for name in NAMES]
    try:
        for _ in range(options.repeats + 1):
            left_out += [f"{peer.name}: {wrong}" for peer in peers if (wrong := peer.run())]
            if left_out:
                raise SystemExit("\n".join(left_out))
        rows = [peer.row() for peer in peers]
        for who, short, long in (("brainnet", 0, 1), ("Brian2 C++", 2, 3)):
            span = LONG - SHORT
            taken = {
                key: statistics.median(
                    (b[key] - a[key]) / span
                    for a, b in zip(peers[short].answers[1:], peers[long].answers[1:], strict=True)
                )
                for key in ("seconds", "cpu")
            }
            rate = peers[long].answers[-1]["counts"][0] / (N_E + N_I) / LONG
            rows.append({"name": who, "per_second": taken, "rate": rate})
            print(
                f"{who:12} a second of biological time: clock {taken['seconds']:.2f} s, CPU {taken['cpu']:.2f} s; "
                f"{rows[long]['mb']:.0f} MB; {rate:.1f} Hz"
            )
        keep(options, rows, left_out, load)
    finally:
        for peer in peers:
            peer.end()


if __name__ == "__main__":
    main()
