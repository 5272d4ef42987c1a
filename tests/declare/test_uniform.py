"""Random numbers by counter: definition, distribution, independence. Known answers and targets: test_random.py."""

import numpy as np
from scipy.stats import kstest

from brainnet.declare import normal, uniform
from brainnet.random import philox, uniform_words


def test_definition():
    step = 2**32 + 5
    words = uniform_words(3, 2, step, 200)
    for neuron in (0, 15, 16, 63, 64, 199):
        block = philox((16 * (neuron // 64) + neuron % 16, 1, 5, 1), (3, 2))
        assert words[neuron] == block[neuron // 16 % 4]
        assert uniform.pyfunc(3, 2, step, neuron) == words[neuron] / 2**32


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


def test_normal_by_its_definition_and_moments():
    n = 10**6
    i = np.arange(n)
    x, words = normal.pyfunc(1, 0, 0, i), uniform_words(1, 0, 0, n)
    ones = np.array([bin(int(word) >> 8).count("1") for word in words[:200]])
    scale = np.sqrt(6 + (1 - 2.0**-16) / 12)
    np.testing.assert_allclose(x[:200], (ones + (words[:200] & 255) / 256 - 12.5 + 1 / 512) / scale, rtol=1e-15)
    # Five standard errors of the first four moments of a normal distribution; the fourth cumulant is -0.081.
    for power, (expected, spread) in {1: (0, 1), 2: (1, 2), 3: (0, 15), 4: (3 - 0.081, 96)}.items():
        assert abs((x**power).mean() - expected) < 5 * np.sqrt(spread / n), power
    # The largest difference of the distribution functions, with the error of an empirical one.
    assert kstest(x, "norm").statistic < 0.004 + 5 / np.sqrt(n) * 0.5
    assert np.abs(x).max() < 5.07
    assert normal.pyfunc(1, 0, 0, 7) == x[7]
