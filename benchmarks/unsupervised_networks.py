"""The networks of unsupervised.py: brainnet's procedure, Brian2's published example in C++, and BindsNET's examples.

Each function returns one that shows all images once, beginning at the same weights each time (BindsNET: goes on), and
gives the excitatory spikes and seconds. brainnet and Brian2 begin at weights and thresholds that brainnet learned.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import stock_program

__all__ = ["NETWORKS", "SIZES", "given", "learned"]

Show = Callable[[], tuple]
N_INPUT, N, MEAN_RATE = 784, 400, 255 / 8  # of a pixel of 1 at intensity 1, in Hz
SIZES = (100, 400, 1600, 6400)


def given(n: int | None = None) -> dict[str, np.ndarray]:
    """Return what all are given: "images" of 0 to 1, "weights" and "theta" (V) of 400 neurons."""
    with np.load(Path(os.environ["BENCHMARK_FOLDER"]) / "given.npz") as kept:
        return {name: kept[name][:n] if name == "images" else kept[name] for name in kept}


def learned(images: np.ndarray, neurons: int, seed: int = 0) -> tuple[Any, dict[str, np.ndarray]]:
    """Return the network of brainnet, built for C++, and weights and thresholds that it learned from images."""
    import brainnet
    from brainnet.experiment import make_settings
    from brainnet.learn.stdp.brian import StdpNetwork
    from brainnet.learn.stdp.training import first_state

    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    stack.enter_context(brainnet.target("cpp"))
    network = StdpNetwork(make_settings(neurons=neurons), N_INPUT, seed)
    first = first_state(N_INPUT, neurons, seed)
    return network, network.learn(images, first)[0]


def ours(neurons: int, n: int, learns: bool = True) -> Show:
    """All of an image: start of the program, files in and out, presentation, rest, further presentations."""
    images = given()["images"]
    before = min(len(images) - n, 400_000 // neurons, 1000)  # of these it learns first; others are shown
    network, state = learned(images[:before], neurons)
    shown = images[before : before + n]

    def show() -> tuple:
        begin = time.perf_counter()
        answers = network.learn(shown, state)[1] if learns else network.respond(shown, state, phase=1)
        seconds = time.perf_counter() - begin
        return seconds, np.array([answers.spikes.sum(), answers.attempts.sum()])

    return show


def brian2_example(n: int, dt: float = 0.1, delays: bool = True) -> Show:
    """Brian2's examples/frompapers/Diehl_Cook_2015.py, its equations and values written anew as one C++ program.

    There Python comes between images, and changes rates and weights; here the program does. Nothing is shown twice.
    """
    import brian2 as b2
    from brian2 import Hz, ms, mV

    kept = given()
    images = kept["images"][-n:]
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.prefs.devices.cpp_standalone.extra_make_args_unix = [f"-j{os.cpu_count()}"]
    b2.defaultclock.dt = dt * ms
    image, part = 500 * ms, 50 * ms
    rates = np.repeat(images[:, None] * 2 * MEAN_RATE, 10, axis=1)
    rates[:, 7:] = 0  # rest
    shown = b2.TimedArray(rates.reshape(-1, N_INPUT) * Hz, dt=part, name="shown")
    source = b2.PoissonGroup(N_INPUT, np.zeros(N_INPUT) * Hz, namespace={"shown": shown}, name="image")
    source.run_regularly("rates = shown(t, i)", dt=part, name="show")

    cell = """
    dv/dt = (v_rest - v - g_e*v + g_i*(E_i - v))/tau_m : volt (unless refractory)
    dg_e/dt = -g_e/(1*ms) : 1
    dg_i/dt = -g_i/(2*ms) : 1
    """
    more = "dtimer/dt = 0.1 : second\ndtheta/dt = -theta/(1e7*ms) : volt\ntotal : 1"
    excitatory = b2.NeuronGroup(
        N, cell + more, threshold="v > theta - 72*mV and timer > 5*ms", refractory=5 * ms, method="euler",
        reset="v = -65*mV\ntimer = 0*ms\ntheta += 0.05*mV", name="excitatory",
        namespace={"v_rest": -65 * mV, "E_i": -100 * mV, "tau_m": 100 * ms},
    )  # fmt: skip
    inhibitory = b2.NeuronGroup(
        N, cell, threshold="v > -40*mV", reset="v = -45*mV", refractory=2 * ms, method="euler", name="inhibitory",
        namespace={"v_rest": -60 * mV, "E_i": -85 * mV, "tau_m": 10 * ms},
    )  # fmt: skip
    excitatory.v, inhibitory.v, excitatory.theta = -105 * mV, -100 * mV, kept["theta"] * b2.volt
    excite = b2.Synapses(excitatory, inhibitory, on_pre="g_e_post += 10.4", name="excite")
    excite.connect(j="i")
    inhibit = b2.Synapses(inhibitory, excitatory, on_pre="g_i_post += 17.0", name="inhibit")
    inhibit.connect(condition="i != j")
    synapses = b2.Synapses(
        source, excitatory, name="synapses",
        model="""
        w : 1
        before : 1
        dpre/dt = -pre/(20*ms) : 1 (event-driven)
        dpost_1/dt = -post_1/(20*ms) : 1 (event-driven)
        dpost_2/dt = -post_2/(40*ms) : 1 (event-driven)
        """,
        on_pre="g_e_post += w\npre = 1\nw = clip(w - 0.0001*post_1, 0, 1)",
        on_post="before = post_2\nw = clip(w + 0.01*pre*before, 0, 1)\npost_1 = 1\npost_2 = 1",
    )  # fmt: skip
    synapses.connect()
    synapses.w = kept["weights"].ravel()
    if delays:
        synapses.delay = "rand()*10*ms"
    steps = [(excitatory, "total = 0"), (synapses, "total_post += w"), (synapses, "w *= 78/total_post")]
    for order, (group, code) in enumerate(steps):
        group.run_regularly(code, dt=image, when="start", order=order, name=f"scale_{order}")
    count = b2.SpikeMonitor(excitatory, record=False, name="count")
    b2.Network(source, excitatory, inhibitory, synapses, excite, inhibit, count).run(n * image)
    _, run = stock_program()

    def show() -> tuple:
        seconds = run()
        return seconds, np.array([count.num_spikes, n])

    return show


def bindsnet(n: int, at_once: int = 1) -> Show:
    """examples/mnist/eth_mnist.py and batch_eth_mnist.py with 400 neurons: 250 steps of 1 ms, or 100 with 32 images.

    Of their monitors only the one that labels need; random input is drawn within the time, as there.
    """
    import torch
    from bindsnet.encoding import poisson
    from bindsnet.models import DiehlAndCook2015
    from bindsnet.network.monitors import Monitor

    torch.set_num_threads(1)
    torch.manual_seed(0)
    steps = 250 if at_once == 1 else 100
    network = DiehlAndCook2015(
        N_INPUT, n_neurons=N, exc=22.5, inh=120, dt=1.0, norm=78.4, theta_plus=0.05, nu=(1e-4, 1e-2),
        inpt_shape=(1, 28, 28), batch_size=at_once,
    )  # fmt: skip
    spikes = Monitor(network.layers["Ae"], ["s"], time=steps)
    network.add_monitor(spikes, "spikes")
    shown = torch.from_numpy(given(n)["images"].astype(np.float32)).reshape(-1, 1, 28, 28) * 128

    def show() -> tuple:
        begin, total = time.perf_counter(), 0
        for batch in shown.split(at_once):
            drawn = torch.stack([poisson(each, time=steps, dt=1.0) for each in batch], dim=1)
            network.run({"X": drawn}, time=steps, input_time_dim=1)
            total += int(spikes.get("s").sum())
            network.reset_state_variables()
        return time.perf_counter() - begin, np.array([total, n])

    return show


# How many images are shown, of those asked for, and what makes the network.
NETWORKS: dict[str, tuple[float, Callable[[int], Show]]] = {
    "brainnet": (1, partial(ours, N)),
    "brainnet, answering": (1, partial(ours, N, learns=False)),
    "Brian2 example": (0.1, brian2_example),
    "Brian2 example, 0.5 ms": (0.2, partial(brian2_example, dt=0.5)),
    "Brian2 example, 0.5 ms, no delays": (0.2, partial(brian2_example, dt=0.5, delays=False)),
    "BindsNET": (0.02, bindsnet),
    "BindsNET, 32 at once": (0.064, partial(bindsnet, at_once=32)),
    **{f"brainnet, {size} neurons": (min(1, 400 / size), partial(ours, size)) for size in SIZES if size != N},
}
