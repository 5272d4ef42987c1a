"""The Tempotron against published values, a reference written from the paper, and itself as Brian2 equations."""

import os
import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from brian2 import Hz, ms, mV
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

from brainnet.coding import SpikePatterns, latency_code, poisson_patterns, random_latency_patterns
from brainnet.errors import BrainnetError, DataError, ParameterError
from brainnet.learn import Tempotron
from brainnet.learn.tempotron import kernel, normalisation, time_to_peak
from brainnet.learn.tempotron.potential import Patterns

spec = spec_from_file_location("reference_tempotron", Path(__file__).parents[1] / "reference" / "tempotron.py")
reference = module_from_spec(spec)
spec.loader.exec_module(reference)

LONG, SHORT = {"tau": 15e-3, "tau_s": 3.75e-3}, {"tau": 10e-3, "tau_s": 2.5e-3}


def pattern(inputs, times, n, end=500):
    return SpikePatterns.from_lists([(inputs, times * ms)], n=n, duration=end * ms)


def task(seed=0, patterns=30, n=25, poisson=False):
    rng = np.random.default_rng(seed)
    if poisson:
        made = poisson_patterns(patterns, n, rate=10 * Hz, duration=200 * ms, rng=rng)
    else:
        made = random_latency_patterns(patterns, n, duration=200 * ms, rng=rng)
    return made, rng.integers(0, 2, patterns)


class TestPublishedValues:
    """Public test vectors: tau_s = tau/4 throughout."""

    def test_kernel(self):
        assert normalisation(**LONG) == pytest.approx(2.116534735957599, rel=1e-15)
        assert time_to_peak(**LONG) * 1e3 == pytest.approx(6.931472, abs=5e-7)
        assert time_to_peak(**SHORT) * 1e3 == pytest.approx(4.620981, abs=5e-7)
        for taus in (LONG, SHORT, {"tau": 20e-3, "tau_s": 17e-3}):
            assert kernel(time_to_peak(**taus), **taus) == pytest.approx(1, rel=1e-14)

    def test_potentials(self):
        at = kernel((40 - np.arange(0, 50, 10)) * 1e-3, **SHORT)
        assert at == pytest.approx([0.03877, 0.1054, 0.2857, 0.7399, 0], abs=5e-5)
        assert kernel([20e-3, 10e-3], **SHORT).sum() == pytest.approx(1.025596, abs=5e-7)

    def test_times_of_the_maximum(self):
        _, one = Patterns(pattern([0], [10], 1), **SHORT).peaks(np.array([1.0]))
        assert one[0] * 1e3 == pytest.approx(14.620981, abs=5e-7)
        # The inhibitory spike comes after the maximum with tau_s = 3 ms (as in the published vector), and cuts the rise
        # off with tau_s = 3.75 ms.
        two = pattern([0, 0, 1, 1], np.array([15 * np.log(2), 100, 15 * np.log(3), 101]), 2)
        for tau_s, expected in ((3e-3, 16.43259988), (3.75e-3, 15 * np.log(3))):
            _, found = Patterns(two, 15e-3, tau_s).peaks(np.array([2.0, -1.0]))
            assert found[0] * 1e3 == pytest.approx(expected, abs=5e-9)


@pytest.mark.parametrize("poisson", [False, True])
@pytest.mark.parametrize("long", [False, True], ids=["at once", "spike by spike"])
def test_maxima_equal_the_reference(poisson, long):
    patterns, _ = task(3, 12, 9, poisson)
    weights = np.random.default_rng(1).normal(0, 0.5, 9)
    unpacked = Patterns(patterns, **LONG)
    if long:  # as for trials of more than 600 tau_s
        unpacked._grown = []
    value, at = unpacked.peaks(weights)
    for k, (which, when) in enumerate(patterns):
        expected = reference.highest(list(zip(which, when * 1e3, strict=True)), weights, 200, 15, 3.75)
        assert (value[k], at[k] * 1e3) == (
            pytest.approx(expected[0], abs=1e-9), pytest.approx(expected[1], abs=1e-5)
        )  # fmt: skip


