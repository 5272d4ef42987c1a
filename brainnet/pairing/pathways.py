"""Whether one weight serves both directions: spikes of either side reach the other, or only presynaptic ones do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["pathways"]


def pathways(learn: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the variants of a rule whose ``on_post`` drives the presynaptic neuron, and then does `learn`."""
    return {
        "both": {"on_post": f"{{onto}}_pre += w\n{learn}", "meaning": "each side drives the other"},
        "forward": {"on_post": learn, "meaning": "presynaptic spikes drive, postsynaptic ones only change weights"},
    }
