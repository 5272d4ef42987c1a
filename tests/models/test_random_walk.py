"""The random walk: steps of one size, and the mean and variance of what it comes to."""

import numpy as np
from brian2 import Network, defaultclock, ms, mV

import brainnet
from brainnet import models


def walk(steps, **values):
    """Potentials of 4,000 neurons that never fire, after some steps of 0.2 ms."""
    with brainnet.target("numpy"):
        defaultclock.dt = 0.2 * ms
        cells = models.random_walk.group(4000, v_th=1e6 * mV, step=200 * mV, seed=3, name="walkers*", **values)
        Network(cells).run(steps * 0.2 * ms)
        return np.asarray(cells.v / (200 * mV))


def test_one_step():
    up, down, n = 0.3, 0.2, 4000
    moved = walk(1, p_up=up, p_down=down)
    np.testing.assert_allclose(np.unique(moved), [-1, 0, 1], atol=1e-12)
    for value, p in ((1, up), (-1, down)):
        # Five standard deviations of a binomial distribution.
        assert abs((np.abs(moved - value) < 0.5).mean() - p) < 5 * np.sqrt(p * (1 - p) / n)


def test_mean_and_variance_are_those_of_the_closed_form():
    up, down, k, n = 0.35, 0.25, 1 - 0.2 / 8, 4000
    moved = walk(600, p_up=up, p_down=down)  # 15 time constants
    mean = (up - down) / (1 - k)
    variance = (up + down - (up - down) ** 2) / (1 - k**2)
    assert abs(moved.mean() - mean) < 5 * np.sqrt(variance / n)
    # Of a nearly normal distribution: the standard error of a variance is sqrt(2/n) of it.
    assert abs(moved.var() / variance - 1) < 5 * np.sqrt(2 / n)
