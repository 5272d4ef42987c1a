"""The work that all peers do: weights, input spikes, and the spikes that must come out, in NumPy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from brainnet.random import uniform_words

__all__ = ["START", "STEPS", "Work", "make_work", "reference"]

STEPS, SIZES, SEED = 100, (784, 800, 10), 9
# Weights are whole multiples of SCALE and potentials start half of it off: no sum is rounded in float32 whatever its
# order, and none ever equals the threshold, so all peers must agree on every spike, in int8 as well.
SCALE = 2.0**-8
START = SCALE / 2


@dataclass(frozen=True)
class Work:
    """Weights as int8 (worth SCALE each), probabilities of input spikes, and how many images."""

    first: np.ndarray
    second: np.ndarray
    samples: np.ndarray

    @property
    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """Weights of both layers in float32."""
        return (self.first * SCALE).astype(np.float32), (self.second * SCALE).astype(np.float32)

    def currents(self) -> np.ndarray:
        """Input current of the hidden layer, float32 (images, 800): whole multiples of SCALE as well."""
        return (np.round(self.samples.astype(np.float64) @ self.first) * SCALE).astype(np.float32)

    def spikes(self) -> np.ndarray:
        """Input spikes, bool (images, STEPS, 784): those that brainnet's BernoulliInput draws in its program."""
        limits = self.samples.astype(np.float64) * 2.0**32
        return np.array(
            [
                [uniform_words(SEED, 0, image * STEPS + t, SIZES[0]) < row for t in range(STEPS)]
                for image, row in enumerate(limits)
            ]
        )


def make_work(images: int) -> Work:
    """Return weights and images: smooth patches on an empty ground, 9.5 % input spikes per step on average."""
    rng = np.random.default_rng(0)
    first, second = (
        np.clip(np.round(rng.normal(0, std, shape) / SCALE), -127, 127).astype(np.int8)
        for std, shape in ((0.045, SIZES[:2]), (0.1, SIZES[1:]))
    )
    fields = gaussian_filter(rng.normal(size=(images, 28, 28)), (0, 2, 2), mode="wrap").reshape(images, -1)
    raised = np.maximum(fields - np.quantile(fields, 0.75, axis=1, keepdims=True), 0)
    samples = np.minimum(raised * 0.095 / raised.mean(axis=1, keepdims=True), 1)
    return Work(first, second, samples.astype(np.float32))


def reference(work: Work, hard_reset: bool = False, constant: bool = False) -> np.ndarray:
    """Spikes of hidden and output layer, shape (images, 2), in exact arithmetic."""
    spikes = None if constant else work.spikes().astype(np.float64)
    currents = work.currents().astype(np.float64)
    counts = np.zeros((len(currents), 2), np.int64)
    states = [np.full((len(currents), n), START) for n in SIZES[1:]]
    for t in range(STEPS):
        passed = None if spikes is None else spikes[:, t]
        for layer, (matrix, v) in enumerate(zip((work.first, work.second), states, strict=True)):
            v += currents if passed is None else passed @ (matrix * SCALE)
            fired = v >= 1
            v[fired] = START if hard_reset else v[fired] - 1
            counts[:, layer] += fired.sum(axis=1)
            passed = fired.astype(np.float64)
    return counts
