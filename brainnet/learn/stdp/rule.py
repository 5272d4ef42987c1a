"""What neurons stand for, and what their spikes say: labels are assigned after learning, from observed answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NONE", "Observed", "assign", "by_class", "confusion_of", "decide", "decide_weighted"]

# The assignment of a neuron that answered to nothing.
NONE = -1


def by_class(counts: NDArray[np.int32], labels: NDArray[np.int64], n_classes: int) -> NDArray[np.float64]:
    """Return the spikes of each neuron by class of the image: shape (n_classes, neurons)."""
    found = np.zeros((n_classes, counts.shape[1]))
    for label in range(n_classes):
        found[label] = counts[labels == label].sum(axis=0)
    return found


def assign(spikes: NDArray[np.float64], images: NDArray[Any]) -> NDArray[np.int64]:
    """Return the class that each neuron answers to most, in spikes per image; `NONE` for silent neurons.

    Parameters
    ----------
    spikes : array, shape (n_classes, neurons)
        As of `by_class`.
    images : array, shape (n_classes,)
        Images of each class.

    Examples
    --------
    >>> assign(np.array([[4.0, 0.0, 0.0], [6.0, 1.0, 0.0]]), np.array([1.0, 2.0]))
    array([ 0,  1, -1])
    """
    rates = _rates(spikes, images)
    return np.where(rates.max(axis=0) > 0, rates.argmax(axis=0), NONE)


def decide(counts: NDArray[np.int32], assignments: NDArray[np.int64], n_classes: int, otherwise: int = 0) -> NDArray:
    """Return the class whose neurons answer most, in spikes per neuron; `otherwise` where all of them are silent.

    Examples
    --------
    >>> decide(np.array([[2, 0, 3], [1, 1, 1], [0, 0, 0]]), np.array([0, 0, 1]), 2, otherwise=1)
    array([1, 0, 1])
    """
    members = (assignments == np.arange(n_classes)[:, None]).astype(float)
    scores = counts @ (members / np.maximum(members.sum(axis=1, keepdims=True), 1)).T
    return np.where(scores.max(axis=1) > 0, scores.argmax(axis=1), otherwise)


def decide_weighted(
    counts: NDArray[np.int32], spikes: NDArray[np.float64], images: NDArray[Any], otherwise: int = 0
) -> NDArray:
    """Return the class that most spikes speak for, where a neuron speaks for each class by its share of the rates.

    A neuron that answers to threes and to eights speaks for both: nothing is lost by rounding it to one of them.
    This vote is not Diehl & Cook's, and is right somewhat more often.

    Parameters
    ----------
    spikes, images
        As of `assign`.

    Examples
    --------
    >>> decide_weighted(np.array([[1, 1]]), np.array([[2.0, 1.0], [1.0, 9.0]]), np.array([1.0, 1.0]))
    array([1])
    """
    rates = _rates(spikes, images)
    scores = counts @ (rates / np.where(rates.sum(axis=0) > 0, rates.sum(axis=0), 1)).T
    return np.where(scores.max(axis=1) > 0, scores.argmax(axis=1), otherwise)


def _rates(spikes: NDArray[np.float64], images: NDArray[Any]) -> NDArray[np.float64]:
    """Return spikes per image, by class and neuron."""
    return spikes / np.maximum(images, 1)[:, None]


@dataclass(frozen=True, eq=False)
class Observed:
    """What neurons answered to images of known classes: by this they are labelled, and their spikes decide.

    Parameters
    ----------
    spikes : array, shape (n_classes, neurons)
        Of each neuron, by class of the image.
    images : array, shape (n_classes,)
        Images of each class.

    Examples
    --------
    >>> seen = Observed.of(np.array([[2, 0], [0, 3], [1, 1]]), np.array([0, 1, 1]), 2)
    >>> seen.assignments, seen.decide(np.array([[4, 1], [0, 0]]))
    (array([0, 1]), array([0, 1]))
    """

    spikes: NDArray[np.float64]
    images: NDArray[Any]

    @classmethod
    def of(cls, counts: NDArray[np.int32], labels: NDArray[np.int64], n_classes: int) -> Observed:
        """Observe spikes (n_images, neurons) for images with labels (n_images,)."""
        return cls(by_class(counts, labels, n_classes), np.bincount(labels, minlength=n_classes))

    def __add__(self, other: Observed) -> Observed:
        return Observed(self.spikes + other.spikes, self.images + other.images)

    @cached_property
    def assignments(self) -> NDArray[np.int64]:
        """The class of each neuron, or `NONE`."""
        return assign(self.spikes, self.images)

    def decide(self, counts: NDArray[np.int32]) -> NDArray:
        """Return the decision for spikes (n_images, neurons); the most common class where none has a label."""
        return decide(counts, self.assignments, len(self.images), int(self.images.argmax()))

    def decide_weighted(self, counts: NDArray[np.int32]) -> NDArray:
        """Return the decision by shares of rates."""
        return decide_weighted(counts, self.spikes, self.images, int(self.images.argmax()))


def confusion_of(labels: NDArray[np.int64], decisions: NDArray, n_classes: int) -> NDArray[np.int64]:
    """Return how many images of each class (rows) are taken for each class (columns)."""
    found = np.zeros((n_classes, n_classes), int)
    np.add.at(found, (labels, decisions), 1)
    return found
