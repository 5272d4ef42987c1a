"""The estimators of spike patterns have one vocabulary, and their defaults stand in one place."""

import inspect
from importlib import import_module

import pytest

from brainnet.learn import ReSuMe, SpikeProp, Tempotron


@pytest.mark.parametrize("estimator", [ReSuMe, SpikeProp, Tempotron])
def test_one_vocabulary(estimator):
    """What is declared is what the constructor has, with the same defaults; words are the same in all estimators."""
    declared = import_module(estimator.__module__).PARAMETERS
    arguments = inspect.signature(estimator).parameters
    assert set(declared) <= set(arguments)
    for name, parameter in declared.items():
        assert arguments[name].default is parameter.value or arguments[name].default is None, name
    assert {"max_epochs", "random_state", "checkpoint", "progress"} <= set(arguments)
    assert list(inspect.signature(estimator.fit).parameters) == ["self", "X", "y"]
    assert list(inspect.signature(estimator.predict).parameters) == ["self", "X"]
    assert next(iter(inspect.signature(estimator.network).parameters.values())).name == "self"
    assert list(inspect.signature(estimator.network).parameters)[1] == "X"
    assert "n_epochs_ : int" in estimator.__doc__
