"""Handwritten digits of 8 x 8 pixels, bundled with scikit-learn (Alpaydin & Kaynak 1998, doi:10.24432/C50P49)."""

from __future__ import annotations

import numbers

import numpy as np

from brainnet.data.dataset import Dataset
from brainnet.errors import ParameterError
from brainnet.seeds import check_seed

__all__ = ["load_digits"]


def load_digits(test_fraction: float = 0.25, seed: int = 0) -> Dataset:
    """Load the 1797 digits, split with the same share of every class in both parts.

    Parameters
    ----------
    test_fraction : float
        Share of the samples in the test part, inside (0, 1); each part must be able to hold all ten classes.
    seed : int
        Seed of the split, 0 to 2**32 - 1.

    Returns
    -------
    Dataset
        x of shape (n, 8, 8): pixels / 16; y in 0..9.

    Raises
    ------
    ParameterError
        If the fraction or the seed is out of range.
    """
    seed = check_seed("digits", seed)
    if not isinstance(test_fraction, numbers.Real) or not 0 < test_fraction < 1:
        raise ParameterError(f"test_fraction is {test_fraction!r}; give a number between 0 and 1")
    from sklearn import datasets  # here, since it takes a second to import
    from sklearn.model_selection import train_test_split

    bundled = datasets.load_digits()
    x = bundled.images.astype(np.float32) / np.float32(16)
    try:
        x_train, x_test, y_train, y_test = train_test_split(
            x, bundled.target, test_size=float(test_fraction), random_state=seed, stratify=bundled.target
        )
    except ValueError as error:
        raise ParameterError(
            f"test_fraction is {test_fraction!r}, too little or too much of {len(x)} samples; "
            "give a number such as 0.25"
        ) from error
    return Dataset("digits", x_train, y_train, x_test, y_test, "scikit-learn, load_digits")
