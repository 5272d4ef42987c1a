"""What a trained machine answers by its spikes: a program of its own, built for one question."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.srbm.brian import opened
from brainnet.learn.srbm.settings import Settings
from brainnet.learn.srbm.training import clamps_of, respond_all

__all__ = ["answers"]


def answers(
    settings: Settings,
    state: NDArray[np.float64],
    seed: int,
    images: NDArray[np.float64],
    labels: NDArray[np.int64] | None,
    n_classes: int,
    *,
    free: NDArray[np.bool_],
    halves: int,
    from_given: bool = False,
) -> NDArray[np.float64]:
    """Return rates of visible neurons while `free` pixels run freely, before which they may be as given.

    Parameters
    ----------
    state : array
        Weights, or conductances of cells.
    images : array, shape (n, n_pixels)
    labels : array of int, shape (n,), optional
        Numbers of the classes; without them label neurons run freely.
    free : array of bool, shape (n_pixels,)
    halves : int
        Halves of a cycle that count.

    Returns
    -------
    array, shape (n, n_visible)

    Raises
    ------
    ParameterError
        Visible neurons that hear nothing of hidden ones.
    """
    settings.check_way_back()
    given = clamps_of(settings, images, labels, n_classes)
    clamps = given.copy()
    clamps[:, : images.shape[1]][:, free] = 0
    with opened(settings, clamps.shape[1], seed) as layers:
        return respond_all(layers(), clamps, state, halves, given if from_given else None, settings.noise_of(-1))
