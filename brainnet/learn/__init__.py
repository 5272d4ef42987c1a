"""Training procedures that are more than a synapse's equations."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brainnet.learn.checkpoint import Checkpoint
    from brainnet.learn.spikeprop import SpikeProp
    from brainnet.learn.stdp import StdpClassifier
    from brainnet.learn.tempotron import Tempotron

# Imported when first used: a training brings its optional libraries.
_HOME = {
    "Checkpoint": "brainnet.learn.checkpoint",
    "SpikeProp": "brainnet.learn.spikeprop",
    "StdpClassifier": "brainnet.learn.stdp",
    "Tempotron": "brainnet.learn.tempotron",
}
__all__ = ["Checkpoint", "SpikeProp", "StdpClassifier", "Tempotron"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOME[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
