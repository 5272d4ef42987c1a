"""How the change depends on the weight: factors F_plus and F_minus of potentiation and depression.

With amplitudes A_plus and A_minus, which are pure numbers, a rule writes ``w += A_plus*F_plus*...`` and
``w -= A_minus*F_minus*...``. Weights are clipped to [w_min, w_max] at every event.

guetig     Guetig, Aharonov, Rotter & Sompolinsky 2003, J. Neurosci. 23:3697; mu = 0 is additive, mu = 1 multiplicative
power_law  Morrison, Aertsen & Diesmann 2007, Neural Comput. 19:1437: potentiation ~ w^mu, depression ~ w
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainnet.values.parameter import Parameter

__all__ = ["WEIGHT_DEPENDENCE"]

_W_MAX = Parameter(1.0, "largest weight, in the unit of the driven variable")
_ANY_MIN = Parameter(0.0, "smallest weight, in the unit of the driven variable")
# The factors below are defined for weights that have no other sign.
_POSITIVE = {"w_min": Parameter(0.0, _ANY_MIN.meaning, low=0.0), "w_max": Parameter(1.0, _W_MAX.meaning, above=0.0)}

WEIGHT_DEPENDENCE: Mapping[str, Mapping[str, Any]] = {
    "additive": {
        "equations": "F_plus = w_max : {unit}\nF_minus = w_max : {unit}",
        "parameters": {"w_min": _ANY_MIN, "w_max": _W_MAX},
        "meaning": "independent of the weight",
    },
    "multiplicative": {
        "equations": "F_plus = w_max - w : {unit}\nF_minus = w : {unit}",
        "parameters": _POSITIVE,
        "meaning": "up in proportion to w_max - w, down in proportion to w",
    },
    "guetig": {
        "equations": """F_plus = w_max*(1 - w/w_max)**mu_plus : {unit}
                        F_minus = w_max*(w/w_max)**mu_minus : {unit}""",
        "parameters": {
            **_POSITIVE,
            "mu_plus": Parameter(0.02, "exponent of potentiation", low=0.0, high=1.0),
            "mu_minus": Parameter(0.02, "exponent of depression", low=0.0, high=1.0),
        },
        "meaning": "power of the distance from the bound",
    },
    "power_law": {
        "equations": "F_plus = w_ref*(w/w_ref)**mu : {unit}\nF_minus = w : {unit}",
        "parameters": {
            **_POSITIVE,
            "mu": Parameter(0.4, "exponent of potentiation", low=0.0, high=1.0),
            "w_ref": Parameter(1.0, "reference weight, in the unit of the driven variable", above=0.0),
        },
        "meaning": "potentiation a power of the weight, depression in proportion to it",
    },
}
