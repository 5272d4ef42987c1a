"""The calls of a traced PyTorch module, one by one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.layers import Flatten
from brainnet.ann.torch_calls import (
    Call,
    absolute,
    add,
    average_pool,
    clamp,
    concatenate,
    dropout,
    flatten,
    hardtanh,
    log_softmax,
    max_pool,
    mean,
    pool_to,
    relu,
    relu6,
    reshape,
    size,
    softmax,
)  # fmt: skip
from brainnet.ann.torch_modules import MODULES
from brainnet.errors import ModelFileError

__all__ = ["TorchNodes"]

FUNCTIONS: dict[Any, Callable[[Call], Any]] = {
    torch.relu: relu, functional.relu: relu, functional.relu6: relu6, functional.hardtanh: hardtanh,
    torch.clamp: clamp, torch.abs: absolute, abs: absolute, operator.add: add, operator.iadd: add, torch.add: add,
    torch.cat: concatenate, torch.concat: concatenate, torch.flatten: flatten, torch.reshape: reshape,
    torch.mean: mean, functional.dropout: dropout, functional.dropout2d: dropout,
    functional.max_pool1d: max_pool, functional.max_pool2d: max_pool,
    functional.avg_pool1d: average_pool, functional.avg_pool2d: average_pool,
    functional.adaptive_avg_pool1d: pool_to, functional.adaptive_avg_pool2d: pool_to,
    functional.softmax: softmax, torch.softmax: softmax,
    functional.log_softmax: log_softmax, torch.log_softmax: log_softmax,
    getattr: size, operator.getitem: size,
}  # fmt: skip
METHODS: dict[str, Callable[[Call], Any]] = {
    "relu": relu, "relu_": relu, "clamp": clamp, "abs": absolute, "abs_": absolute, "add": add, "add_": add,
    "flatten": flatten, "view": reshape, "reshape": reshape, "size": size, "mean": mean,
    "softmax": softmax, "log_softmax": log_softmax, "contiguous": lambda call: call.source,
}  # fmt: skip


class TorchNodes:
    """Turns the nodes of a `torch.fx.Graph` into layers.

    Parameters
    ----------
    module : torch.nn.Module
        What was traced.
    builder : GraphBuilder
        Takes the layers.
    """

    def __init__(self, module: nn.Module, builder: GraphBuilder) -> None:
        """Begin with no values."""
        self.module, self.builder = module, builder
        self.values: dict[fx.Node, Any] = {}

    def read(self, graph: fx.Graph) -> None:
        """Add a layer for every call.

        Raises
        ------
        ModelFileError
            If a call is not understood.
        """
        inputs = [node for node in graph.nodes if node.op == "placeholder"]
        if len(inputs) != 1:
            raise ModelFileError(f"PyTorch's {type(self.module).__name__} takes {len(inputs)} inputs; give it one")
        for node in graph.nodes:
            if node.op == "placeholder":
                self.values[node] = "input"
            elif node.op == "output":
                self._check_output(node.args[0])
            else:
                self.values[node] = self._call(node)

    def _call(self, node: fx.Node) -> Any:
        """Return the name of the layer that a call becomes."""
        if node.op == "call_module":
            place = str(node.target)
            part = self.module if place == "0" and not hasattr(self.module, "0") else self.module.get_submodule(place)
            known: Any = MODULES.get(type(part))  # exactly, since a subclass may compute something else
            call = Call(self.builder, self._known(node), f"module {place!r} ({type(part).__name__})", part)
            understood = [cls.__name__ for cls in MODULES]
            in_place = getattr(part, "inplace", False)
        elif node.op in ("call_function", "call_method"):
            table: dict[Any, Any] = FUNCTIONS if node.op == "call_function" else METHODS
            name = getattr(node.target, "__name__", str(node.target))
            known = table.get(node.target)
            kind = "function" if node.op == "call_function" else "method"
            call = Call(self.builder, self._known(node), f"{kind} {name!r}", None)
            understood = sorted({getattr(each, "__name__", each) for each in table})
            in_place = name.endswith("_") or node.target is operator.iadd or node.kwargs.get("inplace", False)
            in_place = in_place or (True in node.args[1:] and known in (relu, relu6))
        else:
            raise ModelFileError(
                f"parameter {node.target!r} outside a module of torch.nn is not understood; use modules"
            )
        if known is None:
            raise ModelFileError(f"{call.where} is not understood; understood: {', '.join(understood)}")
        value = known(call)
        if in_place:
            self._overwrite(node, value, call.where)
        return value

    def _known(self, node: fx.Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of a call, with names of layers in place of nodes."""
        return fx.node.map_arg((node.args, node.kwargs), lambda each: self.values[each])

    def _overwrite(self, node: fx.Node, value: Any, where: str) -> None:
        """Let everything that shares the memory of what an in-place call changed see the change."""
        changed = self.values[node.args[0]]  # type: ignore[index]
        views = [layer for layer in self.builder.layers if isinstance(layer, Flatten) and layer.name != value]
        bases = [layer.inputs[0] for layer in views]
        users = [each for each, name in self.values.items() if name in bases and len(each.users) > 1]
        if changed in bases or (changed in [layer.name for layer in views] and users):
            raise ModelFileError(f"{where} works in place on a view; use it with inplace=False")
        for each, name in self.values.items():
            if name == changed:
                self.values[each] = value

    def _check_output(self, output: Any) -> None:
        """Check that the last layer is what the module returns."""
        name = self.values.get(output) if isinstance(output, fx.Node) else None
        last = self.builder.layers[-1].name if self.builder.layers else name
        if not isinstance(name, str):
            raise ModelFileError(f"PyTorch's {type(self.module).__name__} returns no single tensor; return one")
        taken = {source for layer in self.builder.layers for source in layer.inputs}
        if name in taken or (name != last and last not in taken):
            raise ModelFileError(
                f"PyTorch's {type(self.module).__name__} returns {name!r}, which is not its only end; "
                "remove what is computed and not used"
            )
