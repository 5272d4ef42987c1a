"""What estimators on spike patterns share: checks of what they are given, and the progress bar.

An estimator is a scikit-learn estimator (`ClassifierMixin`, `BaseEstimator`) whose X is a `SpikePatterns`. Its
constructor stores what it is given; `fit` checks it by `check_parameters`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import Quantity
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.exceptions import NotFittedError
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from brainnet.coding.patterns import SpikePatterns
from brainnet.declare import Parameter
from brainnet.errors import BrainnetError, DataError, ParameterError, UnknownNameError, nearest
from brainnet.seeds import check_seed

__all__ = [
    "UnfittedError",
    "check_fitted",
    "check_labels",
    "check_parameters",
    "check_patterns",
    "check_values",
    "progress_bar",
    "random_generator",
    "refuse_data",
]


class UnfittedError(BrainnetError, NotFittedError):
    """An estimator is used before `fit`; also scikit-learn's own error for it."""


def check_parameters(estimator: Any, declared: Mapping[str, Parameter]) -> dict[str, Any]:
    """Return an estimator's parameters, checked by type, unit and range.

    Parameters
    ----------
    estimator : scikit-learn estimator
    declared : mapping of str to Parameter
        Those to check, by name. None is passed on as it is.

    Returns
    -------
    dict
        Values in the declared types, plain numbers in SI units where they have a unit.

    Raises
    ------
    ParameterError
        With the name of the estimator and the parameter, cause and remedy.
    """
    checked = {}
    for name, parameter in declared.items():
        value = getattr(estimator, name)
        if value is not None:
            value = parameter.check(type(estimator).__name__, name, value)
            value = np.asarray(value, dtype=float)[()] if isinstance(value, Quantity) else value
        checked[name] = value
    return checked


def check_values(owner: str, declared: Mapping[str, Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for each declared parameter, checked, plain numbers in SI units; defaults where none is given.

    Raises
    ------
    ParameterError
        A value does not fit, or belongs to no parameter.
    """
    for name in values:
        if name not in declared:
            raise UnknownNameError(f"{owner} has no parameter {name!r}; {nearest(name, declared)}")
    checked = {name: one.check(owner, name, values.get(name, one.value)) for name, one in declared.items()}
    return {name: float(value) if isinstance(value, Quantity) else value for name, value in checked.items()}


def check_patterns(patterns: Any, *, n: int | None = None, duration: float | None = None) -> SpikePatterns:
    """Return patterns, if they are some, and fit those of the training.

    Parameters
    ----------
    patterns : SpikePatterns
    n : int, optional
        Number of inputs that the estimator was fitted with.
    duration : float, optional
        Longest trial that the estimator takes, in seconds.

    Raises
    ------
    DataError
    """
    if not isinstance(patterns, SpikePatterns):
        refuse_data(patterns)
        raise DataError(
            f"{type(patterns).__name__} is no spike pattern; use SpikePatterns.from_lists or a code of brainnet.coding"
        )
    if n is not None and patterns.n != n:
        raise DataError(f"patterns of {patterns.n} inputs; the estimator was fitted with {n}")
    if duration is not None and float(patterns.duration) > duration * (1 + 1e-12):
        raise DataError(f"trials of {patterns.duration}; the estimator takes {duration * 1e3:g} ms at most")
    return patterns


def refuse_data(X: Any) -> None:
    """Refuse what no estimator of this room takes, by the words that scikit-learn's users know.

    Raises
    ------
    DataError
    """
    if issparse(X):
        raise DataError("sparse data are not supported; give SpikePatterns, whose spikes are sparse by themselves")
    if not isinstance(X, SpikePatterns) and _is_complex(X):
        raise DataError("Complex data not supported; give spikes, or real numbers where values are taken")


def _is_complex(X: Any) -> bool:
    try:
        return np.iscomplexobj(np.asarray(X))  # also of what is no array and can become one
    except ValueError:  # rows of different lengths
        return False


def check_labels(patterns: Any, y: Any, least: int = 2) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the classes, sorted, and each pattern's position in them.

    Parameters
    ----------
    patterns : SpikePatterns, or array of as many samples
    y : array or list of whole numbers or texts
    least : int
        Classes that there have to be.

    Raises
    ------
    DataError
        Labels that are missing, sparse, continuous, complex or of mixed types, do not fit in number, or are all the
        same.
    """
    if y is None:
        raise DataError("fit requires y to be passed, but the target y is None; give one label per pattern")
    if issparse(y):
        raise DataError("the labels y are a sparse matrix; give one label per pattern, such as y.toarray().ravel()")
    _refuse_mixed(y)
    try:
        labels = np.asarray(y)
    except ValueError:  # lists of different lengths
        raise DataError("labels are lists of different lengths; give one label per pattern") from None
    if labels.shape != (len(patterns),):
        raise DataError(f"{len(patterns)} patterns and labels of shape {labels.shape}; give one label per pattern")
    if labels.dtype.kind == "O" and all(isinstance(label, str) for label in labels):
        labels = labels.astype(str)
    if labels.dtype.kind == "f" and np.isfinite(labels).all() and type_of_target(labels) != "continuous":
        labels = labels.astype(int)  # whole numbers, only kept as floats
    if labels.dtype.kind not in "biuU":
        raise DataError(
            f"Unknown label type: labels of type {labels.dtype}, continuous or no numbers; give whole numbers or "
            "texts, such as y.astype(int)"
        )
    classes, positions = np.unique(labels, return_inverse=True)
    if len(classes) < least:
        raise DataError(f"all labels are {classes[0]}: one class; give patterns of at least two classes")
    return classes, positions.astype(np.int64)


def _refuse_mixed(y: Any) -> None:
    """Refuse texts among numbers, which NumPy turns into texts without a word."""
    if isinstance(y, np.ndarray) and y.dtype.kind != "O":
        return
    kinds = {isinstance(label, str | np.str_) for label in y} if np.iterable(y) and not isinstance(y, str) else set()
    if len(kinds) > 1:
        raise DataError("labels are texts and numbers mixed; give whole numbers or texts, such as [str(k) for k in y]")


def check_fitted(estimator: Any) -> None:
    """Raise if `fit` was not called.

    Raises
    ------
    UnfittedError
    """
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        raise UnfittedError(f"{type(estimator).__name__} is not fitted; call fit(patterns, y) first") from None


def random_generator(random_state: Any, checkpoint: Any = None) -> np.random.Generator:
    """Make the generator of a parameter ``random_state``: a whole number from 0 on, or None for one from the system.

    Raises
    ------
    ParameterError
        It is something else; or None with a checkpoint, which nothing could go on from.
    """
    if checkpoint is not None and random_state is None:
        raise ParameterError("a training with a checkpoint goes on from its own seed; give random_state, such as 0")
    if checkpoint is not None and not isinstance(checkpoint, str | os.PathLike):
        raise ParameterError(f"checkpoint = {checkpoint!r} is no path; give one such as 'fit.npz'")
    if random_state is not None:
        check_seed("", random_state, name="random_state")
    return np.random.default_rng(random_state)


def progress_bar(total: int, *, done: int = 0, unit: str = "epoch", show: bool = True) -> tqdm:
    """Make a progress bar, shown where there is a terminal; it leaves nothing behind."""
    return tqdm(total=total, initial=done, unit=unit, leave=False, disable=None if show else True)
