"""Synthetic signatures of compound action potentials in a nerve cuff of 56 contacts, in place of recordings.

The cuff is that of Koh et al. 2020 (J. Neural Eng. 17:016042, ESCAPE-NET): 7 rings of 8 contacts around
a nerve, 100 samples. Their recordings are not public. This is no model of a nerve, but has what tells classes of
activity apart: where in the nerve the active fascicle lies, and how fast its fibres conduct.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from brainnet.data.dataset import Dataset
from brainnet.errors import ParameterError
from brainnet.seeds import check_seed

__all__ = ["CLASSES", "nerve_signatures"]

RINGS, CONTACTS, SAMPLES = 7, 8, 100
CLASSES = ("dorsiflexion", "plantarflexion", "pricking")
# Of each class: angle of its fascicle around the nerve, conduction velocity in m/s.
ANGLE = np.deg2rad([0.0, 120.0, 240.0])
SPEED = np.array([50.0, 40.0, 25.0])
# What the difficulty 1 adds to them as standard deviation: half the distance of two fascicles; of the log velocity.
SPREAD_ANGLE, SPREAD_SPEED = np.deg2rad(60.0), 0.5
DEPTH = 0.5  # distance of a fascicle from the axis, in radii of the cuff
PITCH = 3e-3  # from ring to ring, m
RATE = 30e3  # samples per second
WIDTH = 0.12e-3  # of an action potential, s


def nerve_signatures(
    n_train: int = 9000, n_test: int = 3000, *, difficulty: float = 1.0, noise: float = 0.1, seed: int = 0
) -> Dataset:
    r"""Generate labelled signatures.

    A volley passes under the rings one after the other; every contact sees the negative second derivative of a
    Gaussian, by :math:`1 / (1 + (2 d)^2)` weaker at the distance d from the fascicle (in radii of the cuff), and
    noise. Shown is the positive part, 1 where the contact right above a fascicle sees the peak of the strongest volley.

    Parameters
    ----------
    n_train, n_test : int
        Signatures of each part; the three classes alternate, in random order.
    difficulty : float
        0: every volley has the angle and the velocity of its class. 1: standard deviations of 60 degrees (the fascicles
        are 120 apart) and of 0.5 of the logarithm of the velocity. The classes overlap, which no classifier can undo.
    noise : float
        Standard deviation of the noise of every contact and sample, in units of the largest peak.
    seed : int
        0 to 2**32 - 1.

    Returns
    -------
    Dataset
        x of shape (n, 56, 100) in [0, 1]: row 8 r + c is contact c of ring r; y in 0..2, as in `CLASSES`.

    Raises
    ------
    ParameterError
        If a value is out of range.

    Examples
    --------
    >>> nerve_signatures(6, 3).sample_shape
    (56, 100)
    """
    for name, value, low, high in (
        ("n_train", n_train, 3, 10**6), ("n_test", n_test, 3, 10**6), ("difficulty", difficulty, 0, 10),
        ("noise", noise, 0, 10),
    ):  # fmt: skip
        if isinstance(value, bool) or not low <= value <= high:
            raise ParameterError(f"nerve_signatures: {name} = {value!r} is out of range; give {low} to {high}")
    rng = np.random.default_rng(check_seed("nerve_signatures", seed))
    parts = [_part(n, difficulty, noise, rng) for n in (n_train, n_test)]
    return Dataset("nerve", *parts[0], *parts[1], f"synthetic, difficulty {difficulty:g}, noise {noise:g}")


def _part(
    n: int, difficulty: float, noise: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Generate n signatures and their labels."""
    y = rng.permutation(np.arange(n) % len(CLASSES))
    angle = ANGLE[y] + difficulty * SPREAD_ANGLE * rng.standard_normal(n)
    speed = SPEED[y] * np.exp(difficulty * SPREAD_SPEED * rng.standard_normal(n))
    amplitude = rng.uniform(0.5, 1.0, n)
    middle = rng.uniform(0.4, 0.6, n) * SAMPLES / RATE  # when the volley is under the fourth ring
    contacts = np.arange(CONTACTS) * 2 * np.pi / CONTACTS
    distance = np.sqrt(1 + DEPTH**2 - 2 * DEPTH * np.cos(contacts - angle[:, None]))
    weaker = (1 + (2 * (1 - DEPTH)) ** 2) / (1 + (2 * distance) ** 2)  # 1 right above the fascicle
    arrival = middle[:, None] + (np.arange(RINGS) - RINGS // 2) * PITCH / speed[:, None]
    u = (np.arange(SAMPLES) / RATE - arrival[..., None]) / WIDTH
    wave = ((1 - u**2) * np.exp(-(u**2) / 2)).astype(np.float32)  # (n, rings, samples)
    x = (amplitude[:, None] * weaker).astype(np.float32)[:, None, :, None] * wave[:, :, None, :]
    x += noise * rng.standard_normal(x.shape, dtype=np.float32)
    return np.clip(x.reshape(n, RINGS * CONTACTS, SAMPLES), 0.0, 1.0), y
