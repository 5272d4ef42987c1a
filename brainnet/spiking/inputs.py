"""What samples are and how they go in: as rates of spikes, times of spikes, or currents."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from brian2 import Quantity, have_same_dimensions

from brainnet.ann.layers.base import Shape
from brainnet.coding.sources import check_samples, full_scale_rate, probabilities, warn_of_range
from brainnet.errors import ConversionError, DataError, nearest
from brainnet.spiking.links import spread
from brainnet.spiking.stem import Stem

__all__ = ["Currents", "Rates", "Times", "as_samples", "in_pairs", "without_unit"]


def as_samples(x: Any, n_inputs: int, what: str = "samples") -> np.ndarray:
    """Return samples (n, ...) as numbers of the shape (n, n_inputs).

    Raises
    ------
    DataError
        They carry a unit, are no real numbers, have another size, or there are none.
    """
    samples = without_unit(x, what)
    if samples.dtype.kind not in "fiub":
        raise DataError(f"{what} have the type {samples.dtype}; give real numbers")
    if samples.ndim < 2 or len(samples) == 0 or samples[0].size != n_inputs:
        raise DataError(f"{what} have the shape {samples.shape}; give (n, {n_inputs}) with n of at least 1")
    return samples.reshape(len(samples), n_inputs).astype(float)


def without_unit(x: Any, what: str = "samples") -> np.ndarray:
    """Return an array, or refuse one that carries a unit, which would be lost.

    Raises
    ------
    DataError
    """
    if isinstance(x, Quantity) and not have_same_dimensions(x, 1):
        raise DataError(f"{what} carry the unit {x.get_best_unit()}; give numbers without unit")
    return np.asarray(x)


def in_pairs(values: np.ndarray) -> np.ndarray:
    """Return the positive parts of values (n, inputs), and after them those of their negatives."""
    return np.maximum(np.concatenate([values, -values], axis=1), 0)


# Samples at a time, and numbers that a layer may hold for them.
_BLOCK, _WORK = 256, 2**25


@dataclass(frozen=True, eq=False)
class Currents:
    """What flows into the first neurons in each step: linear layers of a trained network, in thresholds.

    Parameters
    ----------
    stem : Stem
    scales : mapping of str to float or array (channels,)
        By layer that is fed, in the order of their populations.
    signs : mapping of str to tuple of int
        Sign of the current of each half of its neurons.
    shift : float
        What each neuron receives on top of it.
    """

    stem: Stem
    scales: Mapping[str, Any]
    signs: Mapping[str, tuple[int, ...]]
    shift: float = 0.0

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return the currents of all neurons that are fed, population after population, for values (n, inputs)."""
        layers = self.stem.graph.layer
        # Rows of a product depend on how many there are in the last bit: always blocks of one size.
        block = max(1, min(_BLOCK, _WORK // max(layer.work for layer in layers.values())))
        rows = []
        for start in range(0, len(values), block):
            part = values[start : start + block]
            drives = self.stem(np.pad(part, ((0, block - len(part)), (0, 0))))
            scaled = {
                name: drives[name] / spread(scale, layers[name].output_shape) for name, scale in self.scales.items()
            }
            both = [sign * scaled[name] + self.shift for name, signs in self.signs.items() for sign in signs]
            rows.append(np.concatenate(both, axis=1)[: len(part)])
        return np.concatenate(rows)

    def bias(self, name: str) -> np.ndarray:
        """Return the current of each neuron of a population that is fed while all values are 0.

        Raises
        ------
        ConversionError
            It is not fed.
        """
        if name not in self.scales:
            raise ConversionError(f"population {name!r} is not fed currents; {nearest(name, self.scales)}")
        graph = self.stem.graph
        of_one = replace(self, scales={name: self.scales[name]}, signs={name: self.signs[name]})
        found: np.ndarray = of_one(np.zeros((1, math.prod(graph.input_shape))))[0]
        return found


@dataclass(frozen=True, eq=False)
class Rates:
    """Values are spikes of a rate, regular or random, or constant currents.

    Parameters
    ----------
    shape : tuple of int
        Of a sample.
    coding : {"constant", "bernoulli", "poisson", "regular"}
    max_rate, dt : Quantity
        Of the coding "poisson": rate of the value 1, and the time step.
    pairs : bool
        Two input neurons a value, all those for positive values first.
    bounded : bool
        Samples must be in [0, 1], as model-based normalisation needs it.
    calibrated : (float, float) or None
        Least and largest value of the calibration samples, where there were any.
    currents : Currents or None
        Of the coding "constant".
    """

    shape: Shape
    coding: str
    max_rate: Quantity
    dt: Quantity
    pairs: bool = False
    bounded: bool = False
    calibrated: tuple[float, float] | None = None
    currents: Currents | None = None
    by_step: ClassVar[bool] = False

    @property
    def full_scale(self) -> float:
        """Mean number of spikes per step that the value 1 becomes."""
        return full_scale_rate(self.coding, self.max_rate, self.dt)

    def checked(self, x: Any) -> np.ndarray:
        """Return samples as (n, inputs).

        Raises
        ------
        DataError
            They do not fit the network or the coding.
        """
        values = as_samples(x, math.prod(self.shape))
        sized = np.abs(values) if self.pairs else values
        check_samples(sized, self.coding)
        if self.bounded and (sized.min() < 0 or sized.max() > 1):
            raise DataError("normalisation=model holds for samples in [0, 1]; scale them, or use normalisation=data")
        warn_of_range(values, self.calibrated)
        return values

    def presented(self, values: np.ndarray) -> np.ndarray:
        """Return what is written into the network for checked samples: currents, or spikes per step, (n, neurons)."""
        if self.currents is not None:
            return self.currents(values)
        return probabilities(in_pairs(values) if self.pairs else values, self.coding, self.max_rate, self.dt)


@dataclass(frozen=True, eq=False)
class Times:
    """Values in [0, 1] are times of spikes.

    Parameters
    ----------
    shape : tuple of int
        Of a sample.
    pairs : bool
        Two input neurons a value, for positive and negative ones.
    """

    shape: Shape
    pairs: bool = False
    by_step: ClassVar[bool] = False

    def checked(self, x: Any) -> np.ndarray:
        """Return samples as (n, inputs).

        Raises
        ------
        DataError
            They do not fit the network, or are out of range.
        """
        values = as_samples(x, math.prod(self.shape))
        lowest = -1.0 if self.pairs else 0.0
        if not (values.min() >= lowest and values.max() <= 1):
            raise DataError(
                f"samples run from {values.min():.4g} to {values.max():.4g}, and times stand for values from "
                f"{lowest:g} to 1; scale them"
            )
        return values

    def presented(self, values: np.ndarray) -> np.ndarray:
        """Return what is written into the input neurons for checked samples, (n, input neurons)."""
        return in_pairs(values) if self.pairs else values
