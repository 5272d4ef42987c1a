"""MNIST end to end: a trained 784-800-10 converted to spikes, 10,000 test images, accuracy and seconds, in turns.

    python benchmarks/mnist.py --data FOLDER [--images 10000] [--repeats 1] [--threads 1] [--only NAME ...]
                               [--json F] [--figure F]

One network is trained (784-800-10, ReLU, PyTorch with dropout) and its weights are scaled to firing rates once. All run
those weights for 100 steps per image, reset by subtraction, in float32: brainnet on C++, PyTorch written out, snnTorch,
SpikingJelly. Input is a constant current, or spikes with probability x a step, which each draws itself. From
images to decisions everything is in the time; building, and the choice of the quickest batch of 128, 512 or 2,048 for
the peers, is not. With constant current decisions must agree, but for what float32 rounds.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from peer_process import Peer, serve
from peers import draw

STEPS, BATCHES = 100, (128, 512, 2048)
FOLDER = "BENCHMARK_MNIST"  # where the parent leaves network and images for the workers
Decide = Callable[[np.ndarray], np.ndarray]


def prepare(folder: Path, data: Path, images: int, epochs: int) -> tuple[np.ndarray, float]:
    """Train, and save network, images and calibration samples; return labels and the trained network's accuracy."""
    from brainnet.ann.npz import write_npz
    from brainnet.data import load_mnist
    from brainnet.train.mlp import train_mlp

    mnist = load_mnist(data)
    network = train_mlp(mnist.x_train, mnist.y_train, 800, epochs=epochs, seed=0, trainer="torch")
    write_npz(network, folder / "network.npz")
    x, y = mnist.x_test[:images].reshape(-1, 784), mnist.y_test[:images]
    np.save(folder / "images.npy", x.astype(np.float32))
    np.save(folder / "calibration.npy", mnist.x_train[:5000])
    return y, network.accuracy(x, y)


def ours(coding: str, threads: int) -> Decide:
    import brainnet as bn
    from brainnet.convert import convert

    stack = contextlib.ExitStack()
    stack.enter_context(bn.target("cpp", dtype="float32", threads=threads))
    folder = Path(os.environ[FOLDER])
    spiking = convert(
        folder / "network.npz", calibration=np.load(folder / "calibration.npy"), steps=STEPS, coding=coding
    )

    def decide(x: np.ndarray) -> np.ndarray:
        return spiking.run(x).decisions[:, -1]

    decide.stack = stack  # type: ignore[attr-defined]  # the target is left with the process
    return decide


def scaled() -> list[tuple[Any, Any]]:
    """Return weights (n_pre, n_post) and biases that brainnet gives to neurons, as tensors."""
    import torch

    from brainnet import ann
    from brainnet.convert import normalise, plan

    folder = Path(os.environ[FOLDER])
    planned = plan(ann.read(folder / "network.npz"), coding="bernoulli")
    scales = normalise(
        planned, "data", calibration=np.load(folder / "calibration.npy"), percentile=99.9, granularity="layer"
    )
    layers, before = [], scales["input"]
    for each in planned.populations:
        after = scales[each.name]
        matrix = each.branches[0].connectivity(before, after).unroll()
        layers.append([torch.from_numpy(np.asarray(array, np.float32)) for array in (matrix, each.bias / after)])
        before = after
    return layers  # type: ignore[return-value]


def torch_loop(coding: str, torch: Any) -> Callable[[Any], Any]:
    (w1, b1), (w2, b2) = scaled()

    def counts(x: Any) -> Any:
        current = torch.addmm(b1, x, w1)
        v1, v2 = torch.zeros(len(x), len(b1)), torch.zeros(len(x), len(b2))
        total = torch.zeros_like(v2)
        for _ in range(STEPS):
            if coding == "constant":
                v1 += current
            else:
                v1.addmm_((torch.rand_like(x) < x).float(), w1).add_(b1)
            s = (v1 >= 1).float()
            v1.sub_(s)
            v2.addmm_(s, w2).add_(b2)
            s = (v2 >= 1).float()
            v2.sub_(s)
            total += s
        return total

    return counts


def _linears(torch: Any) -> list[Any]:
    made = []
    for matrix, bias in scaled():
        linear = torch.nn.Linear(*matrix.shape)
        linear.weight.copy_(matrix.T)
        linear.bias.copy_(bias)
        made.append(linear)
    return made


def snntorch(coding: str, torch: Any) -> Callable[[Any], Any]:
    import snntorch as snn
    from snntorch import spikegen

    first, second = _linears(torch)
    # It subtracts in the step after the spike, before it looks at the threshold again: the spikes are the same.
    one, two = (snn.Leaky(beta=1.0, threshold=1.0, reset_mechanism="subtract") for _ in range(2))

    def counts(x: Any) -> Any:
        current = first(x)
        spikes = spikegen.rate(x, num_steps=STEPS) if coding == "bernoulli" else None
        v1, v2 = one.init_leaky(), two.init_leaky()
        total: Any = 0
        for step in range(STEPS):
            s, v1 = one(current if spikes is None else first(spikes[step]), v1)
            s, v2 = two(second(s), v2)
            total = total + s
        return total

    return counts


