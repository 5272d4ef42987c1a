"""Memory that programs may take, whatever the number of samples, and what is seen while they run."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, ms
from scipy import sparse

import brainnet
from brainnet import models
from brainnet.projections import AveragePool, BernoulliInput, Conv2d, Dense, Presentation, Projection
from brainnet.targets import device

RNG = np.random.default_rng(5)
pytestmark = pytest.mark.usefixtures("compiler")


FULL_SIZE = {  # of the convolutional network of 470,000 neurons without its pools: layers as (channels, height, width)
    "conv_1": lambda: Conv2d(RNG.normal(0.05, 0.1, (64, 1, 3, 3)), (1, 56, 100), padding=1),
    "pool_1": lambda: AveragePool(2, (64, 56, 100), weight=2.0),
    "conv_2": lambda: Conv2d(RNG.normal(0.01, 0.05, (64, 64, 3, 3)), (64, 28, 50), padding=1),
    "pool_2": lambda: AveragePool(2, (64, 28, 50), weight=2.0),
    "conv_3": lambda: Conv2d(RNG.normal(0.01, 0.05, (64, 64, 3, 3)), (64, 14, 25), padding=1),
    "dense": lambda: Dense(RNG.normal(0.001, 0.02, (64 * 14 * 25, 256))),
    "out": lambda: Dense(RNG.normal(0.01, 0.1, (256, 3))),
}


def chain(steps, n_in, layers):
    """Return neurons in layers, shown samples, built."""
    shown = Presentation(steps)
    before = shown.feed(BernoulliInput(np.zeros(n_in), seed=1, name="inputs"), "p")
    objects = [before]
    for layer, (name, connectivity) in enumerate(layers.items(), start=1):
        kind = connectivity()
        group = NeuronGroup(kind.shape[1], "v : 1", threshold="v >= 1", reset="v -= 1", name=name)
        shown.restart(group, layer, v=0)
        objects += [group, Projection(before, group, kind, name=f"to_{name}")]
        before = group
    shown.record(before, layer, before.name)
    return shown.build(*objects)


def dense(*sizes):
    """Return layers all to all, named by their number."""
    return {
        f"layer_{layer}": lambda shape=shape: Dense(RNG.normal(0.01, 0.1, shape))
        for layer, shape in enumerate(pairwise(sizes), start=1)
    }


@pytest.mark.skipif(sys.platform != "linux", reason="programs tell their memory on Linux only")
def test_memory_is_below_15_mb_and_does_not_grow_with_samples():
    samples = RNG.uniform(0, 0.3, (12_000, 784)).astype(np.float32)  # 38 MB
    with brainnet.target("cpp", dtype="float32"):
        shown = chain(2, 784, dense(784, 800, 10))
        peaks = []
        for part in (samples[:10], samples):
            assert shown.run(part)["layer_2"].any()
            peaks.append(shown.program.peak_memory)
    weights = 4 * (784 * 800 + 800 * 10)
    assert weights < peaks[0]
    assert peaks[1] < peaks[0] + 1_000_000
    assert peaks[1] < 15_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="programs tell their memory on Linux only")
def test_full_size_network_is_below_500_mb():
    with brainnet.target("cpp", dtype="float32"):
        shown = chain(6, 56 * 100, FULL_SIZE)
        assert shown.run(np.full((2, 5600), 0.5))["out"].any()
        assert 4 * 64 * 14 * 25 * 256 < shown.program.peak_memory < 100_000_000  # 500 MB are allowed


def test_progress_is_reported_while_samples_are_shown(monkeypatch):
    reports = []
    run_watched = device.run_watched

    def watch(command, folder, report, running):
        def told(share):
            reports.append(share)
            report(share)

        return run_watched(command, folder, told, running)

    monkeypatch.setattr(device, "run_watched", watch)
    samples = np.full((2000, 20), 0.5)
    with brainnet.target("cpp", progress=True):
        chain(4000, 20, dense(20, 30, 5)).run(samples)  # some 2000 * 4000 steps of less than a microsecond
    assert len(reports) >= 2
    assert reports == sorted(reports)
    assert 0 < reports[0] < reports[-1] < 1


@pytest.mark.skipif(sys.platform != "linux", reason="programs tell their memory on Linux only")
def test_a_sparse_synapse_that_learns_takes_16_bytes(monkeypatch):
    commands, run_watched = [], device.run_watched

    def watch(command, *others):
        commands.append(command)
        return run_watched(command, *others)

    monkeypatch.setattr(device, "run_watched", watch)
    monkeypatch.delenv("GLIBC_TUNABLES", raising=False)
    n, random = 1_000_000, np.random.default_rng(1)
    pairs = np.sort(random.integers(0, 2000, n)), random.integers(0, 2000, n)
    with brainnet.target("cpp"):
        cells = NeuronGroup(2000, "v : 1", threshold="i % 100 == 0", reset="", name="cells")
        learned = models.pair_stdp.connect(
            cells, cells, sparse.coo_matrix((np.full(n, 0.5), pairs), shape=(2000, 2000)), name="learned"
        )
        program = brainnet.build(Network(cells, learned), 1 * ms)
        program.run()
        assert np.abs(learned.w[:] - 0.5).max() > 0
    assert 16 * n < program.peak_memory < 16 * n + 12_000_000, "twice that if arrays were copied"
    assert commands[0][:2] == ["env", "GLIBC_TUNABLES=glibc.malloc.hugetlb=1"]
