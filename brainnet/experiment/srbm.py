"""Spiking Boltzmann machines: their parameters in protocols, and how a matrix of weights is read out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from brian2 import Hz, ms
from numpy.typing import NDArray

from brainnet.data import Dataset
from brainnet.declare import Parameter, Result
from brainnet.errors import DataError
from brainnet.learn.srbm.brian import opened
from brainnet.learn.srbm.cells import CELL_PARAMETERS
from brainnet.learn.srbm.estimator import SpikingRBM
from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.settings import PARAMETERS, make_settings

__all__ = [
    "SRBM_CELL_PARAMETERS",
    "SRBM_PARAMETERS",
    "SRBM_RESULTS",
    "check_classes",
    "ecd_gradients",
    "fit_machine",
    "imagined",
    "label_vectors",
    "read_machine",
    "to_bits",
]

# Of the 8 x 8 digits where runs are quick.
_QUICK = {"hidden": 60, "label_neurons": 20, "b_0": -1.0}
SRBM_PARAMETERS = {name: replace(one, quick=_QUICK.get(name)) for name, one in PARAMETERS.items()}
# Of machines whose weights are memory cells, and whose neurons walk; what is of ideal weights alone is left out.
_IDEAL = ("p_on", "w_0", "optimiser", "initial", "batch", "momentum", "adam_step")
SRBM_CELL_PARAMETERS = {
    **{name: one for name, one in SRBM_PARAMETERS.items() if name not in _IDEAL},
    "neuron": replace(SRBM_PARAMETERS["neuron"], value="random_walk"),
    "t_overlap": replace(SRBM_PARAMETERS["t_overlap"], value=4 * ms),
    "b_0": replace(SRBM_PARAMETERS["b_0"], value=-1.0),
    "rate": Parameter(210 * Hz, "mean rate of a bright pixel while it is shown", above=0 * Hz, below=250 * Hz),
    **CELL_PARAMETERS,
    "device": Parameter("ideal_device", "device that a cell is made of", choices=(
        "ideal_device", "pcm", "linear_device", "exponential_device", "reram_soft_bounds", "power_device",
    )),
}  # fmt: skip
SRBM_RESULTS = {
    "accuracy": Result("test images classified correctly by free energy"),
    "accuracy_standard_error": Result("of that, from the number of test images"),
    "best_accuracy": Result("of all epochs"),
    "seconds_per_epoch": Result("wall-clock time of the training", unit="s"),
}


def check_classes(part: Dataset, tested: bool = False) -> None:
    """Refuse training images, and test images if they are looked at, that lack a class.

    Raises
    ------
    DataError
    """
    for labels, which, name in ((part.y_train, "training", "train_images"), (part.y_test, "test", "images")):
        missing = sorted(set(range(part.n_classes)) - set(np.unique(labels).tolist()))
        if missing and (which == "training" or tested):
            raise DataError(f"no {which} image is of class {', '.join(map(str, missing))}; take more of them ({name})")


def fit_machine(
    x: NDArray[Any], part: Dataset, settings: Mapping[str, Any], *, epochs: int, x_test: NDArray[Any], **more: Any
) -> tuple[SpikingRBM, dict[str, Any]]:
    """Let a machine learn rows of values with the labels of a data set, and read it out by free energy.

    Parameters
    ----------
    x, x_test : array, shape (n, n_values)
        From 0 to 1: pixels or features of the samples of `part`.
    **more
        Of `SpikingRBM`: random_state, checkpoint, schedule.

    Returns
    -------
    machine, results
        The results are those of `SRBM_RESULTS` and ``accuracy_by_epoch``.

    Raises
    ------
    DataError
        Training images that lack a class.
    """
    check_classes(part)
    machine = SpikingRBM(**settings, epochs=epochs, **more)
    begin = time.perf_counter()
    machine.fit(x, part.y_train)
    seconds = time.perf_counter() - begin - machine.compile_seconds_
    by_epoch = [
        read_machine(weights, settings, x_test, part.y_test, part.n_classes) for weights in machine.weights_by_epoch_
    ]
    accuracy = by_epoch[-1]
    return machine, {
        "accuracy": accuracy,
        "accuracy_standard_error": np.sqrt(accuracy * (1 - accuracy) / len(x_test)),
        "best_accuracy": max(by_epoch),
        "seconds_per_epoch": seconds / epochs,
        "accuracy_by_epoch": ("epoch", by_epoch),
    }


def imagined(machine: SpikingRBM, part: Dataset, x_test: NDArray[Any]) -> dict[str, Any]:
    """Let a machine imagine an image of each class, and fill in the lower half of the first test image of each.

    Returns
    -------
    dict
        ``generated``, ``original`` and ``completed``, each with the dimensions class and pixel.
    """
    covered = np.zeros(part.sample_shape, bool)
    covered[part.sample_shape[0] // 2 :] = True
    originals = x_test[[int(np.flatnonzero(part.y_test == k)[0]) for k in range(part.n_classes)]]
    found = {
        "generated": machine.sample(machine.classes_),
        "original": originals,
        "completed": machine.complete(originals, covered),
    }
    return {name: (("class", "pixel"), values) for name, values in found.items()}


def ecd_gradients(
    weights: list[NDArray[np.float64]], clamps: NDArray[np.float64], cycles: int, seed: int, **values: Any
) -> list[NDArray[np.float64]]:
    """Return what machines of spiking neurons learn from data, per cycle and learning rate, too slowly to change.

    Parameters
    ----------
    weights : list of array, shape (n_visible + 1, n_hidden + 1)
        In units of 1/beta, biases last. One program runs all of them.
    clamps : array, shape (n_rows, n_visible)
        Rows of data, as the logarithm of the odds of their values, which take turns.
    cycles : int
        For each machine.
    seed : int
        Of the noise.
    **values
        Settings, such as cycle.

    Returns
    -------
    list of array, shape (n_visible + 1, n_hidden + 1)
    """
    eta = 1e-6
    settings = make_settings(hidden=weights[0].shape[1] - 1, bias_neurons=1, **values)
    shown = clamps[np.arange(cycles) % len(clamps)]
    rows = np.stack([shown, np.zeros_like(shown)], axis=1).reshape(-1, clamps.shape[1])
    with opened(settings, clamps.shape[1], seed) as layers:
        after = [layers().run(rows, each, eta, first=k * len(rows))[0] for k, each in enumerate(weights)]
    found = [(new - old) / (eta * cycles) for new, old in zip(after, weights, strict=True)]
    for each in found:
        each[-1, -1] = 0  # bias neurons of both sides: none of the biases
    return found


def to_bits(weights: NDArray[np.float64], bias_neurons: int, bits: int, reach: float) -> NDArray[np.float64]:
    """Round weights and biases to 2**bits evenly spaced values each, over mean +- `reach` standard deviations.

    Weights, biases of visible and biases of hidden neurons have a range of their own; what lies outside is clipped.

    Parameters
    ----------
    weights : array
        As of `SpikingRBM.weights_by_epoch_`: those of bias neurons last.

    Examples
    --------
    >>> to_bits(np.array([[0.0, 0.9, 5.0], [2.1, 3.0, 5.0], [7.0, 7.0, 0.0]]), 1, 2, 1.0).round(2)
    array([[0.35, 1.12, 5.  ],
           [1.88, 2.65, 5.  ],
           [7.  , 7.  , 0.  ]])
    """
    found = weights.copy()
    for part in (np.s_[:-bias_neurons, :-bias_neurons], np.s_[:-bias_neurons, -bias_neurons:],
                 np.s_[-bias_neurons:, :-bias_neurons]):  # fmt: skip
        values = weights[part]
        low, width = values.mean() - reach * values.std(), 2 * reach * values.std()
        if width > 0:
            top = 2**bits - 1
            found[part] = low + np.clip(np.rint((values - low) / width * top), 0, top) * width / top
    return found


def label_vectors(
    images: NDArray[Any], labels: NDArray[np.int64], settings: Mapping[str, Any], n_classes: int
) -> NDArray[np.float64]:
    """Return what a machine without spikes learns: bright pixels, and the label neurons of the class, are 1."""
    chosen = np.repeat(np.eye(n_classes)[labels], settings["label_neurons"] // n_classes, axis=1)
    return np.hstack([images > settings["brightness"], chosen])


def read_machine(
    weights: NDArray[np.float64],
    settings: Mapping[str, Any],
    images: NDArray[Any],
    labels: NDArray[np.int64],
    n_classes: int,
    *,
    biased: int | None = None,
) -> float:
    """Return the share of images that the free energy decides rightly.

    Parameters
    ----------
    weights : array
        As of `SpikingRBM.weights_by_epoch_`: those of bias neurons last.
    biased : int, optional
        Number of classes whose label keeps its bias, from the first on; all if left out.
    """
    machine = Machine.of(weights, settings["bias_neurons"], n_classes, settings["label_neurons"])
    if biased is not None:
        b_v = machine.b_v.copy()
        b_v[len(b_v) - machine.n_labels + biased * machine.n_labels // n_classes :] = 0
        machine = replace(machine, b_v=b_v)
    bright = (images > settings["brightness"]).astype(float)
    return float((machine.free_energies(bright).argmin(axis=1) == labels).mean())
