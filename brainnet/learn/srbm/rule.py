"""The mathematics of the machine, with weights in units of 1/beta: what its spikes sample from.

A state of the machine is one matrix. Its rows are pixels, label neurons and bias neurons, its columns hidden neurons
and bias neurons: the last rows hold the biases of hidden neurons, the last columns those of visible ones, each as the
sum over the bias neurons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

__all__ = ["Machine", "first_weights"]

# Numbers that are held at a time while free energies are computed.
_CHUNK = 1 << 22


def first_weights(n_visible: int, hidden: int, bias: int, w_0: float, b_0: float, seed: int) -> NDArray[np.float64]:
    """Draw weights before learning, shape (n_visible + bias, hidden + bias): visible neurons without bias."""
    weights = np.zeros((n_visible + bias, hidden + bias))
    weights[:n_visible, :hidden] = np.random.default_rng(seed).normal(0, w_0, (n_visible, hidden))
    weights[n_visible:, :hidden] = b_0 / bias
    return weights


@dataclass(frozen=True, eq=False)
class Machine:
    """A restricted Boltzmann machine whose energy is E(v, h) = -b_v v - b_h h - v W h.

    Parameters
    ----------
    W : array, shape (n_visible, n_hidden)
    b_v, b_h : array
    n_classes : int
        As many groups of equal size are the last visible neurons.
    n_labels : int
        Neurons of all groups.
    """

    W: NDArray[np.float64]
    b_v: NDArray[np.float64]
    b_h: NDArray[np.float64]
    n_classes: int
    n_labels: int

    @classmethod
    def of(cls, weights: NDArray[np.float64], bias: int, n_classes: int, n_labels: int) -> Machine:
        """Take the matrix of a state apart."""
        return cls(
            weights[:-bias, :-bias], weights[:-bias, -bias:].sum(axis=1), weights[-bias:, :-bias].sum(axis=0),
            n_classes, n_labels,
        )  # fmt: skip

    def hidden(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability that each hidden neuron is on, with pixels given and labels off."""
        n = self.W.shape[0] - self.n_labels
        return np.asarray(expit(pixels @ self.W[:n] + self.b_h))

    def free_energies(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the free energy of each image with the label of each class, shape (n_images, n_classes).

        F(v) = -b_v v - sum_j log(1 + exp(b_h + v W)_j). The label of a class has its biases too, in each class: in the
        released program of Neftci et al. 2014 only class 0 has them, which offsets it from all others.
        """
        n = self.W.shape[0] - self.n_labels
        label_w = self.W[n:].reshape(self.n_classes, -1, self.W.shape[1]).sum(axis=1)
        label_b = self.b_v[n:].reshape(self.n_classes, -1).sum(axis=1)
        found = np.empty((len(pixels), self.n_classes))
        size = max(1, _CHUNK // label_w.size)
        for start in range(0, len(pixels), size):
            part = pixels[start : start + size]
            z = (part @ self.W[:n] + self.b_h)[:, None, :] + label_w
            found[start : start + size] = -np.logaddexp(0, z).sum(axis=2) - (part @ self.b_v[:n])[:, None] - label_b
        return found
