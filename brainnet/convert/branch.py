"""A part of what a population receives, while it is planned."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from brainnet.ann.layers.base import Shape
from brainnet.spiking.links import Link, OneToOne

__all__ = ["Branch"]


@dataclass(frozen=True, eq=False)
class Branch:
    """A connection from neurons of a population to values of a layer.

    Parameters
    ----------
    source : str
        Population, or "input".
    link : Link
    pre, post : slice
        Of the source's neurons, and of the layer's values, in C order.
    off : bool
        From the neurons that stand for negative values.
    via : str
        Layer that the weights are those of; empty where values are only moved.
    """

    source: str
    link: Link
    pre: slice
    post: slice
    off: bool = False
    via: str = ""

    def is_whole(self, shape: Shape) -> bool:
        """Whether it brings to a layer of that shape the values of its source and nothing else."""
        link, n = self.link, math.prod(shape)
        return (
            isinstance(link, OneToOne)
            and not self.off
            and self.pre == slice(0, n)
            and np.array_equal(link.positions, np.arange(n))
            and bool((link.weights == 1).all())
        )

    def connectivity(self, pre: Any, post: Any) -> Any:
        """Return the connectivity with weights times `pre` of the source over `post` of the layer."""
        before = pre if np.ndim(pre) == 0 else pre[self.pre]
        after = post if np.ndim(post) == 0 else post[self.post]
        return self.link.connectivity(before, after)
