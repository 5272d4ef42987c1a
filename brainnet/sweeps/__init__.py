"""Many runs of one protocol: over values of its parameters, in several processes, resumed where they were stopped."""

from brainnet.sweeps.folder import read_sweep
from brainnet.sweeps.sweep import sweep

__all__ = ["read_sweep", "sweep"]
