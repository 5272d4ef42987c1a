"""A data set through one program: as if each sample were run by itself, on every target, in any number of processes."""

import numpy as np
import pytest
from brian2 import NeuronGroup

import brainnet
from brainnet.errors import ProjectionError
from brainnet.projections import BernoulliInput, Dense, Presentation, Projection
from brainnet.spec.random import uniform_words

RNG = np.random.default_rng(2)
SAMPLES = RNG.uniform(0, 0.6, (5, 70)).astype(np.float32)
FIRST, SECOND = RNG.normal(0.03, 0.2, (70, 33)), RNG.normal(0.1, 0.4, (33, 4))
STEPS = 20


def reference(samples, dtype=np.float64):
    """Layer by layer, sample by sample, in NumPy."""
    totals, outputs = [], []
    for sample, row in enumerate(samples):
        spikes = [uniform_words(9, 1, sample * STEPS + t, 70) < row.astype(np.float64) * 2.0**32 for t in range(STEPS)]
        for weights in (FIRST, SECOND):
            v, fired = np.zeros(weights.shape[1]), []
            for before in spikes:
                for neuron in np.flatnonzero(before):
                    v += weights[neuron]
                fired.append(v >= 1)
                v = v - fired[-1]
            spikes = fired
            totals.append(np.sum(fired))
        outputs.append(np.array(spikes, dtype=np.uint8))
    return np.array(totals[::2]), np.array(outputs)


def show(processes):
    shown = Presentation(SAMPLES, STEPS)
    inputs = shown.feed(BernoulliInput(np.zeros(70), seed=9, stream=1, name="inputs"), "p")
    layers = [
        NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=name)
        for n, name in ((33, "hidden"), (4, "out"))
    ]
    for layer, group in enumerate(layers, start=1):
        shown.restart(group, layer, v=0)
    shown.count(layers[0], 1, "hidden")
    shown.count(layers[1], 2, "out", by_step=True)
    projections = [
        Projection(inputs, layers[0], Dense(FIRST), name="first"),
        Projection(layers[0], layers[1], Dense(SECOND), name="second"),
    ]
    return shown.run(inputs, *layers, *projections, processes=processes)


@pytest.mark.parametrize(("target", "processes"), [("numpy", 1), ("cpp", 1), ("cpp", 2)])
def test_equals_each_sample_by_itself(target, processes):
    with brainnet.target(target):
        result = show(processes)
    hidden, out = reference(SAMPLES)
    assert out.any()
    assert np.array_equal(result["hidden"], hidden)
    assert np.array_equal(result["out"], out)


def test_refusals():
    with pytest.raises(ProjectionError, match="one row of numbers"):
        Presentation([1.0], 3)
    with pytest.raises(ProjectionError, match="NaN"):
        Presentation([[np.nan]], 3)
    with pytest.raises(ProjectionError, match="group of that size"):
        Presentation(SAMPLES, 3).feed(BernoulliInput([0.5]), "p")
    with pytest.raises(ProjectionError, match=r"brainnet\.target"):
        show(processes=2)
