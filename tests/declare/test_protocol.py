"""Protocols: what a declaration refuses, binding of values, the call."""

import pytest
import xarray as xr
from brian2 import ms

from brainnet.declare import Parameter, Protocol, Result, protocol
from brainnet.errors import ParameterError, UnknownNameError
from brainnet.results.summary import summarise

PARAMETERS = {
    "tau": Parameter(20 * ms, "time constant", above=0 * ms),
    "n": Parameter(10, "how many", low=1, high=50, quick=2),
    "coding": Parameter("poisson", "input", choices=("poisson", "regular")),
}


@protocol(parameters=PARAMETERS, results={"count": Result("n")}, source="here")
def experiment(tau, n, coding, seed):
    """First line.

    More.
    """
    return xr.Dataset({"count": n, "seed": seed, "coding": coding, "tau": float(tau)})


def test_a_declared_function():
    assert (experiment.name, experiment.summary, experiment.takes_data) == ("experiment", "First line.", False)
    found = experiment(seed=3, n="7", tau="5*ms")
    assert (int(found["count"]), int(found.seed), str(found.coding.values), float(found.tau)) == (7, 3, "poisson", 5e-3)


def test_defaults_and_quick_size():
    assert experiment.bind() == {"tau": 20 * ms, "n": 10, "coding": "poisson"}
    assert experiment.bind(quick=True)["n"] == 2
    assert experiment.bind({"n": 3}, quick=True)["n"] == 3


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"tua": 1 * ms}, UnknownNameError, "protocol experiment has no parameter 'tua'; did you mean 'tau'"),
        ({"tau": "5"}, ParameterError, "experiment: tau has the unit none, expected s"),
        ({"n": 51}, ParameterError, "out of range; give at most 50"),
        ({"coding": "regulr"}, ParameterError, "did you mean 'regular'"),
        ({"seed": -1}, ParameterError, "seed = -1 is out of range"),
        ({"data": "x"}, ParameterError, "reads no data set"),
    ],
)
def test_values_that_do_not_fit(given, error, message):
    with pytest.raises(error, match=message):
        experiment(**given)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda tau, n, seed: None, "differ in coding; declare both alike"),
        (lambda tau, n, coding, more, seed: None, "differ in more"),
        (lambda tau, n, coding: None, "differ in seed"),
    ],
)
def test_arguments_that_are_not_declared(function, message):
    with pytest.raises(ParameterError, match=message):
        Protocol("experiment", function, PARAMETERS, {})


def test_named_and_collected_arguments():
    assert Protocol("p", lambda seed, **settings: None, PARAMETERS, {}).bind()["n"] == 10
    assert Protocol("p", lambda tau, n, coding, seed, data: None, PARAMETERS, {}).takes_data


def test_sizes_out_of_range():
    with pytest.raises(ParameterError, match="p: n = 99 is out of range"):
        Protocol("p", lambda n, seed: None, {"n": Parameter(3, "x", high=9, quick=99)}, {})


def test_a_result_that_is_missing():
    bad = Protocol("p", lambda seed: xr.Dataset(), {}, {"accuracy": Result("accuracy")})
    with pytest.raises(RuntimeError, match=r"did not return its results \['accuracy'\]"):
        bad()


def test_a_result_that_may_be_missing():
    good = Protocol("p", lambda seed: xr.Dataset(), {}, {"crossing": Result("where they cross", optional=True)})
    written = summarise(good, {}, good(), seed=0, target="numpy", wall_seconds=0.0)
    assert written["results"] == {}


def test_a_reference_that_depends_on_the_parameters():
    result = Result("n", reference=lambda chosen: 3.0 if chosen["n"] == 3 else None, tolerance=0.1, source="table 1")
    declared = Protocol("p", lambda n, seed: None, {"n": Parameter(3, "how many")}, {"n": result})
    written = [
        summarise(declared, {"n": n}, xr.Dataset({"n": n}), seed=0, target="numpy", wall_seconds=0.0)["results"]["n"]
        for n in (3, 4)
    ]
    assert [(w["reference"], w["tolerance"], w["source"]) for w in written] == [(3.0, 0.1, "table 1"), (None, None, "")]
