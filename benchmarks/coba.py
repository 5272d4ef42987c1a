"""The networks COBA and COBAHH of Brette et al. 2007: brainnet and stock Brian2, in turns, on one thread.

    python benchmarks/coba.py [--seconds 1] [--repeats 7] [--json F]

4,000 neurons with conductances, leaky ones or with channels (doi:10.1007/s10827-007-0038-6, app. 2, benchmarks 1 and
3), steps of 0.1 ms, the same connections and the same start for both. Stock Brian2 is its C++ standalone with its own
flags, -O3 -ffast-math -march=native among them, and has the equations of its own example, with constants in place of
weights. CPU time is that of the run alone, without start of the program and making of synapses. Spikes are counted,
not kept. The first round warms up.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cortical_networks import measured
from peer_process import Peer, keep, run_in_turns, serve, stock_program

N, SEED = 4000, 1
NEURONS = ("conductance_lif", "traub_miles")
LEAKY = """dv/dt = (E_L - v + g_e*(E_e - v) + g_i*(E_i - v))/(20*ms) : volt (unless refractory)
           dg_e/dt = -g_e/(5*ms) : 1
           dg_i/dt = -g_i/(10*ms) : 1"""
CHANNELS = """dv/dt = (g_L*(E_L - v) + g_e*(E_e - v) + g_i*(E_i - v)
                       - g_Na*(m*m*m)*h*(v - E_Na) - g_K*(n*n*n*n)*(v - E_K))/C : volt
              dm/dt = alpha_m*(1 - m) - beta_m*m : 1
              dn/dt = alpha_n*(1 - n) - beta_n*n : 1
              dh/dt = alpha_h*(1 - h) - beta_h*h : 1
              dg_e/dt = -g_e/(5*ms) : siemens
              dg_i/dt = -g_i/(10*ms) : siemens
              alpha_m = 0.32/mV*(13*mV - v + V_T)/(exp((13*mV - v + V_T)/(4*mV)) - 1)/ms : Hz
              beta_m = 0.28/mV*(v - V_T - 40*mV)/(exp((v - V_T - 40*mV)/(5*mV)) - 1)/ms : Hz
              alpha_h = 0.128*exp((17*mV - v + V_T)/(18*mV))/ms : Hz
              beta_h = 4/(1 + exp((40*mV - v + V_T)/(5*mV)))/ms : Hz
              alpha_n = 0.032/mV*(15*mV - v + V_T)/(exp((15*mV - v + V_T)/(5*mV)) - 1)/ms : Hz
              beta_n = 0.5*exp((10*mV - v + V_T)/(40*mV))/ms : Hz"""

Show = Callable[[], tuple[float, np.ndarray, float]]


def wirings(unit: Any) -> list[tuple[slice, str, Any]]:
    """Return which neurons drive which conductance, and by which connections; `unit` is that of a weight of 1 nS."""
    from brainnet.connectivity import FixedProbability

    return [
        (part, onto, FixedProbability(0.02, weights=weight * unit, seed=SEED, stream=stream))
        for stream, (part, onto, weight) in enumerate(((slice(3200), "g_e", 6), (slice(3200, N), "g_i", 67)))
    ]


def start(neuron: str) -> tuple[dict[str, Any], Any]:
    """Return the first values of all variables, and the unit of weights."""
    from brian2 import nS

    import brainnet

    leaky = neuron == "conductance_lif"
    with brainnet.target("numpy"):
        cells, _ = brainnet.protocols.vogels_abbott.module.make_cells(neuron, N, SEED)
        names = ("v", "g_e", "g_i", *("" if leaky else "mhn"))
        return {name: getattr(cells, name)[:] for name in names}, 0.1 if leaky else nS


def ours(neuron: str, seconds: float) -> Show:
    """What the protocol makes."""
    import brian2 as b2

    import brainnet as bn

    first, unit = start(neuron)
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp"))
    cpu = measured(b2.device)
    protocol = bn.protocols.vogels_abbott.module
    cells = bn.models[neuron].group(N, **(protocol.LIF if neuron == "conductance_lif" else {}), name="cells")
    for name, values in first.items():
        setattr(cells, name, values)
    made = [
        bn.models.static_synapse.connect(cells[part], cells, each, onto=onto, path="projection")
        for part, onto, each in wirings(unit)
    ]
    counter = b2.SpikeMonitor(cells, record=False)
    program = bn.build(b2.Network(cells, made, counter), seconds * b2.second)
    folder = Path(b2.device.project_dir)

    def show() -> tuple[float, np.ndarray, float]:
        program.run()
        return program.run_seconds, np.array([counter.num_spikes / N / seconds]), cpu(folder)

    return show


def theirs(neuron: str, seconds: float) -> Show:
    """Stock Brian2, without anything of ours in the program."""
    import brian2 as b2
    from brian2 import ms, mV, nS, pF

    first, unit = start(neuron)
    b2.set_device("cpp_standalone", build_on_run=False)
    cpu = measured(b2.device)
    names = {
        "g_L": 10 * nS, "g_Na": 20000 * nS, "g_K": 6000 * nS, "C": 200 * pF, "V_T": -63 * mV, "E_L": -60 * mV,
        "E_Na": 50 * mV, "E_K": -90 * mV, "E_e": 0 * mV, "E_i": -80 * mV, "w_e": 6 * unit, "w_i": 67 * unit,
    }  # fmt: skip
    if neuron == "conductance_lif":
        cells = b2.NeuronGroup(
            N, LEAKY, threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * ms, method="euler", namespace=names
        )
    else:
        cells = b2.NeuronGroup(
            N, CHANNELS, threshold="v > -20*mV", refractory=3 * ms, method="exponential_euler", namespace=names
        )
    for name, values in first.items():
        setattr(cells, name, values)
    made = []
    for part, onto, each in wirings(unit):
        synapses = b2.Synapses(cells[part], cells, on_pre=f"{onto}_post += w_{onto[-1]}", namespace=names)
        drawn = each.draw(cells[part], cells)
        synapses.connect(i=drawn.i, j=drawn.j)
        made.append(synapses)
    counter = b2.SpikeMonitor(cells, record=False)
    b2.Network(cells, made, counter).run(seconds * b2.second)
    folder, run = stock_program()

    def show() -> tuple[float, np.ndarray, float]:
        return run(), np.array([np.sum(counter.count[:]) / N / seconds]), cpu(folder)

    return show


MAKERS = {"brainnet": ours, "Brian2": theirs}
NAMES = [f"{who} {neuron}" for neuron in NEURONS for who in MAKERS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--json", type=Path)
    for name, kind in (("worker", str), ("threads", int), ("images", int)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        who, neuron = options.worker.split()
        serve(MAKERS[who](neuron, options.images), program=True)
        return
    load, left_out = os.getloadavg()[0], []
    peers = [Peer(name, 1, options.seconds, __file__) for name in NAMES]
    try:
        run_in_turns(peers, options.repeats + 1, left_out)
        rows = [peer.row() | {"rate": peer.answers[-1]["counts"][0]} for peer in peers]
    finally:
        for peer in peers:
            peer.end()
    for row in rows:
        row["times_brainnet"] = next(
            row["cpu_median_ms"] / other["cpu_median_ms"]
            for other in rows
            if other["name"] == f"brainnet {row['name'].split()[1]}"
        )
        print(
            f"{row['name']:25} {row['cpu_median_ms']:7.0f} ms of CPU for 1 s ({row['cpu_ms']:.0f} to "
            f"{row['cpu_max_ms']:.0f}), {row['times_brainnet']:.2f} times; {row['mb']:.0f} MB; {row['rate']:.2f} Hz"
        )
    print(*left_out, sep="\n")
    keep(options, rows, left_out, load)


if __name__ == "__main__":
    main()