def test_long_trials_neither_overflow_nor_differ():
    patterns = random_latency_patterns(3, 30, duration=5000 * ms, rng=np.random.default_rng(0))
    weights = np.random.default_rng(1).normal(0, 0.5, 30)
    value, at = Patterns(patterns, **LONG).peaks(weights)
    for k, (which, when) in enumerate(patterns):
        expected = reference.highest(list(zip(which, when * 1e3, strict=True)), weights, 5000, 15, 3.75)
        assert value[k] == pytest.approx(expected[0], abs=1e-9)
        assert at[k] * 1e3 == pytest.approx(expected[1], abs=1e-5)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_learning_equals_the_reference(momentum):
    """Weights and errors, epoch by epoch: the order of the patterns is the estimator's."""
    patterns, y = task(7, 12, 10)
    start = np.random.default_rng(2).normal(0, 0.05, 10)
    how = {"learning_rate": 0.02, "momentum": momentum, "max_epochs": 6, "initial_weights": start, "random_state": 4}
    fitted = Tempotron(**how).fit(patterns, y)
    rng = np.random.default_rng(4)
    rng.normal(size=(1, 10))
    order = rng.permutation(12)
    pairs = [list(zip(which, when * 1e3, strict=True)) for which, when in patterns[order]]
    weights, errors = reference.learn(
        pairs, y[order] == 1, start, end=200, tau=15, tau_s=3.75, rate=0.02, momentum=momentum, threshold=1.0, epochs=6
    )
    assert fitted.errors_[:, 0].tolist() == errors[: fitted.n_epochs_]
    np.testing.assert_allclose(fitted.weights_[:, 0], weights, atol=1e-8)
    assert np.abs(weights - start).max() > 0.02, "something was learned"


@pytest.mark.parametrize("poisson", [False, True])
def test_learns_a_task_without_error(poisson):
    patterns, y = task(1, poisson=poisson)
    fitted = Tempotron(random_state=0, max_epochs=500).fit(patterns, y)
    assert fitted.converged_
    assert fitted.score(patterns, y) == 1
    assert fitted.errors_[-1] == 0
    assert fitted.n_epochs_ == len(fitted.errors_) < 500
    # Time reversed, the same spikes say nothing of what was learned: the rule depends on what comes first.
    reversed_times = SpikePatterns(
        patterns.neurons, 0.2 - patterns.times, patterns.offsets, patterns.n, patterns.duration
    )
    assert fitted.score(reversed_times, y) < 0.8


def test_many_classes_and_names():
    rng = np.random.default_rng(0)
    centres = rng.random((4, 20))
    values = np.clip(np.repeat(centres, 20, axis=0) + rng.normal(0, 0.05, (80, 20)), 0, 1)
    y = np.repeat(["c", "a", "d", "b"], 20)
    patterns = latency_code(values, last=50 * ms, duration=80 * ms)
    fitted = Tempotron(random_state=1, max_epochs=100, margin=0.1).fit(patterns[::2], y[::2])
    assert fitted.classes_.tolist() == ["a", "b", "c", "d"]
    assert fitted.weights_.shape == (20, 4)
    assert fitted.score(patterns[1::2], y[1::2]) > 0.9
    assert fitted.decision_function(patterns).shape == (80, 4)


def test_half_life_slows_learning_down():
    patterns, y = task(1)
    start = np.random.default_rng(0).normal(0, 1e-3, 25)
    how = {"initial_weights": start, "random_state": 0, "momentum": 0.0, "learning_rate": 1e-3}
    # With a half-life of a thousandth of an epoch nothing is learned after the first one.
    first = Tempotron(**how, max_epochs=1).fit(patterns, y)
    later = Tempotron(**how, max_epochs=5, half_life=1e-3).fit(patterns, y)
    np.testing.assert_allclose(later.weights_, first.weights_, rtol=0, atol=1e-15)
    assert (Tempotron(**how, max_epochs=2).fit(patterns, y).weights_ != first.weights_).any()


def test_margin_is_reached():
    patterns, y = task(1, 15)
    fitted = Tempotron(random_state=0, margin=0.3, max_epochs=1000).fit(patterns, y)
    assert fitted.converged_
    assert np.abs(fitted.decision_function(patterns)).min() >= 0.3


def test_patterns_that_never_lift_the_potential_are_learned():
    fitted = Tempotron(initial_weights=[-0.5, -0.1], momentum=0.0, learning_rate=0.05, random_state=0)
    patterns = SpikePatterns.from_lists([([0], [5] * ms), ([1], [5] * ms)], n=2, duration=100 * ms)
    fitted.fit(patterns, [1, 0])
    assert fitted.converged_
    assert fitted.weights_[0, 0] > 1 > 0 >= fitted.weights_[1, 0]


