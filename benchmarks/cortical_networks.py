"""The network of cortical.py in brainnet, in stock Brian2, in NEST and by hand, each made once and run again.

Brunel 2000 (doi:10.1023/A:1008925309027) with delta synapses: 4 of 5 neurons are excitatory, and E to E synapses learn
by additive pairs. All have the same connections and the same initial weights; each draws its own Poisson input.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import stock_program

SEED, P = 1, 0.1
J, G = 0.1, 5.0  # mV; how much stronger inhibition is
TAU_M, T_REF, V_TH, V_RESET, DELAY, DT = 20.0, 2.0, 20.0, 10.0, 1.5, 0.1  # ms, mV
N_EXT, RATE_EXT = 1000, 20.0  # sources for each neuron, Hz
BINS = 30
TAU_STDP, LAMBDA, ALPHA, W_MAX = 20.0, 0.01, 1.05, 0.3  # ms; of w_max; depression to potentiation; mV

Show = Callable[[], tuple]


def drawn(n: int, n_pre: int, n_post: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (i, j), row by row: each postsynaptic neuron has P*n_pre different partners of `n_pre`."""
    random = np.random.default_rng([SEED, n, seed])
    i = np.concatenate([random.permutation(n_pre)[: int(P * n_pre)] for _ in range(n_post)])
    j = np.repeat(np.arange(n_post), int(P * n_pre))
    order = np.lexsort((j, i))
    return i[order].astype(np.int32), j[order].astype(np.int32)


def sizes(n: int) -> tuple[int, int]:
    return n * 4 // 5, n - n * 4 // 5


