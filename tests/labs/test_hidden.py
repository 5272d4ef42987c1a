"""Hidden values, and the errors of what is asked for wrongly."""

import numpy as np
import pytest

from brainnet.errors import ParameterError
from brainnet.labs import Hidden


def hidden(student="Ada", **changes):
    return Hidden(**{"lab": "a.b", "student": student, "low": 10, "high": 30, "tolerance": 0.05, **changes})


def test_everybody_has_a_value_of_their_own_and_keeps_it():
    values = [hidden(f"student {k}").value for k in range(200)]
    assert len(set(values)) == 200
    assert min(values) < 11
    assert max(values) > 29
    assert hidden("  ada ").value == hidden("Ada").value != hidden("Ada", lab="a.c").value


@pytest.mark.parametrize("answer", [None, True, "20", np.nan, np.inf])
def test_what_is_no_number_is_not_right(answer):
    assert not hidden().check(answer)


def test_the_tolerance_is_relative_or_absolute():
    value = hidden().value
    assert hidden().check(1.049 * value)
    assert not hidden().check(1.051 * value)
    assert hidden(absolute=True, tolerance=0.5).check(np.float64(value + 0.49))
    assert not hidden(absolute=True, tolerance=0.5).check(value + 0.51)
    assert hidden().verdict(None).startswith("**No answer yet")


@pytest.mark.parametrize("changes", [{"high": 10}, {"tolerance": 0}, {"tolerance": 0.5}, {"tolerance": np.nan}])
def test_an_exercise_that_any_guess_solves_is_refused(changes):
    with pytest.raises(ParameterError, match="give a"):
        hidden(**changes)
