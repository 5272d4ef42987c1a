"""Learning from a data set without labels, observation and test: one program, and what came of it."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from brainnet.data import Dataset
from brainnet.declare import Result
from brainnet.errors import DataError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import progress_bar
from brainnet.learn.stdp.brian import opened
from brainnet.learn.stdp.images import check_enough, tell_of_classes
from brainnet.learn.stdp.rule import Observed, confusion_of
from brainnet.learn.stdp.settings import PARAMETERS, Settings
from brainnet.learn.stdp.training import HISTORY, OBSERVE, TEST, first_state, learn_all, respond_all

__all__ = ["UNSUPERVISED_PARAMETERS", "UNSUPERVISED_RESULTS", "classify_unsupervised", "flat_images"]

UNSUPERVISED_PARAMETERS = PARAMETERS
UNSUPERVISED_RESULTS = {
    "accuracy": Result("test images classified correctly, neurons labelled by training images"),
    "accuracy_standard_error": Result("of that, from the number of test images"),
    "accuracy_weighted": Result("the same answers, each neuron speaking for each class by its share of the rates"),
    "accuracy_on_observed": Result("training images classified correctly that neurons are labelled by"),
    "images": Result("images learned from, repetitions in later passes included"),
    "milliseconds_per_image": Result("wall-clock time of learning, observation and test by image", unit="ms"),
    "spikes_per_image": Result("excitatory spikes while a test image is shown, in all attempts"),
    "retries": Result("further presentations by image of the training"),
    "unassigned_classes": Result("classes that no neuron stands for"),
}
# Receptive fields that are kept in the results.
_FIELDS = 400


def flat_images(
    dataset: Dataset, settings: Settings, observed_images: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the training and the test images as rows of pixels, if there are enough of them.

    Raises
    ------
    DataError
        Fewer training images than neurons, or than are to be observed.
    """
    n = len(dataset.x_train)
    check_enough(n, settings.neurons)
    if observed_images > n:
        raise DataError(f"observed_images = {observed_images}, and there are {n}; give that many or fewer")
    return dataset.x_train.reshape(n, -1), dataset.x_test.reshape(len(dataset.x_test), -1)


def classify_unsupervised(
    dataset: Dataset,
    settings: Settings,
    *,
    epochs: int,
    observed_images: int,
    seed: int,
    checkpoint: str | Path | None = None,
    teacher: float = 0.0,
) -> xr.Dataset:
    """Learn from the training images of a data set, label neurons by some of them, and classify its test images.

    Parameters
    ----------
    dataset : Dataset
        Images from 0 to 1, flattened here.
    settings : Settings
    epochs : int
        Passes through the training images. A checkpoint of fewer passes goes on from there.
    observed_images : int
        Training images, from the first on, that are shown once more, with nothing learned, to label neurons.
    seed : int
    checkpoint : path, optional
    teacher : float
        Weight of an input for each class that fires in the training, where the class is shown, onto its neurons: those
        whose number leaves the class as remainder. 0 for none.

    Returns
    -------
    xarray.Dataset
        With the variables of `UNSUPERVISED_RESULTS`; the history of the training by `image`; weights (of 400 neurons at
        most), theta and assignments; the confusion of classes.

    Raises
    ------
    DataError
        Fewer images than neurons, or than are to be observed; a checkpoint of another network.
    """
    x, x_test = flat_images(dataset, settings, observed_images)
    y, y_test, n_inputs, n_classes = dataset.y_train, dataset.y_test, x.shape[1], dataset.n_classes
    given = (teacher,) if teacher else ()
    key = fingerprint("stdp", vars(settings), x, y, seed, *given) if checkpoint else ""
    taught = x
    if teacher:
        taught = np.hstack([x, np.eye(n_classes)[y]])
        x, x_test = (np.pad(part, ((0, 0), (0, n_classes))) for part in (x, x_test))
    teachers = {"teachers": n_classes, "w_teacher": teacher} if teacher else {}
    begin = time.perf_counter()
    learned: list[int] = []
    with (
        opened(settings, n_inputs, seed, **teachers) as network,
        progress_bar(epochs * len(x) + observed_images + len(x_test), unit="image") as bar,
    ):
        first = first_state(n_inputs, settings.neurons, seed)
        state, history = learn_all(
            network, taught, y, first, passes=range(epochs), seed=seed, n_classes=n_classes,
            kept=Checkpoint(checkpoint, key), shown=bar.update, learned=learned.append,
        )  # fmt: skip
        observed = respond_all(network(), x[:observed_images], state, OBSERVE, bar.update)
        tested = respond_all(network(), x_test, state, TEST, bar.update)
        compile_seconds = network().compile_seconds
    seconds = time.perf_counter() - begin - compile_seconds
    y_seen = y[:observed_images]
    seen = Observed.of(observed.counts, y_seen, n_classes)
    missing = tell_of_classes(seen.assignments, np.arange(n_classes))
    decisions = seen.decide(tested.counts)
    accuracy = float((decisions == y_test).mean())
    columns = dict(zip(HISTORY, history.T, strict=True))
    return xr.Dataset(
        {
            "accuracy": accuracy,
            "accuracy_standard_error": np.sqrt(accuracy * (1 - accuracy) / len(y_test)),
            "accuracy_weighted": float((seen.decide_weighted(tested.counts) == y_test).mean()),
            "accuracy_on_observed": float((seen.decide(observed.counts) == y_seen).mean()),
            "images": float(epochs * len(x)),
            "milliseconds_per_image": 1e3 * seconds / (sum(learned) + observed_images + len(x_test)),
            "spikes_per_image": float(tested.spikes.mean()),
            "retries": float(np.average(columns["attempts"], weights=_sizes(columns["images"])) - 1),
            "unassigned_classes": float(len(missing)),
            "compile_seconds": compile_seconds,
            **{f"{name}_of_piece": ("image", column) for name, column in columns.items() if name != "images"},
            "weights": (("pixel", "neuron"), state["weights"][:, :_FIELDS].astype(np.float32)),
            "assignment": ("neuron", seen.assignments[:_FIELDS]),
            "theta": ("every_neuron", state["theta"]),
            "confusion": (("class", "predicted_class"), confusion_of(y_test, decisions, n_classes)),
        },
        {"image": columns["images"]},
        {"neurons": settings.neurons, "rule": settings.rule, "epochs": epochs, "train_images": len(x),
         "observed_images": observed_images, "test_images": len(y_test), "height": dataset.sample_shape[0],
         "data": dataset.name},
    )  # fmt: skip


def _sizes(images: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the images of each piece."""
    return np.diff(images, prepend=0.0)
