"""Train a converted network as spikes, and read it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from brainnet.ann import Conv1d, Conv2d, Dense, LayerGraph
from brainnet.ann.description import described
from brainnet.ann.torch import import_torch
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.learn.surrogate.settings import Surrogate
from brainnet.seeds import check_seed
from brainnet.train.cache import cached_network
from brainnet.values.parameter import check_kind

if TYPE_CHECKING:
    import torch

    from brainnet.learn.surrogate.rule import Unrolled

__all__ = ["Tuned", "finetune", "simulate", "tuned_network"]

# Part of every cache key: counted up whenever training changes below.
RECIPE = 2


@dataclass(frozen=True, eq=False)
class Tuned:
    """What `finetune` made.

    Attributes
    ----------
    graph : LayerGraph
        For thresholds of 1: the weights onto a layer are divided by its learned threshold. `convert` takes it with
        ``normalisation="none"``, ``readout="potential"`` and the coding and number of steps of the training; a network
        with average pooling after `brainnet.ann.merge_pooling`, since training has no neurons for the means.
    leaks, thresholds : dict of str to float
        Of the layers that fire. `convert` takes the leaks, with ``neuron="lif"``.
    losses : array (updates,)
        Cross-entropy of every batch.
    """

    graph: LayerGraph
    leaks: Mapping[str, float]
    thresholds: Mapping[str, float]
    losses: NDArray[np.float64]


def finetune(
    graph: LayerGraph,
    x: Any,
    y: Any,
    settings: Surrogate,
    *,
    thresholds: Mapping[str, float] | None = None,
    output_scale: float = 1.0,
    seed: int = 0,
    progress: bool = True,
) -> Tuned:
    """Train a converted network by backpropagation through time (STDB: Rathi et al. 2020, ICLR).

    Parameters
    ----------
    graph : LayerGraph
        A chain, normalised: a layer with ReLU fires where its potential reaches its threshold; the last one
        integrates.
    x : array (n, ...)
        Samples, in [0, 1] for Bernoulli coding.
    y : integer array (n,)
    settings : Surrogate
    thresholds : mapping of str to float, optional
        Of the layers that fire; 1 where left out.
    output_scale : float
        Factor of the output's mean input in the softmax: its scale in the normalisation gives the network's logits.
    seed : int
        0 to 2**32 - 1. On one machine the same seed and number of threads give the same weights.
    progress : bool
        Show a progress bar where there is a terminal.

    Returns
    -------
    Tuned

    Raises
    ------
    ConversionError
        The graph holds what cannot be trained.
    DataError, ParameterError
        Samples, labels or the seed do not fit.
    BrainnetError
        PyTorch is not installed.
    """
    check_kind("settings", settings, Surrogate)
    torch = import_torch("hybrid training")
    from brainnet.learn.surrogate.rule import Unrolled

    seed = check_seed("", seed)
    samples, labels = _samples(graph, x, settings), np.asarray(y)
    n_classes = graph.layers[-1].n_out
    fits = labels.shape == (len(samples),) and labels.dtype.kind in "iu"
    if not fits or not 0 <= labels.min() <= labels.max() < n_classes:
        raise DataError(
            f"{len(samples)} samples and labels of shape {labels.shape}; give one of 0 to {n_classes - 1} each"
        )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Unrolled(graph, thresholds or {}, settings)
        # As in training for conversion: convolutions of many channels take less time.
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        targets = torch.from_numpy(labels.astype(np.int64))
        losses = _fit(model, torch.from_numpy(samples), targets, output_scale, progress)
    return _read(model, losses)


def tuned_network(
    graph: LayerGraph,
    x: Any,
    y: Any,
    settings: Surrogate,
    *,
    thresholds: Mapping[str, float] | None = None,
    output_scale: float = 1.0,
    seed: int = 0,
    progress: bool = True,
) -> LayerGraph:
    """Return the graph that `finetune` makes of the same arguments, from the user's cache where it was made before.

    Raises
    ------
    ParameterError
        Leaks are learned, which a graph does not say.
    """
    if settings.learn_leak:
        raise ParameterError("tuned_network: a graph has no leaks; use finetune, or learn_leak=False")
    import_torch("hybrid training")
    weights = [getattr(layer, field) for layer in graph.layers for field in layer.arrays]
    key = {"surrogate": asdict(settings), "graph": fingerprint(*weights), "layers": [*map(described, graph.layers)],
           "data": fingerprint(np.asarray(x), np.asarray(y)), "thresholds": dict(thresholds or {}), "seed": seed,
           "output_scale": output_scale, "counter": RECIPE, "torch": version("torch")}  # fmt: skip

    def make() -> LayerGraph:
        return finetune(
            graph, x, y, settings, thresholds=thresholds, output_scale=output_scale, seed=seed, progress=progress
        ).graph

    return cached_network(key, make)


def simulate(
    graph: LayerGraph, frames: Any, settings: Surrogate, leaks: Mapping[str, float] | None = None
) -> tuple[dict[str, NDArray[np.bool_]], np.ndarray]:
    """Run the unrolled network in double precision.

    Parameters
    ----------
    graph : LayerGraph
        As in `finetune`, for thresholds of 1.
    frames : array (steps, n, \\*input_shape)
        What the first layer receives at each step: spikes, or the same values every time.
    settings : Surrogate
        Of which leak and v_init act.
    leaks : dict of str to float, optional
        As `finetune` learned them, in place of the leak of the settings.

    Returns
    -------
    spikes : dict of str to boolean array (n, steps, neurons)
        Of every layer that fires.
    potential : array (n, classes)
    """
    check_kind("settings", settings, Surrogate)
    torch = import_torch("hybrid training")
    from brainnet.learn.surrogate.rule import Unrolled

    record: dict[str, list[Any]] = {}
    with torch.no_grad():
        model = Unrolled(graph, {}, settings, torch.float64).eval()
        for name, leak in (leaks or {}).items():
            if name not in model.firing or not 0 < leak <= 1:
                raise ParameterError(
                    f"simulate: the leak of {name!r} is {leak!r}; give numbers above 0, up to 1, for {model.firing}"
                )
            model.leaky = True
            model.leaks[name].fill_(leak)
        potential = model((torch.from_numpy(np.asarray(frame, dtype=np.float64)) for frame in frames), record)
    spikes = {name: torch.stack(each, 1).flatten(2).numpy() > 0 for name, each in record.items()}
    return spikes, potential.numpy()


def _fit(model: Unrolled, x: torch.Tensor, y: torch.Tensor, scale: float, progress: bool) -> NDArray[np.float64]:
    """Train in place and return the losses."""
    import torch
    from torch.nn import functional

    s = model.settings
    optimiser = torch.optim.Adam([each for each in model.parameters() if each.requires_grad], lr=s.rate)
    losses = []
    model.train()
    total = s.epochs * -(-len(x) // s.batch)
    with tqdm(total=total, unit="batch", leave=False, disable=None if progress else True) as bar:
        for _ in range(s.epochs):
            for rows in torch.randperm(len(x)).split(s.batch):
                optimiser.zero_grad()
                potential = model(_frames(x[rows], s))
                loss = functional.cross_entropy(potential * (scale / s.steps), y[rows])
                loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
                optimiser.step()
                with torch.no_grad():  # what has a meaning only inside
                    for name in model.firing:
                        model.leaks[name].clamp_(1e-3, 1.0)
                        model.thresholds[name].clamp_(min=1e-3)
                losses.append(loss.item())
                bar.update()
    return np.array(losses)


def _frames(x: torch.Tensor, settings: Surrogate) -> Iterator[torch.Tensor]:
    """Yield what the first layer receives, step by step."""
    import torch

    for _ in range(settings.steps):
        yield (torch.rand_like(x) < x).to(x.dtype) if settings.coding == "bernoulli" else x


def _read(model: Unrolled, losses: NDArray[np.float64]) -> Tuned:
    """Read weights, thresholds and leaks of a trained network."""
    thresholds = {name: model.thresholds[name].item() for name in model.firing}
    leaks = {name: model.leaks[name].item() for name in model.firing}
    layers = []
    for layer in model.graph.layers:
        if isinstance(layer, Dense | Conv1d | Conv2d):
            divisor = thresholds.get(layer.name, 1.0)
            weights = model.weights[layer.name].detach().double().numpy() / divisor
            bias = layer.bias
            if layer.name in model.biases:
                bias = model.biases[layer.name].detach().double().numpy() / divisor
            layer = replace(layer, weights=weights, bias=bias)
        layers.append(layer)
    return Tuned(replace(model.graph, layers=tuple(layers)), leaks, thresholds, losses)


def _samples(graph: LayerGraph, x: Any, settings: Surrogate) -> NDArray[np.float32]:
    """Return samples in the network's shape."""
    samples = np.asarray(x, dtype=np.float32)
    if samples.ndim < 2 or len(samples) == 0 or samples[0].size != int(np.prod(graph.input_shape)):
        raise DataError(f"samples of shape {samples.shape}; network {graph.name!r} takes (n, *{graph.input_shape})")
    if not np.isfinite(samples).all():
        raise DataError("samples hold NaN or infinite values; remove or replace them")
    if settings.coding == "bernoulli" and (samples.min() < 0 or samples.max() > 1):
        raise DataError(f"samples from {samples.min():g} to {samples.max():g} are no probabilities; scale to [0, 1]")
    return samples.reshape(len(samples), *graph.input_shape)
