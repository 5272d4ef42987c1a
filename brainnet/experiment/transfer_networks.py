"""Networks whose weights are written into devices: trained, and brought to few levels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.ann.torch import import_torch
from brainnet.compress import Retraining, compressed_network, quantise_linear
from brainnet.data import Dataset, load
from brainnet.errors import CompressionError, ParameterError
from brainnet.hardware import MOST_LEVELS
from brainnet.train import trained_mlp
from brainnet.values.parameter import Parameter

__all__ = ["TRANSFER_NETWORK", "TransferNetworks", "chosen_levels", "on_levels"]

# Intervals that are tried, as parts of the largest weight or activation. Large weights are clipped by small ones.
INTERVALS = tuple(0.85**k for k in range(40))

TRANSFER_NETWORK = {
    "task": Parameter("mnist", "data set, where --data names none", choices=("mnist", "digits"), quick="digits"),
    "hidden": Parameter(800, "neurons of the hidden layer", low=1, high=10_000, quick=60),
    "epochs": Parameter(15, "passes of stochastic gradient descent through the training set", low=1, high=1000,
                        quick=30),
    "by": Parameter("weight", "what weights are normalised by: the largest weight or the largest output activation",
                    choices=("weight", "activation")),
    "retrained_levels": Parameter(5, "up to so many levels, weights are trained again on their levels (PyTorch); "
                                  "0: they are rounded only", low=0, high=1023, quick=0),
    "retraining_epochs": Parameter(4, "of ADMM, and as many with levels fixed", low=1, high=1000),
    "images": Parameter(10_000, "test images, from the first on", low=1, high=10_000, quick=200),
    "calibration_images": Parameter(2000, "training images that choose intervals and set scales", low=1, high=60_000,
                                    quick=500),
}  # fmt: skip


def chosen_levels(owner: str, text: str, *, most: int | None = None) -> list[int]:
    """Read numbers of levels, such as ``"3, 7, 15"``: odd, at least 3, rising, each once.

    Raises
    ------
    ParameterError
        They are even, less than 3, no numbers, or more than `most` of them.
    """
    example = "write e.g. levels=15" if most == 1 else "write e.g. levels=3,7,15"
    try:
        numbers = sorted({int(each) for each in text.split(",")})
    except ValueError:
        raise ParameterError(f"{owner}: levels = {text!r} are no whole numbers; {example}") from None
    if most is not None and len(numbers) > most:
        raise ParameterError(f"{owner}: levels = {text!r} are {len(numbers)} numbers; give {most}, {example}")
    for number in numbers:
        if not 3 <= number <= MOST_LEVELS:
            raise ParameterError(
                f"{owner}: {number} levels cannot be written; give 3 (-1, 0 and 1) to {MOST_LEVELS}, {example}"
            )
        if number % 2 == 0:
            raise ParameterError(
                f"{owner}: {number} levels are not symmetric about zero; give 2n + 1, {number - 1} or {number + 1}"
            )
    return numbers


class TransferNetworks:
    """One data set, the network trained on it, and its quantised ones.

    Parameters
    ----------
    data : path or None
    seed : int
    task, hidden, epochs, by, retrained_levels, retraining_epochs, images, calibration_images
        See `TRANSFER_NETWORK`.

    Attributes
    ----------
    network : LayerGraph
        Of floating-point weights, from the user's cache where it was trained before.
    x, y : arrays
        The test images.
    calibration : array (n, ...)
        Training images.
    """

    def __init__(self, data: Any, seed: int, **settings: Any) -> None:
        self.settings, self.seed = settings, seed
        self._rounded: dict[int, LayerGraph] = {}
        if settings["retrained_levels"]:
            import_torch("training on levels", ", or set retrained_levels=0")
        self.samples: Dataset = load(data or settings["task"])
        self.x, self.y = self.samples.first_tests(settings["images"])
        rows = _rows(self.samples, settings["calibration_images"], seed)
        self.calibration, self.calibration_labels = self.samples.x_train[rows], self.samples.y_train[rows]
        self.network = trained_mlp(
            self.samples.name, self.samples.x_train, self.samples.y_train, settings["hidden"],
            epochs=settings["epochs"], seed=seed, trainer="sklearn",
        )  # fmt: skip

    def rounded(self, levels: int) -> LayerGraph:
        """Return the network with its weights rounded to so many levels."""
        if levels not in self._rounded:
            self._rounded[levels] = on_levels(
                self.network, levels, self.settings["by"], self.calibration, self.calibration_labels
            )
        return self._rounded[levels]

    def quantised(self, levels: int) -> LayerGraph:
        """Return the network on so many levels, trained again where they are few."""
        if levels > self.settings["retrained_levels"]:
            return self.rounded(levels)
        epochs = self.settings["retraining_epochs"]
        how = Retraining(epochs=epochs, admm_epochs=epochs, rho=1e-3)
        return compressed_network(
            self.network, self.samples.x_train, self.samples.y_train, levels=levels, settings=how, seed=self.seed,
            progress=True,
        )  # fmt: skip

    @property
    def title(self) -> str:
        """Network and data in a few words."""
        sizes = [self.network.input_shape[0], *(layer.n_out for layer in self.network.layers)]
        return f"{'-'.join(map(str, sizes))}, {len(self.y)} test images of {self.samples.name}"


def on_levels(network: LayerGraph, levels: int, by: str, x: NDArray[Any], y: NDArray[Any]) -> LayerGraph:
    """Round weights to levels, with the interval that serves the given samples best.

    Of intervals that classify as many samples right, the one whose outputs are nearest to those of the network.

    Parameters
    ----------
    network : LayerGraph
    levels : int
    by : {"weight", "activation"}
        As `brainnet.compress.quantise_linear` takes it.
    x : array (n, ...)
    y : integer array (n,)
        Training samples: the interval is chosen on them.

    Raises
    ------
    CompressionError
        All weights of a layer would be zero, whatever the interval.
    """
    wanted = network.activations(x, of=[network.layers[-1].name])[0]
    best: tuple[float, float, LayerGraph] | None = None
    for interval in INTERVALS:
        try:
            made = quantise_linear(network, levels, by=by, x=None if by == "weight" else x[:500], interval=interval)
        except CompressionError:
            continue
        found = made.activations(x, of=[made.layers[-1].name])[0]
        score = float((found.argmax(axis=1) == y).mean()), -float(np.square(found - wanted).mean())
        if best is None or score > best[:2]:
            best = *score, made
    if best is None:
        raise CompressionError(f"no interval leaves weights on {levels} levels; give more levels")
    return best[2]


def _rows(samples: Dataset, count: int, seed: int) -> NDArray[np.int64]:
    samples.calibration(count, seed)  # which says what is wrong with the number
    return np.random.default_rng(seed).choice(len(samples.x_train), count, replace=False)
