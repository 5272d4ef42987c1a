"""Classification of tables of values by SpikeProp: how the values become spikes, and a cross-validation."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from brian2 import ms, second
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from brainnet.coding import gaussian_population_code, latency_code
from brainnet.coding.patterns import SpikePatterns
from brainnet.declare import Parameter, Result
from brainnet.errors import ParameterError
from brainnet.learn.spikeprop.estimator import PARAMETERS, SpikeProp

__all__ = ["CROSS_VALIDATION", "coded", "cross_validated", "cross_validation_results"]

LAST = 10 * ms
CROSS_VALIDATION = {
    "code": Parameter("latency", "a spike a value, or fields of a population", choices=("latency", "population")),
    "fields": Parameter(12, "of the population code, a value", low=3, high=1000),
    "hidden": Parameter(10, "hidden neurons", low=1, high=10_000),
    "optimiser": PARAMETERS["optimiser"],
    "learning_rate": PARAMETERS["learning_rate"],
    "tolerance": Parameter(0.2, "error per pattern at which training ends, in ms^2", low=0.0),
    "max_epochs": Parameter(200, "passes through the patterns, at most", low=1, high=1_000_000, quick=20),
    "folds": Parameter(5, "of the cross-validation", low=2, high=100, quick=2),
    "repeats": Parameter(3, "of the cross-validation, each with other folds and weights", low=1, high=100, quick=1),
}


def cross_validation_results(train: float, test: float, source: str) -> dict[str, Result]:
    """Declare the cross_validation_results, with the published accuracies."""
    return {
        "test_accuracy": Result("mean over all folds", "1", test, None, source),
        "test_deviation": Result("standard deviation of the test accuracy over all folds"),
        "train_accuracy": Result("mean over all folds", "1", train, None, source),
        "epochs_needed": Result("mean over all folds"),
    }


def coded(values: Any, low: Any, high: Any, code: str, fields: int) -> SpikePatterns:
    """Turn values into spikes within 10 ms, and add an input that fires at the start of each trial.

    Values beyond [low, high], those of the training part, count as at the bound. The added input gives the time that
    latencies are counted from.
    """
    inside = np.clip(values, low, high)
    if code == "latency":
        patterns = latency_code((inside - low) / (high - low), last=LAST)
    else:
        patterns = gaussian_population_code(inside, fields=fields, low=low, high=high, last=LAST)
    pairs = [(np.append(neurons, patterns.n), np.append(times, 0.0) * second) for neurons, times in patterns]
    return SpikePatterns.from_lists(pairs, patterns.n + 1, duration=LAST)


def cross_validated(
    x: NDArray[np.float64],
    y: NDArray[Any],
    *,
    code: str,
    fields: int,
    folds: int,
    repeats: int,
    seed: int,
    **settings: Any,
) -> xr.Dataset:
    """Train and test on each fold of each repeat.

    Parameters
    ----------
    x : array of shape (samples, values)
    y : array of shape (samples,)
    code, fields, folds, repeats
        See `CROSS_VALIDATION`.
    seed : int
    **settings
        Parameters of `SpikeProp`.

    Raises
    ------
    ParameterError
        More folds than samples of a class.
    """
    smallest = int(np.unique(y, return_counts=True)[1].min())
    if folds > smallest:
        raise ParameterError(f"{folds} folds and {smallest} samples of a class; give at most as many folds")
    train, test, epochs = (np.zeros((repeats, folds)) for _ in range(3))
    for repeat in range(repeats):
        split = StratifiedKFold(folds, shuffle=True, random_state=seed + repeat)
        for fold, (inside, outside) in enumerate(split.split(x, y)):
            low, high = x[inside].min(axis=0), x[inside].max(axis=0)
            learned, unseen = (coded(x[rows], low, high, code, fields) for rows in (inside, outside))
            network = SpikeProp(early=12 * ms, late=16 * ms, random_state=seed + repeat, **settings)
            network.fit(learned, y[inside])
            train[repeat, fold] = network.score(learned, y[inside])
            test[repeat, fold] = network.score(unseen, y[outside])
            epochs[repeat, fold] = network.n_epochs_
    each = ("repeat", "fold")
    return xr.Dataset(
        {
            "train": (each, train),
            "test": (each, test),
            "epochs_taken": (each, epochs),
            "train_accuracy": train.mean(),
            "test_accuracy": test.mean(),
            "test_deviation": test.std(ddof=1),
            "epochs_needed": epochs.mean(),
        },
        {"repeat": np.arange(repeats), "fold": np.arange(folds)},
    )
