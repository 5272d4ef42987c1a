"""The network of plastic.py in brainnet, in stock Brian2, in NEST and in BindsNET: each is made once and shown again.

Each function returns one that shows all images from the same initial weights, and gives the excitatory spikes, the
final weights where they can be compared, and seconds where those of the call are not what is meant.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import sys
import time
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import brian2 as b2
import numpy as np
from brian2 import ms, mV
from peer_process import stock_program

N_INPUT, N, STEPS, SEED = 784, 400, 1000, 1
DT, IMAGE = 0.5 * ms, 500 * ms
W_EXC_INH, W_INH_EXC, TOTAL = 10.4, 17.0, 78.0

Show = Callable[[], tuple]

# Diehl & Cook 2015, Front. Comput. Neurosci. 9:99; conductances in units of that of the leak.
EQUATIONS = """
dv/dt = (v_rest - v + g_e*(0*mV - v) + g_i*(E_i - v))/tau : volt (unless refractory)
dg_e/dt = -g_e/(1*ms) : 1
dg_i/dt = -g_i/(2*ms) : 1
"""


def images(n: int) -> np.ndarray:
    """Return probabilities of a spike in a step, shape (n, 784): three blots each, 1,672 spikes per image expected."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:28, :28]
    shown = np.empty((n, N_INPUT))
    for image in shown:
        centres = random.uniform(8, 20, (3, 2))
        blots = sum(np.exp(-((y - a) ** 2 + (x - b) ** 2) / 12.5) for a, b in centres).ravel()
        image[:] = np.where(blots > 0.2, blots, 0)
    return shown * (1672 / STEPS / shown.sum(axis=1, keepdims=True))


def first_weights() -> np.ndarray:
    return 0.3 * (np.random.default_rng(2).random((N_INPUT, N)) + 0.01)


