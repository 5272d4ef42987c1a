"""Pairing schemes: which pairs of spikes count. Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, fig. 7.

In each scheme a spike pairs with earlier spikes of the other side only: pairs of coincident spikes (dt = 0) count in
none of them. All pairs of one spike make one weight change: their exponentials are summed first, which matters where
the change depends on the weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brainnet.traces import Scheme

__all__ = ["PAIRING"]

PAIRING: Mapping[str, Mapping[str, Any]] = {
    "all_to_all": {"scheme": Scheme(), "meaning": "each spike with all earlier ones of the other side"},
    "nearest_symmetric": {
        "scheme": Scheme(pre="set", post="set"),
        "meaning": "fig. 7A: each spike with the last one of the other side",
    },
    "nearest_pre_centred": {
        "scheme": Scheme(post="set", cleared=("pre",)),
        "meaning": "fig. 7B: a post spike with all pre spikes since the last post, a pre spike with the last post",
    },
    "nearest_reduced": {
        "scheme": Scheme(pre="set", post="set", cleared=("pre", "post")),
        "meaning": "fig. 7C: as 7A, and only if no other spike of either side lies between",
    },
}
