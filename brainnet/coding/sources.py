"""Values to spikes: populations that fire for a sample, and what of the sample they are told."""

from __future__ import annotations

import warnings

import numpy as np
from brian2 import Clock, NeuronGroup, Quantity

from brainnet.declare import NeuronModel
from brainnet.errors import DataError
from brainnet.projections import BernoulliInput, poisson_probability

__all__ = [
    "check_samples",
    "full_scale_rate",
    "probabilities",
    "source_group",
    "warn_of_range",
]


def full_scale_rate(coding: str, max_rate: Quantity, dt: Quantity) -> float:
    """Mean number of spikes per step that the value 1 becomes."""
    return float(poisson_probability(float(max_rate * dt))) if coding == "poisson" else 1.0


def check_samples(values: np.ndarray, coding: str) -> None:
    """Refuse values that cannot be rates.

    Raises
    ------
    DataError
        NaN, or a value outside of [0, 1] with a coding by spikes.
    """
    if not np.isfinite(values).all():
        raise DataError("samples hold NaN or infinity; remove or replace them")
    if coding != "constant" and (values.min() < 0 or values.max() > 1):
        raise DataError(
            f"samples run from {values.min():.4g} to {values.max():.4g}, and coding {coding} needs values in [0, 1]; "
            "scale them, or use coding=constant"
        )


def warn_of_range(values: np.ndarray, calibrated: tuple[float, float] | None) -> None:
    """Say that samples lie further beyond the calibrated range than it is wide, or fill a twentieth of it at most.

    Neurons fire in every step, or hardly ever. The usual case is one of the two divided by 255 and the other not.
    """
    if calibrated is None:
        return
    low, high = calibrated
    least, most = float(np.min(values)), float(np.max(values))
    if high <= low:
        return
    beyond = most > high + (high - low) or least < low - (high - low)
    if beyond or max(abs(least), abs(most)) < max(abs(low), abs(high)) / 20:
        effect = "rates saturate there" if beyond else "rates are next to nothing there"
        warnings.warn(
            f"samples run from {least:.4g} to {most:.4g}, and the calibration samples ran from {low:.4g} to "
            f"{high:.4g}: {effect}; scale both alike, or calibrate on samples such as these",
            stacklevel=4,
        )


def probabilities(values: np.ndarray, coding: str, max_rate: Quantity, dt: Quantity) -> np.ndarray:
    """Spikes per step that values in [0, 1] become: the variable ``p`` of the source."""
    return poisson_probability(float(max_rate * dt) * values) if coding == "poisson" else values


def source_group(
    n: int, *, coding: str, regular: NeuronModel, steps: int, seed: int, clock: Clock, name: str
) -> NeuronGroup:
    """Make the population that fires for samples.

    Parameters
    ----------
    n : int
    coding : {"bernoulli", "poisson", "regular"}
    regular : NeuronModel
        The model of regular spikes.
    steps : int
        Time steps for each sample.
    seed : int
        Of the random codings; a sample's spikes depend on it and on the sample's position alone.
    clock : brian2.Clock
    name : str

    Returns
    -------
    brian2.NeuronGroup
        With the variable ``p``, and the shared one ``first_step`` where random numbers are drawn.
    """
    if coding == "regular":
        return regular.group(n, p=np.zeros(n), restart=steps, clock=clock, name=name)
    return BernoulliInput(np.zeros(n), seed=seed, clock=clock, name=name)
