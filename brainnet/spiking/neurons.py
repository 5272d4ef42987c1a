"""The neurons and other parts of the Neuromorphic Intermediate Representation, with its equations.

Time is in seconds; nothing else has a unit. A parameter is one number, or an array of the shape of the values.

References
----------
Pedersen et al. 2024, Nature Communications 15:8122; neuroir.org/docs/primitives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from brainnet.ann.layers.activation import _Pointwise as Pointwise
from brainnet.ann.layers.base import Array, Layer, Shape
from brainnet.ann.layers.pooling import Pool

__all__ = ["IF", "LI", "LIF", "SPIKING", "CubaLI", "CubaLIF", "Delay", "I", "Neurons", "Scale", "SumPool", "Threshold"]

RESETS = ("value", "subtract")


@dataclass(frozen=True, eq=False)
class _Elementwise(Pointwise):
    """Parameters of one number, or of the shape of the values."""

    positive: ClassVar[tuple[str, ...]] = ()  # fields that cannot be 0 or less

    def __post_init__(self) -> None:
        """Check the parameters and take copies that nobody else can change."""
        for field in self.arrays:
            values = np.asarray(getattr(self, field))
            self.set_array(field, values, ("n",) * values.ndim)
            if field in self.positive and getattr(self, field).min() <= 0:
                self.refuse(f": {field} is {getattr(self, field).min():g}; give positive values")
        super().__post_init__()

    def shape_for(self, *shapes: Shape) -> Shape:
        """Check that the parameters fit."""
        for field in self.arrays:
            values = getattr(self, field)
            if values.size != 1 and values.shape != shapes[0]:
                self.refuse(f": {field} has shape {values.shape} for values of {shapes[0]}; give one number or as many")
        return shapes[0]


@dataclass(frozen=True, eq=False)
class Neurons(_Elementwise):
    """A layer with a state.

    Attributes
    ----------
    v_init : float
        Membrane potential at the beginning; NIR has no word for it, and others begin at 0.
    """

    v_init: float = 0.0

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        if not isinstance(self.v_init, int | float) or not math.isfinite(self.v_init):
            self.refuse(f": v_init is {self.v_init!r}; give a number")

    def forward(self, *values: Array) -> Array:
        """Refuse: what neurons do depends on time."""
        self.refuse("has a state; simulate it in time")


@dataclass(frozen=True, eq=False)
class _Firing(Neurons):
    r"""Neurons with a threshold: z = 1 where :math:`v > v_{threshold}`, and then a reset.

    Attributes
    ----------
    reset : {"value", "subtract"}
        :math:`v \leftarrow v_{reset}` as NIR says, or :math:`v \leftarrow v - s`, of which it has no word.
    subtracted : float
        s.
    """

    reset: str = "value"
    subtracted: float = 1.0

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        if self.reset not in RESETS:
            self.refuse(f": reset {self.reset!r} is not understood; use one of {', '.join(RESETS)}")
        if not isinstance(self.subtracted, int | float) or not math.isfinite(self.subtracted):
            self.refuse(f": subtracted is {self.subtracted!r}; give a number")


@dataclass(frozen=True, eq=False)
class I(Neurons):  # noqa: E742, the name in the format
    r"""Integrators, :math:`\dot v = R I`; the output is v."""

    r: Any = 1.0
    arrays: ClassVar[tuple[str, ...]] = ("r",)


@dataclass(frozen=True, eq=False)
class IF(_Firing):
    r"""Integrate-and-fire, :math:`\dot v = R I`."""

    r: Any = 1.0
    v_threshold: Any = 1.0
    v_reset: Any = 0.0
    arrays: ClassVar[tuple[str, ...]] = ("r", "v_threshold", "v_reset")


@dataclass(frozen=True, eq=False)
class LI(Neurons):
    r"""Leaky integrators, :math:`\tau \dot v = (v_{leak} - v) + R I`; the output is v."""

    tau: Any = 1.0
    r: Any = 1.0
    v_leak: Any = 0.0
    arrays: ClassVar[tuple[str, ...]] = ("tau", "r", "v_leak")
    positive: ClassVar[tuple[str, ...]] = ("tau",)


@dataclass(frozen=True, eq=False)
class LIF(_Firing):
    r"""Leaky integrate-and-fire, :math:`\tau \dot v = (v_{leak} - v) + R I`."""

    tau: Any = 1.0
    r: Any = 1.0
    v_leak: Any = 0.0
    v_threshold: Any = 1.0
    v_reset: Any = 0.0
    arrays: ClassVar[tuple[str, ...]] = ("tau", "r", "v_leak", "v_threshold", "v_reset")
    positive: ClassVar[tuple[str, ...]] = ("tau",)


@dataclass(frozen=True, eq=False)
class CubaLI(Neurons):
    r"""Leaky integrators with synaptic currents; the output is v.

    .. math:: \tau_{syn} \dot I = -I + w_{in} S, \qquad \tau_{mem} \dot v = (v_{leak} - v) + R I
    """

    tau_syn: Any = 1.0
    tau_mem: Any = 1.0
    r: Any = 1.0
    v_leak: Any = 0.0
    w_in: Any = 1.0
    arrays: ClassVar[tuple[str, ...]] = ("tau_syn", "tau_mem", "r", "v_leak", "w_in")
    positive: ClassVar[tuple[str, ...]] = ("tau_syn", "tau_mem")


@dataclass(frozen=True, eq=False)
class CubaLIF(_Firing):
    r"""Leaky integrate-and-fire with synaptic currents.

    .. math:: \tau_{syn} \dot I = -I + w_{in} S, \qquad \tau_{mem} \dot v = (v_{leak} - v) + R I
    """

    tau_syn: Any = 1.0
    tau_mem: Any = 1.0
    r: Any = 1.0
    v_leak: Any = 0.0
    v_threshold: Any = 1.0
    v_reset: Any = 0.0
    w_in: Any = 1.0
    arrays: ClassVar[tuple[str, ...]] = ("tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset", "w_in")
    positive: ClassVar[tuple[str, ...]] = ("tau_syn", "tau_mem")


@dataclass(frozen=True, eq=False)
class Delay(_Elementwise):
    r"""A delay in seconds, :math:`y(t) = x(t - \tau)`."""

    delay: Any = 0.0
    arrays: ClassVar[tuple[str, ...]] = ("delay",)

    def __post_init__(self) -> None:
        """Check the layer."""
        super().__post_init__()
        if self.delay.min() < 0:
            self.refuse(f": delay is {self.delay.min():g}; give 0 or more")

    def forward(self, *values: Array) -> Array:
        """Refuse: what a delay does depends on time."""
        self.refuse("has a state; simulate it in time")


@dataclass(frozen=True, eq=False)
class Scale(_Elementwise):
    """A factor for each value."""

    scale: Any = 1.0
    arrays: ClassVar[tuple[str, ...]] = ("scale",)

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        return np.asarray(values[0] * self.scale)


@dataclass(frozen=True, eq=False)
class Threshold(_Elementwise):
    """1 where a value is above the threshold, else 0."""

    threshold: Any = 1.0
    arrays: ClassVar[tuple[str, ...]] = ("threshold",)

    def forward(self, *values: Array) -> Array:
        """Compute the same shape."""
        return np.asarray(values[0] > self.threshold, dtype=float)


@dataclass(frozen=True, eq=False)
class SumPool(Pool):
    """The sum of every window; otherwise as `MaxPool`."""

    def forward(self, *values: Array) -> Array:
        """Compute (n, channels, \\*positions) from (n, channels, \\*lengths)."""
        view, axes = self._views(values[0], 0.0)
        return np.asarray(view.sum(axis=axes))


_CLASSES: tuple[Any, ...] = (I, IF, LI, LIF, CubaLI, CubaLIF, Delay, Scale, Threshold, SumPool)
SPIKING: dict[str, type[Layer]] = {cls.__name__: cls for cls in _CLASSES}
