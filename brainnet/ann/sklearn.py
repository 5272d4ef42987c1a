"""Reader of scikit-learn's multi-layer perceptrons."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.ann.graph import LayerGraph
from brainnet.ann.layers import Dense
from brainnet.errors import ModelFileError

__all__ = ["from_sklearn"]


def from_sklearn(estimator: Any) -> LayerGraph:
    """Read a fitted ``MLPClassifier`` or ``MLPRegressor``.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Fitted, with ``activation="relu"``, or ``"identity"`` without hidden layers.

    Returns
    -------
    LayerGraph
        Layers ``dense_0``, ``dense_1``... A binary classifier has one logistic output z in scikit-learn; it becomes
        the two logits (-z/2, +z/2), whose softmax is exactly (1 - logistic(z), logistic(z)). Where ``classes_`` is
        not 0, 1, 2..., it is kept as ``classes``, and predictions are positions in it.

    Raises
    ------
    ModelFileError
        If the estimator is of another kind, not fitted, or holds something that is not understood.
    """
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    kind = type(estimator).__name__
    if not isinstance(estimator, MLPClassifier | MLPRegressor):
        raise ModelFileError(f"scikit-learn's {kind} is not understood; give a fitted MLPClassifier or MLPRegressor")
    if not hasattr(estimator, "coefs_"):
        raise ModelFileError(f"this {kind} is not fitted; call fit(x, y) first")
    n_layers = len(estimator.coefs_)
    if estimator.activation != "relu" and (estimator.activation != "identity" or n_layers > 1):
        raise ModelFileError(f"this {kind} has activation {estimator.activation!r}; train it with activation='relu'")
    weights, biases = list(estimator.coefs_), list(estimator.intercepts_)
    output, classes = estimator.out_activation_, None
    if isinstance(estimator, MLPClassifier):
        if output == "logistic":
            weights[-1], biases[-1] = _two_logits(weights[-1], biases[-1], estimator.classes_)
            output = "softmax"
        if not np.array_equal(estimator.classes_, np.arange(len(estimator.classes_))):
            classes = tuple(np.asarray(estimator.classes_).tolist())
    if output not in ("identity", "softmax"):
        raise ModelFileError(f"this {kind} has output activation {output!r}; train it with the default loss")
    activations = ["relu"] * (n_layers - 1) + [output]
    layers = [
        Dense(f"dense_{i}", w, b, a) for i, (w, b, a) in enumerate(zip(weights, biases, activations, strict=True))
    ]
    return LayerGraph(tuple(layers), (int(layers[0].n_in),), kind, f"scikit-learn {kind}", classes)


def _two_logits(weights: Any, bias: Any, classes: Any) -> tuple[Any, Any]:
    """Turn one logistic output, (n_in, 1), into two logits, (n_in, 2)."""
    if weights.shape[1] > 1:
        raise ModelFileError(
            "a multi-label MLPClassifier gives several classes a sample; train one with one class each"
        )
    if len(classes) != 2:
        raise ModelFileError(f"this MLPClassifier knows {len(classes)} class; fit it on two or more")
    half = np.array([-0.5, 0.5])
    return weights * half, bias * half
