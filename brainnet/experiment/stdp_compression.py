"""A network that becomes small while it learns beside the same one that stays dense: one program for both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from brainnet.data import Dataset
from brainnet.declare import Result
from brainnet.experiment.unsupervised import flat_images
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import progress_bar
from brainnet.learn.stdp.brian import opened
from brainnet.learn.stdp.images import tell_of_classes
from brainnet.learn.stdp.pruning import Compression, Compressor, check_compression, count_cost
from brainnet.learn.stdp.rule import Observed
from brainnet.learn.stdp.settings import Settings
from brainnet.learn.stdp.training import HISTORY, OBSERVE, TEST, first_state, learn_all, respond_all

__all__ = ["COMPRESSION_RESULTS", "compress_while_learning"]

COMPRESSION_RESULTS = {
    "accuracy_dense": Result("test images classified correctly by the network that nothing is taken from"),
    "accuracy": Result("by the network that is pruned and quantised while it learns"),
    "accuracy_standard_error": Result("of the second one, from the number of test images"),
    "connectivity": Result("share of the synapses that is left"),
    "levels": Result("different weights of these synapses"),
    "energy_reduction": Result("synaptic events in the test of the dense network over those of the pruned one"),
    "area_reduction": Result("synapses of the dense network over those of the pruned one"),
    "milliseconds_per_image_dense": Result("wall-clock time by test image, dense", unit="ms"),
    "milliseconds_per_image": Result("the same, pruned", unit="ms"),
}
_FIELDS = 25  # receptive fields that are kept in the results


def compress_while_learning(
    dataset: Dataset,
    settings: Settings,
    plan: Compression,
    *,
    observed_images: int,
    seed: int,
    checkpoint: str | Path | None = None,
) -> xr.Dataset:
    """Learn from the training images of a data set twice, dense and with pruning and quantisation, and test both.

    First weights, order of the images and random input are the same.

    Parameters
    ----------
    dataset : Dataset
    settings : Settings
    plan : Compression
    observed_images : int
        Training images, from the first on, to label neurons by.
    seed : int
    checkpoint : path, optional
        Begin of the names of two files. The one of the dense network serves any plan with the same interval.

    Returns
    -------
    xarray.Dataset
        With the variables of `COMPRESSION_RESULTS`, the course of both trainings, and weights of some neurons.

    Raises
    ------
    ParameterError
        The plan prunes all, or nothing.
    DataError
        Fewer images than neurons, or than are to be observed; a checkpoint of another network.
    """
    x, x_test = flat_images(dataset, settings, observed_images)
    y, y_test, n_inputs, n_classes = dataset.y_train, dataset.y_test, x.shape[1], dataset.n_classes
    check_compression(plan, n_inputs, len(x))
    compressor = Compressor(plan, len(x), seed, settings.mean_weight * n_inputs)
    first = first_state(n_inputs, settings.neurons, seed)
    found: dict[str, Any] = {}
    with (
        opened(settings, n_inputs, seed, prunable=True) as network,
        progress_bar(2 * (len(x) + observed_images + len(x_test)), unit="image") as bar,
    ):
        for name in ("dense", "pruned"):
            dense = name == "dense"
            path = None if checkpoint is None else Path(f"{checkpoint}.{'dense' if dense else plan.criterion}.npz")
            key = fingerprint("stdp", vars(settings), plan.interval if dense else vars(plan), x, y, seed)
            state, history = learn_all(
                network, x, y, first if dense else compressor.first(first), passes=range(1), seed=seed,
                n_classes=n_classes, kept=Checkpoint(path, key), piece=plan.interval,
                between=_unchanged if dense else compressor, shown=bar.update,
            )  # fmt: skip
            observed = respond_all(network(), x[:observed_images], state, OBSERVE, bar.update)
            tested, seconds = _timed(network(), x_test, state, bar.update)
            kept = state.get("kept", np.ones(first["weights"].shape, bool))
            seen = Observed.of(observed.counts, y[:observed_images], n_classes)
            tell_of_classes(seen.assignments, np.arange(n_classes))
            found[name] = {
                "state": state, "history": history, "kept": kept, "seconds": seconds,
                "right": seen.decide(tested.counts) == y_test,
                "events": count_cost(x_test, tested.attempts, kept, settings.intensity),
            }  # fmt: skip
    return _results(found, dataset, settings, plan, len(x), observed_images)


def _unchanged(state: dict[str, Any], answers: Any, images: NDArray[Any], seen: int) -> dict[str, Any]:
    return state


def _timed(network: Any, images: NDArray[Any], state: dict[str, Any], shown: Any) -> tuple[Any, float]:
    """Return the answers, and the seconds that the program took for them."""
    seconds: list[float] = []

    def count(n: int) -> None:
        seconds.append(network.trials.program.run_seconds)
        shown(n)

    return respond_all(network, images, state, TEST, count), sum(seconds)


def _results(
    found: dict[str, Any], dataset: Dataset, settings: Settings, plan: Compression, n_images: int, observed: int
) -> xr.Dataset:
    dense, pruned = found["dense"], found["pruned"]
    n_test = len(pruned["right"])
    kept, weights, course = pruned["kept"], pruned["state"]["weights"], pruned["state"]["course"]
    accuracy = float(pruned["right"].mean())
    columns = {name: dict(zip(HISTORY, each["history"].T, strict=True)) for name, each in found.items()}
    return xr.Dataset(
        {
            "accuracy_dense": float(dense["right"].mean()),
            "accuracy": accuracy,
            "accuracy_standard_error": np.sqrt(accuracy * (1 - accuracy) / n_test),
            "connectivity": float(kept.mean()),
            "levels": float(len(np.unique(weights[kept]))),
            "energy_reduction": dense["events"] / pruned["events"],
            "area_reduction": float(kept.size / kept.sum()),
            "milliseconds_per_image_dense": 1e3 * dense["seconds"] / n_test,
            "milliseconds_per_image": 1e3 * pruned["seconds"] / n_test,
            # The difference of the two on the same test images: what one has right and the other has not.
            "accuracy_difference_error": float(
                (dense["right"].astype(float) - pruned["right"]).std() / np.sqrt(n_test)
            ),
            "accuracy_of_piece": (
                ("network", "image"), np.array([columns[name]["accuracy"] for name in ("dense", "pruned")])
            ),
            "connectivity_of_piece": ("image", course[:, 1]),
            "threshold_of_piece": ("image", course[:, 2]),
            "weights": (
                ("network", "pixel", "neuron"),
                np.array([each["state"]["weights"][:, :_FIELDS] for each in (dense, pruned)], np.float32),
            ),
            "weights_left": ("synapse", weights[kept].astype(np.float32)),
            "weights_dense": ("every_synapse", dense["state"]["weights"].ravel().astype(np.float32)),
        },
        {"network": ["dense", "pruned"], "image": course[:, 0]},
        {"neurons": settings.neurons, "rule": settings.rule, "criterion": plan.criterion, "train_images": n_images,
         "observed_images": observed, "test_images": n_test, "height": dataset.sample_shape[0],
         "data": dataset.name},
    )  # fmt: skip
