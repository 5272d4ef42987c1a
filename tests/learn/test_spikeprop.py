"""The estimator SpikeProp: what it learns, resumes, refuses, and its network as Brian2 equations."""

import numpy as np
import pytest
from brian2 import SpikeMonitor, ms
from sklearn.base import clone

import brainnet
from brainnet.coding import SpikePatterns, gaussian_population_code
from brainnet.errors import BrainnetError, DataError, ParameterError
from brainnet.learn import Checkpoint, SpikeProp
from brainnet.learn.spikeprop.optimisers import chosen_optimiser
from brainnet.learn.spikeprop.rule import Layer, forward
from brainnet.learn.spikeprop.times import input_times
from brainnet.learn.spikeprop.training import train

Y = np.array([0, 1, 1, 0])
ALL = {"delays": 0.05, "taus": 0.02, "thresholds": 0.01}


def xor(jitter=0.0):
    rng = np.random.default_rng(4)
    pairs = [np.array([a, b, 0.0]) + rng.uniform(0, jitter, 3) for a in (0, 6) for b in (0, 6)]
    return SpikePatterns.from_lists([([0, 1, 2], each * ms) for each in pairs], n=3, duration=8 * ms)


def estimator(**options):
    return SpikeProp(**{"hidden": 5, "outputs": "single", "tolerance": 0.25, "random_state": 1, **options})


@pytest.mark.parametrize("optimiser", ["plain", "momentum", "adaptive", "rprop", "quickprop"])
def test_every_optimiser_learns_exclusive_or(optimiser):
    fitted = estimator(optimiser=optimiser, learning_rate=0.003).fit(xor(), Y)
    assert fitted.converged_
    assert fitted.errors_[-1] <= 1 < fitted.errors_[0]
    assert fitted.score(xor(), Y) == 1
    hidden, outputs = fitted.spike_times(xor())
    assert hidden.shape == (4, 5)
    np.testing.assert_allclose(outputs[:, 0] / ms, np.where(Y == 1, 10, 16), rtol=0, atol=np.sqrt(2))  # E <= 1


def test_delays_time_constants_and_thresholds_are_learned():
    fixed, free = estimator().fit(xor(), Y), estimator(other_rates=ALL).fit(xor(), Y)
    assert fixed.layers_[0].delays.shape == (1, 1, 16)
    for layer in free.layers_:
        assert np.ptp(layer.delays - np.arange(1, 17)) > 0.01
        assert np.abs(layer.taus - 7).max() > 0.01
        assert np.abs(layer.thresholds - 1).max() > 0.001
    assert free.converged_


def test_one_output_a_class():
    values = np.random.default_rng(0).uniform(0, 1, (30, 2))
    y = np.where(values[:, 0] > values[:, 1], "first", "second")
    patterns = gaussian_population_code(values, fields=5, last=6 * ms)
    fitted = clone(SpikeProp(6, max_epochs=40, random_state=0)).fit(patterns, y)
    assert fitted.classes_.tolist() == ["first", "second"]
    assert fitted.score(patterns, y) >= 0.9
    assert fitted.errors_.min() < 0.2 * fitted.errors_[0]


def test_killed_training_goes_on_to_the_same_weights(tmp_path):
    whole = estimator(tolerance=0.0, max_epochs=12).fit(xor(), Y)
    path = tmp_path / "fit.npz"
    estimator(tolerance=0.0, max_epochs=5, checkpoint=path).fit(xor(), Y)
    resumed = estimator(tolerance=0.0, max_epochs=12, checkpoint=path).fit(xor(), Y)
    np.testing.assert_array_equal(resumed.errors_, whole.errors_)
    for ours, theirs in zip(resumed.layers_, whole.layers_, strict=True):
        np.testing.assert_array_equal(ours.weights, theirs.weights)
    with pytest.raises(DataError, match="other data or parameters"):
        estimator(hidden=6, checkpoint=path).fit(xor(), Y)


