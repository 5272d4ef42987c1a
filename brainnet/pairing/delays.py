"""Where the delay d of a plastic synapse sits; the effect on the target comes after d in both cases.

axonal     the presynaptic spike reaches the synapse after d: the rule sees dt = t_post - t_pre - d
dendritic  the postsynaptic spike reaches the synapse after d: the rule sees dt = t_post - t_pre + d
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["DELAY_SITE"]

DELAY_SITE: Mapping[str, Mapping[str, Any]] = {
    "axonal": {"delay_site": "axonal", "meaning": "between the pre spike and the synapse"},
    "dendritic": {"delay_site": "dendritic", "meaning": "between the synapse and the soma, both ways"},
}
