"""Train a spiking network from the start, with snnTorch (extra `surrogate`).

snnTorch of the well-kept libraries: it installs beside any PyTorch, without CUDA or torchvision, and its `Leaky` neuron
can be reset in the step of the spike, as Brian2 resets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from brian2 import ms
from numpy.typing import NDArray

from brainnet.ann import LayerGraph, merge_pooling
from brainnet.ann.torch import from_torch, import_torch
from brainnet.coding.patterns import SpikePatterns
from brainnet.errors import BrainnetError, DataError
from brainnet.keys import fingerprint
from brainnet.learn.checkpoint import Checkpoint
from brainnet.learn.estimator import progress_bar
from brainnet.learn.surrogate.recipe import SpikingRecipe
from brainnet.seeds import check_seed
from brainnet.train.cache import cached_network
from brainnet.train.recipe import Recipe, parts_of
from brainnet.values.parameter import check_kind

if TYPE_CHECKING:
    import torch
    from torch import nn

__all__ = ["STEP", "simulate_torch", "train_spiking", "trained_spiking"]

# Time step of spike patterns.
STEP = 1 * ms
# Part of every cache key: counted up whenever training changes below.
_COUNTER = 1


def trained_spiking(
    x: Any, y: Any, architecture: str, recipe: SpikingRecipe, *, seed: int, progress: bool = True
) -> LayerGraph:
    """Return `train_spiking` of the same arguments, of values, from the user's cache where it was trained before."""
    parts_of(architecture)
    _import_snntorch()
    check_kind("recipe", recipe, SpikingRecipe)
    key = {"architecture": architecture, "spiking": asdict(recipe), "seed": seed, "counter": _COUNTER,
           "data": fingerprint(np.asarray(x), np.asarray(y)), "torch": version("torch"),
           "snntorch": version("snntorch")}  # fmt: skip
    return cached_network(key, lambda: train_spiking(x, y, architecture, recipe, seed=seed, progress=progress))


