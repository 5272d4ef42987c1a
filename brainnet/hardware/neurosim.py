"""The label of nonlinearity that NeuroSim gives to a device, as the curvature of its curve."""

from __future__ import annotations

import numpy as np
from brian2 import Function
from scipy.optimize import brentq

from brainnet.errors import ParameterError

__all__ = ["curvature"]

# One unit of the label: how far a curve from 0 to 1 leaves the straight line. A table in NeuroSim's formula.cpp gives
# curvatures by label; all entries that were compared follow from this number, to their last digit but one.
_UNIT = 0.07 * np.sqrt(2)
_FROM, _TO = 1e-3, 1e4


def _deviation(A: float) -> float:
    """Return how far (1 - exp(-x/A))/(1 - exp(-1/A)) is above x, at most."""
    rise = -np.expm1(-1 / A)
    x = -A * np.log(A * rise)
    return float(-np.expm1(-x / A) / rise - x)


def _curvature(label: float) -> float:
    deviation = abs(label) * _UNIT
    if not _deviation(_TO) < deviation < _deviation(_FROM):
        raise ParameterError(
            f"nonlinearity {label:g} is no curve; give one from 0.001 to 9.9 in size, or a linear device"
        )
    return float(np.sign(label)) * brentq(lambda A: _deviation(A) - deviation, _FROM, _TO, xtol=1e-13, rtol=1e-13)


# In derived quantities: curvature(NL) is A/P_max, with the sign of NL.
curvature = Function(np.vectorize(_curvature, otypes=[float]), arg_units=[1], return_unit=1)