def spikingjelly(coding: str, torch: Any) -> Callable[[Any], Any]:
    from spikingjelly.activation_based import functional, layer, neuron

    first, second = _linears(torch)
    # All steps of a layer at once, which is its quickest way.
    wide = [layer.SeqToANNContainer(each) for each in (first, second)]
    nodes = [neuron.IFNode(v_threshold=1.0, v_reset=None, step_mode="m").eval() for _ in wide]

    def counts(x: Any) -> Any:
        for node in nodes:
            functional.reset_net(node)
        if coding == "constant":
            current = first(x).expand(STEPS, -1, -1)
        else:
            current = wide[0]((torch.rand(STEPS, *x.shape) < x).float())
        return nodes[1](wide[1](nodes[0](current))).sum(0)

    return counts


def in_batches(make: Callable[[str, Any], Callable[[Any], Any]], coding: str, threads: int) -> Decide:
    """Run a peer in the batches in which it is quickest."""
    import torch

    torch.set_num_threads(threads)
    torch.set_grad_enabled(False)
    torch.manual_seed(0)
    counts = make(coding, torch)

    def decide(x: np.ndarray, batch: int) -> np.ndarray:
        return torch.cat([counts(part).argmax(1) for part in torch.from_numpy(x).split(batch)]).numpy()

    x = np.load(Path(os.environ[FOLDER]) / "images.npy")[: max(BATCHES)]
    seconds = {}
    for batch in BATCHES:
        begin = time.process_time()
        decide(x, batch)
        seconds[batch] = time.process_time() - begin
    return partial(decide, batch=min(seconds, key=lambda batch: seconds[batch]))


def worker(name: str, threads: int) -> None:
    library, coding = name.rsplit(" ", 1)
    decide = ours(coding, threads) if library == "brainnet" else in_batches(PEERS[library][1], coding, threads)
    x = np.load(Path(os.environ[FOLDER]) / "images.npy")
    decide(x[:128])
    serve(lambda: decide(x), program=False)


PEERS: dict[str, tuple[str, Any]] = {
    "brainnet": ("brainnet", None),
    "torch loop": ("torch", torch_loop),
    "snnTorch": ("snntorch", snntorch),
    "SpikingJelly": ("spikingjelly", spikingjelly),
}
NAMES = {f"{library} {coding}": library for coding in ("constant", "bernoulli") for library in PEERS}


def measure(options: argparse.Namespace, labels: np.ndarray) -> tuple[list[dict[str, Any]], list[str]]:
    """Run all in turns; return rows, and what was left out and why."""
    left_out, peers = [], []
    for name in options.only or NAMES:
        if importlib.util.find_spec(PEERS[NAMES[name]][0]) is None:
            left_out.append(f"{name} is left out: the package {PEERS[NAMES[name]][0]} is not installed")
        else:
            peers += [Peer(name, threads, len(labels), __file__) for threads in options.threads]
    try:
        for _ in range(options.repeats):
            for peer in list(peers):
                if wrong := peer.run():
                    left_out.append(f"{peer.name} is left out: {wrong}")
                    peers.remove(peer)
                    peer.end()
        rows = []
        decisions = {peer.name: np.array(peer.answers[-1]["counts"]) for peer in peers}
        for peer in peers:
            ours = decisions.get(f"brainnet {peer.name.rsplit(' ', 1)[1]}")
            mine = decisions[peer.name]
            agrees = float((mine == ours).mean()) if ours is not None else None
            row = peer.row(warm_up=0) | {"accuracy": float((mine == labels).mean()), "agrees": agrees}
            del row["mb"]  # is that of the images in Python, whoever computes
            if peer.name.endswith("constant") and agrees is not None and agrees < 0.999:
                left_out.append(f"{peer.name} is left out: {agrees:.4f} of its decisions are those of brainnet")
            else:
                rows.append(row)
        return rows, left_out
    finally:
        for peer in peers:
            peer.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of MNIST in IDX files")
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--threads", type=int, nargs="+", default=[1])
    parser.add_argument("--only", nargs="+", choices=[*NAMES])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--worker", choices=[*NAMES], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        worker(options.worker, options.threads[0])
        return
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER] = folder
        labels, trained = prepare(Path(folder), options.data, options.images, options.epochs)
        print(f"trained network: {trained:.4f}")
        rows, left_out = measure(options, labels)
    print(f"{'':24}threads  accuracy  agrees   seconds  CPU seconds")
    for row in rows:
        agrees = f"{row['agrees']:8.4f}" if row["agrees"] is not None else f"{'':8}"
        wall, cpu = (row[key] * len(labels) / 1e3 for key in ("median_ms", "cpu_ms"))
        print(f"{row['name']:24}{row['threads']:7}  {row['accuracy']:8.4f} {agrees}  {wall:8.2f}  {cpu:11.2f}")
    for line in left_out:
        print(line)
    loads = [round(load, 2), round(os.getloadavg()[0], 2)]
    print(f"load before and after: {loads[0]} and {loads[1]}, on {os.cpu_count()} cores")
    if options.json:
        kept = {"load": loads, "cores": os.cpu_count(), "trained": trained, "rows": rows, "left_out": left_out}
        options.json.write_text(json.dumps(kept, indent=2) + "\n")
    if options.figure:
        draw(rows, options.figure)


if __name__ == "__main__":
    main()
