"""brainnet: spiking neural networks declared as Brian2 equations, from trained weights to generated C++."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from brainnet.errors import BrainnetError

if TYPE_CHECKING:
    from brainnet.catalogue.content import figures, models, protocols
    from brainnet.declare import (
        NeuronModel,
        Parameter,
        Protocol,
        Result,
        SynapseModel,
        Trace,
        figure,
        protocol,
        uniform,
    )
    from brainnet.projections import Projection
    from brainnet.targets import build, target
    from brainnet.view import view

__all__ = [
    "BrainnetError",
    "NeuronModel",
    "Parameter",
    "Projection",
    "Protocol",
    "Result",
    "SynapseModel",
    "Trace",
    "build",
    "figure",
    "figures",
    "models",
    "protocol",
    "protocols",
    "target",
    "uniform",
    "view",
]
__version__ = "0.1.0"

# Imported when first used (PEP 562), so that `brainnet --help` does not wait for Brian2.
_ROOMS = {
    "brainnet.catalogue.content": ("figures", "models", "protocols"),
    "brainnet.projections": ("Projection",),
    "brainnet.declare": (
        "NeuronModel",
        "Parameter",
        "Protocol",
        "Result",
        "SynapseModel",
        "Trace",
        "figure",
        "protocol",
        "uniform",
    ),
    "brainnet.targets": ("build", "target"),
    "brainnet.view": ("view",),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = import_module(_HOME[name])
    # A room that is called as its function can be called itself: what the name means must not hang on who imports it.
    found = globals()[name] = room if room.__name__ == f"brainnet.{name}" else getattr(room, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
