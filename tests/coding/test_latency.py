"""Values become spike times: by hand, and by the formula of the receptive fields."""

import numpy as np
import pytest
from brian2 import Hz, ms

from brainnet.coding import gaussian_population_code, latency_code, poisson_patterns, random_latency_patterns
from brainnet.errors import DataError, ParameterError


def test_latency_by_hand():
    patterns = latency_code([[1.0, 0.0], [0.25, 0.5]], last=20 * ms, duration=50 * ms)
    assert float(patterns.duration) == pytest.approx(0.05)
    assert patterns[0][0].tolist() == [0, 1]
    np.testing.assert_allclose(patterns[0][1], [0, 20e-3])
    assert patterns[1][0].tolist() == [1, 0]
    np.testing.assert_allclose(patterns[1][1], [10e-3, 15e-3])
    silent = latency_code([[1.0, 0.1]], least=0.2)
    assert silent[0][0].tolist() == [0]


def test_gaussian_fields_by_hand():
    # I in [0, 4], m = 6: centres -0.5, 0.5, ... 4.5; sigma = 1/1.5.
    patterns = gaussian_population_code([[0.5], [4.0], [0.0]], fields=6, last=10 * ms, least=0.1)
    heights = np.exp(-0.5 * (1.5 * (0.5 - np.arange(-0.5, 5))) ** 2)
    expected = {k: 10e-3 * (1 - h) for k, h in enumerate(heights) if h >= 0.1}
    assert dict(zip(*map(np.ndarray.tolist, patterns[0]), strict=True)) == pytest.approx(expected)
    assert patterns[0][0][0] == 1
    assert patterns[0][1][0] == 0
    # Two values: the second one's fields follow the first one's; the range of the training part is kept.
    two = gaussian_population_code([[1.0, 9.0]], fields=4, low=[0, 8], high=[2, 10])
    assert two.n == 8
    assert sorted(two[0][0].tolist()) == [1, 2, 5, 6]


def test_bad_values_are_refused():
    for values, message in (([[np.nan]], "NaN"), ([[2.0]], "scale"), ([1.0], "rows"), ([[0.0]], "no spikes")):
        with pytest.raises(DataError, match=message):
            latency_code(values, least=0.1)
    with pytest.raises(DataError, match="leave it out"):
        gaussian_population_code([[1.0, 2.0], [1.0, 3.0]])
    for bad in ({"last": 0 * ms}, {"least": np.nan}):
        with pytest.raises(ParameterError):
            latency_code([[0.0], [1.0]], **bad)
    for bad in ({"gamma": -1.0}, {"fields": 2}):
        with pytest.raises(ParameterError):
            gaussian_population_code([[0.0], [1.0]], **bad)


def test_random_patterns():
    rng = np.random.default_rng(2)
    latency = random_latency_patterns(40, 50, duration=500 * ms, rng=rng)
    assert all(sorted(which) == list(range(50)) for which, _ in latency)
    # Mean of 2000 uniform times: within five standard errors of T/2.
    assert abs(latency.times.mean() - 0.25) < 5 * 0.5 / np.sqrt(12 * 2000)
    poisson = poisson_patterns(100, 20, rate=5 * Hz, duration=500 * ms, rng=rng)
    assert abs(len(poisson.times) - 5000) < 5 * np.sqrt(5000)
    assert len(poisson_patterns(200, 1, rate=1 * Hz, duration=100 * ms, rng=rng)) == 200  # none is empty
    with pytest.raises(ParameterError):
        poisson_patterns(1, 1, rate=-1 * Hz, rng=rng)