def train_spiking(
    x: Any,
    y: Any,
    architecture: str,
    recipe: SpikingRecipe,
    *,
    seed: int,
    checkpoint: Any = None,
    progress: bool = True,
) -> LayerGraph:
    """Train a chain of convolutions, average pooling and dense layers as spikes.

    Parameters
    ----------
    x : array (n, height, width) or (n, channels, height, width); (n, features) for dense layers only; or SpikePatterns
        Values in [0, 1], which are constant currents. Or spikes, in time steps of `STEP`, for dense layers only; those
        after the last step are not seen.
    y : integer array (n,)
        Classes from 0 on.
    architecture : str
        See `brainnet.train.recipe.parts_of`.
    recipe : SpikingRecipe
    seed : int
        0 to 2**32 - 1. On one machine the same seed and number of threads give the same weights.
    checkpoint : path or None
        An npz file, written after each epoch. A training that is killed goes on from it, with the same result.
    progress : bool
        Show a progress bar where there is a terminal.

    Returns
    -------
    LayerGraph
        Pooling is a part of the weights after it. `convert` makes it spike as it was trained: with ``neuron="lif"``,
        ``tau_m`` of `recipe.tau` time steps, ``reset="zero"``, ``normalisation="none"``, ``readout="potential"``, and
        the steps of the recipe.

    Raises
    ------
    ParameterError
        The architecture does not fit the samples, or the seed is out of range.
    DataError
        Samples and labels do not fit each other or the architecture.
    BrainnetError
        PyTorch or snnTorch is not installed.
    """
    check_kind("recipe", recipe, SpikingRecipe)
    torch = import_torch("training of spiking networks")
    _import_snntorch()
    from brainnet.train.network import build, check_samples

    seed = check_seed("", seed)
    frames, labels = frames_of(x, recipe.steps), np.asarray(y)
    check_samples(frames[0], labels, parts_of(architecture)[-1][1][0])
    kept = Checkpoint(checkpoint, fingerprint(asdict(recipe), architecture, seed, frames, labels), interval=0.0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build(architecture, frames.shape[2:], Recipe(dropout=recipe.dropout))
        targets = torch.from_numpy(labels.astype(np.int64))
        _fit(model, torch.from_numpy(frames), targets, recipe, kept, progress)
    return merge_pooling(from_torch(model.eval(), frames.shape[2:]))


def simulate_torch(
    graph: LayerGraph, x: Any, recipe: SpikingRecipe
) -> tuple[dict[str, NDArray[np.bool_]], NDArray[np.float64]]:
    """Run a trained network in snnTorch, in double precision.

    Parameters
    ----------
    graph : LayerGraph
        As `train_spiking` returns it.
    x : array (n, ...) or SpikePatterns
    recipe : SpikingRecipe
        Of which steps and tau act.

    Returns
    -------
    spikes : dict of str to boolean array (n, steps, neurons)
        Of every layer that fires.
    potential : array (n, classes)
        Of the output, at the end.
    """
    check_kind("recipe", recipe, SpikingRecipe)
    torch = import_torch("training of spiking networks")
    from brainnet.train.forward import received, weights_of

    frames = torch.from_numpy(frames_of(x, recipe.steps).astype(np.float64))
    neurons = {
        each.name: _neuron(recipe, torch.float64) for each in graph.layers if getattr(each, "activation", "") == "relu"
    }
    weights = weights_of(graph, torch.float64)
    spikes: dict[str, list[Any]] = {name: [] for name in neurons}
    potential: Any = 0.0
    with torch.no_grad():
        for step in range(recipe.steps):
            passed = frames[step % len(frames)].reshape(-1, *graph.input_shape)
            for layer in graph.layers:
                passed = received(layer, passed, *weights.get(layer.name, (None, None)))
                if layer.name in neurons:
                    passed = neurons[layer.name](passed).to(torch.float64)
                    spikes[layer.name].append(passed.flatten(1))
            potential = potential + passed
    return {name: torch.stack(each, 1).numpy() > 0 for name, each in spikes.items()}, potential.numpy()


def frames_of(x: Any, steps: int) -> NDArray[np.float32]:
    """Return what the first layer receives: shape (steps, n, inputs) of spikes, or (1, n, ...) of constant currents.

    Raises
    ------
    DataError
        Values outside of [0, 1].
    """
    if isinstance(x, SpikePatterns):
        owner = np.repeat(np.arange(len(x)), np.diff(x.offsets))
        step = ((x.times + 1e-3 * float(STEP)) / float(STEP)).astype(np.int64)
        seen = step < steps
        frames = np.zeros((steps, len(x), x.n), np.float32)
        np.add.at(frames, (step[seen], owner[seen], x.neurons[seen]), 1.0)
        return frames
    values = np.asarray(x, dtype=np.float32)
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise DataError(f"samples from {values.min():g} to {values.max():g}; give values in [0, 1], none of them NaN")
    return (values[:, None] if values.ndim == 3 else values)[None]


def _fit(
    model: nn.Sequential, frames: torch.Tensor, y: torch.Tensor, recipe: SpikingRecipe, kept: Checkpoint, progress: bool
) -> None:
    """Train in place."""
    import torch
    from torch.nn import functional

    from brainnet.train.network import moved

    before, rest, neurons = _spiking(model, recipe)
    batches = -(-len(y) // recipe.batch)
    parameters = list(model.parameters())
    optimiser = torch.optim.Adam(parameters, lr=recipe.rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=recipe.epochs * batches)
    state = kept.load(**_expected(parameters, torch.random.get_rng_state()))
    if state is not None and (state["epoch"] > recipe.epochs or state["batches"] != state["epoch"] * batches):
        raise DataError(f"checkpoint {kept.path} counts other epochs than this training; delete it to start anew")
    try:
        done = _restore(state, parameters, optimiser, schedule)
    except RuntimeError as error:  # what PyTorch says of random numbers that none has drawn
        raise DataError(f"checkpoint {kept.path} cannot be used ({error}); delete it to start anew") from error
    model.train()
    with progress_bar(recipe.epochs * batches, done=done * batches, unit="batch", show=progress) as bar:
        for epoch in range(done, recipe.epochs):
            for rows in torch.randperm(len(y)).split(recipe.batch):
                optimiser.zero_grad()
                for neuron in neurons:
                    neuron.reset_mem()
                current, output = None, torch.zeros(())
                for step in range(recipe.steps):
                    if current is None or len(frames) > 1:  # a constant one is computed once
                        current = before(moved(frames[step, rows], recipe.shift))
                    output = output + rest(current)
                loss = functional.cross_entropy(output / recipe.steps, y[rows])
                loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
                optimiser.step()
                schedule.step()
                bar.update()
            now = _state(parameters, optimiser) | {"random": torch.random.get_rng_state().numpy()}
            kept.save(epoch=epoch + 1, batches=(epoch + 1) * batches, **now)


def _spiking(model: nn.Sequential, recipe: SpikingRecipe) -> tuple[nn.Sequential, nn.Sequential, list[Any]]:
    """Put spiking neurons in the place of ReLU; return what comes before the first of them, the rest, and them."""
    import torch
    from torch import nn

    neurons = {k: _neuron(recipe, torch.float32) for k, each in enumerate(model) if isinstance(each, nn.ReLU)}
    layers = [neurons.get(k, each) for k, each in enumerate(model)]
    first = min(neurons, default=len(layers))
    return nn.Sequential(*layers[:first]), nn.Sequential(*layers[first:]), [*neurons.values()]


def _neuron(recipe: SpikingRecipe, dtype: torch.dtype) -> Any:
    import torch

    snntorch = _import_snntorch()
    beta = torch.tensor(np.exp(-1 / recipe.tau), dtype=dtype)
    gradients = {"fast_sigmoid": snntorch.surrogate.fast_sigmoid, "atan": snntorch.surrogate.atan}
    return snntorch.Leaky(
        beta=beta, spike_grad=gradients[recipe.gradient](recipe.slope),
        reset_mechanism="zero", reset_delay=False, init_hidden=True,
    )  # fmt: skip


def _state(parameters: list[Any], optimiser: Any) -> dict[str, Any]:
    """Return weights and what Adam knows of each, as arrays."""
    state: dict[str, Any] = {}
    for k, each in enumerate(parameters):
        own = optimiser.state[each]
        state |= {f"w{k}": each.detach().numpy(), f"m{k}": own["exp_avg"].numpy(), f"v{k}": own["exp_avg_sq"].numpy()}
    return state


def _expected(parameters: list[Any], random: Any) -> dict[str, tuple[Any, tuple[int | None, ...]]]:
    """Return type and shape of all that `_state` gives."""
    arrays: dict[str, tuple[Any, tuple[int | None, ...]]] = {
        f"{key}{k}": (np.float32, tuple(each.shape)) for k, each in enumerate(parameters) for key in "wmv"
    }
    return {**arrays, "epoch": (int, ()), "batches": (int, ()), "random": (np.uint8, tuple(random.shape))}


def _restore(state: Mapping[str, Any] | None, parameters: list[Any], optimiser: Any, schedule: Any) -> int:
    """Take a training up where it was kept; return the epochs that are done."""
    import torch

    if state is None:
        return 0
    batches = int(state["batches"])
    for k, each in enumerate(parameters):
        each.data.copy_(torch.from_numpy(state[f"w{k}"]))
        optimiser.state[each] = {
            "step": torch.tensor(float(batches)),
            "exp_avg": torch.from_numpy(state[f"m{k}"]),
            "exp_avg_sq": torch.from_numpy(state[f"v{k}"]),
        }
    schedule.last_epoch = batches
    # As within a step of the schedule, which sets the next rate.
    schedule._get_lr_called_within_step = True
    for group, rate in zip(optimiser.param_groups, schedule.get_lr(), strict=True):
        group["lr"] = rate
    torch.random.set_rng_state(torch.from_numpy(state["random"]))
    return int(state["epoch"])


def _import_snntorch() -> Any:
    try:
        import snntorch
        import snntorch.surrogate
    except ImportError as error:
        raise BrainnetError("training of spiking networks needs snnTorch; pip install brainnet[surrogate]") from error
    return snntorch
