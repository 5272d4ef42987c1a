"""A data set through one program: as if each sample were run by itself, on every target, in any number of processes."""

import numpy as np
import pytest
from brian2 import NeuronGroup

import brainnet
from brainnet.errors import DataError, ProjectionError
from brainnet.projections import BernoulliInput, Dense, Presentation, Projection
from brainnet.random import uniform_words

RNG = np.random.default_rng(2)
SAMPLES = RNG.uniform(0, 0.6, (5, 70))
FIRST, SECOND = RNG.normal(0.03, 0.2, (70, 33)), RNG.normal(0.1, 0.4, (33, 4))
STEPS = 20


def reference(samples, dtype=np.float64):
    """Layer by layer, sample by sample, in NumPy."""
    totals, outputs, potentials = [], [], []
    for sample, row in enumerate(samples):
        spikes = [uniform_words(9, 1, sample * STEPS + t, 70) < row.astype(np.float64) * 2.0**32 for t in range(STEPS)]
        for weights in (FIRST, SECOND):
            v, fired, trace = np.zeros(weights.shape[1]), [], []
            for before in spikes:
                for neuron in np.flatnonzero(before):
                    v += weights[neuron]
                fired.append(v >= 1)
                v = v - fired[-1]
                trace.append(v.copy())
            spikes = fired
            totals.append(np.sum(fired))
        outputs.append(np.array(spikes, dtype=np.uint8))
        potentials.append(trace)
    return np.array(totals[::2]), np.array(outputs), np.array(potentials)


def build():
    shown = Presentation(STEPS)
    inputs = shown.feed(BernoulliInput(np.zeros(70), seed=9, stream=1, name="inputs"), "p")
    layers = [
        NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=name)
        for n, name in ((33, "hidden"), (4, "out"))
    ]
    for layer, group in enumerate(layers, start=1):
        shown.restart(group, layer, v=0)
    shown.record(layers[0], 1, "hidden")
    shown.record(layers[1], 2, "out", by_step=True)
    shown.record(layers[1], 2, "v", variable="v")
    projections = [
        Projection(inputs, layers[0], Dense(FIRST), name="first"),
        Projection(layers[0], layers[1], Dense(SECOND), name="second"),
    ]
    return shown.build(inputs, *layers, *projections)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_equals_each_sample_by_itself(target):
    hidden, out, potential = reference(SAMPLES)
    assert out.any()
    with brainnet.target(target):
        built = build()
        # One program: once and again, with fewer samples, at another position, side by side.
        for processes in (1, 1, 2, 5) if target == "cpp" else (1, 1):
            result = built.run(SAMPLES, processes=processes)
            assert np.array_equal(result["hidden"].sum(axis=1), hidden)
            assert np.array_equal(result["out"], out)
            assert np.array_equal(result["v"], potential)
        assert np.array_equal(built.run(SAMPLES[3:], first_sample=3)["out"], out[3:])


def test_refusals():
    with pytest.raises(ProjectionError, match="at least 1"):
        Presentation(0)
    with pytest.raises(ProjectionError, match="no variable of each neuron"):
        Presentation(3).feed(BernoulliInput([0.5]), "q")
    with pytest.raises(ProjectionError, match="no group is fed"):
        Presentation(3).build()
    with pytest.raises(ProjectionError, match="is not built"):
        Presentation(3).run(SAMPLES)
    with brainnet.target("numpy"):
        built = build()
        with pytest.raises(DataError, match="rows of 70 numbers"):
            built.run(SAMPLES[:, :5])
        with pytest.raises(DataError, match="NaN"):
            built.run(np.full((1, 70), np.nan))
        with pytest.raises(DataError, match="more than a run counts"):
            built.run(SAMPLES, first_sample=2**31)
        with pytest.raises(ProjectionError, match=r"brainnet\.target"):
            built.run(SAMPLES, processes=2)


@pytest.mark.parametrize(("layer", "delay"), [(1, 1), (3, 1), (0, 0)])
def test_spikes_do_not_leave_their_sample(layer, delay):
    with brainnet.target("numpy"):
        shown = Presentation(4)
        inputs = shown.feed(BernoulliInput([0.0], name="inputs"), "p")
        outputs = shown.restart(NeuronGroup(1, "v : 1", name="outputs", clock=inputs.clock), layer, v=0)
        way = Projection(inputs, outputs, Dense([[1.0]]), delay=delay * inputs.clock.dt)
        with pytest.raises(ProjectionError, match="spikes of one sample would reach another"):
            shown.build(inputs, outputs, way)
        if layer > delay:
            shown.record(outputs, layer, "v", variable="v")
            # A step too early, which its user takes on: the first spike comes before the sample begins, and is lost.
            found = shown.build(inputs, outputs, way, early=True).run([[1.0]])
            np.testing.assert_array_equal(found["v"].ravel(), [1.0, 2.0, 3.0, 3.0])


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize("delay", [0, 1, 4])
def test_all_layers_in_one_step(delay, target, request):
    """A sample of rows; a spike arrives in the step in which it is fired or later, and never in the next sample."""
    if target == "cpp":
        request.getfixturevalue("compiler")
    rows = np.random.default_rng(0).integers(0, 2, (5, 4, 3)).astype(float)
    with brainnet.target(target, threads=2 if target == "cpp" else 1):
        shown = Presentation(4, at_once=True)
        inputs = shown.feed(BernoulliInput(np.zeros(3), name="inputs"), "p", by_step=True)
        outputs = shown.restart(NeuronGroup(1, "v : 1", name="outputs", clock=inputs.clock), 0, v=0)
        way = Projection(inputs, outputs, Dense([[1.0], [2.0], [4.0]]), delay=delay * inputs.clock.dt, when="resets")
        shown.record(outputs, 0, "v", variable="v")
        found = shown.build(inputs, outputs, way).run(rows, processes=2 if target == "cpp" else 1)["v"]
    arrived = rows @ [1.0, 2.0, 4.0]
    late = np.concatenate([np.zeros((5, 4)), arrived], axis=1)[:, 4 - delay : 8 - delay]
    np.testing.assert_array_equal(found[:, :, 0], late.cumsum(axis=1))


def test_what_does_not_go_with_rows_or_one_step():
    with brainnet.target("numpy"):
        shown = Presentation(4, at_once=True)
        inputs = shown.feed(BernoulliInput([0.0, 0.0], name="inputs"), "p", by_step=True)
        outputs = NeuronGroup(1, "v : 1", name="outputs", clock=inputs.clock)
        with pytest.raises(ProjectionError, match="lags 1 steps, and all layers act at once"):
            shown.restart(outputs, 1, v=0)
        with pytest.raises(ProjectionError, match="one by step and one not; feed all alike"):
            shown.feed(BernoulliInput([0.0], name="others", clock=inputs.clock), "p")
        built = shown.build(inputs, outputs, Projection(inputs, outputs, Dense([[1.0], [1.0]])))
        with pytest.raises(DataError, match="rows of 4 x 2 numbers"):
            built.run(np.zeros((3, 2)))
