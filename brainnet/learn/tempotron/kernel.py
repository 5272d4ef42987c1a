"""The postsynaptic potential of a Tempotron."""

from __future__ import annotations

from typing import Any

import numpy as np

from brainnet.errors import ParameterError

__all__ = ["check_time_constants", "kernel", "normalisation", "published_rate", "time_to_peak"]


def check_time_constants(tau: float, tau_s: float) -> None:
    """Refuse a potential that does not rise faster than it decays.

    Raises
    ------
    ParameterError
    """
    if not tau > tau_s * (1 + 1e-9):
        raise ParameterError(f"tau_s = {tau_s * 1e3:g} ms and tau = {tau * 1e3:g} ms; give tau_s < tau")


def normalisation(tau: float, tau_s: float) -> float:
    """V_0, which makes the kernel's maximum 1: eta^(eta / (eta - 1)) / (eta - 1) with eta = tau / tau_s."""
    eta = tau / tau_s
    return float(eta ** (eta / (eta - 1)) / (eta - 1))


def time_to_peak(tau: float, tau_s: float) -> float:
    """From a spike to the maximum of its potential."""
    return float(tau * tau_s / (tau - tau_s) * np.log(tau / tau_s))


def kernel(s: Any, tau: float, tau_s: float) -> np.ndarray:
    r"""Potential at the time s after a spike: :math:`K(s) = V_0 (e^{-s/\tau} - e^{-s/\tau_s})`, 0 before it.

    Parameters
    ----------
    s : array
        In the unit of the time constants.
    tau, tau_s : float
        Of the membrane and of the synaptic current.

    References
    ----------
    Gütig & Sompolinsky 2006, Nat. Neurosci. 9:420, equation 1 and Methods.
    """
    s = np.maximum(np.asarray(s, dtype=float), 0.0)
    return normalisation(tau, tau_s) * (np.exp(-s / tau) - np.exp(-s / tau_s))


def published_rate(n: int, duration: float, tau: float, tau_s: float) -> float:
    """Learning rate of the supplement of Gütig & Sompolinsky 2006, for a threshold of 1."""
    return 3e-3 * duration / (tau * n * normalisation(tau, tau_s))
