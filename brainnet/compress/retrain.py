"""Training a layer graph again: ADMM towards few weights and levels, and fine-tuning that keeps zeros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann import LayerGraph
from brainnet.ann.description import described
from brainnet.ann.torch import import_torch
from brainnet.compress.layers import check_fraction, check_left, check_levels, of_layers, weighted, with_weights
from brainnet.compress.settings import Retraining
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.seeds import check_seed
from brainnet.train import cached_network

if TYPE_CHECKING:
    from brainnet.compress.network import Trainable

__all__ = ["admm", "compressed_network", "finetune"]

# Part of every cache key: counted up whenever training changes below.
RECIPE = 2


def admm(
    graph: LayerGraph,
    x: Any,
    y: Any,
    *,
    connectivity: Any = None,
    levels: Any = None,
    settings: Retraining | None = None,
    seed: int = 0,
    progress: bool = True,
) -> LayerGraph:
    r"""Prune and quantise while training, by the alternating direction method of multipliers.

    .. math:: \min_W f(W) + g(Z), \quad W = Z

    Each epoch, Adam lowers :math:`f(W) + \frac{\rho}{2} \| W - Z + U \|^2`; after it, Z becomes the nearest weights to
    W + U that are as wanted, and U grows by W - Z (Zhang et al. 2018, ECCV; Ren et al. 2019, ASPLOS, doi:10.1145/
    3297858.3304076; for spikes Deng et al. 2021, IEEE TNNLS, arXiv:1911.00822). Then weights are projected and trained
    again: pruned ones stay zero, and the forward pass sees weights on levels, through which the gradient passes as if
    they were not (Bengio et al. 2013, arXiv:1308.3432).

    Parameters
    ----------
    graph : LayerGraph
        Of any layers that read networks have. Weights that are zero stay zero.
    x : array (n, ...)
    y : integer array (n,)
        Positions among the outputs.
    connectivity : float or mapping of str to float, optional
        Fraction of the weights that stay, for all layers or by name.
    levels : int or mapping of str to int, optional
        2n + 1, odd: multiples of one interval a layer, found with the weights; for all layers, or by name.
    settings : Retraining, optional
    seed : int
        0 to 2**32 - 1. On one machine the same seed and number of threads give the same weights.
    progress : bool
        Show a progress bar where there is a terminal.

    Returns
    -------
    LayerGraph
        Biases are trained, and stay as numbers.

    Raises
    ------
    ParameterError, UnknownNameError
        A value is out of range, a name is no layer with weights, or neither connectivity nor levels are given.
    DataError
        Samples and labels do not fit the network.
    CompressionError
        Nothing would be left of a layer.
    BrainnetError
        PyTorch is not installed (extra `torch`).
    """
    if connectivity is None and levels is None:
        raise ParameterError("admm: nothing to reach; give connectivity, levels or both, or use finetune")
    keep = _kept(graph, connectivity)
    halves = {name: check_levels(name, given, odd=True) // 2
              for name, given in ({} if levels is None else of_layers(graph, "levels", levels)).items()}  # fmt: skip
    return _trained(graph, x, y, keep, halves, settings or Retraining(), seed, progress)


def compressed_network(
    graph: LayerGraph,
    x: Any,
    y: Any,
    *,
    connectivity: Any = None,
    levels: Any = None,
    settings: Retraining | None = None,
    seed: int = 0,
    progress: bool = True,
) -> LayerGraph:
    """Return the graph that `admm` makes of the same arguments, from the user's cache where it was made before.

    Without connectivity and levels it is what `finetune` makes. A training that was interrupted leaves nothing.
    """
    import_torch("training a network again")
    weights = [getattr(layer, field) for layer in graph.layers for field in layer.arrays]
    key = {"compress": asdict(settings or Retraining()), "graph": fingerprint(*weights), "seed": seed,
           "layers": [*map(described, graph.layers)], "data": fingerprint(np.asarray(x), np.asarray(y)),
           "connectivity": connectivity, "levels": levels, "counter": RECIPE, "torch": version("torch")}  # fmt: skip

    def make() -> LayerGraph:
        if connectivity is None and levels is None:
            return finetune(graph, x, y, settings=settings, seed=seed, progress=progress)
        wanted = {"connectivity": connectivity, "levels": levels}
        return admm(graph, x, y, **wanted, settings=settings, seed=seed, progress=progress)

    return cached_network(key, make)


def finetune(
    graph: LayerGraph,
    x: Any,
    y: Any,
    *,
    settings: Retraining | None = None,
    seed: int = 0,
    progress: bool = True,
) -> LayerGraph:
    """Train a network again, with weights that are zero kept so: what pruning took is won back, or spikes are saved.

    Weights leave their levels; quantise afterwards, or use `admm` with ``levels``.

    Parameters
    ----------
    graph, x, y, seed, progress
        As in `admm`.
    settings : Retraining, optional
        ``activity`` lowers the number of spikes; what is of ADMM alone has no effect.

    Raises
    ------
    ParameterError, DataError, CompressionError, BrainnetError
        As in `admm`.
    """
    return _trained(graph, x, y, {}, {}, settings or Retraining(), seed, progress)


def _kept(graph: LayerGraph, connectivity: Any) -> dict[str, int]:
    """Return how many weights stay, by layer."""
    layers, kept = weighted(graph), {}
    for name, given in ({} if connectivity is None else of_layers(graph, "connectivity", connectivity)).items():
        kept[name] = round(check_fraction("connectivity", name, given) * layers[name].weights.size)
        check_left(name, np.array(kept[name]), f"{given} of {layers[name].weights.size} weights are none; give more")
    return kept


def _trained(
    graph: LayerGraph,
    x: Any,
    y: Any,
    keep: Mapping[str, int],
    halves: Mapping[str, int],
    settings: Retraining,
    seed: int,
    progress: bool,
) -> LayerGraph:
    layers = weighted(graph)
    seed = check_seed("", seed)
    samples, labels = _samples(graph, x, y)
    for name, layer in layers.items():
        check_left(name, layer.weights, "start from a network with weights")
    torch = import_torch("training a network again")
    from brainnet.compress.network import Trainable, fit

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Trainable(graph, keep, halves)
        fit(model, torch.from_numpy(samples), torch.from_numpy(labels), settings, progress)
    return _read(graph, model)


def _read(graph: LayerGraph, model: Trainable) -> LayerGraph:
    """Return the graph with what was learned."""
    weights = model.final_weights()
    for name, each in weights.items():
        check_left(name, each, "give a larger connectivity or a smaller rate")
    made = with_weights(graph, weights)
    layers = [
        replace(each, bias=model.biases[each.name].detach().double().numpy()) if each.name in model.biases else each
        for each in made.layers
    ]
    return replace(made, layers=tuple(layers))


def _samples(graph: LayerGraph, x: Any, y: Any) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return samples in the network's shape, and labels."""
    samples, labels = graph.samples(x).astype(np.float32), np.asarray(y)
    if not np.isfinite(samples).all():
        raise DataError("samples hold NaN or infinite values; remove or replace them")
    graph.check_labels(labels, len(samples))
    return samples.reshape(len(samples), *graph.input_shape), labels.astype(np.int64)
