"""What becomes of the potential at a spike, for neurons of pure numbers that step through discrete time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainnet.values.parameter import Parameter

__all__ = ["NIR_RESET", "RESET"]

RESET: Mapping[str, Mapping[str, Any]] = {
    "subtract": {"reset": "v -= v_th", "meaning": "keeps what exceeds the threshold"},
    "zero": {"reset": "v = 0", "meaning": "loses what exceeds the threshold"},
    "average": {"reset": "v = 0.5*(v - v_th)", "meaning": "keeps half of it: the mean of the two others"},
}

_V_THRESHOLD = Parameter(1.0, "threshold")
# NIR (doi:10.1038/s41467-024-52259-9) fires above the threshold, not at it.
NIR_RESET: Mapping[str, Mapping[str, Any]] = {
    "value": {
        "threshold": "v > v_threshold",
        "reset": "v = v_reset",
        "parameters": {"v_threshold": _V_THRESHOLD, "v_reset": Parameter(0.0, "potential after a spike")},
        "meaning": "to v_reset, as NIR says",
    },
    "subtract": {
        "threshold": "v > v_threshold",
        "reset": "v -= subtracted",
        "parameters": {
            "v_threshold": _V_THRESHOLD,
            "subtracted": Parameter(1.0, "what a spike takes from the potential"),
        },
        "meaning": "by subtraction, which NIR has no word for",
    },
    "none": {"meaning": "never fires (nodes I, LI and CubaLI)"},
}
