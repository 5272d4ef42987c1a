"""Learning from a set of images, in pieces between which the state may be kept: a killed training goes on bit for bit.

Pieces have a fixed size, whether a checkpoint is written or not, and each begins with the program's clock at 0: what
a training comes to depends on neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.errors import DataError
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.stdp.brian import THETA, StdpNetwork, first_weights, positions_of
from brainnet.learn.stdp.rule import assign, by_class, decide
from brainnet.projections import Answers

__all__ = ["HISTORY", "OBSERVE", "PIECE", "TEST", "first_state", "learn_all", "respond_all"]

# Images that are shown in one run of the program.
PIECE = 1000
# Phases that random input is drawn for: passes of a training from 0 on, then these.
OBSERVE, TEST = 1_000_000, 1_000_001
# What is kept of each piece of a training.
HISTORY = ("images", "accuracy", "attempts", "spikes", "theta")
# How much of what was seen before counts in the labels that a training is followed with.
_FADES = 0.5


def first_state(n_inputs: int, neurons: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Return weights and thresholds before learning."""
    return {"weights": first_weights(n_inputs, neurons, seed), "theta": np.full(neurons, THETA)}


def pieces(n: int, size: int = PIECE) -> Iterator[slice]:
    """Return the parts of `n` images."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


def learn_all(
    network: Callable[[], StdpNetwork],
    images: NDArray[Any],
    labels: NDArray[np.int64],
    state: dict[str, Any],
    *,
    passes: range,
    seed: int,
    n_classes: int,
    kept: Checkpoint,
    piece: int = PIECE,
    between: Callable[..., dict[str, Any]] = lambda state, answers, images, seen: state,
    shown: Callable[[int], Any] = lambda n: None,
    learned: Callable[[int], Any] = lambda n: None,
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """Learn from all images, in an order drawn anew for each pass.

    Labels have no part in learning. They serve to follow it: each piece is decided by the labels that neurons get
    from the pieces before.

    Parameters
    ----------
    network : callable
        Returns the network when it is first needed.
    images : array, shape (n_images, n_inputs)
    labels : array of int, shape (n_images,)
    state : mapping
        Where learning begins, if the checkpoint holds nothing: of `first_state`.
    passes : range
        The numbers of the passes: orders and random input depend on them.
    seed, n_classes : int
    kept : Checkpoint
    piece : int
        Images that are shown in one run of the program.
    between : callable
        Returns the state that learning goes on with after a piece; is given what it came to, the answers, their
        images, and how many images have been seen.
    shown, learned : callable
        Are told of each piece how many images it has; the second one not of those that the checkpoint holds.

    Returns
    -------
    state, history
        The history has a row a piece, with the columns of `HISTORY`.
    """
    n, names = len(images), [*state]
    now: dict[str, Any] = kept.load() or {
        **state,
        "done": 0,
        "history": np.zeros((0, len(HISTORY))),
        "recent": np.zeros((n_classes, len(state["theta"]))),
        "seen": np.zeros(n_classes),
    }
    done = int(now["done"])
    if done > len(passes) * len([*pieces(n, piece)]):
        raise DataError(
            f"checkpoint {kept.path} has learned from {int(now['history'][-1, 0])} images, which is more than "
            f"{len(passes)} passes through {n}; give more epochs, or another path"
        )
    for number, (which, order, part) in enumerate(_plan(n, passes, seed, piece)):
        if number < done:
            shown(part.stop - part.start)
            continue
        chosen = order[part]
        state, answers = network().learn(images[chosen], now, phase=which, positions=np.arange(part.start, part.stop))
        now = _follow({**now, **state}, answers, labels[chosen], which * n + part.stop)
        now |= between({name: now[name] for name in names}, answers, images[chosen], which * n + part.stop)
        now["done"] = number + 1
        kept.save(**now)
        shown(len(chosen))
        learned(len(chosen))
    kept.save(force=True, **now)
    return {name: now[name] for name in names}, now["history"]


def _plan(n: int, passes: range, seed: int, size: int) -> Iterator[tuple[int, NDArray[np.int64], slice]]:
    for which in passes:
        order = np.random.default_rng([seed, which]).permutation(n)
        for part in pieces(n, size):
            yield which, order, part


def _follow(now: dict[str, Any], answers: Answers, labels: NDArray[np.int64], images: int) -> dict[str, Any]:
    """Return the state with a further row of the history, and labels that follow."""
    n_classes, recent, seen = len(now["seen"]), now["recent"], now["seen"]
    decisions = decide(answers.counts, assign(recent, seen), n_classes)
    right = (decisions == labels).mean() if seen.any() else np.nan
    row = [images, right, answers.attempts.mean(), answers.counts.sum() / len(labels), np.mean(now["theta"])]
    return {
        **now,
        "history": np.vstack([now["history"], row]),
        "recent": _FADES * recent + by_class(answers.counts, labels, n_classes),
        "seen": _FADES * seen + np.bincount(labels, minlength=n_classes),
    }


def respond_all(
    network: StdpNetwork,
    images: NDArray[Any],
    state: dict[str, Any],
    phase: int,
    shown: Callable[[int], Any] = lambda n: None,
) -> Answers:
    """Return the answers to all images, with nothing learned from them.

    Random input is drawn by what an image holds: the same one gets the same answer, wherever it stands.
    """
    found = []
    for part in pieces(len(images)):
        positions = positions_of(images[part], network.trials.most_positions)
        found.append(network.respond(images[part], state, phase=phase, positions=positions))
        shown(part.stop - part.start)
    return Answers(
        *(np.concatenate([getattr(each, name) for each in found]) for name in ("counts", "attempts", "spikes"))
    )
