"""Memory cells that hold the weights of the machine: pairs of devices whose pulses only raise, or single ones.

A pair     w = w_max (G_p - G_m)/(G_max - G_min)                  two cells, pulses only raise one of them
A cell     w = 2 w_max ((G - G_min)/(G_max - G_min) - 1/2)        one device, raised and lowered

Conductances are held as parts of the range of the device, shape (2, n_visible, n_hidden) of pairs, (1, ...) of cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from brian2 import amp
from numpy.typing import NDArray

from brainnet.catalogue.content import models
from brainnet.declare import Device, Parameter, SynapseModel
from brainnet.errors import ParameterError

__all__ = ["CELL_PARAMETERS", "STRUCTURES", "MemoryCells"]

STRUCTURES = ("6T2R", "2T1R")
CELL_PARAMETERS = {
    "structure": Parameter("6T2R", "6T2R: a pair of devices, and both pathways; 2T1R: one device, and no pathway back",
                           choices=STRUCTURES),
    "w_max": Parameter(10.0, "weight of one device at its highest and the other at its lowest, in units of 1/beta",
                       above=0.0),
    "G_0": Parameter(0.5, "mean of the first conductances, as a part of the range", above=0.0, below=1.0),
    "sigma_G": Parameter(0.0034, "standard deviation of the first conductances, as a part of the range", low=0.0),
}  # fmt: skip
# First conductances beyond the range are drawn to its ends; of how many of them at most.
_BEYOND = 1e-3


@dataclass(frozen=True)
class MemoryCells:
    """What holds the weights of a `SpikingRBM`: memory devices, alone or in pairs.

    What the rule wants to change is counted in pulses, one for the step in the middle of the range of the device, and a
    pulse moves the device as it does at the conductance that it has (see `SynapseModel.on_device`). Of a pair only one
    device is raised at a time. A pair of which one device is above 3/4 of its range and the other above 1/4 is
    refreshed: both are read and reset, and the difference is written anew, without loss.

    Parameters
    ----------
    device : Device or str
        Or its name in the catalogue, such as "pcm".
    structure : {"6T2R", "2T1R"}
        Ishii et al. 2019, IEDM, doi:10.1109/IEDM19573.2019.8993466; Kim et al. 2015, IEDM.
        A pair and both pathways; or one device, and no pathway from hidden to visible neurons: free visible neurons
        then hear nothing of hidden ones, so that the free run is no sample of the machine.
    w_max : float
        Weight of a pair whose one device is at its highest conductance and the other at its lowest, in units of 1/beta.
    G_0, sigma_G : float
        Mean and standard deviation of the first conductances, as parts of the range.
    pulses, most, seed
        As of `SynapseModel.on_device`; with a seed devices differ, and steps are noisy.

    Raises
    ------
    ParameterError
        A value that does not fit; cells that are saturated at the start; what a device cannot do in a running network.

    Examples
    --------
    >>> MemoryCells("ideal_device", G_0=0.25).refreshes
    True
    """

    device: Device | str = "pcm"
    structure: str = CELL_PARAMETERS["structure"].value
    w_max: float = CELL_PARAMETERS["w_max"].value
    G_0: float = CELL_PARAMETERS["G_0"].value
    sigma_G: float = CELL_PARAMETERS["sigma_G"].value
    pulses: str = "scaled"
    most: int = 1
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, declared in CELL_PARAMETERS.items():
            declared.check("MemoryCells", name, getattr(self, name))
        self.rule(models.ecd_stdp)  # raises what a device cannot do
        if self.sigma_G > min(self.G_0, 1 - self.G_0):
            raise ParameterError(
                f"MemoryCells: sigma_G = {self.sigma_G:g} around G_0 = {self.G_0:g} leaves many cells saturated at the "
                "start; give a smaller one, or a G_0 nearer to 0.5"
            )

    @property
    def refreshes(self) -> bool:
        """Whether a weight is a pair."""
        return self.structure == "6T2R"

    def rule(self, model: SynapseModel, unit: float = 1.0) -> SynapseModel:
        """Return a rule of the machine, with bounds, on the devices and with the pathways that there are.

        `unit` is a weight of 1 in amperes.
        """
        model = model(pathways="both" if self.refreshes else "forward").flattened()
        bounds = {
            "w_min": Parameter(-self.w_max * unit * amp, "lowest weight"),
            "w_max": Parameter(self.w_max * unit * amp, "largest weight"),
        }  # fmt: skip
        bounded = replace(model, bounds=tuple(bounds), parameters={**model.parameters, **bounds})
        return bounded.on_device(self.device, pulses=self.pulses, most=self.most, pair=self.refreshes, seed=self.seed)

    def first(self, n_visible: int, hidden: int, bias: int, b_0: float, seed: int) -> NDArray[np.float64]:
        """Draw conductances before learning, as parts of the range; cells of bias neurons hold the biases exactly.

        Raises
        ------
        ParameterError
            Cells would be saturated.
        """
        n = 2 if self.refreshes else 1
        G = np.full((n, n_visible + bias, hidden + bias), self.G_0)
        G[:, :n_visible, :hidden] = np.random.default_rng(seed).normal(
            self.G_0, self.sigma_G, (n, n_visible, hidden)
        )  # fmt: skip
        half = b_0 / bias / self.w_max / 2
        G[:, n_visible:, :hidden] += np.array([half, -half])[:n, None, None]
        beyond = float(((G < 0) | (G > 1)).mean(axis=(1, 2)).max())
        if beyond > _BEYOND or not 0 <= self.G_0 - abs(half) <= self.G_0 + abs(half) <= 1:
            raise ParameterError(
                f"MemoryCells: {beyond:.1%} of the cells would be saturated at the start, with G_0 = {self.G_0:g}, "
                f"sigma_G = {self.sigma_G:g} and the bias {b_0:g}; give a smaller sigma_G, a larger w_max, or a G_0 "
                "nearer to 0.5"
            )
        return np.clip(G, 0, 1)

    def weights(self, G: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the weights of conductances, in units of 1/beta."""
        return np.asarray(self.w_max * (G[0] - G[1] if self.refreshes else 2 * G[0] - 1))

    def common(self, G: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what both devices of each pair have in common, as a part of the range; 0 for single devices."""
        return np.asarray(G.min(axis=0)) if self.refreshes else np.zeros(())

    def conductances(self, weights: NDArray[np.float64], common: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the conductances of weights, and of what both devices of each pair have in common."""
        part = weights / self.w_max
        if not self.refreshes:
            return np.clip((part + 1) / 2, 0, 1)[None]
        return np.clip(np.stack([common + np.maximum(part, 0), common + np.maximum(-part, 0)]), 0, 1)
