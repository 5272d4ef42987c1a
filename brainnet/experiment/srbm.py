"""Spiking Boltzmann machines: their parameters in protocols, and how a matrix of weights is read out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brainnet.learn.srbm.rule import Machine
from brainnet.learn.srbm.settings import PARAMETERS

__all__ = ["SRBM_PARAMETERS", "label_vectors", "read_machine"]

# Of the 8 x 8 digits where runs are quick.
_QUICK = {"hidden": 60, "label_neurons": 20, "b_0": -1.0}
SRBM_PARAMETERS = {name: replace(one, quick=_QUICK.get(name)) for name, one in PARAMETERS.items()}


def label_vectors(
    images: NDArray[Any], labels: NDArray[np.int64], settings: Mapping[str, Any], n_classes: int
) -> NDArray[np.float64]:
    """Return what a machine without spikes learns: bright pixels, and the label neurons of the class, are 1."""
    chosen = np.repeat(np.eye(n_classes)[labels], settings["label_neurons"] // n_classes, axis=1)
    return np.hstack([images > settings["brightness"], chosen])


def read_machine(
    weights: NDArray[np.float64],
    settings: Mapping[str, Any],
    images: NDArray[Any],
    labels: NDArray[np.int64],
    n_classes: int,
    *,
    biased: int | None = None,
) -> float:
    """Return the share of images that the free energy decides rightly.

    Parameters
    ----------
    weights : array
        As of `SpikingRBM.weights_by_epoch_`: those of bias neurons last.
    biased : int, optional
        Number of classes whose label keeps its bias, from the first on; all if left out.
    """
    machine = Machine.of(weights, settings["bias_neurons"], n_classes, settings["label_neurons"])
    if biased is not None:
        b_v = machine.b_v.copy()
        b_v[len(b_v) - machine.n_labels + biased * machine.n_labels // n_classes :] = 0
        machine = replace(machine, b_v=b_v)
    bright = (images > settings["brightness"]).astype(float)
    return float((machine.free_energies(bright).argmin(axis=1) == labels).mean())
