"""A spiking network unrolled in time, for PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from brainnet.ann import AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer, LayerGraph
from brainnet.errors import ConversionError
from brainnet.learn.surrogate.settings import Surrogate
from brainnet.train.forward import check_layers, received

__all__ = ["Unrolled"]

NEVER = -1e6  # step of a last spike that there was not
# Sums of rounded inputs that should reach the threshold do: as in the model `integrate_and_fire`.
TOLERANCE = 1e-9


class _Spike(torch.autograd.Function):
    """1 where the potential is at the threshold; the derivative is given."""

    @staticmethod
    def forward(ctx: Any, excess: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(slope)
        return (excess >= -TOLERANCE).to(excess.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (slope,) = ctx.saved_tensors
        return gradients[0] * slope, None


class Unrolled(nn.Module):
    r"""A chain of layers whose hidden neurons fire and whose last ones integrate.

    .. math:: v_t = \lambda v_{t-1} + W s_t + b - \theta o_{t-1}, \qquad o_t = [v_t \ge \theta]

    The derivative of the reset is left out (Rathi et al. 2020). The output has no leak.

    Parameters
    ----------
    graph : LayerGraph
        A chain of dense layers, convolutions and average pooling; layers with ReLU fire.
    thresholds : mapping of str to float
        Of layers that fire; 1 where left out.
    settings : Surrogate
    dtype : torch.dtype

    Raises
    ------
    ConversionError
        If the graph holds anything else.
    """

    def __init__(
        self,
        graph: LayerGraph,
        thresholds: Mapping[str, float],
        settings: Surrogate,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.graph, self.settings = graph, settings
        check_chain(graph)
        self.firing = [layer.name for layer in graph.layers if getattr(layer, "activation", "") == "relu"]
        unknown = [name for name in thresholds if name not in self.firing]
        if unknown:
            raise ConversionError(f"layer {unknown[0]!r} has a threshold and does not fire; these do: {self.firing}")
        weighted = [layer for layer in graph.layers if isinstance(layer, Dense | Conv1d | Conv2d)]

        def parameter(values: Any, learned: bool = True) -> nn.Parameter:
            return nn.Parameter(torch.tensor(values, dtype=dtype), requires_grad=learned)

        # Plain dictionaries: a ParameterDict takes no name that one of its own attributes has, such as "keys".
        self.weights = {each.name: parameter(each.weights) for each in weighted}
        self.biases = {each.name: parameter(each.bias) for each in weighted if each.bias.any()}
        self.thresholds = {
            name: parameter(thresholds.get(name, 1.0), settings.learn_thresholds) for name in self.firing
        }
        self.leaky = settings.learn_leak or settings.leak != 1
        self.leaks = {name: parameter(settings.leak, settings.learn_leak) for name in self.firing}
        kinds = (self.weights, self.biases, self.thresholds, self.leaks)
        self.all = nn.ParameterList(each for kind in kinds for each in kind.values())

    def forward(
        self, frames: Iterable[torch.Tensor], record: dict[str, list[torch.Tensor]] | None = None
    ) -> torch.Tensor:
        """Return the output's potential after all frames, (n, classes).

        Parameters
        ----------
        frames : iterable of tensors (n, \\*input_shape)
            What the first layer receives at each step.
        record : dict, optional
            Takes the spikes of every layer that fires, one tensor per step.
        """
        state: dict[str, tuple[Any, Any]] = {}
        masks: dict[str, torch.Tensor] = {}
        output: Any = 0.0
        for step, frame in enumerate(frames):
            x = frame
            for layer in self.graph.layers:
                x = received(layer, x, self._of(self.weights, layer), self._of(self.biases, layer))
                if layer.name in self.firing:
                    x = self._fire(layer.name, x, step, state)
                    if record is not None:
                        record.setdefault(layer.name, []).append(x.detach())
                    if self.settings.dropout and self.training:
                        if step == 0:
                            masks[layer.name] = functional.dropout(torch.ones_like(x), self.settings.dropout)
                        x = x * masks[layer.name]
            output = output + x
        return torch.as_tensor(output)

    @staticmethod
    def _of(parameters: Mapping[str, nn.Parameter], layer: Layer) -> Any:
        return parameters.get(layer.name)

    def _fire(self, name: str, received: torch.Tensor, step: int, state: dict[str, tuple[Any, Any]]) -> torch.Tensor:
        """Return the spikes of a layer in this step; `state` holds its potential and the steps of its last spikes."""
        s, theta = self.settings, self.thresholds[name]
        v, last = state.get(name, (s.v_init * theta, torch.full_like(received, NEVER)))
        v = received + (self.leaks[name] * v if self.leaky else v)
        excess = v / theta - 1
        with torch.no_grad():
            if s.gradient == "stdb":
                last = torch.where(excess >= -TOLERANCE, float(step), last)
                slope = s.alpha * torch.exp(-s.beta * (step - last))
            else:
                slope = s.alpha * torch.relu(1 - excess.abs())
        out = torch.as_tensor(_Spike.apply(excess, slope))
        state[name] = v - theta * out.detach(), last
        return out


def check_chain(graph: LayerGraph) -> None:
    """Refuse what cannot be unrolled, by name."""
    if not graph.is_chain:
        raise ConversionError(f"network {graph.name!r} is no chain; hybrid training takes chains only")
    for layer in graph.layers:
        if not isinstance(layer, Dense | Conv1d | Conv2d | AveragePool | Flatten):
            raise ConversionError(
                f"layer {layer.name!r} ({layer.kind}) cannot be trained as spikes; "
                "use dense layers, convolutions, average pooling"
            )
    check_layers(graph)
    last = graph.layers[-1]
    if not isinstance(last, Dense | Conv1d | Conv2d) or last.activation == "relu":
        raise ConversionError(f"layer {last.name!r} is the last one and must have weights and no ReLU; change it")
