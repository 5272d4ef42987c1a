"""Measures on firing rates."""

from __future__ import annotations

import numpy as np

__all__ = ["correlation"]


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson correlation of two arrays of the same shape; NaN where one of them is constant."""
    a, b = np.ravel(a).astype(float), np.ravel(b).astype(float)
    # Compared before the means are taken away: a mean is rounded, and a constant minus it is noise.
    if a.size == 0 or a.min() == a.max() or b.min() == b.max():
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    return float(np.clip(a @ b / np.sqrt((a @ a) * (b @ b)), -1.0, 1.0))
