"""The network of Diehl & Cook 2015 against a step-by-step reference, on both targets, with the same input spikes."""

import numpy as np
import pytest
from brian2 import ms

import brainnet
from brainnet.errors import DataError, ParameterError, TargetError, UnknownNameError
from brainnet.learn.stdp.brian import StdpNetwork, first_weights, opened
from brainnet.learn.stdp.settings import make_settings
from brainnet.learn.stdp.training import first_state
from brainnet.random import uniform_words
from tests.reference.diehl_cook import Network

N_INPUT, N, SEED = 20, 5, 3
SETTINGS = {"neurons": N, "intensity": 16.0, "shown": 120 * ms, "rest": 30 * ms, "least_spikes": 6, "attempts": 3,
            "mean_weight": 0.5}  # fmt: skip
STEPS = 300


def images():
    random = np.random.default_rng(0)
    return random.random((4, N_INPUT)) * (random.random((4, N_INPUT)) < 0.5)


def run(target, rule):
    with brainnet.target(target):
        network = StdpNetwork(make_settings(rule=rule, **SETTINGS), N_INPUT, SEED)
        state, learned = network.learn(images(), first_state(N_INPUT, N, 1), phase=2, positions=np.arange(7, 11))
        answered = network.respond(images()[:2], state, phase=5)
        kept = {"weights": np.array(network.learned.weights), "theta": np.array(network.excitatory.theta)}
    return state, learned, answered, kept


def reference(rule):
    """Learn, then answer; input spikes by definition of the random source: phase, position and attempt."""
    phase, first = 2, 7

    def spikes_in(image, attempt, step):
        words = uniform_words(SEED, phase * 3 + attempt, (first + image) * STEPS + step, N_INPUT)
        return words < images()[image] * (255 / 8 * 0.5e-3) * (16.0 + attempt) * 2.0**32

    network = Network(first_weights(N_INPUT, N, 1), rule, 0.5 * N_INPUT, spikes_in, shown=120, rest=30, least=6,
                      attempts=3)  # fmt: skip
    learned = [network.show(image, True) for image in range(4)]
    phase, first = 5, 0
    return network, learned, [network.show(image, False) for image in range(2)]


@pytest.mark.parametrize("rule", ["triplet", "pair", "power_law"])
def test_as_the_reference(rule):
    expected, learned, answered = reference(rule)
    for target in ("numpy", "cpp"):
        state, found, then, kept = run(target, rule)
        assert found.counts.tolist() == [counts.tolist() for counts, _ in learned]
        assert found.attempts.tolist() == [attempts for _, attempts in learned]
        assert then.counts.tolist() == [counts.tolist() for counts, _ in answered]
        np.testing.assert_allclose(state["weights"], expected.w, atol=1e-12)
        np.testing.assert_allclose(state["theta"], expected.theta * 1e-3, rtol=1e-12)
        # What answers are asked for changes nothing.
        assert (kept["weights"] == state["weights"]).all()
        assert (kept["theta"] == state["theta"]).all()
    assert max(found.attempts) > 1, "the retry is part of the test"
    assert found.spikes.sum() > found.counts.sum()


def test_one_program_does_all_and_remembers_nothing():
    with brainnet.target("cpp"):
        network = StdpNetwork(make_settings(**SETTINGS), N_INPUT, SEED)
        start = first_state(N_INPUT, N, 1)
        one, answers = network.learn(images(), start)
        network.respond(images(), one, phase=9)
        again, same = network.learn(images(), start)
        assert (again["weights"] == one["weights"]).all()
        assert (same.counts == answers.counts).all()
        # What an image does depends on the state alone, not on the images before it.
        two = network.respond(images()[1:], one, phase=9, positions=[1, 2, 3])
        assert (two.counts == network.respond(images(), one, phase=9).counts[1:]).all()


def test_what_cannot_be_shown():
    with brainnet.target("numpy"):
        network = StdpNetwork(make_settings(**SETTINGS), N_INPUT, SEED)
        state = first_state(N_INPUT, N, 1)
        with pytest.raises(DataError, match=r"shape \(2, 3\); give rows of 20"):
            network.learn(np.zeros((2, 3)), state)
        with pytest.raises(DataError, match="NaN or numbers below 0"):
            network.learn(np.full((1, N_INPUT), np.nan), state)
        with pytest.raises(DataError, match="positions are not 4 whole numbers from 0"):
            network.respond(images(), state, phase=0, positions=[0, 1, 2, 2**31 // STEPS])
    single, chosen = brainnet.target("cpp", dtype="float32"), make_settings()
    with single, pytest.raises(TargetError, match=r"decay by 5e-08 .* use float64"), opened(chosen, N_INPUT, 1):
        pass
    with pytest.raises(ParameterError, match=r"shown = 100.3 ms is no whole number of time steps of 0.5 ms"):
        make_settings(shown=100.3 * ms)
    with pytest.raises(UnknownNameError, match="did you mean 'neurons'"):
        make_settings(neuron=3)
