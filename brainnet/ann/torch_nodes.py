"""The calls of a traced PyTorch module, one by one."""

from __future__ import annotations

import builtins
import operator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import fx, nn
from torch.nn import functional

from brainnet.ann.builder import GraphBuilder
from brainnet.ann.coverage import unknown
from brainnet.ann.pending import Bounded, Compared, Means, Padded
from brainnet.ann.spellings import spelled
from brainnet.ann.torch_call import Call
from brainnet.ann.torch_calls import CALLS
from brainnet.ann.torch_modules import MODULES
from brainnet.ann.views import View
from brainnet.errors import ModelFileError

__all__ = ["TorchNodes"]

IN_PLACE = (operator.iadd, operator.isub, operator.imul, operator.itruediv)
PACKAGES = {"torch": torch, "functional": functional, "operator": operator, "builtins": builtins}


def _found(name: str) -> Any:
    package, function = name.split(".")
    return getattr(PACKAGES[package], function)


FUNCTIONS = spelled("functions", CALLS, _found)
METHODS = spelled("methods", CALLS)


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
            elif node.op == "get_attr":
                self.values[node] = self._stored(str(node.target))
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
            call = Call(self.builder, self._known(node), f"{kind} {name!r}", None, name)
            understood = sorted({getattr(each, "__name__", each).lstrip("_") for each in table})
            in_place = name.endswith("_") or node.target in IN_PLACE or node.kwargs.get("inplace", False)
            in_place = in_place or (True in node.args[1:] and name in ("relu", "relu6"))
        else:
            raise ModelFileError(f"{node.op} {node.target!r} is not understood; use modules")
        if node.op != "call_module" and not in_place and self._constant(node):
            return self._computed(node, call)
        if known is None:
            kind = type(call.module).__name__ if node.op == "call_module" else name
            raise ModelFileError(f"{call.where} {unknown(kind, understood)}")
        value = known(call)
        if in_place:
            self._overwrite(node, value, call.where)
        return value

    def _stored(self, place: str) -> NDArray[np.float64]:
        """Return a buffer or parameter that the module uses by itself, such as the mean of the data."""
        value: Any = self.module
        for part in place.split("."):
            value = getattr(value, part)
        if not isinstance(value, torch.Tensor) or value.is_meta or not value.is_floating_point():
            raise ModelFileError(f"buffer or parameter {place!r} holds no floating-point numbers; use modules")
        return np.array(value.detach().cpu().double().numpy())

    def _known(self, node: fx.Node) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of a call, with names of layers in place of nodes."""
        return fx.node.map_arg((node.args, node.kwargs), self.values.__getitem__)

    def _constant(self, node: fx.Node) -> bool:
        """Whether a call takes arrays of the module and lengths alone."""
        taken = [self.values[each] for each in node.all_input_nodes]
        return bool(taken) and all(isinstance(each, np.ndarray | int) for each in taken)

    def _computed(self, node: fx.Node, call: Call) -> Any:
        """Return what a call computes of constants, such as a mean in another shape."""

        def plain(value: Any) -> Any:
            return torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value

        args, kwargs = fx.node.map_aggregate(call.given, plain)
        try:
            if node.op == "call_method":
                value = getattr(args[0], str(node.target))(*args[1:], **kwargs)
            else:
                value = node.target(*args, **kwargs)  # type: ignore[operator]
        except Exception as error:  # what the module itself would have raised
            cause = " ".join(str(error).split())[:200] or type(error).__name__
            raise ModelFileError(f"{call.where} cannot be computed ({cause}); correct the module") from error
        return np.array(value.detach().double().numpy()) if isinstance(value, torch.Tensor) else value

    def _overwrite(self, node: fx.Node, value: Any, where: str) -> None:
        """Let everything that shares the memory of what an in-place call changed see the change."""
        changed = self.values[node.args[0]]  # type: ignore[index]
        layer = changed.layer if isinstance(changed, View) else changed
        shared = [
            each
            for each, other in self.values.items()
            if not _same(other, changed)
            and ((isinstance(other, View) and other.layer == layer) or (isinstance(other, str) and other == layer))
        ]
        # a view alone is what its layer is made for; any other use of the layer would not see the change
        if any(isinstance(changed, str) or len(each.users) > 1 for each in shared):
            raise ModelFileError(f"{where} works in place on a view; use it with inplace=False")
        for each, other in self.values.items():
            if _same(other, changed):
                self.values[each] = value

    def _check_output(self, output: Any) -> None:
        """Check that the last layer is what the module returns."""
        name = self.values.get(output) if isinstance(output, fx.Node) else None
        if isinstance(name, View | Padded):
            call = Call(self.builder, ((name,), {}), f"what PyTorch's {type(self.module).__name__} returns", None)
            name = call.source
        last = self.builder.layers[-1].name if self.builder.layers else name
        if isinstance(name, Means | Bounded | Compared):
            raise ModelFileError(f"what PyTorch's {type(self.module).__name__} returns {name.needs}")
        if not isinstance(name, str):
            raise ModelFileError(f"PyTorch's {type(self.module).__name__} returns no single tensor; return one")
        taken = {source for layer in self.builder.layers for source in layer.inputs}
        if name in taken or (name != last and last not in taken):
            raise ModelFileError(
                f"PyTorch's {type(self.module).__name__} returns {name!r}, which is not its only end; "
                "remove what is computed and not used"
            )


def _same(value: Any, other: Any) -> bool:
    return value is other or (isinstance(value, str) and isinstance(other, str) and value == other)
