"""Reader of PyTorch's networks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.graph import LayerGraph
from brainnet.errors import BrainnetError, ModelFileError

if TYPE_CHECKING:
    from torch import fx, nn

__all__ = ["from_torch", "import_torch"]

HOOKS = ("_forward_hooks", "_forward_pre_hooks")


def import_torch(wanted_by: str, instead: str = "") -> Any:
    """Import PyTorch, an extra.

    Parameters
    ----------
    wanted_by : str
        What needs it.
    instead : str
        What else would do.

    Raises
    ------
    BrainnetError
        If it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise BrainnetError(f"{wanted_by} needs PyTorch; pip install 'brainnet[torch]'{instead}") from error
    return torch


def from_torch(module: nn.Module, input_shape: Sequence[int] | None = None) -> LayerGraph:
    """Read a ``torch.nn.Module`` as it computes at inference.

    The module is traced, which calls its ``forward`` once with a stand-in for the samples; modules of `torch.nn` are
    taken by their exact type. What is understood is listed in docs/networks.md.

    Parameters
    ----------
    module : torch.nn.Module
        A Sequential, or a module of one's own with one input and one output.
    input_shape : sequence of int, optional
        Shape of one sample, channels first; needed unless the first layer with weights is a Linear.

    Returns
    -------
    LayerGraph
        Simplified, with copies of the weights in float64: batch norm is folded, dropout left out, activations are part
        of the weights before them.

    Raises
    ------
    ModelFileError
        If the module holds something that is not understood, named by its place.
    """
    from torch import nn

    from brainnet.ann.torch_nodes import TorchNodes

    kind = type(module).__name__
    if not isinstance(module, nn.Module):
        raise ModelFileError(f"PyTorch's {kind} is not understood; give a torch.nn.Module")
    for place, part in module.named_modules():
        if any(getattr(part, hooks) for hooks in HOOKS):
            raise ModelFileError(
                f"module {place or kind!r} has forward hooks, which may change values; remove them, "
                "such as with torch.nn.utils.prune.remove"
            )
    before = set(vars(module))
    try:
        with _inference(module):
            traced = _traced(module)
        # what is in memory already needs no bound
        builder = GraphBuilder(_first_shape(module, traced) if input_shape is None else input_shape, sys.maxsize)
        TorchNodes(module, builder).read(traced)
    finally:
        for constant in set(vars(module)) - before:  # tracing leaves those that forward makes
            delattr(module, constant)
    if not builder.layers:
        raise ModelFileError(f"this {kind} holds no layers; give a network with weights")
    return builder.graph(kind, f"PyTorch {kind}")


@contextmanager
def _inference(module: nn.Module) -> Iterator[None]:
    """Make `self.training` false everywhere while the module is traced."""
    training = {part: part.training for part in module.modules()}
    try:
        for part in training:
            part.training = False
        yield
    finally:
        for part, was in training.items():
            part.training = was


def _traced(module: nn.Module) -> fx.Graph:
    """Return the calls of a module; those of torch.nn but containers are single calls."""
    from torch import fx, nn

    from brainnet.ann.torch_modules import MODULES

    class Tracer(fx.Tracer):
        def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
            # a subclass of a layer may compute something else: it is named, not looked into
            bases = [cls for cls in type(m).__mro__ if cls.__module__.startswith("torch.nn.modules")]
            return bases[0] not in (nn.Module, nn.Sequential) or type(m) in MODULES

    whole = module
    if Tracer().is_leaf_module(module, ""):  # a single layer
        whole = nn.Sequential(module)
    try:
        return Tracer().trace(whole)
    except Exception as error:  # any code of the module may have run
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        raise ModelFileError(
            f"PyTorch's {type(module).__name__} cannot be traced ({cause}); "
            "write its forward without conditions on values"
        ) from error


def _first_shape(module: nn.Module, graph: fx.Graph) -> tuple[int, ...]:
    """Return (n_in,) of the Linear that the samples go to."""
    from torch import nn

    places = dict(module.named_modules())
    for node in graph.nodes:
        part = places.get(node.target, module) if node.op == "call_module" else None
        if isinstance(part, nn.Linear):
            return (part.in_features,)
        if part is not None and any(True for _ in part.parameters()):
            break
    raise ModelFileError(
        f"PyTorch's {type(module).__name__} does not say the shape of a sample; "
        "give input_shape=..., channels first, such as (1, 28, 28)"
    )
