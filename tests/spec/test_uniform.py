"""Random numbers by counter: known answers, distribution, independence. All targets: tests/targets/test_target.py."""

import numpy as np
import pytest

from brainnet.spec import uniform
from brainnet.spec.random import philox, uniform_words


# Known answers of the reference implementation (Random123, kat_vectors).
@pytest.mark.parametrize(
    ("counter", "key", "wanted"),
    [
        ("00000000 " * 4, "00000000 " * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff " * 4, "ffffffff " * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_known_answers(counter, key, wanted):
    counter, key, wanted = ([int(word, 16) for word in text.split()] for text in (counter, key, wanted))
    assert philox(counter, key).tolist() == wanted


def test_definition():
    step = 2**32 + 5
    a, b, *_ = (int(word) for word in philox((7, 0, 5, 1), (3, 2)))
    assert uniform.pyfunc(3, 2, step, 7) == ((a >> 5) * 2**26 + (b >> 6)) / 2**53
    words = uniform_words(3, 2, step, 200)
    for neuron in (0, 15, 16, 63, 64, 199):
        block = philox((16 * (neuron // 64) + neuron % 16, 1, 5, 1), (3, 2))
        assert words[neuron] == block[neuron // 16 % 4]
    np.testing.assert_array_equal(uniform_words(3, 2, step, 65), words[:65])


def test_mean_and_variance():
    n = 10**6
    u = uniform.pyfunc(1, 0, 0, np.arange(n))
    assert u.min() >= 0
    assert u.max() < 1
    # Five standard errors: sqrt(1/12/n) of the mean, sqrt((1/80 - 1/144)/n) of the variance.
    assert abs(u.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / n)
    assert abs(u.var() - 1 / 12) < 5 * np.sqrt((1 / 80 - 1 / 144) / n)


def test_distinct_draws_are_uncorrelated():
    n = 10**5
    i = np.arange(n)
    one = uniform.pyfunc(1, 0, 0, i)
    others = [uniform.pyfunc(2, 0, 0, i), uniform.pyfunc(1, 1, 0, i), uniform.pyfunc(1, 0, 1, i), np.roll(one, 1)]
    for other in others:
        # The correlation of independent draws has the standard error 1/sqrt(n).
        assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(n)
