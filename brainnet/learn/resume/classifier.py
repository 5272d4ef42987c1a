"""ReSuMe as a classifier: the neuron of a pattern's class learns to fire a train, the others to be silent."""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Network, Quantity, ms
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from brainnet.coding.patterns import SpikePatterns
from brainnet.errors import DataError
from brainnet.learn.estimator import check_fitted, check_labels, check_patterns
from brainnet.learn.resume.estimator import ReSuMe

__all__ = ["ReSuMeClassifier"]


class ReSuMeClassifier(ClassifierMixin, BaseEstimator):
    """One neuron per class. The neuron that fires most decides; of equal ones the one that fires first.

    Parameters
    ----------
    resume : ReSuMe, optional
        How the neurons learn.
    target : Quantity of shape (spikes,)
        What the neuron of the class is to fire.

    Attributes
    ----------
    classes_ : array (classes,)
    resume_ : ReSuMe
        Fitted.

    References
    ----------
    Ponulak & Kasinski 2010, Neural Comput. 22:467, sec. 4 (classification).
    """

    def __init__(self, *, resume: ReSuMe | None = None, target: Quantity = [60] * ms) -> None:
        self.resume = resume
        self.target = target

    def fit(self, X: SpikePatterns, y: Any) -> ReSuMeClassifier:
        """Learn the targets of all patterns.

        Raises
        ------
        DataError, ParameterError
            As `ReSuMe.fit`; labels that do not fit.
        """
        classes, positions = check_labels(check_patterns(X), y)
        if np.size(self.target) == 0:
            raise DataError("target is empty; give at least one spike, such as [60]*ms")
        targets = [[self.target if k == position else [] * ms for k in range(len(classes))] for position in positions]
        self.resume_ = (ReSuMe() if self.resume is None else clone(self.resume)).fit(X, targets)
        self.classes_, self.n_features_in_ = classes, X.n
        return self

    def predict(self, X: SpikePatterns) -> NDArray[Any]:
        """Return the class of each pattern."""
        winners = [self._winner(fired) for fired in self._fired(X)]
        return np.asarray(self.classes_[winners])

    def count_spikes(self, X: SpikePatterns) -> NDArray[np.float64]:
        """Return the spikes of all neurons for each pattern, (n,)."""
        return np.array([sum(len(train) for train in fired) for fired in self._fired(X)], dtype=float)

    def network(self, X: SpikePatterns) -> Network:
        """Make one trial of the trained neurons as Brian2 equations, on the current target.

        Parameters
        ----------
        X : SpikePatterns
            Of one pattern, such as ``patterns[[0]]``.

        Returns
        -------
        brian2.Network
            As of `ReSuMe.network`; output k stands for ``classes_[k]``.

        Raises
        ------
        DataError
            More than one pattern, or of another number of inputs.
        """
        check_fitted(self)
        return self.resume_.network(X)

    def _fired(self, X: SpikePatterns) -> list[list[Quantity]]:
        check_fitted(self)
        return self.resume_.predict(X)

    @staticmethod
    def _winner(fired: list[Quantity]) -> int:
        first = [float(train[0]) if len(train) else np.inf for train in fired]
        return int(np.lexsort((first, [-len(train) for train in fired]))[0])
