"""Transfers along one quantity, in several variants: accuracy, error and pulses of each, a few of them as spikes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import xarray as xr

from brainnet.ann import LayerGraph
from brainnet.declare import Result
from brainnet.experiment.transfer_core import spiking_accuracy
from brainnet.experiment.transfer_networks import TransferNetworks

__all__ = ["SWEEP_RESULTS", "transfer_sweep"]

SWEEP_RESULTS = {
    "accuracy_float": Result("test accuracy of the trained network"),
    "accuracy_transferred": Result("test accuracy of the weights written, by the forward pass of the trained network"),
    "accuracy_spiking": Result("the same as spikes, at the main points"),
    "weight_error": Result("root mean square of written minus quantised weights, of the largest level"),
}


def transfer_sweep(
    networks: TransferNetworks,
    variants: Sequence[str],
    along: tuple[str, Sequence[float]],
    write: Callable[[str, float], tuple[LayerGraph, float, int]],
    *,
    main: Sequence[tuple[str, float]],
    steps: int,
    attrs: dict[str, Any],
) -> xr.Dataset:
    """Write a network in every variant at every place.

    Parameters
    ----------
    networks : TransferNetworks
    variants : sequence of str
    along : (str, sequence of float)
        Name of what is varied, and its values in SI units.
    write : callable
        Returns for a variant and a value the network written, the error of its weights, and pairs of pulses.
    main : sequence of (variant, value)
        What runs as spikes as well.
    steps : int
        Of these.
    attrs : dict
        For the picture: label, log, device; scale and unit, where values are not shown in SI units.

    Returns
    -------
    xarray.Dataset
        What `SWEEP_RESULTS` names; accuracy, error and pulses over (variant, along).
    """
    name, places = along
    scale, unit = attrs.get("scale", 1.0), attrs.get("unit", "")
    shape = len(variants), len(places)
    accuracy, error, pulses = np.zeros(shape), np.zeros(shape), np.zeros(shape, dtype=np.int64)
    spiking = {}

    def named(variant: str, value: float) -> str:
        return f"{variant}, {value * scale:g} {unit}".strip()

    for place in np.ndindex(shape):
        variant, value = variants[place[0]], places[place[1]]
        network, error[place], pulses[place] = write(variant, value)
        accuracy[place] = network.accuracy(networks.x, networks.y)
        if (variant, value) in main:
            spiking[named(variant, value)] = spiking_accuracy(networks, network, steps)
    cases = [named(variant, value) for variant in variants for value in places]
    return xr.Dataset(
        {
            "accuracy_float": networks.network.accuracy(networks.x, networks.y),
            "accuracy_transferred": ("case", accuracy.ravel()),
            "weight_error": ("case", error.ravel()),
            "accuracy_spiking": ("shown", [*spiking.values()]),
            "accuracy": (("variant", name), accuracy),
            "error": (("variant", name), error),
            "pulses": (("variant", name), pulses),
        },
        {"variant": [*variants], name: [*places], "case": cases, "shown": [*spiking]},
        {"title": networks.title, "along": name, **attrs},
    )
