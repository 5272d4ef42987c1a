"""What becomes of the changes that spikes have made of weights: kept as they are, with momentum, or by Adam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.srbm.settings import Settings

__all__ = ["Optimiser"]

Weights = NDArray[np.float64]
# Kingma & Ba 2015, arXiv:1412.6980, algorithm 1: beta_2 and epsilon as they are there.
_BETA_2, _EPSILON = 0.999, 1e-8


@dataclass
class Optimiser:
    """Steps between batches of images; in between weights change with each pair of spikes.

    Parameters
    ----------
    kind : {"events", "momentum", "adam"}
    momentum : float
        beta_1 of Adam.
    step : float
        Of Adam, in units of 1/beta.
    velocity, square : array
        Of the weights' shape: what has come together so far, as `state` gives it.
    taken : int
        Steps so far.
    """

    kind: str
    momentum: float
    step: float
    velocity: Weights
    square: Weights
    taken: int = 0

    @classmethod
    def of(cls, settings: Settings, weights: Weights) -> Optimiser:
        """Begin with weights of this shape."""
        shape = {"events": ((0, 0), (0, 0)), "momentum": (weights.shape, (0, 0)), "adam": (weights.shape,) * 2}
        velocity, square = (np.zeros(each) for each in shape[settings.optimiser])
        return cls(settings.optimiser, settings.momentum, settings.adam_step, velocity, square)

    @property
    def state(self) -> dict[str, NDArray[np.float64] | int]:
        """All that it remembers, by name."""
        return {"velocity": self.velocity, "square": self.square, "taken": self.taken}

    def take(self, before: Weights, after: Weights, amount: float, share: float) -> Weights:
        """Return weights to go on with.

        Parameters
        ----------
        before, after : array
            Weights when the batch began, and what pairs of spikes have made of them.
        amount : float
            What the change is a multiple of: learning rate times images. With 0 no step is taken.
        share : float
            Part of the first learning rate that is left, which Adam's step has too.
        """
        if self.kind == "events" or not amount:
            return after
        self.taken += 1
        if self.kind == "momentum":
            self.velocity = self.momentum * self.velocity + (after - before)
            return before + self.velocity
        gradient = (after - before) / amount
        self.velocity = self.momentum * self.velocity + (1 - self.momentum) * gradient
        self.square = _BETA_2 * self.square + (1 - _BETA_2) * gradient**2
        mean = self.velocity / (1 - self.momentum**self.taken)
        size = np.sqrt(self.square / (1 - _BETA_2**self.taken)) + _EPSILON
        return before + share * self.step * mean / size