def input_spikes(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (neurons, steps) of the spikes that brainnet's source draws in its program."""
    from brainnet.random import uniform_words

    thresholds = images(n) * 2.0**32
    found = [
        np.flatnonzero(uniform_words(SEED, 0, step, N_INPUT) < thresholds[step // STEPS]) for step in range(n * STEPS)
    ]
    return np.concatenate(found), np.repeat(np.arange(n * STEPS), [len(each) for each in found])


def given(n: int) -> b2.SpikeGeneratorGroup:
    indices, steps = input_spikes(n)
    return b2.SpikeGeneratorGroup(N_INPUT, indices, steps * DT, name="image")


def neurons(more: str = "") -> tuple[Any, Any]:
    excitatory = b2.NeuronGroup(
        N, EQUATIONS + more + "dtheta/dt = -theta/(1e7*ms) : volt", threshold="v > theta - 72*mV", method="euler",
        reset="v = -65*mV\ntheta += 0.05*mV", refractory=5 * ms, name="excitatory",
        namespace={"v_rest": -65 * mV, "E_i": -100 * mV, "tau": 100 * ms},
    )  # fmt: skip
    inhibitory = b2.NeuronGroup(
        N, EQUATIONS, threshold="v > -40*mV", reset="v = -45*mV", refractory=2 * ms, method="euler", name="inhibitory",
        namespace={"v_rest": -60 * mV, "E_i": -85 * mV, "tau": 10 * ms},
    )  # fmt: skip
    excitatory.v, excitatory.theta, inhibitory.v = -65 * mV, 20 * mV, -60 * mV
    return excitatory, inhibitory


def rule(name: str) -> Any:
    """Return pairs, or triplets with the amplitudes of Diehl & Cook; each spike with the last of the other side."""
    from brainnet import models

    fixed = {"pairing": "nearest_symmetric", "tau_plus": 20 * ms, "tau_minus": 20 * ms, "w_max": 1.0}
    if name == "pair":
        return models.pair_stdp(A_plus=1e-2, A_minus=1e-4, **fixed)
    return models.triplet_stdp(
        parameters="hippocampus.nearest.minimal", A2_plus=0.0, A3_plus=1e-2, A2_minus=1e-4, A3_minus=0.0,
        tau_y=40 * ms, **fixed,
    )  # fmt: skip


def ours(name: str, n: int, draws: bool = False) -> Show:
    """Input spikes are given; or the same ones are drawn by the program."""
    import brainnet as bn
    from brainnet.projections import BernoulliInput, Dense, Projection

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(bn.target("cpp"))
    b2.defaultclock.dt = DT
    if draws:
        image = BernoulliInput(np.zeros(N_INPUT), seed=SEED, name="image")
        image.namespace = {"shown": b2.TimedArray(images(n), dt=IMAGE, name="shown")}
        image.run_regularly("p = shown(t, i)", dt=IMAGE, name="show")
    else:
        image = given(n)
    excitatory, inhibitory = neurons()
    learned = rule(name).connect(image, excitatory, first_weights(), onto="g_e", path="projection", name="learned")
    learned.normalise(TOTAL, every=IMAGE)
    excite = Projection(excitatory, inhibitory, Dense(W_EXC_INH * np.eye(N)), onto="g_e", name="excite")
    inhibit = Projection(inhibitory, excitatory, Dense(W_INH_EXC * (1 - np.eye(N))), onto="g_i", name="inhibit")
    count = b2.SpikeMonitor(excitatory, record=False, name="count")
    network = b2.Network(image, excitatory, inhibitory, learned, excite, inhibit, count)
    program = bn.build(network, n * IMAGE)

    def show() -> tuple:
        program.run()
        return count.num_spikes, learned.weights, program.run_seconds

    return show


def stock(name: str, n: int, draws: bool = False) -> Show:
    """Brian2's C++ standalone with its own flags: traces in the synapses.

    Input spikes are given, so that the weights can be compared; or drawn by a PoissonGroup, as its examples do.
    """
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.defaultclock.dt = DT
    if draws:
        rates = b2.TimedArray(images(n) / DT, dt=IMAGE, name="shown")
        image = b2.PoissonGroup(N_INPUT, "shown(t, i)", namespace={"shown": rates}, name="image")
    else:
        image = given(n)
    excitatory, inhibitory = neurons("total : 1\n")
    learned = rule(name).connect(image, excitatory, first_weights(), onto="g_e", path="synapses", name="learned")
    steps_of_scaling = [(excitatory, "total = 0"), (learned, "total_post += w"), (learned, f"w *= {TOTAL}/total_post")]
    for order, (group, code) in enumerate(steps_of_scaling):
        group.run_regularly(code, dt=IMAGE, when="start", order=order, name=f"scale_{order}")
    excite = b2.Synapses(excitatory, inhibitory, on_pre=f"g_e_post += {W_EXC_INH}", name="excite")
    excite.connect(j="i")
    inhibit = b2.Synapses(inhibitory, excitatory, on_pre=f"g_i_post += {W_INH_EXC}", name="inhibit")
    inhibit.connect(condition="i != j")
    count = b2.SpikeMonitor(excitatory, record=False, name="count")
    network = b2.Network(image, excitatory, inhibitory, learned, excite, inhibit, count)
    network.run(n * IMAGE)
    _, run = stock_program()

    def show() -> tuple:
        seconds = run()
        return count.num_spikes, None if draws else np.asarray(learned.w).reshape(N_INPUT, N), seconds

    return show


def nest(name: str, n: int) -> Show:
    """Same sizes, weights, input and time step; its rules and neurons (no threshold that rises with spikes)."""
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=float(DT / ms), local_num_threads=1)
    indices, steps = input_spikes(n)
    length, first = float(IMAGE / ms), first_weights()
    times = [(steps[indices == i] + 1) * float(DT / ms) for i in range(N_INPUT)]
    source, relay = nest.Create("spike_generator", N_INPUT), nest.Create("parrot_neuron", N_INPUT)
    nest.Connect(source, relay, "one_to_one", {"delay": float(DT / ms)})
    cell = {"g_L": 1.0, "E_ex": 0.0, "tau_syn_ex": 1.0, "tau_syn_in": 2.0}
    excitatory = nest.Create("iaf_cond_exp", N, {
        **cell, "C_m": 100.0, "E_L": -65.0, "V_m": -65.0, "V_th": -52.0, "V_reset": -65.0, "t_ref": 5.0, "E_in": -100.0,
        "tau_minus": 20.0, **({"tau_minus_triplet": 40.0} if name == "triplet" else {}),
    })  # fmt: skip
    inhibitory = nest.Create("iaf_cond_exp", N, {
        **cell, "C_m": 10.0, "E_L": -60.0, "V_m": -60.0, "V_th": -40.0, "V_reset": -45.0, "t_ref": 2.0, "E_in": -85.0,
    })  # fmt: skip
    learning = {"synapse_model": "stdp_nn_symm_synapse", "lambda": 1e-2, "alpha": 1e-2, "mu_plus": 0.0, "mu_minus": 0.0}
    if name == "triplet":
        learning = {"synapse_model": "stdp_triplet_synapse", "Aplus": 0.0, "Aplus_triplet": 1e-2, "Aminus": 1e-4,
                    "Aminus_triplet": 0.0}  # fmt: skip
    synapses = {**learning, "tau_plus": 20.0, "Wmax": 1.0, "weight": first.T.copy(), "delay": float(DT / ms)}
    nest.Connect(relay, excitatory, "all_to_all", synapses)
    delay = {"delay": float(DT / ms)}
    nest.Connect(excitatory, inhibitory, "one_to_one", {"weight": W_EXC_INH, **delay})
    inhibit = -W_INH_EXC * (1 - np.eye(N))
    nest.Connect(inhibitory, excitatory, "all_to_all", {"weight": inhibit, **delay})
    recorder = nest.Create("spike_recorder", params={"record_to": "memory"})
    nest.Connect(excitatory, recorder)
    connections = nest.GetConnections(relay, excitatory)

    def show() -> tuple:
        source.set([{"spike_times": each, "origin": nest.biological_time} for each in times])
        before = recorder.n_events
        connections.weight = list(first.ravel())
        begin = time.perf_counter()
        nest.Simulate(n * length)
        return recorder.n_events - before, None, time.perf_counter() - begin

    return show


def bindsnet(n: int) -> Show:
    """Its own DiehlAndCook2015: post-pre rule, one image at a time, weights normalised before each."""
    import torch

    torch.set_num_threads(1)
    # Importing `bindsnet` itself imports data sets and with them torchvision; the parts used here need neither.
    spec = importlib.util.find_spec("bindsnet")
    assert spec is not None
    for package_name in ("bindsnet", "bindsnet.models"):
        package = types.ModuleType(package_name)
        package.__path__ = [
            f"{place}{package_name[8:].replace('.', '/')}" for place in spec.submodule_search_locations or ()
        ]
        sys.modules[package_name] = package
    from bindsnet.network.monitors import Monitor  # before its models, which import one another in a circle
    from bindsnet.models.models import DiehlAndCook2015  # isort: skip

    indices, steps = input_spikes(n)
    raster = torch.zeros(n * STEPS, 1, N_INPUT, dtype=torch.uint8)
    raster[steps, 0, indices] = 1
    network = DiehlAndCook2015(
        N_INPUT, n_neurons=N, exc=W_EXC_INH, inh=W_INH_EXC, dt=float(DT / ms), norm=TOTAL, inpt_shape=(1, N_INPUT)
    )
    spikes = Monitor(network.layers["Ae"], ["s"], time=STEPS)
    network.add_monitor(spikes, "spikes")

    def show() -> tuple:
        total = 0
        begin = time.perf_counter()
        for image in raster.split(STEPS):
            network.run({"X": image}, time=float(IMAGE / ms))
            total += int(spikes.get("s").sum())
            network.reset_state_variables()
        return total, None, time.perf_counter() - begin

    return show


# Package that is needed, the most images shown, and what makes it.
NETWORKS: dict[str, tuple[str, int, Callable[[int], Show]]] = {
    "brainnet pair": ("brainnet", 1000, partial(ours, "pair")),
    "brainnet triplet": ("brainnet", 1000, partial(ours, "triplet")),
    "brainnet pair, drawing": ("brainnet", 1000, partial(ours, "pair", draws=True)),
    "brainnet triplet, drawing": ("brainnet", 1000, partial(ours, "triplet", draws=True)),
    "Brian2 C++ pair": ("brian2", 1000, partial(stock, "pair")),
    "Brian2 C++ triplet": ("brian2", 1000, partial(stock, "triplet")),
    "Brian2 C++ pair, drawing": ("brian2", 1000, partial(stock, "pair", draws=True)),
    "Brian2 C++ triplet, drawing": ("brian2", 1000, partial(stock, "triplet", draws=True)),
    "NEST pair": ("nest", 4, partial(nest, "pair")),
    "NEST triplet": ("nest", 4, partial(nest, "triplet")),
    "BindsNET": ("bindsnet", 2, bindsnet),
}
