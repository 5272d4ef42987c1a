"""Peers that run in Python: each makes its network once and returns a function that shows all images.

That function returns the spikes of hidden and output layer of each image, and NEST's the seconds before them. All run
without gradients, in float32 where they have it, 128 images at a time except NEST, which has no batches.
"""

from __future__ import annotations

import importlib.util
import sys
import time
import types
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from peer_work import SCALE, START, STEPS, Work

__all__ = ["NETWORKS"]

Show = Callable[[], Any]
BATCH = 128


def _batches(work: Work, threads: int, constant: bool = False) -> tuple[Any, list[Any], list[Any]]:
    """Return torch, both weight matrices (n_pre, n_post), and input by batch.

    Input is spikes, (STEPS, batch, 784), or constant current of the hidden layer, the same in all steps: (STEPS, batch,
    800), without a copy per step.
    """
    import torch

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    if constant:
        parts = [part.expand(STEPS, -1, -1) for part in torch.from_numpy(work.currents()).split(BATCH)]
    else:
        spikes = torch.from_numpy(work.spikes().transpose(1, 0, 2).astype(np.float32))
        parts = [part.contiguous() for part in spikes.split(BATCH, dim=1)]
    return torch, [torch.from_numpy(w) for w in work.weights], parts


def _layers(torch: Any, weights: list[Any]) -> list[Any]:
    layers = []
    for matrix in weights:
        linear = torch.nn.Linear(*matrix.shape, bias=False)
        linear.weight.copy_(matrix.T)
        layers.append(linear)
    return layers


def torch_loop(work: Work, threads: int, constant: bool = False) -> Show:
    torch, weights, parts = _batches(work, threads, constant)

    def batch(part: Any) -> Any:
        states = [torch.full((part.shape[1], w.shape[1]), START) for w in weights]
        counts = torch.zeros(part.shape[1], 2)
        for x in part:
            for layer, (v, w) in enumerate(zip(states, weights, strict=True)):
                if constant and layer == 0:
                    v.add_(x)
                else:
                    v.addmm_(x, w)
                x = (v >= 1).float()
                v.sub_(x)
                counts[:, layer] += x.sum(1)
        return counts

    return lambda: torch.cat([batch(part) for part in parts]).numpy()


def snntorch(work: Work, threads: int, constant: bool = False) -> Show:
    torch, weights, parts = _batches(work, threads, constant)
    import snntorch as snn

    linears = _layers(torch, weights)
    # It subtracts in the step after the spike, before it looks at the threshold again: the spikes are the same.
    neurons = [snn.Leaky(beta=1.0, threshold=1.0, reset_mechanism="subtract") for _ in weights]

    def batch(part: Any) -> Any:
        states = [torch.full((part.shape[1], w.shape[1]), START) for w in weights]
        counts = torch.zeros(part.shape[1], 2)
        for x in part:
            for layer in range(2):
                current = x if constant and layer == 0 else linears[layer](x)
                x, states[layer] = neurons[layer](current, states[layer])
                counts[:, layer] += x.sum(1)
        return counts

    return lambda: torch.cat([batch(part) for part in parts]).numpy()


def spikingjelly(work: Work, threads: int, constant: bool = False) -> Show:
    torch, weights, parts = _batches(work, threads, constant)
    from spikingjelly.activation_based import functional, layer, neuron

    # All steps of a layer at once, which is its quickest way.
    made: list[Any] = []
    for linear in _layers(torch, weights):
        wide = layer.SeqToANNContainer(linear)
        made.append((wide, neuron.IFNode(v_threshold=1.0, v_reset=None, step_mode="m")))
    for _, node in made:
        node.eval()

    def batch(part: Any) -> Any:
        x, counts = part, []
        for wide, node in made:
            functional.reset_net(node)
            current = x if constant and not counts else wide(x)
            node.v = torch.full_like(current[0], START)
            x = node(current)
            counts.append(x.sum((0, 2)))
        return torch.stack(counts, 1)

    return lambda: torch.cat([batch(part) for part in parts]).numpy()


