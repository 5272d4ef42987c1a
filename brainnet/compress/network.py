"""A layer graph as PyTorch trains it under constraints; imported where training begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from brainnet.ann import LayerGraph, ReLU, Softmax
from brainnet.compress.constraint import Constraint
from brainnet.compress.settings import Retraining
from brainnet.train.forward import check_layers, values_of, weights_of
from brainnet.train.network import moved

__all__ = ["Trainable", "fit"]


class Trainable(nn.Module):
    """Weights and biases of a graph, and what the weights of each layer are to become.

    Parameters
    ----------
    graph : LayerGraph
    keep : mapping of str to int
        Most weights that are not zero; all where a layer is left out.
    halves : mapping of str to int
        n of 2n + 1 levels; any value where a layer is left out.

    Raises
    ------
    ConversionError
        The graph holds what PyTorch cannot compute.
    """

    def __init__(self, graph: LayerGraph, keep: Mapping[str, int], halves: Mapping[str, int]) -> None:
        super().__init__()
        check_layers(graph)
        self.graph = graph
        given = weights_of(graph, torch.float32)
        self.weights = {name: nn.Parameter(_channels_last(weights)) for name, (weights, _) in given.items()}
        self.biases = {name: nn.Parameter(bias) for name, (_, bias) in given.items() if bias is not None}
        self.all = nn.ParameterList([*self.weights.values(), *self.biases.values()])
        self.constraints = {
            name: Constraint(keep.get(name), halves.get(name), weights != 0) for name, (weights, _) in given.items()
        }
        self.sought = [name for name in given if name in keep or name in halves]
        self.masks = {name: each.there.to(torch.float32) for name, each in self.constraints.items()}
        self.intervals: dict[str, torch.Tensor] = {}
        last = graph.layers[-1]
        self.logits = last.inputs[0] if isinstance(last, Softmax) else last.name
        self.active = [
            each.name for each in graph.layers if isinstance(each, ReLU) or getattr(each, "activation", "") == "relu"
        ]

    def forward(self, x: torch.Tensor, dropout: float = 0.0) -> dict[str, torch.Tensor]:
        """Return the values of all layers, (n, ...)."""
        return values_of(self.graph, x, {name: self.seen(name) for name in self.weights}, self.biases, dropout)

    def seen(self, name: str) -> torch.Tensor:
        """Return the weights that the forward pass sees: without those pruned, on levels once these are fixed."""
        weights = self.weights[name] * self.masks[name]
        if name not in self.intervals:
            return weights
        with torch.no_grad():
            constraint = self.constraints[name]
            alpha = self.intervals[name] = constraint.interval(weights, self.intervals[name], 1)
            rounding = alpha * constraint.steps(weights, alpha) - weights
        return weights + rounding

    def harden(self) -> None:
        """Fix which weights are zero, and put all others on levels from now on."""
        with torch.no_grad():
            for name, constraint in self.constraints.items():
                weights = self.weights[name]
                self.masks[name] = constraint.mask(weights)
                if constraint.half is not None:
                    self.intervals[name] = constraint.interval(weights * self.masks[name])

    def final_weights(self) -> dict[str, NDArray[np.float64]]:
        """Return the weights as the forward pass sees them, levels as exact multiples of their interval."""
        final = {}
        with torch.no_grad():
            for name, weights in self.weights.items():
                kept = weights * self.masks[name]
                if name in self.intervals:
                    alpha = self.intervals[name]
                    final[name] = float(alpha) * self.constraints[name].steps(kept, alpha).double().numpy()
                else:
                    final[name] = kept.double().numpy()
        return final


def fit(model: Trainable, x: torch.Tensor, y: torch.Tensor, settings: Retraining, progress: bool) -> None:
    """Train in place: ADMM, where there is something to reach, then with zeros and levels fixed."""
    x = _channels_last(x)
    admm_epochs = settings.admm_epochs if model.sought else 0
    batches = -(-len(x) // settings.batch)
    total = (admm_epochs + settings.epochs) * batches
    with tqdm(total=total, unit="batch", leave=False, disable=None if progress else True) as bar:
        if admm_epochs:
            _multipliers(model, x, y, settings, bar)
        model.harden()
        optimiser = torch.optim.Adam(model.parameters(), lr=settings.rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, settings.epochs * batches))
        for _ in range(settings.epochs):
            _epoch(model, x, y, settings, optimiser, bar, schedule=schedule)


def _multipliers(model: Trainable, x: torch.Tensor, y: torch.Tensor, settings: Retraining, bar: Any) -> None:
    """Bring W near to Z."""
    optimiser = torch.optim.Adam(model.parameters(), lr=settings.rate)
    scaled = {name: torch.zeros_like(model.weights[name]) for name in model.sought}  # U
    for _ in range(settings.admm_epochs):
        with torch.no_grad():
            targets = {}
            for name in model.sought:
                wanted = model.weights[name] + scaled[name]
                z = model.constraints[name].project(wanted)
                targets[name] = z - scaled[name]
        _epoch(model, x, y, settings, optimiser, bar, targets=targets)
        with torch.no_grad():
            for name in model.sought:  # U += W - Z, where Z = target + U
                scaled[name] = model.weights[name] - targets[name]


def _epoch(
    model: Trainable,
    x: torch.Tensor,
    y: torch.Tensor,
    settings: Retraining,
    optimiser: torch.optim.Optimizer,
    bar: Any,
    *,
    targets: Mapping[str, torch.Tensor] | None = None,
    schedule: Any = None,
) -> None:
    for rows in torch.randperm(len(x)).split(settings.batch):
        optimiser.zero_grad()
        values = model(moved(x[rows], settings.shift), settings.dropout)
        loss = functional.cross_entropy(values[model.logits].flatten(1), y[rows])
        for name, target in (targets or {}).items():
            loss = loss + settings.rho / 2 * (model.weights[name] - target).square().sum()
        if settings.activity:
            loss = loss + settings.activity * sum(_activity(values[name]) for name in model.active)
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        optimiser.step()
        if schedule is not None:
            schedule.step()
        bar.update()


def _channels_last(values: torch.Tensor) -> torch.Tensor:
    """Return images and kernels in the order in memory in which convolutions take two thirds of the time."""
    return values.contiguous(memory_format=torch.channels_last) if values.ndim == 4 else values


def _activity(values: torch.Tensor) -> torch.Tensor:
    """Return the mean over the root of the mean square: sqrt of the share of active neurons, of equal ones."""
    return values.mean() / (values.square().mean() + 1e-12).sqrt()
