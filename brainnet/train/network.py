"""Train a network for conversion, with PyTorch (extra `torch`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from brainnet.ann.graph import LayerGraph
from brainnet.ann.torch import from_torch, import_torch
from brainnet.errors import DataError, ParameterError
from brainnet.keys import fingerprint
from brainnet.seeds import check_seed
from brainnet.train.cache import cached_network
from brainnet.train.recipe import Recipe, parts_of
from brainnet.values.parameter import check_kind

if TYPE_CHECKING:
    import torch
    from torch import nn

__all__ = ["build", "check_samples", "moved", "train_network", "trained_network"]

# Part of every cache key: counted up whenever training changes below.
RECIPE = 2
# Where lambda of "clipped" and "qcfs" begins: it grows where values exceed it, and learns nothing where none does.
THRESHOLD = 1.0


def trained_network(
    x: Any, y: Any, architecture: str, recipe: Recipe, *, seed: int, progress: bool = True
) -> LayerGraph:
    """Return `train_network` of the same arguments, from the user's cache where it was trained before.

    A training that was interrupted leaves nothing in the cache.
    """
    parts_of(architecture)
    check_kind("recipe", recipe, Recipe)
    import_torch("training for conversion")
    key = {"architecture": architecture, "recipe": asdict(recipe), "seed": seed, "counter": RECIPE,
           "data": fingerprint(np.asarray(x), np.asarray(y)), "torch": version("torch")}  # fmt: skip
    return cached_network(key, lambda: train_network(x, y, architecture, recipe, seed=seed, progress=progress))


def train_network(x: Any, y: Any, architecture: str, recipe: Recipe, *, seed: int, progress: bool = True) -> LayerGraph:
    """Train a chain of convolutions, pooling and dense layers.

    Parameters
    ----------
    x : array (n, height, width) or (n, channels, height, width); (n, features) for dense layers only
        Values in [0, 1].
    y : integer array (n,)
        Classes from 0 on.
    architecture : str
        See `brainnet.train.recipe.parts_of`.
    recipe : Recipe
    seed : int
        0 to 2**32 - 1. On one machine the same seed and number of threads give the same weights.
    progress : bool
        Show a progress bar where there is a terminal.

    Returns
    -------
    LayerGraph

    Raises
    ------
    ParameterError
        The architecture does not fit the samples, or the seed is out of range.
    DataError
        Samples and labels do not fit each other or the architecture.
    BrainnetError
        PyTorch is not installed.
    """
    check_kind("recipe", recipe, Recipe)
    torch = import_torch("training for conversion")
    seed = check_seed("", seed)
    samples, labels = np.asarray(x, dtype=np.float32), np.asarray(y)
    if samples.ndim == 3:
        samples = samples[:, None]
    check_samples(samples, labels, parts_of(architecture)[-1][1][0])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # channels last: convolutions of many channels take two thirds of the time
        model = build(architecture, samples.shape[1:], recipe)
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        _fit(model, torch.from_numpy(samples), torch.from_numpy(labels.astype(np.int64)), recipe, progress)
    return from_torch(model.eval(), samples.shape[1:])


def build(architecture: str, input_shape: tuple[int, ...], recipe: Recipe) -> nn.Sequential:
    """Make the untrained network, weights as He et al. 2015 draw them.

    Raises
    ------
    ParameterError
        If the architecture does not fit the shape of a sample.
    """
    from torch import nn

    from brainnet.ann.torch_qcfs import QCFS

    pool = {"average": nn.AvgPool2d, "max": nn.MaxPool2d}[recipe.pooling]
    make: dict[str, Callable[[], nn.Module]] = {
        "relu": nn.ReLU, "clipped": lambda: QCFS(THRESHOLD), "qcfs": lambda: QCFS(THRESHOLD, recipe.levels),
    }  # fmt: skip
    shape, layers = tuple(input_shape), list[nn.Module]()
    described = parts_of(architecture)
    for i, (kind, numbers) in enumerate(described):
        if kind != "dense" and len(shape) != 3:
            raise ParameterError(f"architecture {architecture!r}: samples of shape {shape} are no images; use 128-10")
        if kind == "conv":
            channels, kernel, padding = numbers
            layers += [
                nn.Conv2d(shape[0], channels, kernel, padding=padding, bias=recipe.bias),
                make[recipe.activation](),
            ]
            shape = (channels, *(length + 2 * padding - kernel + 1 for length in shape[1:]))
        elif kind == "pool":
            layers.append(pool(numbers[0]))
            shape = (shape[0], *(length // numbers[0] for length in shape[1:]))
        else:
            layers += [nn.Flatten()] if len(shape) > 1 else []
            layers += [nn.Dropout(recipe.dropout)] if recipe.dropout else []
            layers.append(nn.Linear(int(np.prod(shape)), numbers[0], bias=recipe.bias))
            layers += [make[recipe.activation]()] if i + 1 < len(described) else []
            shape = numbers
        if min(shape) < 1:
            raise ParameterError(f"architecture {architecture!r} leaves nothing of samples of shape {input_shape}")
    for layer in layers:
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def _fit(model: nn.Sequential, x: torch.Tensor, y: torch.Tensor, recipe: Recipe, progress: bool) -> None:
    """Train in place."""
    import torch
    from torch.nn import functional

    batches = -(-len(x) // recipe.batch)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=recipe.epochs * batches)
    model.train()
    with tqdm(total=recipe.epochs * batches, unit="batch", leave=False, disable=None if progress else True) as bar:
        for _ in range(recipe.epochs):
            for rows in torch.randperm(len(x)).split(recipe.batch):
                optimiser.zero_grad()
                output, activity = _forward(model, moved(x[rows], recipe.shift), recipe.noise)
                loss = functional.cross_entropy(output, y[rows]) + _penalty(model, recipe) + recipe.activity * activity
                loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
                optimiser.step()
                schedule.step()
                bar.update()


def _forward(model: nn.Sequential, x: torch.Tensor, noise: float) -> tuple[torch.Tensor, Any]:
    """Return the outputs and the mean activity summed over hidden layers."""
    import torch
    from torch import nn

    from brainnet.ann.torch_qcfs import QCFS

    activity: Any = 0.0
    for layer in model:
        x = layer(x)
        if isinstance(layer, nn.ReLU | QCFS):
            activity = activity + x.mean()
            if noise:
                x = x + noise * x.detach().amax() * torch.randn_like(x)
    return x, activity


def _penalty(model: nn.Sequential, recipe: Recipe) -> Any:
    """Return the penalty on the weights; biases and thresholds have none."""
    penalty: Any = 0.0
    for parameter in model.parameters():
        if parameter.ndim > 1 and recipe.l2:
            penalty = penalty + recipe.l2 * parameter.square().sum()
        if parameter.ndim > 1 and recipe.l1:
            penalty = penalty + recipe.l1 * parameter.abs().sum()
    return penalty


def moved(x: torch.Tensor, most: int) -> torch.Tensor:
    """Move images by the same random number of pixels along each axis, zeros coming in."""
    import torch
    from torch.nn import functional

    if not most or x.ndim != 4:
        return x
    height, width = x.shape[2:]
    top, left = torch.randint(2 * most + 1, (2,)).tolist()
    return functional.pad(x, (most, most, most, most))[:, :, top : top + height, left : left + width]


def check_samples(x: np.ndarray, y: np.ndarray, n_classes: int) -> None:
    """Check that samples and labels fit."""
    if x.ndim not in (2, 4) or len(x) == 0 or not np.isfinite(x).all():
        raise DataError(f"samples of shape {x.shape}; give finite numbers in shape (n, channels, height, width)")
    if y.shape != (len(x),) or y.dtype.kind not in "iu":
        raise DataError(f"{len(x)} samples and labels of shape {y.shape}, type {y.dtype}; give one integer per sample")
    if y.min() < 0 or y.max() >= n_classes:
        raise DataError(f"labels from {y.min()} to {y.max()} for {n_classes} outputs; number the classes from 0")
