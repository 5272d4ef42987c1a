"""Learning from images, in pieces between which the state may be kept: a killed training goes on bit for bit.

Pieces have a fixed size, whether a checkpoint is written or not, and each begins with neurons at rest and the program's
clock at 0: what a training comes to depends on neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.srbm.brian import Layers
from brainnet.learn.srbm.optimiser import Optimiser
from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.settings import Settings

__all__ = ["FREE", "HISTORY", "PIECE", "clamps_of", "learn_all", "respond_all"]

# Images that are shown in one run of the program.
PIECE = 1000
# What is kept of each piece of a training: images seen, accuracy on the piece before it was learned from, spikes of a
# hidden neuron while it is shown an image and in the free run, learning rate.
HISTORY = ("images", "accuracy", "hidden_in_data", "hidden_in_free_run", "eta")
# Noise of all that is no training is drawn for rows from here on.
FREE = 10_000_000


def clamps_of(
    settings: Settings, images: NDArray[np.float64], labels: NDArray[np.int64] | None, n_classes: int
) -> NDArray[np.float64]:
    """Return what visible neurons are clamped to; labels that are not given run freely."""
    on, off = logit(settings.p_on), logit(settings.p_off)
    pixels = np.where(images > settings.brightness, on, off)
    if labels is None:
        return np.hstack([pixels, np.zeros((len(images), settings.label_neurons))])
    chosen = np.repeat(np.eye(n_classes, dtype=bool)[labels], settings.label_neurons // n_classes, axis=1)
    return np.hstack([pixels, np.where(chosen, on, off)])


def learn_all(
    layers: Callable[[], Layers],
    settings: Settings,
    images: NDArray[np.float64],
    labels: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    epochs: int,
    factors: NDArray[np.float64] | None,
    seed: int,
    n_classes: int,
    kept: Checkpoint,
    shown: Callable[[int, float], Any] = lambda n, accuracy: None,
    passed: Callable[[NDArray[np.float64]], Any] = lambda weights: None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Learn from all images, in an order drawn anew for each pass.

    Parameters
    ----------
    layers : callable
        Returns them when they are first needed.
    images : array, shape (n_images, n_pixels)
        From 0 to 1.
    labels : array of int, shape (n_images,)
    weights : array
        Where learning begins, if the checkpoint holds nothing.
    epochs : int
    factors : array, optional
        What the learning rate is multiplied with, by epoch; without it falls linearly.
    shown : callable
        Is told of each piece how many images it has, and the accuracy on it before it was learned from.
    passed : callable
        Is given the weights after each pass, also those of passes before a checkpoint was read.

    Returns
    -------
    weights, history
        The history has a row a piece, with the columns of `HISTORY`.
    """
    n, bias = len(images), settings.bias_neurons
    plan = [(epoch, start) for epoch in range(epochs) for start in range(0, n, PIECE)]
    now: dict[str, Any] = kept.load() or {
        "weights": weights, "done": 0, "history": np.zeros((0, len(HISTORY))), "passes": np.zeros((0, *weights.shape)),
    }  # fmt: skip
    for each in now["passes"]:
        passed(each)
    optimiser = Optimiser.of(settings, weights)
    for name in optimiser.state.keys() & now.keys():
        setattr(optimiser, name, int(now[name]) if name == "taken" else now[name])
    batch = PIECE if settings.optimiser == "events" else settings.batch
    for number, (epoch, start) in enumerate(plan):
        chosen = np.random.default_rng([seed, epoch]).permutation(n)[start : start + PIECE]
        if number < int(now["done"]):
            shown(len(chosen), float(now["history"][number, 1]))
            continue
        share = (epoch * n + start) / (epochs * n)
        eta = settings.eta * (1 - (1 - settings.eta_end) * share if factors is None else factors[epoch])
        machine = Machine.of(now["weights"], bias, n_classes, settings.label_neurons)
        bright = (images[chosen] > settings.brightness).astype(float)
        accuracy = float((machine.free_energies(bright).argmin(axis=1) == labels[chosen]).mean())
        clamps = clamps_of(settings, images[chosen], labels[chosen], n_classes)
        rows = np.stack([clamps, np.zeros_like(clamps)], axis=1).reshape(-1, clamps.shape[1])
        after, spikes, images_before = now["weights"], [], (epoch * n + start) % (FREE // 2)
        for part in range(0, len(chosen), batch):
            begun, shown_rows = after, rows[2 * part : 2 * (part + batch)]
            changed, counts = layers().run(shown_rows, begun, eta, first=2 * (images_before + part))
            images_shown = len(shown_rows) // 2
            after = optimiser.take(begun, changed, eta * images_shown, eta / settings.eta)
            after[:-bias, :-bias] *= (1 - settings.weight_decay * eta) ** images_shown
            spikes.append(counts["hidden"].mean(axis=1))
        hidden = np.concatenate(spikes)
        line = [epoch * n + start + len(chosen), accuracy, hidden[::2].mean(), hidden[1::2].mean(), eta]
        now["weights"], now["done"], now["history"] = after, number + 1, np.vstack([now["history"], line])
        if start + PIECE >= n:
            passed(after)
            now["passes"] = np.concatenate([now["passes"], after[None]]) if kept.path is not None else now["passes"]
        now |= optimiser.state
        kept.save(**now)
        shown(len(chosen), accuracy)
    kept.save(force=True, **now)
    return now["weights"], now["history"]


def respond_all(
    layers: Layers,
    clamps: NDArray[np.float64],
    weights: NDArray[np.float64],
    halves: int,
    begin: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Return the share of the largest rate at which visible neurons fire, with nothing learned.

    Parameters
    ----------
    clamps : array, shape (n, n_visible)
        One row for each answer, held for 1 + `halves` halves of a cycle, of which the first does not count.
    begin : array, shape (n, n_visible), optional
        Clamps of a half before; then the first four under `clamps` do not count.

    Returns
    -------
    array, shape (n, n_visible)
    """
    settle = 1 if begin is None else 5
    each = settle + halves
    found, most = [], halves * layers.shown.steps * layers.step / layers.sigmoid.t_ref
    for start in range(0, len(clamps), PIECE):
        rows = np.repeat(clamps[start : start + PIECE], each, axis=0)
        if begin is not None:
            rows[::each] = begin[start : start + PIECE]
        _, counts = layers.run(rows, weights, first=FREE + start * each)
        found.append(counts["visible"].reshape(-1, each, rows.shape[1])[:, settle:].sum(axis=1) / most)
    return np.concatenate(found)
