"""Likeness of spike trains, against closed forms."""

import subprocess
import sys

import numpy as np
import pytest
from brian2 import ms, mV

from brainnet.errors import DataError, ParameterError
from brainnet.measure import schreiber_correlation, van_rossum_distance, victor_purpura_distance


def test_schreiber_closed_forms():
    assert schreiber_correlation([3, 40] * ms, [40, 3] * ms) == pytest.approx(1, abs=1e-15)
    # Two single spikes 3 ms apart: exp(-dt^2 / 4 sigma^2).
    assert schreiber_correlation([10] * ms, [13] * ms, sigma=2 * ms) == pytest.approx(np.exp(-9 / 16))
    # One of two far spikes is missing: 1 / sqrt(2); mean-subtracted it would be less.
    assert schreiber_correlation([10, 500] * ms, [10] * ms) == pytest.approx(np.sqrt(0.5))
    assert schreiber_correlation([] * ms, [10] * ms) == 0
    assert schreiber_correlation([] * ms, [] * ms) == 1


def test_schreiber_equals_the_filtered_trains():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(20, 180, (2, 12))
    grid = np.arange(0, 200, 0.01)
    v_a, v_b = (np.exp(-((grid[:, None] - t) ** 2) / 8).sum(axis=1) for t in (a, b))
    expected = v_a @ v_b / np.sqrt((v_a @ v_a) * (v_b @ v_b))
    assert schreiber_correlation(a * ms, b * ms, sigma=2 * ms) == pytest.approx(expected, abs=1e-9)


def test_distances_of_elephant():
    pytest.importorskip("elephant")
    assert van_rossum_distance([5] * ms, [] * ms) == pytest.approx(1)
    # D^2 = 2 (1 - exp(-dt/tau)) for two spikes.
    assert van_rossum_distance([5] * ms, [9] * ms, tau=8 * ms) ** 2 == pytest.approx(2 * (1 - np.exp(-0.5)))
    assert victor_purpura_distance([5, 30] * ms, [9] * ms, q=0.1 / ms) == pytest.approx(1.4)
    assert victor_purpura_distance([5] * ms, [90] * ms, q=0.1 / ms) == pytest.approx(2)  # deleted and inserted


def test_elephant_leaves_the_filters_of_warnings_alone():
    pytest.importorskip("elephant")
    code = (
        "import warnings, brainnet.measure as a; from brian2 import ms; before = list(warnings.filters);"
        "a.van_rossum_distance([5] * ms, [6] * ms); print(before == list(warnings.filters))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_bad_trains_are_refused():
    for bad in ([1.0], [1] * mV, [np.nan] * ms, [[1]] * ms):
        with pytest.raises(DataError):
            schreiber_correlation(bad, [1] * ms)
    with pytest.raises(ParameterError):
        schreiber_correlation([1] * ms, [1] * ms, sigma=0 * ms)
