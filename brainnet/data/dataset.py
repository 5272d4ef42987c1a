"""What every data set looks like to the rest of the toolkit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError
from brainnet.seeds import check_seed

__all__ = ["Dataset"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled samples, split into a training and a test part.

    Parameters
    ----------
    name : str
        Short name, such as ``"digits"``.
    x_train, x_test : array of shape (n, \\*sample_shape)
        Real values, kept as float32. Samples with two or more axes are images and lie in [0, 1], if
        `bounded`.
    y_train, y_test : array of shape (n,)
        Class labels, integers >= 0, kept as int64.
    source : str
        Where the values come from: a file, an address or a citation.
    bounded : bool
        False: images may hold any real values.

    Raises
    ------
    DataError
        If the parts do not fit together, or hold values that are no samples or labels.

    Examples
    --------
    >>> import numpy as np
    >>> Dataset("tiny", np.eye(2), np.array([0, 1]), np.eye(2), np.array([0, 1]), "by hand").sample_shape
    (2,)
    """

    name: str
    x_train: NDArray[np.float32]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.float32]
    y_test: NDArray[np.int64]
    source: str
    bounded: bool = True

    def __post_init__(self) -> None:
        """Check the parts and bring them to their types."""
        for part in ("train", "test"):
            x = _samples(getattr(self, f"x_{part}"), f"{self.name}: x_{part}", self.bounded)
            y = _labels(getattr(self, f"y_{part}"), f"{self.name}: y_{part}")
            if len(x) != len(y):
                raise DataError(
                    f"{self.name}: x_{part} has {len(x)} samples and y_{part} has {len(y)} labels; "
                    "give one label per sample"
                )
            object.__setattr__(self, f"x_{part}", x)
            object.__setattr__(self, f"y_{part}", y)
        if self.x_train.shape[1:] != self.x_test.shape[1:]:
            raise DataError(
                f"{self.name}: samples have shape {self.x_train.shape[1:]} in x_train and {self.x_test.shape[1:]} "
                "in x_test; give both the same shape"
            )

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """Shape of one sample."""
        return tuple(self.x_train.shape[1:])

    @property
    def n_classes(self) -> int:
        """Number of classes: the largest label of either part, plus one."""
        return int(max(self.y_train.max(), self.y_test.max())) + 1

    def first(self, train_images: int, images: int) -> Dataset:
        """Return the data set of so many training and so many test samples, each from the first on.

        Raises
        ------
        DataError
            There are fewer.

        Examples
        --------
        >>> few = Dataset("tiny", np.eye(3), np.arange(3), np.eye(3), np.arange(3), "by hand").first(2, 1)
        >>> few.y_train, few.y_test
        (array([0, 1]), array([0]))
        """
        x_test, y_test = self.first_tests(images)
        self._check_count("train_images", train_images, len(self.x_train))
        x_train, y_train = self.x_train[:train_images], self.y_train[:train_images]
        return replace(self, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)

    def first_tests(self, images: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return so many test samples, from the first on, and their labels.

        Raises
        ------
        DataError
            There are fewer.
        """
        self._check_count("images", images, len(self.x_test))
        return self.x_test[:images], self.y_test[:images]

    def calibration(self, calibration_images: int, seed: int) -> NDArray[np.float32]:
        """Draw so many training samples, none of them twice.

        Raises
        ------
        DataError
            There are fewer.
        """
        self._check_count("calibration_images", calibration_images, len(self.x_train))
        rows = np.random.default_rng(check_seed("calibration", seed)).choice(
            len(self.x_train), calibration_images, replace=False
        )
        return self.x_train[rows]

    def _check_count(self, name: str, wanted: int, there: int) -> None:
        if isinstance(wanted, bool) or not isinstance(wanted, int | np.integer) or wanted < 1:
            raise DataError(f"{name} = {wanted!r}; give a whole number of at least 1")
        if wanted > there:
            raise DataError(f"{name} = {wanted}, and there are {there} in {self.source}; write {name}={there} or less")


def _samples(values: object, what: str, bounded: bool) -> NDArray[np.float32]:
    """Return samples as float32, or say what is wrong with them."""
    x = np.asarray(values)
    if x.dtype.kind not in "fiub":
        raise DataError(f"{what} has type {x.dtype}; give real numbers")
    if x.ndim < 2 or x.size == 0:
        raise DataError(f"{what} has shape {x.shape}; give at least one sample, in shape (n, features...)")
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes inf and is refused below
        x = x.astype(np.float32)
    if not np.isfinite(x).all():
        raise DataError(f"{what} holds NaN or infinite values; remove or replace them")
    if bounded and x.ndim > 2 and (x.min() < 0 or x.max() > 1):
        raise DataError(
            f"{what} holds image values from {x.min():g} to {x.max():g}; scale them to [0, 1], such as pixels / 255"
        )
    return x


def _labels(values: object, what: str) -> NDArray[np.int64]:
    """Return labels as int64, or say what is wrong with them."""
    y = np.asarray(values)
    if y.dtype.kind not in "iu":
        raise DataError(f"{what} has type {y.dtype}; give integer labels, such as y.astype(int)")
    if y.ndim != 1 or y.size == 0:
        raise DataError(f"{what} has shape {y.shape}; give at least one label, in shape (n,)")
    if y.min() < 0 or y.max() > np.iinfo(np.int64).max:
        raise DataError(f"{what} holds labels from {y.min()} to {y.max()}; number the classes from 0")
    return y.astype(np.int64)
