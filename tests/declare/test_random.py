"""Philox against the known answers of Random123, and against itself on every target."""

import numpy as np
import pytest
from brian2 import Network, NeuronGroup, ms

import brainnet
from brainnet.random import normal, philox, uniform, uniform_words

ONES = 0xFFFFFFFF
# Random123 1.14, tests/kat_vectors, philox4x32 10.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
SEED, STREAM, N, STEPS = 2**32 - 5, 3, 70, 4


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers(counter, key, expected):
    assert tuple(int(word) for word in philox(counter, key)) == expected


@pytest.mark.parametrize("target", ["numpy", "cython", "cpp"])
def test_same_bits_on_every_target(target):
    with brainnet.target(target):
        group = NeuronGroup(
            N,
            "u : 1\nx : 1",
            namespace={"uniform": uniform, "normal": normal, "seed": SEED, "stream": STREAM},
            name=f"draws_{target}",
        )
        group.run_regularly(
            "u = u*2 + uniform(seed, stream, t_in_timesteps, i)\nx = x*2 + normal(seed, stream, t_in_timesteps, i)",
            when="start",
        )
        network = Network(group)
        brainnet.build(network, STEPS * 0.1 * ms).run()
        drawn = np.array([group.u[:], group.x[:]])
    expected = np.zeros((2, N))
    for step in range(STEPS):
        expected = expected * 2 + [draw.pyfunc(SEED, STREAM, step, np.arange(N)) for draw in (uniform, normal)]
    assert np.array_equal(drawn, expected)


def test_uniform_is_the_word_of_a_neuron():
    draws, words = uniform.pyfunc(1, 2, 3, np.arange(100_000)), uniform_words(1, 2, 3, 100_000)
    assert np.array_equal(draws, words / 2.0**32)
    assert draws.min() >= 0
    assert draws.max() < 1
    # Six standard errors of the mean of a uniform variable.
    assert abs(draws.mean() - 0.5) < 6 * np.sqrt(1 / 12 / draws.size)


def test_words_do_not_depend_on_how_many_are_drawn():
    assert np.array_equal(uniform_words(7, 0, 2**40 + 1, 1000)[:65], uniform_words(7, 0, 2**40 + 1, 65))
    assert not np.array_equal(uniform_words(7, 0, 2**40 + 1, 65), uniform_words(7, 0, 1, 65))
