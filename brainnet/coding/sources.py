"""Values to spikes: populations that present samples, one after the other, for a number of steps each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from brian2 import NeuronGroup, Quantity, TimedArray

from brainnet.errors import DataError
from brainnet.spec import NeuronModel

__all__ = ["check_samples", "full_scale_rate", "source_group"]


def full_scale_rate(coding: str, max_rate: Quantity, dt: Quantity) -> float:
    """Mean number of spikes per step that the value 1 becomes."""
    return float(1 - np.exp(-float(max_rate * dt))) if coding == "poisson" else 1.0


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


def source_group(
    model: NeuronModel, values: TimedArray, *, coding: str, max_rate: Quantity, steps: int, seed: int, name: str
) -> NeuronGroup:
    """Make the population that fires for the samples in `values`.

    Parameters
    ----------
    model : NeuronModel
        ``bernoulli``, ``poisson`` or ``regular``.
    values : TimedArray, shape (samples, n)
        One row per sample, in [0, 1], for `steps` time steps each.
    coding : {"bernoulli", "poisson", "regular"}
    max_rate : Quantity
        Poisson rate of the value 1.
    steps : int
        Time steps for each sample.
    seed : int
        Of the random codings; a sample's spikes depend on it and on the sample's position alone.
    name : str

    Returns
    -------
    brian2.NeuronGroup
        With the shared variable ``first_step`` where random numbers are drawn.
    """
    given: Mapping[str, Any]
    if coding == "regular":
        given = {"p": "values(t, i)", "restart": steps}
    else:
        rate = {"rate": "max_rate*values(t, i)"} if coding == "poisson" else {"p": "values(t, i)"}
        given = {**rate, "seed": seed, "vary": ["first_step"]}
    namespace = {"values": values, **({"max_rate": max_rate} if coding == "poisson" else {})}
    return model.group(values.values.shape[1], name=name, namespace=namespace, **given)
