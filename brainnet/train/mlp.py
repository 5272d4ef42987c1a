"""Train a fully connected ReLU network, with scikit-learn or PyTorch."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import Any

import numpy as np

from brainnet.ann.graph import LayerGraph
from brainnet.ann.sklearn import from_sklearn
from brainnet.ann.torch import from_torch, import_torch
from brainnet.errors import ParameterError, nearest
from brainnet.keys import fingerprint
from brainnet.seeds import check_seed
from brainnet.train.cache import cached_network

__all__ = ["RECIPE", "TRAINERS", "train_mlp", "trained_mlp"]

TRAINERS = ("sklearn", "torch")
# Part of every cache key: counted up whenever training changes below.
RECIPE = 1


def train_mlp(x: Any, y: Any, hidden: int, *, epochs: int, seed: int, trainer: str = "sklearn") -> LayerGraph:
    """Train features-hidden-classes.

    Parameters
    ----------
    x : array (n, ...)
    y : integer array (n,)
        Classes from 0 on.
    hidden : int
        Neurons of the hidden layer.
    epochs : int
    seed : int
        0 to 2**32 - 1.
    trainer : {"sklearn", "torch"}
        scikit-learn: stochastic gradient descent with momentum. PyTorch: Adam with dropout and a falling rate.

    Returns
    -------
    LayerGraph

    Raises
    ------
    ParameterError
        The seed is out of range, or the trainer not known.
    BrainnetError
        PyTorch is asked for and not installed.
    """
    if trainer not in TRAINERS:
        raise ParameterError(f"trainer = {trainer!r} is not known; {nearest(trainer, TRAINERS)}")
    seed = check_seed("", seed)
    features, labels = np.asarray(x, dtype=np.float32).reshape(len(x), -1), np.asarray(y)
    train = {"sklearn": _with_sklearn, "torch": _with_torch}[trainer]
    return train(features, labels, hidden, epochs, seed)


def trained_mlp(task: str, x: Any, y: Any, hidden: int, *, epochs: int, seed: int, trainer: str) -> LayerGraph:
    """Return the network of `train_mlp` from the user's cache; it is trained where it is not there."""
    recipe = {"task": task, "data": fingerprint(x, y), "hidden": hidden, "epochs": epochs, "trainer": trainer,
              "seed": seed, "version": _version(trainer), "recipe": RECIPE}  # fmt: skip
    return cached_network(recipe, lambda: train_mlp(x, y, hidden, epochs=epochs, seed=seed, trainer=trainer))


def _version(trainer: str) -> str:
    """Version of the library that trains: another one may give other weights."""
    return version({"sklearn": "scikit-learn"}.get(trainer, trainer))


def _with_sklearn(x: np.ndarray, y: np.ndarray, hidden: int, epochs: int, seed: int) -> LayerGraph:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    estimator = MLPClassifier(
        (hidden,), solver="sgd", learning_rate_init=0.1, momentum=0.9, batch_size=min(128, len(x)), alpha=1e-5,
        max_iter=epochs, n_iter_no_change=epochs, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        # The number of epochs is the recipe's; stopping there is no failure.
        warnings.simplefilter("ignore", ConvergenceWarning)
        # scikit-learn makes a warning of Ctrl-C and returns what it has: half-trained, and then kept in the cache.
        warnings.filterwarnings("error", message="Training interrupted by user")
        try:
            return from_sklearn(estimator.fit(x, y))
        except UserWarning as warning:
            raise KeyboardInterrupt from warning


def _with_torch(x: np.ndarray, y: np.ndarray, hidden: int, epochs: int, seed: int) -> LayerGraph:
    torch = import_torch("trainer=torch", ", or use trainer=sklearn")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = torch.nn.Sequential(
            torch.nn.Dropout(0.2), torch.nn.Linear(x.shape[1], hidden), torch.nn.ReLU(),
            torch.nn.Dropout(0.5), torch.nn.Linear(hidden, int(y.max()) + 1),
        )  # fmt: skip
        optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
        samples, labels = torch.from_numpy(x), torch.from_numpy(y.astype(np.int64))
        for _ in range(epochs):
            for batch in torch.randperm(len(samples)).split(128):
                optimiser.zero_grad()
                torch.nn.functional.cross_entropy(model(samples[batch]), labels[batch]).backward()
                optimiser.step()
            schedule.step()
    return from_torch(model.eval())
