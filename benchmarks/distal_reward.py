"""The network of Izhikevich 2007 with its rewarded synapses: brainnet and stock Brian2, in turns, on one thread.

    python benchmarks/distal_reward.py [--seconds 60] [--repeats 5] [--json F]

1,000 neurons with 100 synapses each, steps of 0.5 ms, as `brainnet run distal_reward` has them; the same connections
for both. Stock Brian2 is its C++ standalone with its own flags; its synapses have the equations of the same rule,
traces and eligibility event-driven in each synapse, and its noise is `rand()`. Rewards come at the same given times.
CPU time is that of the run alone.
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

N, EXCITATORY, FAN_OUT, SEED, W_MAX = 1000, 800, 100, 1, 4.0  # mV
EVERY = 5  # seconds between rewards: about as many as the experiment has

Show = Callable[[], tuple[float, np.ndarray, float]]


def network(seconds: float, path: str, noise: str) -> tuple[Any, Any, Any]:
    """Make the network; return it with what counts spikes and the synapses that learn."""
    import brian2 as b2
    from brian2 import Hz, ms, mV, volt

    import brainnet as bn
    from brainnet.pairing import reward

    b2.defaultclock.dt = 0.5 * ms
    matrix = bn.protocols.distal_reward.module.connections(np.random.default_rng(SEED), N, EXCITATORY, FAN_OUT)
    fast = np.arange(N) >= EXCITATORY
    cells = bn.models.izhikevich.group(
        N, a=np.where(fast, 0.1, 0.02) / ms, delta_u=np.where(fast, 2, 8) * mV / ms, I_ext=np.zeros(N) * mV / ms,
        namespace={"uniform": bn.uniform, "seed": SEED}, name="cells",
    )  # fmt: skip
    cells.run_regularly(f"I_ext = 13*mV/ms*({noise} - 0.5)", dt=1 * ms)
    rule = bn.models.reward_stdp(
        A_plus=0.1 / W_MAX, A_minus=0.15 / W_MAX, dose=50 * Hz, d_tonic=0.2 * Hz, w_max=W_MAX * mV
    )
    plastic = rule.connect(
        cells[:EXCITATORY], cells, (matrix[:EXCITATORY], volt), onto="v", delay=1 * ms, path=path, name="plastic"
    )
    fixed = bn.models.static_synapse.connect(
        cells[EXCITATORY:], cells[:EXCITATORY], (-matrix[EXCITATORY:, :EXCITATORY], volt), onto="v", delay=1 * ms,
        path=path, name="fixed",
    )  # fmt: skip
    times = np.arange(1, int(seconds), EVERY)
    rewards = b2.SpikeGeneratorGroup(1, 0 * times, times * b2.second)
    counter = b2.SpikeMonitor(cells, record=False)
    return b2.Network(cells, plastic, fixed, rewards, reward(rewards, plastic), counter), counter, plastic


def result(counter: Any, plastic: Any, seconds: float) -> np.ndarray:
    """Return the rate in Hz, and mean and deviation of the weights in mV."""
    w = np.asarray(plastic.w[:]) * 1e3
    return np.array([np.sum(counter.count[:]) / N / seconds, w.mean(), w.std()])


def ours(seconds: float) -> Show:
    import brian2 as b2

    import brainnet as bn

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp"))
    cpu = measured(b2.device)
    made, counter, plastic = network(seconds, "projection", "uniform(seed, 0, int(t/ms + 0.01), i)")
    program = bn.build(made, seconds * b2.second)
    folder = Path(b2.device.project_dir)

    def show() -> tuple[float, np.ndarray, float]:
        program.run()
        return program.run_seconds, result(counter, plastic, seconds), cpu(folder)

    return show


def theirs(seconds: float) -> Show:
    import brian2 as b2

    b2.set_device("cpp_standalone", build_on_run=False)
    cpu = measured(b2.device)
    made, counter, plastic = network(seconds, "synapses", "rand()")
    made.run(seconds * b2.second)
    folder, run = stock_program()

    def show() -> tuple[float, np.ndarray, float]:
        return run(), result(counter, plastic, seconds), cpu(folder)

    return show


MAKERS = {"brainnet": ours, "Brian2": theirs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path)
    for name, kind in (("worker", str), ("threads", int), ("images", int)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        serve(MAKERS[options.worker](options.images), program=True)
        return
    load, left_out = os.getloadavg()[0], []
    peers = [Peer(name, 1, options.seconds, __file__) for name in MAKERS]
    try:
        run_in_turns(peers, options.repeats + 1, left_out)
        rows = [peer.row() | {"counts": peer.answers[-1]["counts"]} for peer in peers]
    finally:
        for peer in peers:
            peer.end()
    for row in rows:
        rate, mean, deviation = row["counts"]
        ratio = row["cpu_median_ms"] / rows[0]["cpu_median_ms"]
        print(
            f"{row['name']:10} {row['cpu_median_ms']:6.1f} ms of CPU for 1 s ({row['cpu_ms']:.1f} to "
            f"{row['cpu_max_ms']:.1f}), {ratio:.2f} times; {row['mb']:.0f} MB; "
            f"{rate:.2f} Hz, weights {mean:.4f} +- {deviation:.4f} mV"
        )
    print(*left_out, sep="\n")
    keep(options, rows, left_out, load)


if __name__ == "__main__":
    main()
