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
from brainnet.learn.srbm.checks import check_kept
from brainnet.learn.srbm.optimiser import Optimiser
from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.settings import Settings

__all__ = ["HISTORY", "PIECE", "clamps_of", "free_row", "learn_all", "respond_all"]

# Images that are shown in one run of the program.
PIECE = 1000
# What is kept of each piece of a training: images seen, accuracy on the piece before it was learned from, spikes of a
# hidden neuron while it is shown an image and in the free run, learning rate.
HISTORY = ("images", "accuracy", "hidden_in_data", "hidden_in_free_run", "eta")


def free_row(steps: int) -> int:
    """Return the row, of so many time steps, from which on noise is drawn for all that is no training.

    Steps are counted to 2**31: fine ones leave fewer rows, after which noise comes again.
    """
    return min(10_000_000, 2**31 // steps * 2 // 3)


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
    first: NDArray[np.float64],
    *,
    epochs: int,
    per_epoch: int,
    factors: NDArray[np.float64] | None,
    seed: int,
    n_classes: int,
    kept: Checkpoint,
    shown: Callable[[int, float], Any] = lambda n, accuracy: None,
    passed: Callable[[NDArray[np.float64]], Any] = lambda weights: None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Learn from images, in an order drawn anew for each pass through all of them.

    Parameters
    ----------
    layers : callable
        Returns them when they are first needed.
    images : array, shape (n_images, n_pixels)
        From 0 to 1.
    labels : array of int, shape (n_images,)
    first : array
        State in which learning begins, if the checkpoint holds nothing: weights, or conductances of cells.
    epochs : int
    per_epoch : int
        Images of an epoch, a divisor of all.
    factors : array, optional
        What the learning rate is multiplied with, by epoch; without it falls linearly.
    shown : callable
        Is told of each piece how many images it has, and the accuracy on it before it was learned from.
    passed : callable
        Is given the state after each epoch, also those of epochs before a checkpoint was read.

    Returns
    -------
    state, history
        The history has a row a piece, with the columns of `HISTORY`.
    """
    n, bias = len(images), settings.bias_neurons
    optimiser = Optimiser.of(settings, first)
    plan = [(epoch, start) for epoch in range(epochs) for start in range(0, per_epoch, PIECE)]
    now: dict[str, Any] = kept.load(
        state=(float, first.shape), done=(int, ()), history=(float, (None, len(HISTORY))),
        passes=(float, (None, *first.shape)), taken=(int, ()), velocity=(float, optimiser.velocity.shape),
        square=(float, optimiser.square.shape),
    ) or {
        "state": first, "done": 0, "history": np.zeros((0, len(HISTORY))), "passes": np.zeros((0, *first.shape)),
    }  # fmt: skip
    check_kept(now, len(plan), epochs, kept.path)
    for each in now["passes"]:
        passed(each)
    for name in optimiser.state.keys() & now.keys():
        setattr(optimiser, name, int(now[name]) if name == "taken" else now[name])
    batch = PIECE if settings.optimiser == "events" else settings.batch
    for number, (epoch, start) in enumerate(plan):
        before = epoch * per_epoch + start
        order = np.random.default_rng([seed, before // n]).permutation(n)
        chosen = order[before % n :][: min(PIECE, per_epoch - start)]
        if number < int(now["done"]):
            shown(len(chosen), float(now["history"][number, 1]))
            continue
        share = before / (epochs * per_epoch)
        eta = settings.eta * (1 - (1 - settings.eta_end) * share if factors is None else factors[epoch])
        noise = settings.noise_of(epoch)
        machine = Machine.of(settings.weights_of(now["state"], noise), bias, n_classes, settings.label_neurons)
        bright = (images[chosen] > settings.brightness).astype(float)
        accuracy = float((machine.free_energies(bright).argmin(axis=1) == labels[chosen]).mean())
        clamps = clamps_of(settings, images[chosen], labels[chosen], n_classes)
        rows = np.stack([clamps, np.zeros_like(clamps)], axis=1).reshape(-1, clamps.shape[1])
        after, spikes, images_before = now["state"], [], before % (free_row(settings.half) // 2)
        for part in range(0, len(chosen), batch):
            begun, shown_rows = after, rows[2 * part : 2 * (part + batch)]
            changed, counts = layers().run(shown_rows, begun, eta, 2 * (images_before + part), noise)
            images_shown = len(shown_rows) // 2
            after = optimiser.take(begun, changed, eta * images_shown, eta / settings.eta)
            after = settings.decayed(after, (1 - settings.weight_decay * eta) ** images_shown)
            spikes.append(counts["hidden"].mean(axis=1))
        hidden = np.concatenate(spikes)
        line = [before + len(chosen), accuracy, hidden[::2].mean(), hidden[1::2].mean(), eta]
        now["state"], now["done"], now["history"] = after, number + 1, np.vstack([now["history"], line])
        if start + PIECE >= per_epoch:
            passed(after)
            now["passes"] = np.concatenate([now["passes"], after[None]]) if kept.path is not None else now["passes"]
        now |= optimiser.state
        kept.save(**now)
        shown(len(chosen), accuracy)
    kept.save(force=True, **now)
    return now["state"], now["history"]


def respond_all(
    layers: Layers,
    clamps: NDArray[np.float64],
    weights: NDArray[np.float64],
    halves: int,
    begin: NDArray[np.float64] | None = None,
    noise: float = 1.0,
) -> NDArray[np.float64]:
    """Return the share of the largest rate at which visible neurons fire, with nothing learned.

    Parameters
    ----------
    clamps : array, shape (n, n_visible)
        One row for each answer, held for 1 + `halves` halves of a cycle, of which the first does not count.
    begin : array, shape (n, n_visible), optional
        Clamps of a half before; then the first four under `clamps` do not count.
    noise : float
        What the noise of neurons is multiplied with.

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
        _, counts = layers.run(rows, weights, first=free_row(layers.shown.steps) + start * each, noise=noise)
        found.append(counts["visible"].reshape(-1, each, rows.shape[1])[:, settle:].sum(axis=1) / most)
    return np.concatenate(found)