def bindsnet(work: Work, threads: int) -> Show:
    torch, weights, parts = _batches(work, threads)
    # Importing `bindsnet` itself imports data sets and with them torchvision; the parts used here need neither.
    spec = importlib.util.find_spec("bindsnet")
    assert spec is not None
    for name in ("bindsnet", "bindsnet.conversion"):
        package = types.ModuleType(name)
        package.__path__ = [f"{place}{name[8:].replace('.', '/')}" for place in spec.submodule_search_locations or ()]
        sys.modules[name] = package
    from bindsnet.conversion.nodes import SubtractiveResetIFNodes
    from bindsnet.network import Network
    from bindsnet.network.nodes import Input
    from bindsnet.network.topology import Connection

    class Counting(SubtractiveResetIFNodes):
        def forward(self, x: Any) -> None:
            super().forward(x)
            self.total += self.s.sum(1)

    def batch(part: Any) -> Any:
        size = part.shape[1]
        network = Network(dt=1.0, batch_size=size, learning=False)
        network.add_layer(Input(n=784), "0")
        for index, matrix in enumerate(weights, start=1):
            nodes = Counting(n=matrix.shape[1], thresh=1.0, reset=0.0, refrac=0)
            network.add_layer(nodes, str(index))
            before = network.layers[str(index - 1)]
            network.add_connection(Connection(before, nodes, w=matrix.clone()), str(index - 1), str(index))
            nodes.set_batch_size(size)
            nodes.v.fill_(START)
            nodes.total = torch.zeros(size)
        network.run({"0": part}, time=STEPS, one_step=True)
        return torch.stack([network.layers[name].total for name in ("1", "2")], 1)

    return lambda: torch.cat([batch(part) for part in parts]).numpy()


def nest(work: Work, threads: int) -> Show:
    import nest

    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=1.0, local_num_threads=threads)
    spikes, window = work.spikes(), STEPS + 10  # spikes take a step from layer to layer
    steps, images = np.arange(STEPS) + 1.0, range(len(spikes))
    inputs = nest.Create("spike_generator", 784)
    times = [np.concatenate([steps[spikes[m, :, i]] + m * window for m in images]) for i in range(784)]
    # There is no reset by subtraction and no neuron without a leak: tau is too long to matter.
    options = {"E_L": 0.0, "V_m": START, "V_th": 1.0, "V_reset": START, "tau_m": 1e12, "C_m": 1.0, "t_ref": 0.0}
    layers = [inputs, *(nest.Create("iaf_psc_delta", n, params=options) for n in (800, 10))]
    recorders = nest.Create("spike_recorder", 2, params={"record_to": "memory"})
    for index, matrix in enumerate((work.first, work.second)):
        synapses = {"synapse_model": "static_synapse", "weight": matrix.T * SCALE, "delay": 1.0}
        nest.Connect(layers[index], layers[index + 1], "all_to_all", synapses)
        nest.Connect(layers[index + 1], recorders[index])

    def show() -> tuple[float, np.ndarray]:
        # Making input ready is no part of the time.
        inputs.set([{"spike_times": each, "origin": nest.biological_time} for each in times])
        totals = [np.array(recorders.n_events)]
        begin = time.perf_counter()
        for _ in images:
            for group in layers[1:]:
                group.V_m = START
            nest.Simulate(float(window))
            totals.append(np.array(recorders.n_events))
        return time.perf_counter() - begin, np.diff(totals, axis=0)

    return show


NETWORKS = {
    "torch loop": ("torch", torch_loop),
    "snnTorch": ("snntorch", snntorch),
    "SpikingJelly": ("spikingjelly", spikingjelly),
    "torch loop, current": ("torch", partial(torch_loop, constant=True)),
    "snnTorch, current": ("snntorch", partial(snntorch, constant=True)),
    "SpikingJelly, current": ("spikingjelly", partial(spikingjelly, constant=True)),
    "BindsNET": ("bindsnet", bindsnet),
    "NEST": ("nest", nest),
}
