"""The estimators have one vocabulary, and their defaults stand in one place.

Passes through the data are ``max_epochs`` where a training ends before when nothing is left to learn, with the number
that it took in ``n_epochs_``, and ``epochs`` where it takes them all. ``network`` gives the trained network as Brian2
equations: a `brian2.Network` that is shown X, and that the user runs; only `SurrogateClassifier`, whose network is one
that was converted, gives a `SpikingNetwork`, whose ``run`` takes X as ``predict`` does.
"""

import inspect
from importlib import import_module

import pytest

from brainnet.learn import (
    ReSuMe,
    ReSuMeClassifier,
    SpikeProp,
    SpikingRBM,
    SpikingRecipe,
    StdpClassifier,
    SurrogateClassifier,
    Tempotron,
)

STOP_EARLY = [ReSuMe, SpikeProp, Tempotron]
DECLARED = [*STOP_EARLY, SpikingRBM, StdpClassifier]
ALL = [*DECLARED, ReSuMeClassifier, SurrogateClassifier]


def arguments(function):
    return inspect.signature(function).parameters


@pytest.mark.parametrize("estimator", DECLARED)
def test_defaults_are_those_declared(estimator):
    """What is declared is what the constructor has, with the same defaults."""
    declared = import_module(estimator.__module__).PARAMETERS
    assert set(declared) <= set(arguments(estimator))
    for name, parameter in declared.items():
        assert arguments(estimator)[name].default is parameter.value or arguments(estimator)[name].default is None, name
    assert {"random_state", "checkpoint", "progress"} <= set(arguments(estimator))


@pytest.mark.parametrize("estimator", DECLARED)
def test_passes_have_one_name(estimator):
    early = estimator in STOP_EARLY
    assert ("max_epochs" in arguments(estimator)) is early
    assert ("n_epochs_ : int" in estimator.__doc__) is early
    assert ("epochs" in arguments(estimator)) is not early


def test_a_recipe_takes_all_its_epochs():
    assert "epochs" in arguments(SpikingRecipe)


@pytest.mark.parametrize("estimator", ALL)
def test_methods_have_one_signature(estimator):
    assert list(arguments(estimator.fit)) == ["self", "X", "y"]
    assert list(arguments(estimator.predict)) == ["self", "X"]
    given = inspect.signature(estimator.network).return_annotation
    if estimator is SurrogateClassifier:
        assert given == "SpikingNetwork"
    else:
        assert given == "Network"
        assert list(arguments(estimator.network))[:2] == ["self", "X"]
    optional = list(arguments(estimator.network).values())[1 if estimator is SurrogateClassifier else 2 :]
    assert all(each.default is not inspect.Parameter.empty or each.kind is each.VAR_KEYWORD for each in optional)
