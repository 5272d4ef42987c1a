"""Spike patterns: what they hold, what they refuse, and that scikit-learn can split them."""

import numpy as np
import pytest
from brian2 import ms, mV, second
from sklearn.model_selection import KFold
from sklearn.utils import _safe_indexing

from brainnet.coding import SpikePatterns
from brainnet.errors import DataError


def three():
    return SpikePatterns.from_lists(
        [([2, 0], [9, 1] * ms), ([1], [0] * ms), ([0, 0, 2], [10, 4, 4] * ms)], n=3, duration=10 * ms
    )


def test_spikes_are_sorted_within_their_pattern():
    patterns = three()
    assert [(which.tolist(), (when * 1e3).round(9).tolist()) for which, when in patterns] == [
        ([0, 2], [1, 9]),
        ([1], [0]),
        ([0, 2, 0], [4, 4, 10]),
    ]
    assert patterns.shape == (3, 3)
    assert patterns[-1][0].tolist() == [0, 2, 0]
    with pytest.raises(ValueError, match="read-only"):
        patterns.times[0] = 0.0


@pytest.mark.parametrize("rows", [[2, 0], np.array([True, False, True]), slice(1, None), slice(None, None, -1), [1, 1]])
def test_rows_are_taken_as_from_a_list(rows):
    patterns = three()
    taken = patterns[rows]
    listed = [patterns[int(k)] for k in np.arange(3)[rows]]
    assert len(taken) == len(listed)
    for (which, when), (w, t) in zip(taken, listed, strict=True):
        np.testing.assert_array_equal(which, w)
        np.testing.assert_array_equal(when, t)


def test_scikit_learn_splits_them():
    patterns = three()
    for train, test in KFold(3).split(patterns):
        assert len(_safe_indexing(patterns, train)) == 2
        assert len(_safe_indexing(patterns, test)) == 1


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([], "no pattern"),
        ([([0], [1] * ms), ([], [] * ms)], "pattern 1 has no spikes"),
        ([([0], [11] * ms)], r"spike at \[11.\] ms"),
        ([([0], [-1] * ms)], "within the trial"),
        ([([0], [np.nan] * ms)], "NaN"),
        ([([3], [1] * ms)], r"input \[3\]; number the inputs 0 to 2"),
        ([([-1], [1] * ms)], "number the inputs"),
        ([([0.5], [1] * ms)], "whole numbers"),
        ([([0, 1], [1] * ms)], "2 inputs and 1 times"),
        ([([0], [1.0])], "without a unit"),
        ([([0], [1] * mV)], "without a unit"),
        ([[0]], "no pair"),
    ],
)
def test_bad_patterns_are_refused(samples, message):
    with pytest.raises(DataError, match=message):
        SpikePatterns.from_lists(samples, n=3, duration=10 * ms)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n": 0}, "n = 0"),
        ({"n": True}, "n = True"),
        ({"duration": 0 * ms}, "above 0"),
        ({"duration": np.inf * second}, "finite"),
        ({"duration": 10.0}, "unit"),
        ({"offsets": [0, 2]}, "offsets"),
        ({"offsets": [0, 2, 1, 3]}, "offsets"),
    ],
)
def test_bad_frames_are_refused(change, message):
    fields = {"neurons": [0, 1, 0], "times": [1e-3] * 3, "offsets": [0, 1, 3], "n": 2, "duration": 10 * ms}
    with pytest.raises(DataError, match=message):
        SpikePatterns(**{**fields, **change})


@pytest.mark.parametrize(
    ("samples", "duration", "match"),
    [
        (None, 10 * ms, "samples = None are no patterns; give one pair"),
        (5, 10 * ms, "samples = 5 are no patterns"),
        ([], 10 * ms, "no pattern; give at least one"),
        ([None], 10 * ms, "pattern 0 is no pair"),
        ([([0], None)], 10 * ms, "times of pattern 0 come without a unit of time"),
        ([([0], {})], 10 * ms, "pattern 0 has 1 inputs and|times of pattern 0 come without"),
        ([([0], [1] * ms)], None, "the duration of a trial come without a unit of time"),
        ([([0], [1] * ms)], "long", "the duration of a trial come without a unit of time"),
    ],
)
def test_what_is_no_pattern_is_refused(samples, duration, match):
    with pytest.raises(DataError, match=match):
        SpikePatterns.from_lists(samples, n=2, duration=duration)
