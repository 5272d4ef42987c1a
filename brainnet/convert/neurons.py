"""The types of neuron that a network can be converted to: models, where spikes arrive, what a spike is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from brian2 import Quantity, ms

from brainnet.spiking.graph import Cells

__all__ = ["NeuronType", "neuron_type"]


@dataclass(frozen=True)
class NeuronType:
    """Neurons of a population.

    Parameters
    ----------
    cells : Cells
        With the input I for each step.
    worth : float
        Value that the rate of one spike a step stands for.
    gain : float
        Factor of what arrives.
    most : int
        Most spikes in a step.
    """

    cells: Cells
    worth: float = 1.0
    gain: float = 1.0
    most: int = 1


def neuron_type(settings: Mapping[str, Any], v_init: float, dt: Quantity, population: str) -> NeuronType:
    """Return the type of neuron that the settings ask for in a population, beginning at `v_init` thresholds."""
    kind, start, leak = settings["neuron"], {"v": v_init}, settings["leaks"].get(population)
    if kind == "lif" and leak != 1:
        tau_m = settings["tau_m"] if leak is None else -dt / np.log(leak)
        how = {"reset": settings["reset"], "v_init": v_init, "tau_m": tau_m}
        return NeuronType(Cells("leaky_if", how, onto="g", initial=start))
    if kind == "soft_lif":
        how = {"input": "rates", "tau_m": settings["tau_m"], "tau_s": settings["tau_s"], "t_ref": 0 * ms}
        return NeuronType(Cells("soft_lif", how, onto="g", initial={"phase": v_init, "x_syn": 0.0}))
    if kind == "adaptive":
        zero = dict.fromkeys(("I_syn", "S_syn", "S_hat", "rise"), 0.0)
        how = {"theta_0": settings["theta_0"], "m_f": settings["theta_0"]}
        cells = Cells("adaptive_spiking", how, onto="g", initial=zero)
        parameters = cells.declared.resolved_parameters()
        kept = {name: float(np.exp(-dt / parameters[name].value)) for name in ("tau_beta", "tau_eta")}
        # A regular train of rate r makes the current r / (1 - kept), and S_hat theta times as much.
        return NeuronType(cells, worth=settings["theta_0"] / (1 - kept["tau_eta"]), gain=1 - kept["tau_beta"])
    if kind == "burst":
        most = settings["spikes_per_step"]
        cells = Cells("burst_if", {"n_max": most, "v_init": v_init}, initial=start, bursts="n")
        return NeuronType(cells, most=most)
    return NeuronType(Cells("integrate_and_fire", {"reset": settings["reset"], "v_init": v_init}, initial=start))
