"""One parameter: units, ranges, choices, reading from text."""

import numpy as np
import pytest
from brian2 import Hz, Quantity, get_dimensions, ms, mV, nA, nS, second

from brainnet.declare import Parameter
from brainnet.errors import ParameterError
from brainnet.values.parameter import quantity_repr

TAU = Parameter(20 * ms, "time constant", above=0 * ms, high=1 * second)
P = Parameter(0.1, "probability", low=0.0, high=1.0)
N = Parameter(3, "how many", low=1, high=50)
CODING = Parameter("poisson", "input", choices=("poisson", "regular"))
FLAG = Parameter(True, "whether")


@pytest.mark.parametrize(
    ("parameter", "given", "wanted"),
    [
        (TAU, 5 * ms, 5 * ms),
        (TAU, Quantity(np.float32(0.5), dim=second.dim), 0.5 * second),
        (P, 1, 1.0),
        (P, np.float64(0.5), 0.5),
        (N, np.int32(50), 50),
        (CODING, "regular", "regular"),
        (FLAG, np.False_, False),
    ],
)
def test_a_value_that_fits(parameter, given, wanted):
    found = parameter.check("lif", "x", given)
    assert found == wanted
    assert type(found) is type(parameter.value)


def test_an_array_keeps_its_shape_and_unit():
    np.testing.assert_array_equal(TAU.check("lif", "tau", [1, 2] * ms), [1, 2] * ms)
    with pytest.raises(ParameterError, match=r"lif: tau = .* is out of range; give more than 0"):
        TAU.check("lif", "tau", [1, 0] * ms)


@pytest.mark.parametrize(
    ("parameter", "given", "message"),
    [
        (TAU, 5, r"lif: x has the unit none, expected s; write e\.g\. x=20\*ms"),
        (TAU, 5 * mV, "has the unit V, expected s"),
        (P, 5 * mV, "has the unit V, expected none"),
        (TAU, 0 * ms, "out of range; give more than 0"),
        (TAU, 2 * second, r"out of range; give at most 1\. s"),
        (TAU, np.nan * ms, "is not finite"),
        (P, np.inf, "is not finite"),
        (P, -0.1, "out of range; give at least 0"),
        (P, "0.5", "'0.5' is not a number"),
        (P, None, "None is not a number"),
        (P, True, "True is not a number"),
        (P, [[1], [1, 2]], "is not a number"),
        (N, 3.0, r"3\.0 is not a whole number; write e\.g\. x=3"),
        (N, True, "True is not a whole number"),
        (N, 0, "give at least 1"),
        (CODING, "regulr", "'regulr' is not one of its values; did you mean 'regular'"),
        (CODING, 1, "1 is not one of its values; known: poisson, regular"),
        (Parameter("a", "text"), 1, "write a text"),
        (FLAG, 1, "1 is not a truth value; write True or False"),
    ],
)
def test_a_value_that_does_not_fit(parameter, given, message):
    with pytest.raises(ParameterError, match=message):
        parameter.check("lif", "x", given)


@pytest.mark.parametrize(
    ("parameter", "text", "wanted"),
    [
        (TAU, "5*ms", 5 * ms),
        (TAU, " 5 ms ", 5 * ms),
        (TAU, "5e-3*second", 5 * ms),
        (P, ".5", 0.5),
        (N, "12", 12),
        (CODING, "regular", "regular"),
        (FLAG, "No", False),
        (FLAG, "1", True),
    ],
)
def test_reading_text(parameter, text, wanted):
    found = parameter.parse("lif", "x", text)
    if isinstance(wanted, str | bool):
        assert found == wanted
    else:  # the unit is multiplied: one rounding more
        assert abs(found - wanted) <= 4.5e-16 * abs(wanted)
    assert type(found) is type(parameter.value)


@pytest.mark.parametrize(
    ("parameter", "text", "message"),
    [
        (TAU, "5", "has the unit none, expected s"),
        (TAU, "5*msec", "unknown unit 'msec'; did you mean 'ms"),
        (TAU, "__import__('os')", "is not a number"),
        (TAU, "5*ms + 1*ms", "is not a number"),
        (P, "nan", "is not a number"),
        (P, "", "is not a number"),
        (P, "2", "give at most 1"),
        (N, "1e3", "'1e3' is not a whole number"),
        (N, "1.5", "is not a whole number"),
        (N, "3*ms", "is not a whole number"),
        (FLAG, "maybe", "write true or false"),
        (CODING, "gaussian", "known: poisson, regular"),
    ],
)
def test_text_that_cannot_be_read(parameter, text, message):
    with pytest.raises(ParameterError, match=message):
        parameter.parse("lif", "x", text)


@pytest.mark.parametrize("value", [20 * ms, 0.1 * ms, 1 / 3 * nA, 1e-7 / 3 * Hz, 0 * mV, 12.5, 0.1, 7])
def test_what_is_written_is_read_back(value):
    parameter = Parameter(value, "x")
    # Units scale by powers of ten: at most two roundings.
    assert abs(parameter.parse("lif", "x", parameter.text()) - value) <= 4.5e-16 * abs(value)


@pytest.mark.parametrize(
    "value", [20 * ms, 0.1 * nS / ms, 1 / 3, 3, True, "a", np.float64(0.1), np.array([1, 2]) / 3 * mV]
)
def test_repr_of_a_quantity_is_exact(value):
    import brian2

    found = eval(quantity_repr(value), vars(brian2))
    assert np.all(found == value)
    assert getattr(found, "dim", None) == getattr(value, "dim", None)


def test_parameters_with_arrays_are_compared():
    one, same, other = (Parameter(x * mV, "x") for x in ([1, 2], [1, 2], [1, 3]))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != 1


def test_whole_numbers_may_have_choices():
    sign = Parameter(1, "a sign", choices=(-1, 1))
    assert sign.check("model", "sign", -1) == -1
    with pytest.raises(ParameterError, match="model: sign = 0 is out of range; give -1 or 1"):
        sign.check("model", "sign", 0)


def test_units_of_several_parts_are_read():
    per_square = Parameter(1.0 / mV**2, "an amplitude")
    assert per_square.parse("rule", "A", "0.1/mV**2") == 0.1 / mV**2
    assert float(per_square.parse("rule", "A", "2e-3 / mV / mV")) == pytest.approx(float(2e-3 / mV**2))
    assert Parameter(1 * nS / mV, "a slope").parse("rule", "g", "3*nS/mV") == 3 * nS / mV
    for bad in ("0.1/mW**2", "0.1/mV**", "0.1/mV**2**2", "0.1/", "0.1/mV; 1", "0.1*mV", "/mV**2"):
        with pytest.raises(ParameterError):
            per_square.parse("rule", "A", bad)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.14 / mV, "140/V"),
        (80 / mV**2, "80000000/V**2"),
        (0 / second, "0*Hz"),
        (2 * second**2, "2*s^2"),
        (0 * mV, "0*V"),
    ],
)
def test_powers_of_a_unit_are_written_as_one_types_them(value, text):
    parameter = Parameter(value, "amount")
    assert parameter.text() == text
    assert parameter.parse("model", "x", text) == value


def test_every_value_of_the_catalogue_is_read_as_it_is_written():
    from brainnet import models

    read = 0
    for name in models:
        for key, parameter in models[name].resolved_parameters().items():
            if not isinstance(parameter.value, str) and np.ndim(parameter.value) == 0:
                again = parameter.parse(name, key, parameter.text())
                assert get_dimensions(again) == get_dimensions(parameter.value)
                assert float(again) == pytest.approx(float(parameter.value), rel=1e-15, abs=0)
                read += 1
    assert read > 100