def connections(n: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return the pairs of neurons that are joined: E to E, E to I, and I to all."""
    n_e, n_i = sizes(n)
    return {"ee": drawn(n, n_e, n_e, 0), "ei": drawn(n, n_e, n_i, 1), "ia": drawn(n, n_i, n, 2)}


def result(counts: Any, n: int, seconds: float, weights: Any) -> np.ndarray:
    """Return rates of E and I in Hz, mean and deviation of the weights in mV, and shares of 30 bins to w_max."""
    n_e, n_i = sizes(n)
    counts, w = np.asarray(counts), np.asarray(weights)
    shares = np.histogram(w, BINS, (0, W_MAX))[0] / len(w)
    return np.array(
        [counts[:n_e].sum() / n_e / seconds, counts[n_e:].sum() / n_i / seconds, w.mean(), w.std(), *shares]
    )


def measured(device: Any) -> Callable[[Path], float]:
    """Let a C++ program tell the processor time of its run, without start and reading; return what reads it."""
    device.insert_code("before_start", "std::clock_t _cpu_begin = 0;")
    device.insert_code("main", "_cpu_begin = std::clock();")
    device.insert_code(
        "before_end", '{ std::ofstream told("cpu.txt"); told << double(std::clock() - _cpu_begin) / CLOCKS_PER_SEC; }'
    )
    return lambda folder: float((folder / "cpu.txt").read_text())


def neurons(n: int, equations: str = "", reset: str = "") -> Any:
    from brian2 import NeuronGroup, ms, mV

    return NeuronGroup(
        n, "dv/dt = -v/tau_m : volt (unless refractory)\n" + equations, threshold="v > V_th",
        reset="v = V_reset\n" + reset, method="exact", refractory=T_REF * ms, name="cells",
        namespace={"tau_m": TAU_M * ms, "V_th": V_TH * mV, "V_reset": V_RESET * mV, "tau": TAU_STDP * ms},
    )  # fmt: skip


def ours(n: int, seconds: float, plastic: bool = True) -> Show:
    """The model of the catalogue, sparse matrices, and its Poisson drive."""
    import brian2 as b2
    from brian2 import Hz, ms, mV
    from scipy import sparse

    import brainnet as bn
    from brainnet.projections import PoissonDrive, Projection, SparseRows

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp"))
    b2.defaultclock.dt = DT * ms
    cpu = measured(b2.device)
    n_e, n_i = sizes(n)
    cells = neurons(n)
    excitatory, inhibitory = cells[:n_e], cells[n_e:]

    def matrix(key: str, weight: float, shape: tuple[int, int]) -> Any:
        pairs = connections(n)[key]
        return sparse.coo_matrix((np.full(len(pairs[0]), weight), pairs), shape=shape)

    delay = DELAY * ms
    drive = PoissonDrive(cells, "v", N_EXT, RATE_EXT * Hz, J * mV, seed=SEED, name="drive")
    ee = matrix("ee", J, (n_e, n_e)), mV
    if plastic:
        learned = bn.models.pair_stdp.connect(
            excitatory, excitatory, ee, tau_plus=TAU_STDP * ms, tau_minus=TAU_STDP * ms, A_plus=LAMBDA,
            A_minus=ALPHA * LAMBDA, w_max=W_MAX * mV, w_min=0 * mV, delay=delay, path="projection", name="learned",
        )  # fmt: skip
    else:
        learned = Projection(excitatory, excitatory, SparseRows(*ee), delay=delay, name="learned")
    excite = Projection(excitatory, inhibitory, SparseRows(matrix("ei", J, (n_e, n_i)), mV), delay=delay, name="excite")
    inhibit = Projection(
        inhibitory, cells, SparseRows(matrix("ia", -G * J, (n_i, n)), mV), delay=delay, name="inhibit"
    )  # fmt: skip
    counter = b2.SpikeMonitor(cells, record=False, name="counter")
    network = b2.Network(cells, drive, learned, excite, inhibit, counter)
    program = bn.build(network, seconds * b2.second)
    folder = Path(b2.device.project_dir)

    def show() -> tuple:
        program.run()
        weights = learned.w / mV if plastic else [J]
        return program.run_seconds, result(counter.count[:], n, seconds, weights), cpu(folder)

    return show


def stock(n: int, seconds: float, in_neurons: bool = False) -> Show:
    """C++ standalone with Brian2's own flags and PoissonInput; traces in synapses, as documented, or in neurons."""
    import brian2 as b2
    from brian2 import Hz, ms, mV

    b2.set_device("cpp_standalone", build_on_run=False)
    b2.defaultclock.dt = DT * ms
    cpu = measured(b2.device)
    n_e, _ = sizes(n)
    names = {
        "tau": TAU_STDP * ms, "A_plus": LAMBDA * W_MAX * mV, "A_minus": ALPHA * LAMBDA * W_MAX * mV,
        "w_max": W_MAX * mV, "J": J * mV, "g": G,
    }  # fmt: skip
    delay, pairs, own = DELAY * ms, connections(n), []
    if in_neurons:
        # A presynaptic trace jumps when the spike arrives, a postsynaptic one with the spike, both after the weights.
        cells = neurons(n, "dx/dt = -x/tau : 1\ndy/dt = -y/tau : 1", "y += 1")
        own = [b2.Synapses(cells[:n_e], cells[:n_e], on_pre="x_post += 1", delay=delay, name="arrive", order=1)]
        own[0].connect(j="i")
        equations, codes = "w : volt", ("w = clip(w - A_minus*y_post, 0*volt, w_max)", "x_pre")
    else:
        cells = neurons(n)
        traces = "dx/dt = -x/tau : 1 (event-driven)\ndy/dt = -y/tau : 1 (event-driven)"
        equations, codes = f"w : volt\n{traces}", ("w = clip(w - A_minus*y, 0*volt, w_max)\nx += 1", "x")
    drive = b2.PoissonInput(cells, "v", N_EXT, RATE_EXT * Hz, J * mV)
    synapses = b2.Synapses(
        cells[:n_e], cells[:n_e], equations, on_pre=f"v_post += w\n{codes[0]}", namespace=names, name="learned",
        on_post=f"w = clip(w + A_plus*{codes[1]}, 0*volt, w_max)" + "\ny += 1" * (not in_neurons),
    )  # fmt: skip
    objects = [cells, drive, *own]
    synapses.connect(i=pairs["ee"][0], j=pairs["ee"][1])
    synapses.w, synapses.pre.delay = J * mV, delay
    excite = b2.Synapses(cells[:n_e], cells[n_e:], on_pre="v_post += J", delay=delay, namespace=names, name="excite")
    excite.connect(i=pairs["ei"][0], j=pairs["ei"][1])
    inhibit = b2.Synapses(cells[n_e:], cells, on_pre="v_post -= g*J", delay=delay, namespace=names, name="inhibit")
    inhibit.connect(i=pairs["ia"][0], j=pairs["ia"][1])
    counter = b2.SpikeMonitor(cells, record=False, name="counter")
    network = b2.Network(*objects, synapses, excite, inhibit, counter)
    network.run(seconds * b2.second)
    folder, run = stock_program()

    def show() -> tuple:
        took = run()
        return took, result(counter.count[:], n, seconds, synapses.w / mV), cpu(folder)

    return show


def limit(n: int, seconds: float) -> Show:
    """The program written by hand."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    path, source = Path(folder.name), Path(__file__).with_name("limit_cortical.cpp")
    for key, pairs in connections(n).items():
        for name, numbers in zip("ij", pairs, strict=True):
            numbers.tofile(path / f"{key}_{name}")
    flags = ["-O3", "-march=native", "-std=c++17", "-fno-math-errno", "-fno-trapping-math"]
    subprocess.run([os.environ.get("CXX", "g++"), *flags, str(source), "-o", str(path / "limit")], check=True)
    steps = round(1e3 * seconds / DT)

    def show() -> tuple:
        told = subprocess.run(
            ["./limit", ".", str(n), str(steps)], cwd=path, check=True, capture_output=True, text=True
        )
        took, cpu, *spikes = map(float, told.stdout.split())
        n_e, _ = sizes(n)
        counts = np.zeros(n)
        counts[0], counts[n_e] = spikes
        return took, result(counts, n, seconds, 1e3 * np.fromfile(path / "w")), cpu

    return show


def nest(n: int, seconds: float) -> Show:
    """The same with its neurons and synapses, whose delay is dendritic; made anew each time, which is not counted."""
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    pairs, (n_e, _) = connections(n), sizes(n)

    def show() -> tuple:
        nest.ResetKernel()
        nest.set(resolution=DT, local_num_threads=1, rng_seed=SEED)
        cells = nest.Create("iaf_psc_delta", n, {
            "E_L": 0.0, "V_m": 0.0, "V_th": V_TH, "V_reset": V_RESET, "tau_m": TAU_M, "C_m": 1.0, "t_ref": T_REF,
            "tau_minus": TAU_STDP,
        })  # fmt: skip
        drive = nest.Create("poisson_generator", params={"rate": N_EXT * RATE_EXT})
        nest.Connect(drive, cells, syn_spec={"weight": J, "delay": DT})
        learning = {
            "synapse_model": "stdp_synapse", "Wmax": W_MAX, "lambda": LAMBDA, "alpha": ALPHA, "mu_plus": 0.0,
            "mu_minus": 0.0, "tau_plus": TAU_STDP,
        }  # fmt: skip
        for key, weight, first, other, more in (
            ("ee", J, 1, 1, learning), ("ei", J, 1, 1 + n_e, {}), ("ia", -G * J, 1 + n_e, 1, {}),
        ):  # fmt: skip
            i, j = pairs[key]
            constant = {"weight": np.full(len(i), weight), "delay": np.full(len(i), DELAY)}
            nest.Connect(i + first, j + other, "one_to_one", {"synapse_model": "static_synapse", **more, **constant})
        recorders = [nest.Create("spike_recorder", params={"record_to": "memory"}) for _ in range(2)]
        nest.Connect(cells[:n_e], recorders[0])
        nest.Connect(cells[n_e:], recorders[1])
        nest.Prepare()
        begin, cpu = time.perf_counter(), time.process_time()
        nest.Run(1e3 * seconds)
        took, cpu = time.perf_counter() - begin, time.process_time() - cpu
        nest.Cleanup()
        counts = np.zeros(n)
        counts[0], counts[n_e] = (each.n_events for each in recorders)
        weights = nest.GetConnections(synapse_model="stdp_synapse").get("weight")
        return took, result(counts, n, seconds, weights), cpu

    return show


# Package that each needs, and how it is made.
NETWORKS: dict[str, tuple[str, Callable[[int, float], Show]]] = {
    "limit": ("numpy", limit),
    "brainnet": ("brainnet", ours),
    "brainnet, static": ("brainnet", partial(ours, plastic=False)),
    "Brian2 C++": ("brian2", stock),
    "Brian2 C++, traces in neurons": ("brian2", partial(stock, in_neurons=True)),
    "NEST": ("nest", nest),
}