def test_scikit_learn_works_with_it():
    patterns, y = task(1, 24)
    estimator = Tempotron(tau=12 * ms, max_epochs=20, random_state=0)
    copy = clone(estimator).set_params(momentum=0.5)
    assert copy.get_params()["tau"] == 12 * ms
    scores = cross_val_score(estimator, patterns, y, cv=3)
    assert scores.shape == (3,)
    assert np.isfinite(scores).all()


def test_interrupted_training_goes_on_bit_by_bit(tmp_path):
    patterns, y = task(2, 60)
    how = {"random_state": 3, "max_epochs": 40, "learning_rate": 1e-4}
    whole = Tempotron(**how).fit(patterns, y)
    kept = tmp_path / "fit.npz"
    Tempotron(**{**how, "max_epochs": 13}, checkpoint=kept).fit(patterns, y)
    resumed = Tempotron(**how, checkpoint=kept).fit(patterns, y)
    np.testing.assert_array_equal(resumed.weights_, whole.weights_)
    np.testing.assert_array_equal(resumed.errors_, whole.errors_)
    for change in ({"momentum": 0.5}, {"random_state": 4}, {"learning_rate": 2e-4}):
        with pytest.raises(DataError, match="other data or parameters"):
            Tempotron(**{**how, **change}, checkpoint=kept).fit(patterns, y)
    with pytest.raises(DataError, match="other data or parameters"):
        Tempotron(**how, checkpoint=kept).fit(patterns, 1 - y)


KILLED = """
import sys
import numpy as np
from brian2 import ms
from brainnet.coding import random_latency_patterns
from brainnet.learn import Tempotron
from brainnet.learn.checkpoint import Checkpoint
Checkpoint.__init__.__kwdefaults__["interval"] = 0.0
rng = np.random.default_rng(0)
patterns = random_latency_patterns(150, 20, duration=200 * ms, rng=rng)
Tempotron(random_state=1, max_epochs=100000, checkpoint=sys.argv[1]).fit(patterns, rng.integers(0, 2, 150))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
def test_killed_training_goes_on_bit_by_bit(tmp_path):
    kept = tmp_path / "fit.npz"
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(kept)])
    try:
        end = time.monotonic() + 120
        while not kept.exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.05)
    finally:
        run.send_signal(signal.SIGKILL)
        run.wait()
    epochs = len(np.load(kept)["errors"])
    assert 0 < epochs < 100000
    rng = np.random.default_rng(0)
    patterns = random_latency_patterns(150, 20, duration=200 * ms, rng=rng)
    y = rng.integers(0, 2, 150)
    resumed, whole = (
        Tempotron(random_state=1, max_epochs=epochs + 5, checkpoint=path).fit(patterns, y) for path in (kept, None)
    )
    assert whole.n_epochs_ == epochs + 5
    np.testing.assert_array_equal(resumed.weights_, whole.weights_)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"learning_rate": np.nan}, "learning_rate = nan is not finite; write e.g."),
        ({"learning_rate": 0.0}, "more than 0"),
        ({"momentum": 1.0}, "less than 1"),
        ({"half_life": -1.0}, "more than 0"),
        ({"momentum": None}, "None"),
        ({"tau": 15.0}, "unit"),
        ({"tau": 15 * mV}, "unit"),
        ({"tau": 3 * ms}, "tau_s < tau"),
        ({"max_epochs": 0}, "at least 1"),
        ({"max_epochs": 2.5}, "whole number"),
        ({"initial_weights": np.zeros(25)}, "V\\(t\\) is flat"),
        ({"initial_weights": np.ones(3)}, "shape"),
        ({"random_state": -1}, "from 0 to"),
    ],
)
def test_bad_parameters_are_refused_at_fit(parameters, message):
    patterns, y = task()
    with pytest.raises(ParameterError, match=message):
        Tempotron(**parameters).fit(patterns, y)


def test_bad_data_are_refused():
    patterns, y = task()
    with pytest.raises(DataError, match=r"SpikePatterns\.from_lists"):
        Tempotron().fit(np.eye(3), [0, 1, 0])
    for labels, message in ((y[:-1], "one label per pattern"), (0 * y, "two classes"), (y + 0.5, "whole numbers")):
        with pytest.raises(DataError, match=message):
            Tempotron().fit(patterns, labels)
    with pytest.raises(BrainnetError, match="not fitted"):
        Tempotron().predict(patterns)
    fitted = Tempotron(max_epochs=1).fit(patterns, y)
    with pytest.raises(DataError, match="25"):
        fitted.predict(task(n=3)[0])