def test_dead_network_comes_back_to_life():
    delays = np.arange(1.0, 17)[None, None]
    dead = [Layer(np.full((n, m, 16), -0.01), delays, np.full(n, 7.0), np.ones(n)) for n, m in ((5, 3), (1, 5))]
    inputs = input_times(xor())
    assert not any(each.fires.any() for each in forward(dead, inputs, 40.0, 0.1))
    alive, errors = train(
        dead,
        inputs,
        np.where(Y == 1, 10.0, 16.0)[:, None],
        end=40.0,
        least_slope=0.1,
        rates={"weights": 0.01},
        optimiser=chosen_optimiser("rprop", 0.9),
        max_epochs=60,
        tolerance=0.0,
        checkpoint=Checkpoint(None, ""),
        show=False,
    )
    assert all(each.fires.all() for each in forward(alive, inputs, 40.0, 0.1))
    assert np.isfinite(errors).all()


@pytest.mark.parametrize("target", ["numpy", "cpp"])
@pytest.mark.parametrize(("jitter", "other_rates"), [(0.0, None), (0.5, ALL)])
def test_brian2_fires_at_the_same_times_to_within_one_step(target, jitter, other_rates, request):
    if target == "cpp":
        request.getfixturevalue("compiler")
    patterns = xor(jitter)
    fitted = estimator(other_rates=other_rates).fit(patterns, Y)
    with brainnet.target(target):
        network = fitted.network(patterns, dt=0.1 * ms)
        monitors = [SpikeMonitor(network[f"spikeprop_{k}"]) for k in (1, 2)]
        network.add(*monitors)
        brainnet.build(network, 40 * ms).run()
        found = [(np.array(each.i), np.array(each.t / ms)) for each in monitors]
    for exact, (neurons, times) in zip(fitted.spike_times(patterns), found, strict=True):
        expected = np.asarray(exact / ms).ravel()
        assert sorted(neurons) == np.flatnonzero(np.isfinite(expected)).tolist(), "each fires once, or not at all"
        late = times - expected[neurons]
        assert (late > -1e-6).all()
        assert (late < 0.1 + 1e-6).all()


def test_targets_that_cannot_be_reached_are_refused():
    with pytest.raises(ParameterError, match=r"pattern 1 shall .* at 1.5 ms, but nothing arrives there before 2 ms"):
        estimator(early=1.5 * ms).fit(xor(), Y)
    with pytest.raises(ParameterError, match="trial ends at 14 ms; give a longer duration"):
        estimator(duration=14 * ms).fit(xor(), Y)
    with pytest.raises(ParameterError, match="early < late"):
        estimator(early=16 * ms).fit(xor(), Y)
    with pytest.raises(DataError, match="leave room for two delays"):
        estimator(delays=[5, 6] * ms, early=10.5 * ms, late=11 * ms).fit(xor(), Y)


def test_bad_parameters_are_refused():
    bad = [
        {"learning_rate": np.nan},
        {"learning_rate": -1.0},
        {"tau": 7},
        {"tau": 0.1 * ms},
        {"optimiser": "adam"},
        {"outputs": "two"},
        {"momentum": 1.0},
        {"delays": []},
        {"delays": [1, -1] * ms},
        {"delays": [1, np.nan] * ms},
        {"other_rates": {"weight": 0.1}},
        {"other_rates": {"delays": np.nan}},
        {"least_slope": 0 / ms},
        {"random_state": -1},
        {"max_epochs": 0},
    ]
    for options in bad:
        with pytest.raises(BrainnetError):
            estimator(**options).fit(xor(), Y)


def test_bad_patterns_are_refused():
    with pytest.raises(DataError, match="pattern 0 has no spikes"):
        SpikePatterns.from_lists([([], [])], n=3, duration=8 * ms)
    with pytest.raises(DataError, match="keep spikes within the trial"):
        SpikePatterns.from_lists([([0], [9] * ms)], n=3, duration=8 * ms)
    twice = SpikePatterns.from_lists([([0, 0, 1], [1, 2, 1] * ms)] * 4, n=3, duration=8 * ms)
    with pytest.raises(DataError, match="input 0 spikes twice in pattern 0"):
        estimator().fit(twice, Y)
    with pytest.raises(BrainnetError, match="call fit"):
        estimator().predict(xor())
    with pytest.raises(DataError, match="labels"):
        estimator().fit(xor(), Y[:2])
    fitted = estimator(max_epochs=1).fit(xor(), Y)
    with pytest.raises(DataError, match="fitted with 3"):
        fitted.predict(SpikePatterns.from_lists([([0], [1] * ms)], n=4, duration=8 * ms))
    with pytest.raises(ParameterError, match="dt"):
        fitted.network(xor(), dt=0 * ms)
