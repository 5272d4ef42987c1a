"""Measures on firing rates."""

from __future__ import annotations

import numpy as np

__all__ = ["RunningCorrelation", "correlation"]


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson correlation of two arrays of the same shape; NaN where one of them is constant."""
    running = RunningCorrelation()
    running.add(a, b)
    return running.value


class RunningCorrelation:
    """Pearson correlation of values that come in parts.

    Notes
    -----
    Means and products are merged as in Chan, Golub & LeVeque 1983, Am. Stat. 37:242, eq. 2.1, without the
    cancellation of sums of squares.
    """

    def __init__(self) -> None:
        self.n = 0
        self._means = np.zeros(2)
        self._products = np.zeros((2, 2))
        self._range = np.array([[np.inf, -np.inf]] * 2)

    def add(self, a: np.ndarray, b: np.ndarray) -> None:
        """Take in two arrays of the same shape."""
        values = np.stack([np.ravel(a), np.ravel(b)]).astype(float)
        n = values.shape[1]
        if not n:
            return
        # Compared as they are: a mean is rounded, and a constant minus it is noise.
        self._range[:, 0] = np.minimum(self._range[:, 0], values.min(axis=1))
        self._range[:, 1] = np.maximum(self._range[:, 1], values.max(axis=1))
        means = values.mean(axis=1)
        values -= means[:, None]
        apart = (means - self._means) * np.sqrt(self.n * n) / (self.n + n)
        self._products += values @ values.T + np.outer(apart, apart) * (self.n + n)
        self._means += (means - self._means) * (n / (self.n + n))
        self.n += n

    @property
    def value(self) -> float:
        """The correlation; NaN where one side is constant, or there is nothing."""
        if self.n == 0 or (self._range[:, 0] == self._range[:, 1]).any():
            return float("nan")
        (aa, ab), (_, bb) = self._products
        return float(np.clip(ab / np.sqrt(aa * bb), -1.0, 1.0))
