"""Pruning and quantisation of a network while it learns, after Rathi, Panda & Roy 2018: which synapses go, and when.

Of the paper only the abstract was to be had: synapses are pruned, and the others quantised to the available levels of
conductance, at regular intervals during training with power-law STDP. Schedule, thresholds and levels are ours:

schedule   a part of the training (`pruned_from`) comes before; then at the k-th of K intervals (to `pruned_by`) the
           share connectivity^(k/K) of the synapses of each neuron is left; the rest goes on with what is left
threshold  of each neuron the weights below a threshold go: the one that leaves the share
random     as many of each neuron, any of them
activity   as many of each neuron, the least active first: those through which fewest spikes came with images that
           the neuron answered to, by the brightness of pixels times the neuron's spikes
total      weights are normalised as before, but to no more than `fill` (of the largest weight) for each synapse left:
           weights at their largest value learn no more
levels     n levels in equal steps from 0 to the largest weight; what is left at 0 is there, learns and is counted
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.declare import Parameter
from brainnet.errors import ParameterError

__all__ = [
    "COMPRESSION_PARAMETERS",
    "CRITERIA",
    "Compression",
    "check_compression",
    "count_cost",
    "keep",
    "quantise",
    "share_left",
]

CRITERIA = ("threshold", "random", "activity")
_FADES = 0.5  # how much of the activity before an interval counts after it

COMPRESSION_PARAMETERS = {
    "criterion": Parameter("threshold", "which synapses go first", choices=CRITERIA),
    "connectivity": Parameter(0.1, "share of the synapses that is left in the end", above=0.0, high=1.0),
    "levels": Parameter(16, "values that weights are rounded to", low=2, high=16),
    "interval": Parameter(1000, "images between two prunings and quantisations", low=1),
    "fill": Parameter(0.8, "largest mean of the weights that are left, of the largest weight", above=0.0, high=1.0),
    "pruned_from": Parameter(0.1, "part of the training before the first synapses go", low=0.0, high=1.0),
    "pruned_by": Parameter(0.8, "part of the training after which no more synapses go", above=0.0, high=1.0),
}


@dataclass(frozen=True)
class Compression:
    """Values of `COMPRESSION_PARAMETERS`."""

    criterion: str
    connectivity: float
    levels: int
    interval: int
    pruned_from: float = 0.1
    pruned_by: float = 0.8
    fill: float = 0.8


def check_compression(plan: Compression, n_inputs: int, n_images: int) -> None:
    """Refuse a plan that leaves nothing, or never comes to it.

    Raises
    ------
    ParameterError
    """
    if plan.connectivity * n_inputs < 0.5:
        raise ParameterError(
            f"connectivity = {plan.connectivity} prunes every synapse of a neuron with {n_inputs} inputs; give at "
            f"least {1 / n_inputs:.2g}"
        )
    if plan.pruned_from >= plan.pruned_by:
        raise ParameterError(
            f"pruned_from = {plan.pruned_from} comes after pruned_by = {plan.pruned_by}; give a smaller part of the "
            "training"
        )
    first, last = _intervals(plan, n_images)
    if first >= last:
        raise ParameterError(
            f"interval = {plan.interval} is too long: no interval ends in the part of the training in which synapses "
            f"go, images {n_images * plan.pruned_from:g} to {n_images * plan.pruned_by:g}, so that nothing would be "
            "pruned; give a shorter interval, or more training images"
        )


def _intervals(plan: Compression, n_images: int) -> tuple[int, int]:
    """Return the numbers of the last interval before pruning and of the last with it."""
    # Rounded, so that 0.8 of 100 images is 80 and not 79.99.
    return tuple(int(round(n_images * part, 6)) // plan.interval for part in (plan.pruned_from, plan.pruned_by))  # type: ignore[return-value]


def share_left(plan: Compression, images: int, n_images: int) -> float:
    """Return the share of the synapses that is left after some images of a training.

    Examples
    --------
    >>> plan = Compression("threshold", 0.25, 8, 100, pruned_from=0.25, pruned_by=0.75)
    >>> [share_left(plan, images, 400) for images in (0, 100, 200, 300, 400)]
    [1.0, 1.0, 0.5, 0.25, 0.25]
    """
    first, last = _intervals(plan, n_images)
    done = (images // plan.interval - first) / (last - first)
    return float(plan.connectivity ** min(max(done, 0.0), 1.0))


def keep(kept: NDArray[np.bool_], scores: NDArray[np.float64], share: float) -> NDArray[np.bool_]:
    """Return the synapses that are left: of each neuron (column) those with the highest scores, 1 at least.

    Parameters
    ----------
    kept : array of bool, shape (n_inputs, neurons)
        None of the others comes back.
    scores : array, shape (n_inputs, neurons)
    share : float
        Of all inputs.

    Examples
    --------
    >>> keep(np.ones((4, 1), bool), np.array([[0.1], [0.4], [0.3], [0.2]]), 0.5).ravel()
    array([False,  True,  True, False])
    """
    number = max(round(share * len(kept)), 1)
    ranked = np.where(kept, scores, -np.inf)
    order = np.argsort(-ranked, axis=0, kind="stable")[:number]
    left = np.zeros_like(kept)
    np.put_along_axis(left, order, True, axis=0)
    return left & kept


def quantise(weights: NDArray[np.float64], kept: NDArray[np.bool_], levels: int) -> NDArray[np.float64]:
    """Round weights to levels in equal steps from 0 to the largest; synapses that are gone are 0 anyhow.

    Examples
    --------
    >>> quantise(np.array([0.1, 0.9, 1.0, 0.6]), np.array([True, True, True, False]), 3)
    array([0., 1., 1., 0.])
    """
    step = weights[kept].max() / (levels - 1)
    if not step > 0:
        return np.where(kept, weights, 0)
    return np.where(kept, np.rint(weights / step) * step, 0)


class Compressor:
    """What is done between the pieces of a training.

    Parameters
    ----------
    plan : Compression
    n_images : int
        Of the whole training.
    seed : int
        Of the random criterion.
    total : float
        What the weights of a neuron are normalised to, in units of the largest weight, which is 1.
    """

    def __init__(self, plan: Compression, n_images: int, seed: int, total: float) -> None:
        self.plan, self.n_images, self.seed, self.total = plan, n_images, seed, total

    def first(self, state: dict[str, Any]) -> dict[str, Any]:
        """Return a state with all synapses."""
        shape = state["weights"].shape
        return {
            **state,
            "kept": np.ones(shape, bool),
            "total": np.full(shape[1], self.total),
            "activity": np.zeros(shape),
            "course": np.zeros((0, 3)),
        }

    def __call__(self, state: dict[str, Any], answers: Any, images: NDArray[Any], seen: int) -> dict[str, Any]:
        """Prune, then quantise."""
        plan, kept, weights = self.plan, state["kept"], state["weights"]
        activity = _FADES * state["activity"] + images.T @ answers.counts.astype(float)
        scores = {
            "threshold": lambda: weights,
            "activity": lambda: activity,
            "random": lambda: np.random.default_rng([self.seed, seen]).random(kept.shape),
        }[plan.criterion]()
        left = keep(kept, scores, share_left(plan, seen, self.n_images))
        gone = kept & ~left
        threshold = float(weights[gone].max()) if gone.any() else 0.0
        course = np.vstack([state["course"], [seen, left.mean(), threshold]])
        return {
            **state,
            "weights": quantise(weights, left, plan.levels),
            "kept": left,
            "total": np.minimum(self.total, plan.fill * left.sum(axis=0)),
            "activity": activity,
            "course": course,
        }


def count_cost(images: NDArray[Any], attempts: NDArray[np.int32], kept: NDArray[np.bool_], intensity: float) -> float:
    """Return the expected synaptic events of a test, up to a factor: spikes of inputs, each on every synapse it has.

    Attempt a (from 0 on) has a rate of the pixel times (intensity + a).
    """
    brightness = attempts * intensity + attempts * (attempts - 1) / 2
    return float((brightness @ images) @ kept.sum(axis=1))
