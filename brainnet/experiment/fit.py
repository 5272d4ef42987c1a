"""How far a rule is from an experiment, and the best that the additive pair rule can do on the same data."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from brian2 import ms

from brainnet.catalogue.content import models
from brainnet.declare.synapse import SynapseModel

__all__ = ["fitted_pair_rule", "squared_error", "unit_pair_rules"]

# The additive rule is linear in its amplitudes; small ones keep away from the bounds.
_UNIT = 1e-3


def squared_error(predicted: np.ndarray, measured: np.ndarray, error: np.ndarray) -> float:
    """Return the mean squared distance in units of the standard error: E of Pfister & Gerstner 2006, eq. 5."""
    return float(np.mean(((predicted - measured) / error) ** 2))


def unit_pair_rules(pairing: str) -> dict[str, SynapseModel]:
    """Return pair rules that only potentiate and only depress, with the time constants that Bi & Poo's data give."""
    rule = models.pair_stdp(pairing=pairing, tau_plus=16.8 * ms, tau_minus=33.7 * ms, w_min=-1.0, w_max=1.0)
    return {"plus": rule(A_plus=_UNIT, A_minus=0.0), "minus": rule(A_plus=0.0, A_minus=_UNIT)}


def fitted_pair_rule(changes: Mapping[str, np.ndarray], measured: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Return what the pair rule predicts with the amplitudes of least squared error.

    Parameters
    ----------
    changes : mapping
        Changes by the two `unit_pair_rules`, each of shape (points,).
    """
    basis = np.stack([changes["plus"], changes["minus"]], axis=1)
    amplitudes = np.linalg.lstsq(basis / error[:, None], measured / error, rcond=None)[0]
    return np.asarray(basis @ amplitudes)
