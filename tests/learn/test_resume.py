"""ReSuMe as an estimator: against the definition, against Brian2, and what it refuses."""

import subprocess
import sys

import numpy as np
import pytest
from brian2 import Hz, amp, mA, ms, nA, pA, second
from resume import change, membrane
from sklearn.base import clone

import brainnet
from brainnet import models
from brainnet.coding import SpikePatterns
from brainnet.coding.random_patterns import jittered, poisson_patterns, random_train, thinned
from brainnet.errors import DataError, ParameterError
from brainnet.learn import ReSuMe
from brainnet.learn.resume.targets import to_steps

DT = 0.1 * ms
N, OUTPUTS, DURATION = 40, 2, 150 * ms
TARGETS = [[[30.0, 55.0, 90.05, 120.0] * ms, [60.0, 149.9] * ms], [[40.0, 100.0] * ms, [] * ms]]


@pytest.fixture(scope="module")
def patterns():
    rng = np.random.default_rng(3)
    return thinned(poisson_patterns(2, N, rate=20 * Hz, duration=DURATION, rng=rng), DT)


def learner(**settings):
    return ReSuMe(**{"max_epochs": 1, "random_state": 0, "w_mean": 100 * pA, "w_std": 100 * pA} | settings)


def first_weights():
    return np.clip(np.random.default_rng(0).normal(100e-12, 100e-12, (N, OUTPUTS)), -1e-9, 1e-9)


def test_a_trial_is_that_of_the_definition(patterns):
    one = patterns[[0]]
    fitted = learner(update="trial", keep_spikes=True).fit(one, TARGETS[:1])
    source, times = one[0]
    steps = to_steps(times, 1e-4)
    arrivals = [steps[source == i].tolist() for i in range(N)]
    for j in range(OUTPUTS):
        fired = membrane(
            arrivals, first_weights()[:, j], 1500, 0.1, tau_m=10, tau_s=5, resistance=100e6, rest=-70e-3,
            threshold=-50e-3, reset=-70e-3, refractory=20,
        )  # fmt: skip
        found = fitted.raster_[fitted.raster_[:, 2] == j, 3]
        np.testing.assert_allclose(found, np.array(fired) * 1e-4, rtol=1e-12)
        assert len(fired) > 3
        asked = to_steps(TARGETS[0][j], 1e-4).tolist()
        wanted = [change(each, asked, fired, a=5e-13, amplitude=1e-11, tau=70.0) for each in arrivals]
        np.testing.assert_allclose(fitted.weights_[:, j] / amp - first_weights()[:, j], wanted, rtol=1e-9, atol=1e-22)


@pytest.mark.parametrize("update", ["spike", "trial"])
@pytest.mark.parametrize("name", ["numpy", "cpp"])
def test_brian2_fires_and_learns_the_same(name, update, patterns, request):
    if name == "cpp":
        request.getfixturevalue("compiler")
    one = patterns[[0]]
    delays = np.random.default_rng(1).integers(0, 50, (N, OUTPUTS)) * DT
    fitted = learner(update=update, delays=delays, keep_spikes=True).fit(one, TARGETS[:1])
    with brainnet.target(name):
        spikes, weights = fitted.present(one, TARGETS[0], weights=first_weights() * amp)
        untaught = fitted.present(one)
    for j in range(OUTPUTS):
        trained = fitted.raster_[fitted.raster_[:, 2] == j, 3]
        np.testing.assert_allclose(spikes[j] / second, trained, rtol=1e-9)
        np.testing.assert_allclose(untaught[0][j] / second, fitted.predict(one)[0][j] / second, rtol=1e-9)
    # To 1e-9 of the largest weight, 1 nA; the changes are a hundred million times that.
    np.testing.assert_allclose(weights / amp, fitted.weights_ / amp, rtol=0, atol=1e-18)
    assert np.abs(weights / amp - first_weights()).max() > 1e-11
    np.testing.assert_array_equal(untaught[1] / amp, fitted.weights_ / amp)


def test_a_neuron_learns_its_train():
    rng = np.random.default_rng(5)
    one = thinned(poisson_patterns(1, 200, rate=10 * Hz, duration=200 * ms, rng=rng), DT)
    target = random_train(80 * Hz, 200 * ms, first=20 * ms, interval=4 * ms, rng=rng)
    fitted = ReSuMe(max_epochs=80, goal=0.97, random_state=1).fit(one, [target])
    assert fitted.correlations_[0].mean() < 0.8
    assert fitted.correlations_[-1].mean() >= 0.97
    assert fitted.score(one, [target]) > 0.9
    # Asked for silence it becomes silent: two empty trains correlate by 1.
    assert clone(fitted).fit(one, [[[] * ms]]).score(one, [[[] * ms]]) == 1.0


def test_swapping_output_and_target_unlearns(patterns):
    # With the sign of the rule turned, the neuron is driven away from its target.
    one, target = patterns[[0]], TARGETS[:1]
    good = learner(max_epochs=40).fit(one, target).correlations_[-1].mean()
    bad = learner(max_epochs=40, A=-0.01).fit(one, target).correlations_[-1].mean()
    assert good > bad + 0.3


