"""Reader of PyTorch's sequential networks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from brainnet.ann.dense import Dense
from brainnet.ann.graph import LayerGraph
from brainnet.errors import ModelFileError

if TYPE_CHECKING:
    from torch import nn

__all__ = ["from_torch"]

UNDERSTOOD = "understood: Linear, ReLU, Dropout, Flatten, Identity, Softmax or LogSoftmax (last), nested Sequential"
HOOKS = ("_forward_hooks", "_forward_pre_hooks")


def from_torch(module: nn.Module) -> LayerGraph:
    """Read a ``torch.nn.Sequential`` as it computes at inference.

    Parameters
    ----------
    module : torch.nn.Sequential
        Of Linear, ReLU, Dropout, Flatten and Identity; Softmax or LogSoftmax may come last. Sequentials may be
        nested. Every Linear but the last is followed by a ReLU.

    Returns
    -------
    LayerGraph
        Layers ``dense_0``, ``dense_1``..., one a Linear, with copies of its weights in float64.

    Raises
    ------
    ModelFileError
        If the module holds something that is not understood, named by its place.
    """
    from torch import nn

    if type(module) is not nn.Sequential:
        raise ModelFileError(
            f"PyTorch's {type(module).__name__} is not understood; give its layers as a torch.nn.Sequential"
        )
    linears: list[tuple[str, nn.Linear]] = []
    activations: list[str] = []
    for place, part in _flat(module, ""):
        kind = type(part)  # exactly, since a subclass may compute something else
        where = f"module {place!r} ({kind.__name__})"
        if kind in (nn.Identity, nn.Dropout):
            continue
        if activations and activations[-1] == "softmax":
            raise ModelFileError(f"{where} comes after a softmax; a softmax must be last")
        if kind is nn.Linear:
            linears.append((place, part))
            activations.append("identity")
        elif kind is nn.Flatten:
            if (part.start_dim, part.end_dim) != (1, -1):
                raise ModelFileError(
                    f"{where} flattens axes {part.start_dim} to {part.end_dim}; use Flatten() of 1 to -1"
                )
        elif kind in (nn.ReLU, nn.Softmax, nn.LogSoftmax):
            if not linears:
                raise ModelFileError(f"{where} comes before the first Linear; remove it")
            if kind is nn.ReLU:
                activations[-1] = "relu"
            elif part.dim not in (None, 1, -1) or activations[-1] == "relu":
                raise ModelFileError(f"{where} must act on axis 1 of a Linear; put it after a Linear, with dim=1")
            else:
                activations[-1] = "softmax"
        else:
            raise ModelFileError(f"{where} is not understood; {UNDERSTOOD}")
    if not linears:
        raise ModelFileError(f"this Sequential holds no Linear; {UNDERSTOOD}")
    for (place, _), activation in zip(linears[:-1], activations[:-1], strict=True):
        if activation != "relu":
            raise ModelFileError(
                f"module {place!r} (Linear) is not followed by a ReLU; put one after it, "
                "or merge it with the next Linear (W2 @ W1, W2 @ b1 + b2)"
            )
    layers = tuple(
        Dense(f"dense_{i}", *_values(place, linear), activation)
        for i, ((place, linear), activation) in enumerate(zip(linears, activations, strict=True))
    )
    return LayerGraph(layers, (layers[0].n_in,), "Sequential", "PyTorch Sequential")


def _flat(module: nn.Module, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the parts of nested Sequentials in order, each with its place, such as ``0.2``."""
    from torch import nn

    if any(getattr(module, hooks) for hooks in HOOKS):
        raise ModelFileError(
            f"module {prefix or 'Sequential'!r} has forward hooks, which may change values; remove them, "
            "such as with torch.nn.utils.prune.remove"
        )
    if type(module) is not nn.Sequential:
        yield prefix, module
        return
    for name, part in module._modules.items():
        yield from _flat(part, f"{prefix}.{name}" if prefix else name)


def _values(place: str, linear: nn.Linear) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights (n_in, n_out) and bias (n_out,) of a Linear."""
    tensors = [linear.weight] if linear.bias is None else [linear.weight, linear.bias]
    for tensor in tensors:
        if tensor.is_meta or not tensor.is_floating_point():
            raise ModelFileError(
                f"module {place!r} (Linear) holds {tensor.dtype} on {tensor.device}; load real floating-point values"
            )
    weights, *bias = (tensor.detach().cpu().double().numpy() for tensor in tensors)
    return weights.T, bias[0] if bias else np.zeros(len(weights))
