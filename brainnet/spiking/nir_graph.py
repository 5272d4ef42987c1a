"""The graph of a NIR file: neurons with their parameters, and the layers between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brainnet.ann.graph import sample_shape
from brainnet.ann.layers import Add, AveragePool, Conv1d, Conv2d, Dense, Flatten, Layer, check_name
from brainnet.ann.layers.base import Shape
from brainnet.ann.topology import wired
from brainnet.errors import ModelFileError
from brainnet.spiking.neurons import SPIKING, Neurons

__all__ = ["NirGraph"]

STATELESS: tuple[type[Layer], ...] = (Dense, Conv1d, Conv2d, AveragePool, Flatten, Add)
KINDS: dict[str, type[Layer]] = {**SPIKING, **{cls.__name__: cls for cls in STATELESS}}


@dataclass(frozen=True, eq=False)
class NirGraph:
    """A feed-forward network of spiking neurons, node by node: what NIR files hold.

    Parameters
    ----------
    layers : sequence of Layer
        Those of `brainnet.spiking.neurons`, and Dense, Conv1d, Conv2d, AveragePool, Flatten and Add without an
        activation. Wired as in a `LayerGraph`.
    input_shape : tuple of int
        Shape of the input at one time, channels first.
    name : str
        An identifier.
    source : str
        Where the network comes from.
    dt : float, optional
        Time step in seconds that the network was made for; None where it does not say.

    Raises
    ------
    ModelFileError
        If a layer is of another kind, or does not fit its inputs.
    """

    layers: tuple[Any, ...]
    input_shape: Shape
    name: str
    source: str
    dt: float | None = None

    def __post_init__(self) -> None:
        """Check names, kinds and shapes along the graph."""
        check_name(self.name, "network")
        object.__setattr__(self, "input_shape", sample_shape(self.input_shape, f"network {self.name!r}"))
        object.__setattr__(self, "layers", wired(tuple(self.layers), self.input_shape, self.name, KINDS))
        for layer in self.layers:
            if getattr(layer, "activation", "identity") != "identity":
                layer.refuse(f"has the activation {layer.activation!r}; put neurons after it instead")
        if self.dt is not None and not (isinstance(self.dt, float) and 0 < self.dt < float("inf")):
            raise ModelFileError(f"network {self.name!r}: dt is {self.dt!r}; give a positive time in seconds")

    @property
    def layer(self) -> Mapping[str, Layer]:
        """The layers by name."""
        return {layer.name: layer for layer in self.layers}

    @property
    def neurons(self) -> tuple[Neurons, ...]:
        """The layers that have a state of neurons."""
        return tuple(layer for layer in self.layers if isinstance(layer, Neurons))
