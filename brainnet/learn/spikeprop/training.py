"""Batch training of a spike response network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import progress_bar
from brainnet.learn.spikeprop.crossing import alpha
from brainnet.learn.spikeprop.optimisers import Memory, Optimiser
from brainnet.learn.spikeprop.rule import Layer, Passed, backward, forward

__all__ = ["initial_layers", "train"]

Array = NDArray[np.float64]
# Bounds of what is learned: delays in ms, time constants as a part of the trial (powers of e stay finite), thresholds.
LEAST_DELAY, LEAST_TAU, LEAST_THRESHOLD = 0.1, 0.02, 0.01


def initial_layers(
    sizes: Sequence[int],
    delays: Array,
    tau: float,
    theta: float,
    fire_at: Sequence[float],
    inputs: Array,
    *,
    own_delays: bool,
    rng: np.random.Generator,
) -> list[Layer]:
    """Draw weights from U(-0.5, 1) and scale each layer so that its mean potential reaches the threshold in time.

    Parameters
    ----------
    sizes : sequence of int
        Neurons of each layer, the inputs included.
    delays : array of shape (K,)
    tau, theta : float
    fire_at : sequence of float
        Time for each layer after the inputs at which the mean potential of its neurons shall be at threshold.
    inputs : array of shape (P, I)
    own_delays : bool
        Whether each pair of neurons gets a copy of the delays, to be learned.
    rng : numpy.random.Generator
    """
    layers, heard = [], inputs
    for before, after, when in zip(sizes[:-1], sizes[1:], fire_at, strict=True):
        shape = (after, before, len(delays))
        weights = rng.uniform(-0.5, 1.0, shape)
        # The mean of the drawn weights, not their sum with these inputs, which chance can make negative.
        arrived = alpha((when - heard[:, :, None] - delays) / tau).sum(axis=(1, 2)).mean()
        weights *= theta / (0.25 * arrived)
        own = np.broadcast_to(delays, shape if own_delays else (1, 1, len(delays))).copy()
        layers.append(Layer(weights, own, np.full(after, tau), np.full(after, theta)))
        heard = np.full((len(inputs), after), when)
    return layers


def train(
    layers: Sequence[Layer],
    inputs: Array,
    targets: Array,
    *,
    end: float,
    least_slope: float,
    rates: Mapping[str, float],
    optimiser: Optimiser,
    max_epochs: int,
    tolerance: float,
    checkpoint: Checkpoint,
    wake: float = 0.1,
    show: bool = True,
) -> tuple[list[Layer], Array]:
    r"""Go down :math:`E = \frac{1}{2} \sum (t - t_d)^2` over all patterns.

    Parameters
    ----------
    layers, inputs, end, least_slope
        As in `forward`.
    targets : array of shape (P, J)
        t_d in ms.
    rates : mapping of str to float
        What is learned, arrays of `Layer` by name, and how fast (times in ms).
    optimiser : Optimiser
    max_epochs : int
    tolerance : float
        Error at which training stops.
    checkpoint : Checkpoint
        Of a key that covers layers, inputs, targets and all parameters but `max_epochs`, `tolerance` and `show`.
    wake : float
        A neuron that is silent in all patterns has no part in the error, or, as an output, possibly a potential
        without a derivative. Its weights grow by this part of its threshold in an epoch, divided by their number.
    show : bool
        Whether to show a progress bar.

    Returns
    -------
    layers : list of Layer
        Those of the least error that was met.
    errors : array of shape (epochs + 1,)
        E before the first epoch and after each.
    """
    layers, names = list(layers), tuple(rates)
    least_values = {"delays": LEAST_DELAY, "taus": LEAST_TAU * end, "thresholds": LEAST_THRESHOLD}
    steps = np.concatenate([np.full(_get(each, name).size, rates[name]) for each in layers for name in names])
    memory: Memory = {}
    errors: list[float] = []
    best, least = _pack(layers, names), np.inf
    whole = (float, best.shape)
    found = checkpoint.load(present=whole, best=whole, errors=(float, (None,)), least=(float, ()))
    if found is not None:
        layers, errors = _unpack(layers, names, found["present"]), list(found["errors"])
        best, least = found["best"], float(found["least"])
        memory = {name.removeprefix("memory_"): value for name, value in found.items() if name.startswith("memory_")}
        for name in memory:
            alone = name in ("factor", "error")  # of the whole vector
            found.check(f"memory_{name}", np.dtype(float), () if alone else best.shape)

    def state() -> dict[str, Any]:
        kept = {f"memory_{name}": value for name, value in memory.items()}
        return {"present": _pack(layers, names), "errors": np.array(errors), "best": best, "least": least, **kept}

    with progress_bar(max_epochs, done=max(0, len(errors) - 1), show=show) as bar:
        while True:
            passed = forward(layers, inputs, end, least_slope)
            off = passed[-1].times - targets
            error = float(0.5 * (off**2).sum())
            errors.append(error)
            if error < least:
                best, least = _pack(layers, names), error
            bar.set_postfix(error=f"{error:.3g}", refresh=False)
            if error <= tolerance or len(errors) > max_epochs:
                break
            gradients = backward(layers, passed, off)
            gradient = np.concatenate([each[name].ravel() for each in gradients for name in names])
            moved = _pack(layers, names) + optimiser(gradient, steps, error, memory)
            layers = _unpack(layers, names, moved, least_values)
            if "weights" in names:
                layers = _woken(layers, passed, wake)
            bar.update()
            checkpoint.save(**state())
    # A later run of more epochs goes on here: it finds the error of this network anew.
    reached = np.array(errors)
    errors.pop()
    checkpoint.save(force=True, **state())
    return _unpack(layers, names, best), reached


def _get(layer: Layer, name: str) -> Array:
    return layer.arrays()[name]


def _pack(layers: Sequence[Layer], names: Sequence[str]) -> Array:
    return np.concatenate([_get(each, name).ravel() for each in layers for name in names])


def _unpack(
    layers: Sequence[Layer], names: Sequence[str], vector: Array, least: Mapping[str, float] | None = None
) -> list[Layer]:
    """Return layers with the values of a vector, those with a least value kept at it."""
    changed, start = [], 0
    for layer in layers:
        arrays = {}
        for name in names:
            old = _get(layer, name)
            new = vector[start : start + old.size].reshape(old.shape)
            arrays[name] = np.maximum(new, (least or {}).get(name, -np.inf))
            start += old.size
        changed.append(layer.changed(**arrays))
    return changed


def _woken(layers: Sequence[Layer], passed: Sequence[Passed], wake: float) -> list[Layer]:
    """Raise the weights of neurons that were silent in all patterns."""
    result = []
    for layer, each in zip(layers, passed, strict=True):
        silent = ~each.fires.any(axis=0)
        if silent.any():
            rise = wake * layer.thresholds * silent / layer.weights[0].size
            layer = layer.changed(weights=layer.weights + rise[:, None, None])
        result.append(layer)
    return result
