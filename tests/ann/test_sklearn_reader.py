from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from brainnet.ann import from_sklearn, read
from brainnet.errors import ModelFileError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 6))
CLASSES = np.argmax(X[:, :3], axis=1)


def fit(kind, y, **more):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it need not converge here
        return kind(**{"hidden_layer_sizes": (7, 5), "max_iter": 15, "random_state": 0, **more}).fit(X, y)


@pytest.mark.parametrize("hidden", [(7, 5), (4,), ()])
def test_classifier(hidden):
    estimator = fit(MLPClassifier, CLASSES, hidden_layer_sizes=hidden)
    graph = read(estimator)
    assert graph.classes is None
    assert graph.input_shape == (6,)
    assert len(graph.layers) == len(hidden) + 1
    np.testing.assert_array_equal(graph.predict(X), estimator.predict(X))
    logits = graph.activations(X)[-1]
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    np.testing.assert_allclose(odds / odds.sum(axis=1, keepdims=True), estimator.predict_proba(X), atol=1e-10)


def test_binary_classifier_is_exact():
    estimator = fit(MLPClassifier, np.where(X[:, 0] > 0, "yes", "no"))
    graph = from_sklearn(estimator)
    assert graph.classes == ("no", "yes")
    assert all(type(name) is str for name in graph.classes)
    assert np.array(graph.classes)[graph.predict(X)].tolist() == estimator.predict(X).tolist()
    odds = np.exp(graph.activations(X)[-1])
    np.testing.assert_allclose(odds / odds.sum(axis=1, keepdims=True), estimator.predict_proba(X), atol=1e-10)
    assert graph.accuracy(X, graph.predict(X)) == 1


def test_classes_are_kept_by_position():
    estimator = fit(MLPClassifier, CLASSES * 2 + 1)
    graph = from_sklearn(estimator)
    assert graph.classes == (1, 3, 5)
    np.testing.assert_array_equal(np.array(graph.classes)[graph.predict(X)], estimator.predict(X))


@pytest.mark.parametrize("y", [X[:, 0], X[:, :2]])
def test_regressor(y):
    estimator = fit(MLPRegressor, y)
    got = read(estimator).activations(X)[-1]
    np.testing.assert_allclose(got.reshape(estimator.predict(X).shape), estimator.predict(X), atol=1e-10)


def test_identity_without_hidden_layer():
    estimator = fit(MLPRegressor, X[:, 0], hidden_layer_sizes=(), activation="identity")
    np.testing.assert_allclose(read(estimator).activations(X)[-1][:, 0], estimator.predict(X), atol=1e-10)


def test_what_is_not_understood_is_refused():
    multi = np.stack([X[:, 0] > 0, X[:, 1] > 0], axis=1).astype(int)
    strange = fit(MLPRegressor, X[:, 0])
    strange.out_activation_ = "exp"
    for estimator, match in [
        (fit(MLPClassifier, CLASSES, activation="tanh"), "activation 'tanh'; train it with activation='relu'"),
        (fit(MLPClassifier, CLASSES, activation="identity"), "activation 'identity'"),
        (MLPClassifier(), "not fitted; call fit"),
        (fit(MLPClassifier, multi), "multi-label MLPClassifier"),
        (LogisticRegression(), "LogisticRegression is not understood"),
        (strange, "output activation 'exp'"),
    ]:
        with pytest.raises(ModelFileError, match=match):
            read(estimator)
