"""Bernoulli, Poisson and regular input: same seed, same spikes on every target, in every batch and order of samples."""

import numpy as np
import pytest
from brian2 import Hz, Network, SpikeMonitor, defaultclock, ms

import brainnet
from brainnet import models
from brainnet.errors import ProjectionError
from brainnet.projections import BernoulliInput, Presentation
from brainnet.random import uniform_words

N, SAMPLES, STEPS, SEED, STREAM = 150, 4, 12, 7, 2
# Neurons 64 to 127 are silent in sample 1, all in sample 2: what is not drawn changes nothing.
P = np.random.default_rng(0).uniform(0, 0.7, (SAMPLES, N))
P[1, 64:128] = P[2] = 0


def drawn(p, first_step):
    """Which neurons spike in each step, from the definition."""
    words = [uniform_words(SEED, STREAM, first_step + step, N) for step in range(STEPS)]
    return np.array(words) < p * 2.0**32


def raster(source, steps=STEPS):
    """Run a source; which neurons spike in each step."""
    monitor = SpikeMonitor(source, name=f"{source.name}_spikes")
    brainnet.build(Network(source, monitor), steps * defaultclock.dt).run()
    spikes = np.zeros((steps, len(source)), bool)
    spikes[np.round(monitor.t / defaultclock.dt).astype(int), monitor.i] = True
    return spikes


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_samples_side_by_side_as_one_after_the_other(target):
    expected = np.array([drawn(p, sample * STEPS) for sample, p in enumerate(P)])
    assert expected.any()
    with brainnet.target(target):
        batch = BernoulliInput(P.ravel(), seed=SEED, stream=STREAM, copies=SAMPLES, apart=STEPS, name="batch")
        spikes = raster(batch).reshape(STEPS, SAMPLES, N)
    assert np.array_equal(spikes.transpose(1, 0, 2), expected)
    with brainnet.target(target):
        shown = Presentation(STEPS)
        source = shown.feed(BernoulliInput(np.zeros(N), seed=SEED, stream=STREAM, name="shown"), "p")
        shown.record(source, 0, "spikes", by_step=True)
        shown.build(source)
        for order in ([0, 1, 2, 3], [3], [1, 2]):  # at once, one by one, in another order
            result = shown.run(P[order], first_sample=order[0])["spikes"]
            assert np.array_equal(result, expected[order])


def test_float32_program_draws_from_the_rounded_probability():
    with brainnet.target("cpp", dtype="float32"):
        spikes = raster(BernoulliInput(P[0], seed=SEED, stream=STREAM, name="single"))
    assert np.array_equal(spikes, drawn(P[0].astype(np.float32).astype(float), 0))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_poisson_is_bernoulli_of_its_rate(target):
    rates = np.linspace(0, 2000, N) * Hz
    with brainnet.target(target):
        defaultclock.dt = 0.5 * ms
        spikes = raster(BernoulliInput.poisson(rates, seed=SEED, stream=STREAM, name="poisson"))
    assert np.array_equal(spikes, drawn(1 - np.exp(-np.asarray(rates) * 0.5e-3), 0))


def test_poisson_rate_and_variance():
    rate, dt, steps = 400.0, 1e-4, 2000
    p = 1 - np.exp(-rate * dt)
    counts = np.sum([uniform_words(SEED, 0, step, 500) < p * 2.0**32 for step in range(steps)], axis=0)
    # Counts are binomial: five standard errors of their mean, and of their variance (nearly normal: var*sqrt(2/n)).
    variance = steps * p * (1 - p)
    assert abs(counts.mean() - steps * p) < 5 * np.sqrt(variance / 500)
    assert abs(counts.var() - variance) < 5 * variance * np.sqrt(2 / 500)


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_regular_with_drawn_phases(target):
    p, phase = P[0], uniform_words(SEED, STREAM, 0, N) / 2.0**32
    with brainnet.target(target):
        spikes = raster(models.regular.group(N, p=p, phase=phase, name="even"), 40)
    expected = np.floor(np.arange(1, 41)[:, None] * p + phase)
    assert np.array_equal(np.cumsum(spikes, axis=0), expected)


def test_one_smoke_run_on_cython():
    with brainnet.target("cython"):
        spikes = raster(BernoulliInput(P[0], seed=SEED, stream=STREAM, name="on_cython"))
    assert np.array_equal(spikes, drawn(P[0], 0))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: BernoulliInput([0.5, np.nan]), "probability from 0 to 1"),
        (lambda: BernoulliInput([0.5, 1.5]), "probability from 0 to 1"),
        (lambda: BernoulliInput([0.5] * 3, copies=2), "3 neurons are no 2 copies"),
        (lambda: BernoulliInput([0.5] * 2, copies=2, apart=2**30), "fewer than 2\\*\\*31 steps"),
        (lambda: BernoulliInput([0.5] * 2, copies=2, apart=-1), "apart = -1"),
        (lambda: BernoulliInput.poisson(np.array([3.0])), "write e.g. rates"),
        (lambda: BernoulliInput.poisson(np.array([-3.0]) * Hz), "0 Hz or more"),
        (lambda: BernoulliInput.poisson(np.array([np.nan]) * Hz), "0 Hz or more"),
    ],
)
def test_bad_input(make, words):
    with pytest.raises(ProjectionError, match=words):
        make()
