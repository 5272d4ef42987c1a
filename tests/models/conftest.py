"""Spike trains that every rule of plasticity is tested on, and one network that holds many rules side by side."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))  # `import stdp`: what models are held against


def poisson_train(rate_hz, seconds, seed):
    """Whole milliseconds, so that every time step that divides one holds the same spikes."""
    return np.flatnonzero(np.random.default_rng(seed).random(int(seconds * 1000)) < rate_hz / 1000).astype(float)


@pytest.fixture(scope="session")
def trains():
    """Name to (pre, post), in ms."""
    return {
        # nest-simulator, testsuite/pytests/synapses/test_stdp_nn_synapses.py, with its dendritic delay of 0.1 ms
        "nest": ([1, 5, 6, 7, 9, 11, 12, 13], [2.1, 3.1, 4.1, 8.1, 9.1, 10.1, 12.1]),
        "discriminating": ([10, 20, 30, 60, 61, 90], [25, 35, 36, 70, 95]),
        "coincident": ([5, 10, 20, 22, 40, 50, 60], [10, 15, 20, 40, 45, 60, 61]),
        "only_pre": ([5, 10, 20], []),
        "poisson": (poisson_train(40, 1, seed=1), poisson_train(40, 1, seed=2)),
    }


@pytest.fixture(scope="session")
def drive():
    """Run rules on trains: ``drive({label: model}, trains, dt_ms, **connect)`` gives {label: {train: weights}}."""
    from brian2 import Clock, Network, SpikeGeneratorGroup, StateMonitor, ms

    from brainnet import build, target

    def run(models, trains, *, on="numpy", **options):
        with target(on):
            return simulate(models, trains, **options)

    def simulate(models, trains, *, dt=0.1, w=0.5, record=False, **connect):
        pre, post = zip(*trains.values(), strict=True)
        last = max(max([*a, *b]) for a, b in zip(pre, post, strict=True))
        clock = Clock(dt * ms)

        def source(spikes):
            index = np.repeat(np.arange(len(spikes)), [len(s) for s in spikes])
            return SpikeGeneratorGroup(len(spikes), index, np.concatenate([np.asarray(s, float) for s in spikes]) * ms,
                                       clock=clock)  # fmt: skip

        a, b = source(pre), source(post)
        # One synapse a train: neuron k of one side to neuron k of the other.
        objects = {label: rule.connect(a, b, onto=None, clock=clock, **connect) for label, rule in models.items()}
        for synapses in objects.values():
            synapses.connect(j="i")
            synapses.w = w
        watch = (
            {k: StateMonitor(s, "w", range(len(trains)), clock=clock, when="end") for k, s in objects.items()}
            if record
            else {}
        )
        build(Network(a, b, *objects.values(), *watch.values()), (last + 20) * ms).run()
        if record:
            return {label: dict(zip(trains, np.array(m.w), strict=True)) for label, m in watch.items()}
        return {label: dict(zip(trains, np.array(s.w), strict=True)) for label, s in objects.items()}

    return run
