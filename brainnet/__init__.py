"""brainnet: spiking neural networks declared as Brian2 equations, from trained weights to generated C++."""

from typing import TYPE_CHECKING

from brainnet.deferred import deferred
from brainnet.errors import BrainnetError

if TYPE_CHECKING:
    from brainnet.catalogue.content import figures, models, protocols
    from brainnet.declare import (
        Device,
        NeuronModel,
        Parameter,
        Protocol,
        Result,
        SynapseModel,
        Trace,
        figure,
        normal,
        protocol,
        uniform,
    )
    from brainnet.projections import Projection
    from brainnet.sweeps import sweep
    from brainnet.targets import build, target
    from brainnet.view import view

__all__ = [
    "BrainnetError",
    "Device",
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
    "normal",
    "protocol",
    "protocols",
    "sweep",
    "target",
    "uniform",
    "view",
]
__version__ = "0.1.0"

# Imported when first used (PEP 562), so that `brainnet --help` does not wait for Brian2.
__getattr__, __dir__ = deferred(
    __name__,
    {
        "brainnet.catalogue.content": ("figures", "models", "protocols"),
        "brainnet.projections": ("Projection",),
        "brainnet.declare": (
            "Device",
            "NeuronModel",
            "Parameter",
            "Protocol",
            "Result",
            "SynapseModel",
            "Trace",
            "figure",
            "normal",
            "protocol",
            "uniform",
        ),
        "brainnet.sweeps": ("sweep",),
        "brainnet.targets": ("build", "target"),
        "brainnet.view": ("view",),
    },
)
