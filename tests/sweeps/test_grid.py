"""Which points a sweep has, and what is refused before any of them runs."""

import numpy as np
import pytest
import xarray as xr
from brian2 import Hz, ms, mV

from brainnet import Parameter, protocol
from brainnet.errors import ParameterError, UnknownNameError
from brainnet.sweeps.grid import make_grid
from brainnet.values.entries import listed


@protocol(
    parameters={
        "rate": Parameter(10 * Hz, "a rate", low=0 * Hz, quick=5 * Hz),
        "count": Parameter(3, "a number", low=1, high=50),
        "share": Parameter(0.5, "a share"),
        "rule": Parameter("pair", "a rule", choices=("pair", "triplet")),
        "on": Parameter(False, "a switch"),
    },
    results={},
)
def given(rate, count, share, rule, on, seed):
    """Return nothing."""
    return xr.Dataset()


def grid(over, fixed=(), repeat=1, seed=0):
    return make_grid(given, over, dict(fixed), repeat=repeat, seed=seed, quick=False)


@pytest.mark.parametrize(("name", "text", "values"), [
    ("rate", "10:50:10*Hz", [10, 20, 30, 40, 50]), ("rate", "0.01:0.05:0.02*kHz", [10, 30, 50]),
    ("rate", "50:10:-20*Hz", [50, 30, 10]), ("rate", "5, 30 Hz", [5, 30]), ("rate", [5, 30] * Hz, [5, 30]),
    ("share", "-0.3:0.3:0.1", [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]), ("share", "0:0:1", [0]),
    ("count", "1:10:4", [1, 5, 9]), ("share", "0:1:0.1", np.arange(11) / 10),
    ("rule", "triplet,pair", ["triplet", "pair"]),
    ("on", "true,false", [True, False]), ("share", (0.25,), [0.25]),
])  # fmt: skip
def test_values(name, text, values):
    found = grid({name: text}, repeat=2).axes[name]
    assert len(found) == len(values)
    if isinstance(values[0], str):
        assert found == values
    else:
        np.testing.assert_allclose(np.array([float(value) for value in found]), values, rtol=1e-12, atol=1e-15)


def test_a_series_holds_the_numbers_that_are_meant():
    """Whoever selects 0.3 from the data set finds it."""
    assert grid({"share": "-1:1:0.05"}).axes["share"] == [round(-1 + number / 20, 2) for number in range(41)]


def test_several_values_at_once_are_one_value_of_a_sweep():
    assert grid({"share": [[1, 2], [3, 4]]}).axes["share"] == [[1, 2], [3, 4]]
    found = grid({"rate": [[1, 2] * Hz, [3, 4] * Hz]}).axes["rate"]
    assert [float(value.sum()) for value in found] == [3, 7]
    with pytest.raises(ParameterError, match="given twice"):
        grid({"rate": [[1, 2] * Hz, [1, 2] * Hz]})


def test_every_combination_comes_once_the_last_axis_fastest():
    found = grid({"count": "1,2", "rule": "pair,triplet"}, {"share": 0.25}, repeat=2, seed=7)
    assert found.shape == (2, 2, 2)
    points = [(values["count"], values["rule"], seed) for values, seed in found.points()]
    assert points[:3] == [(1, "pair", 7), (1, "pair", 8), (1, "triplet", 7)]
    assert len(set(points)) == 8
    assert all(values["share"] == 0.25 for values, _ in found.points())


@pytest.mark.parametrize(("over", "message"), [
    ({"rate": "10:50:10"}, "rate has the unit"), ({"rate": "10:50*Hz"}, "is no series"),
    ({"rate": "1,,2*Hz"}, "empty entry"),
    ({"rate": "10:50:-10*Hz"}, "leads nowhere"), ({"rate": "10:50:0*Hz"}, "leads nowhere"),
    ({"rate": "-5,5*Hz"}, "out of range"),
    ({"rate": [1, 2] * mV}, "unit"), ({"rate": 5 * Hz}, "no list"), ({"rate": []}, "no values"),
    ({"rate": ""}, "no values"),
    ({"count": "1:9:0.5"}, "whole number"), ({"count": "1,1"}, "given twice"), ({"count": "1:100:1"}, "out of range"),
    ({"share": "0:1:1e-9"}, "give a larger step"), ({"rule": "pair,,triplet"}, "empty entry"),
    ({"rule": "pare"}, "pair"),
    ({}, "nothing is varied"), ({"on": "true,perhaps"}, "truth value"),
    ({"share": "0:1:0.004", "rate": "0:400:1*Hz"}, "points are more than"),
])  # fmt: skip
def test_what_cannot_be_swept(over, message):
    with pytest.raises(ParameterError, match=message):
        grid(over)


def test_names_are_checked():
    with pytest.raises(UnknownNameError, match="rate"):
        grid({"rat": "1*Hz"})
    with pytest.raises(UnknownNameError, match="count"):
        grid({"rate": "1*Hz"}, {"cont": 3})
    with pytest.raises(ParameterError, match="leave one of them out"):
        grid({"rate": "1*Hz"}, {"rate": 3 * Hz})
    with pytest.raises(ParameterError, match="repeat"):
        grid({"rate": "1*Hz"}, repeat=0)
    with pytest.raises(ParameterError, match="out of range"):
        grid({"rate": "1*Hz"}, {"count": 0})
    with pytest.raises(ParameterError, match="names no values"):
        grid(["rate"])


def test_units_are_completed_from_behind():
    assert listed("1, 2*ms, 3, 4 s") == ["1 *ms", "2*ms", "3 s", "4 s"]
    assert listed("0.1, 0.2/mV**2") == ["0.1 /mV**2", "0.2/mV**2"]
    assert listed(" ") == []
    assert 20 * ms == Parameter(1 * ms, "a time").parse("here", "t", listed("20,30*ms")[0])
