"""A Tempotron per class on images: trained exactly, tested exactly and as a Brian2 network."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import xarray as xr
from brian2 import Network, Quantity, StateMonitor, ms
from numpy.typing import NDArray

from brainnet.coding import latency_code
from brainnet.coding.patterns import SpikePatterns
from brainnet.data import Dataset
from brainnet.declare import Parameter, Result
from brainnet.errors import ParameterError
from brainnet.learn.tempotron.estimator import Tempotron
from brainnet.targets import build

__all__ = ["TEMPOTRON_PARAMETERS", "TEMPOTRON_RESULTS", "learn_images"]

TEMPOTRON_PARAMETERS = {
    "max_epochs": Parameter(60, "passes through the training images", low=1, quick=5),
    "margin": Parameter(0.3, "distance to the threshold that is learned", low=0.0),
    "rate": Parameter(5e-4, "learning rate", above=0.0),
    "momentum": Parameter(0.9, "of the rule", low=0.0, below=1.0),
    "last": Parameter(50 * ms, "latest spike: that of a value of 0", above=0 * ms),
    "least": Parameter(0.3, "smaller values stay silent", low=0.0, high=1.0),
    "tau": Parameter(15 * ms, "membrane time constant", above=0 * ms),
    "tau_s": Parameter(3.75 * ms, "decay of the synaptic current", above=0 * ms),
    "checked": Parameter(50, "test images that the Brian2 network is shown too", low=1, quick=10),
    "dt": Parameter(0.1 * ms, "time step of the Brian2 network", above=0 * ms),
}
TEMPOTRON_RESULTS = {
    "accuracy": Result("test images classified correctly"),
    "train_accuracy": Result("training images classified correctly"),
    "spikes": Result("input spikes per test image"),
    "epochs": Result("passes through the training images"),
    "brian_agreement": Result("checked test images on which the Brian2 network decides as the exact evaluation does"),
    "brian_deviation": Result("largest difference of the potentials there, where all spikes lie on time steps"),
}


def learn_images(
    dataset: Dataset,
    *,
    last: Quantity,
    least: float,
    rate: float,
    checked: int,
    dt: Quantity,
    seed: int,
    checkpoint: str | os.PathLike[str] | None = None,
    **parameters: Any,
) -> xr.Dataset:
    """Train on the first part of a data set and test on the second.

    A pixel x is coded by two inputs, the latencies of x and of 1 - x, so that dark pixels speak too.

    Parameters
    ----------
    dataset : Dataset
        Images in [0, 1].
    last, least, rate, checked, dt
        As in `TEMPOTRON_PARAMETERS`.
    seed : int
    checkpoint : path, optional
    **parameters
        Of `Tempotron`.

    Returns
    -------
    xarray.Dataset
        With the variables of `TEMPOTRON_RESULTS`, the errors of each epoch, and the confusion of classes.
    """
    if float(dt) > float(last) / 10:
        raise ParameterError(f"dt = {dt} with spikes up to {last}; give a time step of a tenth of that, or less")
    end = last + 5 * parameters["tau"]  # potentials of the latest spikes pass
    end = round(float(end / dt)) * dt

    def coded(x: NDArray[Any]) -> SpikePatterns:
        flat = np.asarray(x, dtype=float).reshape(len(x), -1)
        return latency_code(np.concatenate([flat, 1 - flat], axis=1), last=last, duration=end, least=least)

    train, test = coded(dataset.x_train), coded(dataset.x_test)
    learner = Tempotron(learning_rate=rate, random_state=seed, checkpoint=checkpoint, **parameters)
    learner.fit(train, dataset.y_train)
    predicted = learner.predict(test)
    classes = len(learner.classes_)
    confusion = np.zeros((classes, classes), int)
    known = np.isin(dataset.y_test, learner.classes_)
    np.add.at(confusion, tuple(np.searchsorted(learner.classes_, y[known]) for y in (dataset.y_test, predicted)), 1)
    agreement, deviation = _in_brian(learner, test[: min(checked, len(test))], dt)
    return xr.Dataset(
        {
            "accuracy": float((predicted == dataset.y_test).mean()),
            "train_accuracy": float(learner.score(train, dataset.y_train)),
            "spikes": len(test.times) / len(test),
            "epochs": float(learner.n_epochs_),
            "brian_agreement": agreement,
            "brian_deviation": deviation,
            "errors": (("epoch", "output"), learner.errors_),
            "confusion": (("class", "predicted_class"), confusion),
        },
        coords={"epoch": np.arange(1, learner.n_epochs_ + 1)},
        attrs={"train": len(train), "test": len(test), "data": dataset.name},
    )


def _in_brian(learner: Tempotron, patterns: SpikePatterns, dt: Quantity) -> tuple[float, float]:
    """Return the share of equal decisions, and the largest difference of potentials."""
    steps = np.rint(patterns.times / float(dt))
    rounded = SpikePatterns(patterns.neurons, steps * float(dt), patterns.offsets, patterns.n, patterns.duration)
    network = learner.network(rounded, dt=dt, after_spike="free")
    traces = StateMonitor(network["tempotrons"], "v", record=True)
    build(Network(network.objects, traces), patterns.duration).run()
    v = np.asarray(traces.v).reshape(len(patterns), -1, len(traces.t))
    at = (np.asarray(traces.t / ms) - float(dt / ms)) * ms  # a spike takes one step to the neuron
    exact = np.stack([learner.potential(rounded[k : k + 1], at).T for k in range(len(patterns))])
    highest = v.max(axis=2)
    threshold = learner.threshold
    decided = highest.argmax(axis=1) if v.shape[1] > 1 else (highest[:, 0] >= threshold).astype(int)
    return float((learner.classes_[decided] == learner.predict(patterns)).mean()), float(np.abs(v - exact).max())