KILLED = """
import os, sys
import numpy as np
from brian2 import Hz, ms, pA
from brainnet.coding.random_patterns import poisson_patterns, thinned
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn import ReSuMe

save = Checkpoint.save

def save_and_die(self, **state):
    self._interval = 0.0
    save(self, **state)
    if len(state["correlations"]) == 4:
        os._exit(9)

Checkpoint.save = save_and_die
patterns = poisson_patterns(2, 40, rate=20 * Hz, duration=150 * ms, rng=np.random.default_rng(3))
targets = [[[30.0, 55.0, 90.05, 120.0] * ms, [60.0, 149.9] * ms], [[40.0, 100.0] * ms, [] * ms]]
learner = ReSuMe(random_state=0, w_mean=100 * pA, w_std=100 * pA, max_epochs=9, checkpoint=sys.argv[1])
learner.fit(thinned(patterns, 0.1 * ms), targets)
"""


def test_a_killed_training_goes_on_with_the_same_result(tmp_path, patterns):
    path = tmp_path / "fit.npz"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == 9
    with np.load(path) as kept:
        assert len(kept["correlations"]) == 4
    resumed = learner(max_epochs=9, checkpoint=path).fit(patterns, TARGETS)
    whole = learner(max_epochs=9).fit(patterns, TARGETS)
    np.testing.assert_array_equal(resumed.weights_ / amp, whole.weights_ / amp)
    np.testing.assert_array_equal(resumed.correlations_, whole.correlations_)
    with pytest.raises(DataError, match="other data or parameters"):
        learner(max_epochs=9, checkpoint=path, A=0.02).fit(patterns, TARGETS)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        ([TARGETS[0]], "2 patterns and 1 targets"),
        ([[[30] * ms], TARGETS[1]], "targets of 2 neurons, pattern 0 of 1"),
        ([[[30] * ms, [151] * ms], TARGETS[1]], "within the trial of 150 ms"),
        ([[[30] * ms, [float("nan")] * ms], TARGETS[1]], "within the trial"),
        ([[[30] * ms, [0.0] * ms], TARGETS[1]], "cannot be learned, as the first input spike arrives"),
        ([[[30, 31] * ms, [60] * ms], TARGETS[1]], "sooner than t_ref = 2 ms"),
        ([[[30], [60] * ms], TARGETS[1]], "is no list of times"),
    ],
)
def test_targets_that_cannot_be(targets, message, patterns):
    with pytest.raises(DataError, match=message):
        learner().fit(patterns, targets)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"A": float("nan")}, "A = nan"),
        ({"tau": 7.0}, "tau"),
        ({"w_max": 1 * mA * 0}, "w_max"),
        ({"update": "never"}, "spike, trial"),
        ({"delays": -1 * ms}, "at least 0"),
        ({"delays": np.ones((3, 3)) * ms}, r"shape \(3, 3\)"),
        ({"delays": 2.0}, "no time"),
        ({"neuron": models.lif}, "no lif with currents"),
        ({"neuron": models.lif(synapse="current", tau_m=5 * ms, tau_s=5 * ms)}, "are equal"),
        ({"neuron": models.lif(synapse="current", I_ext=0.1 * nA)}, "I_ext"),
        ({"random_state": -1}, "random_state"),
    ],
)
def test_parameters_that_cannot_be(settings, message, patterns):
    with pytest.raises(ParameterError, match=message):
        learner(**settings).fit(patterns, TARGETS)


def test_what_else_is_refused(patterns):
    with pytest.raises(brainnet.BrainnetError, match="call fit"):
        ReSuMe().predict(patterns)
    twice = SpikePatterns.from_lists([([0, 0], [5, 5.01] * ms)], n=1, duration=10 * ms)
    with pytest.raises(DataError, match="spikes twice"):
        learner().fit(twice, [[8] * ms])
    with pytest.raises(DataError, match="show one"):
        learner().present(patterns, weights=np.zeros((N, 1)) * amp)


def test_jitter_and_thinning_keep_spikes_in_their_trial(patterns):
    moved = jittered(patterns, 30 * ms, rng=np.random.default_rng(0))
    assert len(moved.times) == len(patterns.times)
    assert moved.times.max() <= float(DURATION)
    assert np.abs(np.sort(moved.times) - np.sort(patterns.times)).max() > 1e-3
    rough = thinned(poisson_patterns(3, 5, rate=500 * Hz, duration=50 * ms, rng=np.random.default_rng(0)), 5 * ms)
    for source, times in rough:
        pairs = set(zip(source.tolist(), to_steps(times, 5e-3).tolist(), strict=True))
        assert len(pairs) == len(source)
    train = random_train(150 * Hz, 10 * second, first=20 * ms, interval=4 * ms, rng=np.random.default_rng(0)) / ms
    # Mean interval 6.67 ms of standard deviation 2.67 ms: 1497 spikes, give or take 4 standard deviations of 15.5.
    assert abs(len(train) - 1497) < 62
    assert np.diff(train).min() >= 4
    assert train.min() >= 20
