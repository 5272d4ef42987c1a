"""Summed Poisson sources: the distribution, the same draws on every target, and what is lost or refused."""

import numpy as np
import pytest
from brian2 import Hz, Network, NeuronGroup, defaultclock, ms, mV
from scipy.stats import poisson

import brainnet
from brainnet.errors import ParameterError, ProjectionError
from brainnet.projections import PoissonDrive
from brainnet.random import uniform_words

N, STEPS, SEED, STREAM = 150, 20, 7, 3
EXPECTED = {"few": 0.3, "many": 150.0, "none": 0.0}  # spikes a step


def drawn(expected, seed, n):
    """Numbers of spikes in each step, by scipy's quantiles."""
    words = np.array([uniform_words(seed, STREAM, step, n) for step in range(STEPS)])
    return poisson.ppf((words + 0.5) / 2**32, expected) if expected else np.zeros((STEPS, n))


@pytest.mark.parametrize("target", ["numpy", "cpp"])
def test_sums_are_those_of_the_definition(target, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    with brainnet.target(target):
        defaultclock.dt = 0.5 * ms
        # Even neurons spike in the first step and stay refractory: what arrives at them is lost.
        cells = NeuronGroup(
            N, "dv/dt = 0/ms : 1 (unless refractory)\nu : volt\nfew : 1\nmany : 1\nnone : 1",
            threshold="i % 2 == 0", refractory=1000 * ms, method="euler", name="cells",
        )  # fmt: skip
        drives = [
            PoissonDrive(cells, name, 10, mean / 10 / (0.5 * ms), 1.0, seed=SEED, stream=STREAM, name=f"drive_{name}")
            for name, mean in EXPECTED.items()
        ]
        part = PoissonDrive(cells[20:103], "u", 3, 200 * Hz, -0.5 * mV, seed=SEED, stream=STREAM, name="part")
        closed = PoissonDrive(cells, "v", 10, 1000 * Hz, 0.25, seed=SEED, stream=STREAM, name="closed")
        program = brainnet.build(Network(cells, part, closed, *drives), STEPS * 0.5 * ms)
        for seed in (SEED, 8):
            program.run({each.seed: seed for each in [part, closed, *drives]})
            for name, mean in EXPECTED.items():
                assert np.array_equal(cells.state(name)[:], drawn(mean, seed, N).sum(axis=0)), name
            np.testing.assert_allclose(cells.u[20:103] / mV, -0.5 * drawn(0.3, seed, 83).sum(axis=0), rtol=1e-12)
            assert not cells.u[:20].any()
            assert not cells.u[103:].any()
            assert np.array_equal(cells.v[1::2], 0.25 * drawn(5.0, seed, N).sum(axis=0)[1::2])
            assert not cells.v[::2].any()
        with pytest.raises(ParameterError, match="seed"):
            program.run({part.seed: -1})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target_var": "w"}, "onto = 'w' cannot be driven"),
        ({"rate": 20}, "write e.g. 20"),
        ({"rate": -1 * Hz}, "0 Hz or more"),
        ({"weight": 1.0}, "unit of group.v, volt"),
        ({"weight": np.nan * mV}, "one number"),
        ({"N": 0}, "N = 0"),
        ({"N": 10**9}, "spikes are expected in a step"),
        ({"seed": 2**31}, "seed"),
    ],
)
def test_bad_input(options, words):
    group = NeuronGroup(2, "v : volt", name="group")
    with pytest.raises((ProjectionError, ParameterError), match=words):
        PoissonDrive(group, **{"target_var": "v", "N": 10, "rate": 20 * Hz, "weight": 1 * mV, **options})


def test_the_rate_is_kept_when_the_time_step_changes():
    with brainnet.target("numpy"):
        cells = NeuronGroup(N, "v : 1")
        drive = PoissonDrive(cells, "v", 10, 1000 * Hz, 1.0, seed=SEED, stream=STREAM)
        defaultclock.dt = 0.5 * ms
        Network(cells, drive).run(STEPS * 0.5 * ms)
        assert np.array_equal(cells.v[:], drawn(5.0, SEED, N).sum(axis=0))
        cells = NeuronGroup(N, "v : 1")
        drive = PoissonDrive(cells, "v", 10, 1000 * Hz, 1.0)
        defaultclock.dt = 100 * ms
        with pytest.raises(ProjectionError, match="1000 spikes are expected in a step"):
            Network(cells, drive).run(100 * ms)


@pytest.mark.parametrize("name", ["rate", "weight", "n_sources", "target"])
def test_what_is_fixed_cannot_be_set(name):
    cells = NeuronGroup(2, "v : 1")
    drive = PoissonDrive(cells, "v", 10, 20 * Hz, 1.0)
    with pytest.raises(ProjectionError, match=f"{name} is what it was made with"):
        setattr(drive, name, getattr(drive, name))
    drive.seed = 3
    assert drive.seed == 3
